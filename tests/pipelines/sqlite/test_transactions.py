"""Explicit transactions and savepoints: what is undone, what stays, and what the full-text index holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.errors import DatabaseError
from pipelines.sqlite import Store, fts_index, open_store
from tests.pipelines.sqlite.items import BODY, item
from tests.pipelines.sqlite.test_fts_index import found, nothing_is_pending
from tests.pipelines.sqlite.test_store import LATER, rows, sound


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "a.db") as store:
        store.begin_crawl("test", {})
        yield store
        assert nothing_is_pending(store)
        assert sound(store) == []


def titled(number: int) -> dict[str, object]:
    return {"title": f"Plant number{number}", "body": None, "position": number}


@pytest.mark.parametrize("most", [1, 2, 500])
def test_a_savepoint_undoes_one_item_and_keeps_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(fts_index, "MAX_PENDING", most)
    with store.transaction():
        for number in range(1, 6):
            try:
                with store.savepoint():
                    store.add(item(**titled(number)), 1)
                    if number in (2, 3):
                        raise ValueError
            except ValueError:
                assert number in (2, 3)
    assert rows(store, "SELECT position FROM sightings ORDER BY id") == [(1,), (4,), (5,)]
    assert [len(found(store, f"number{number}")) for number in range(1, 6)] == [1, 0, 0, 1, 1]


def test_a_savepoint_undoes_an_update_of_a_story_that_is_pending(store: Store) -> None:
    cut = item(body=BODY[:200], position=2, complete=False)
    with store.transaction():
        store.add(cut, 1)
        with pytest.raises(ValueError), store.savepoint():
            assert store.add(item(), 1).outcome == "better"
            raise ValueError
    assert rows(store, "SELECT body FROM stories") == [(BODY[:200],)]
    assert found(store, "plants") == [1]
    assert found(store, "abroad") == []


def test_a_savepoint_outside_a_transaction_opens_one(store: Store) -> None:
    with store.savepoint():
        store.add(item(), 1)
    assert not store.in_transaction
    with pytest.raises(ValueError), store.savepoint():
        store.add(item(**titled(2)), 1)
        raise ValueError
    assert not store.in_transaction
    assert rows(store, "SELECT count(*) FROM sightings") == [(1,)]


def test_an_error_of_the_file_is_explained_within_an_open_transaction(store: Store) -> None:
    pages = store.db.execute("PRAGMA page_count").fetchone()[0]
    store.db.execute(f"PRAGMA max_page_count = {pages + 3}")
    store.begin()
    with pytest.raises(DatabaseError, match="no room left"):
        for number in range(2, 60):
            with store.savepoint():
                store.add(item(position=number, body=BODY * number, published="2024-01-01"), 1)
    store.rollback()
    assert rows(store, "SELECT count(*) FROM sightings") == [(0,)]


def test_begin_and_commit_are_one_transaction_that_add_joins(store: Store) -> None:
    store.begin()
    store.add(item(), 1)
    with store.transaction():
        store.add(item(**titled(2)), 1)
    assert store.in_transaction
    with sqlite3.connect(store.path) as other:
        assert other.execute("SELECT count(*) FROM sightings").fetchone() == (0,)
    other.close()
    store.commit()
    assert not store.in_transaction
    assert found(store, "number2") == [2]


def test_rollback_undoes_everything_since_begin(store: Store) -> None:
    store.begin()
    assert store.in_transaction
    store.add(item(), 1)
    store.rollback()
    assert not store.in_transaction
    store.rollback()  # nothing is open: nothing to do
    assert rows(store, "SELECT count(*) FROM sightings") == [(0,)]
    assert found(store, "plants") == []


def test_commit_without_a_transaction_is_an_error(store: Store) -> None:
    with pytest.raises(DatabaseError, match="rolled back"):
        store.commit()


def test_begin_refuses_a_file_that_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as store:
        path.rename(tmp_path / "elsewhere.db")
        with pytest.raises(DatabaseError, match="removed or replaced"):
            store.begin()


def test_added_names_the_stored_match(store: Store) -> None:
    items = (
        item(),
        item(),
        item(position=2, body=BODY.replace('"', "").replace("'", "")),
        item(position=3),
        item(news_id=5, on_govkz=True),
        item(news_id=5, on_govkz=True, body=BODY.replace("136", "140"), seen_at=LATER),
        item(news_id=5, on_govkz=True, seen_at="2025-12-24T06:00:00+05:00"),
        item(news_id=6, on_govkz=True),
    )
    for one in items:
        added = store.add(one, 1)
        query = "SELECT story_id, matched_by FROM sightings WHERE id = ?"
        assert rows(store, query, added.sighting_id) == [(added.story_id, added.matched_by)]


def test_writes_through_sqlite_utils_join_the_open_transaction(store: Store) -> None:
    for number in (1, 2):
        store.add(item(**titled(number)), 1)
    store.begin()
    store.put_sources([{"slug": "almobl", "kind": "region"}])
    store.join(1, 2)
    store.finish_crawl(store.begin_crawl("test", {}), "done", {})
    assert store.in_transaction
    store.rollback()
    for table, count in (("sources", 0), ("_hand", 0), ("crawls", 1), ("stories", 2)):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(count,)], table
