"""Bulk insertion commits in another thread; the stored rows and the errors are those of one thread."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.items import ProcessedStory
from pipelines.sqlite import Store, fts_index, open_store
from pipelines.sqlite.store import add_batches
from tests.pipelines.sqlite.items import item
from tests.pipelines.sqlite.test_order import mixed_set
from tests.pipelines.sqlite.test_store import rows, sound

TABLES = """
    SELECT name FROM sqlite_master
    WHERE type = 'table' AND name NOT IN ('crawls', '_sqlite_migrations') AND name NOT LIKE 'stories_fts%'
"""


def everything(store: Store) -> dict[str, list[str]]:
    tables = [name for (name,) in rows(store, TABLES)]
    return {name: sorted(map(repr, rows(store, f"SELECT * FROM {name}"))) for name in tables}


def numbered(count: int) -> Iterator[ProcessedStory]:
    for number in range(1, count + 1):
        yield item(title=f"Plant number {number}", body=None, position=number)


@pytest.mark.parametrize("waiting", [2, fts_index.MAX_PENDING])
@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_batches_store_the_same_as_single_items(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, waiting: int
) -> None:
    monkeypatch.setattr(fts_index, "MAX_PENDING", waiting)
    items = mixed_set()
    random.Random(size).shuffle(items)
    with open_store(tmp_path / "one.db") as one:
        crawl = one.begin_crawl("test", {})
        for each in items:
            one.add(each, crawl)
        wanted = everything(one)
    with open_store(tmp_path / "many.db", bulk=True) as many:
        counts = list(add_batches(many, iter(items), many.begin_crawl("test", {}), size))
        assert {found.total for found in counts[:-1]} <= {size}
        assert sum(found.total for found in counts) == len(items)
        assert everything(many) == wanted
        assert wanted["stories"] and wanted["_texts"] and wanted["_near"]
        assert sound(many) == []


def test_at_most_one_batch_is_fetched_ahead(tmp_path: Path) -> None:
    taken, ahead, stored = 0, [], 0

    def items() -> Iterator[ProcessedStory]:
        nonlocal taken
        for one in numbered(400):
            taken += 1
            yield one

    with open_store(tmp_path / "a.db", bulk=True) as store:
        for counts in add_batches(store, items(), store.begin_crawl("test", {}), 20):
            stored += counts.total
            ahead.append(taken - stored)
    assert (stored, taken) == (400, 400)
    assert max(ahead) <= 20


def test_committed_batches_are_checkpointed_while_more_are_added(tmp_path: Path) -> None:
    """After four batches the main file, without its WAL, holds at least the first."""
    with open_store(tmp_path / "a.db", bulk=True) as store:
        crawl = store.begin_crawl("test", {})
        assert sum(counts.total for counts in add_batches(store, numbered(40), crawl, 10)) == 40
        shutil.copy(tmp_path / "a.db", tmp_path / "alone.db")
        with closing(sqlite3.connect(tmp_path / "alone.db")) as alone:
            assert alone.execute("SELECT count(*) FROM sightings").fetchone()[0] >= 10
            assert alone.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("good", [10, 15])
@pytest.mark.parametrize("waiting", [2, fts_index.MAX_PENDING])
def test_an_error_in_fetching_loses_no_batch_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], good: int, waiting: int
) -> None:
    """Raised after 10 items of 10, during the commit, and after 15, in the middle of a batch."""

    def items() -> Iterator[ProcessedStory]:
        yield from numbered(good)
        raise error

    monkeypatch.setattr(fts_index, "MAX_PENDING", waiting)
    threads = threading.active_count()
    with open_store(tmp_path / "a.db", bulk=True) as store:
        crawl = store.begin_crawl("test", {})
        with pytest.raises(error):
            list(add_batches(store, items(), crawl, 10))
        assert rows(store, "SELECT count(*) FROM sightings") == [(10,)]
        assert not store.db.conn.in_transaction
        assert sum(counts.total for counts in add_batches(store, numbered(30), crawl, 10)) == 30
        assert rows(store, "SELECT count(*) FROM sightings") == [(30,)]
        assert sound(store) == []
    assert threading.active_count() == threads


def test_a_commit_that_fails_is_rolled_back_and_raised(tmp_path: Path) -> None:
    """A deferred foreign key makes the COMMIT fail."""
    with open_store(tmp_path / "a.db", bulk=True) as store:
        conn = store.db.conn
        crawl = store.begin_crawl("test", {})
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("CREATE TEMP TABLE host (id INTEGER PRIMARY KEY)")
        conn.execute(
            "CREATE TEMP TABLE guest (host INTEGER REFERENCES host (id) DEFERRABLE INITIALLY DEFERRED)"
        )
        conn.execute(
            "CREATE TEMP TRIGGER late AFTER INSERT ON sightings WHEN new.position = 13 "
            "BEGIN INSERT INTO guest VALUES (1); END"
        )
        batches = add_batches(store, numbered(40), crawl, 10)
        assert next(batches).total == 10
        with pytest.raises(sqlite3.IntegrityError):
            list(batches)
        assert not conn.in_transaction
        assert rows(store, "SELECT count(*) FROM sightings") == [(10,)]
        assert sum(counts.total for counts in add_batches(store, numbered(12), crawl, 10)) == 12
        assert rows(store, "SELECT count(*) FROM sightings") == [(12,)]
        assert sound(store) == []
