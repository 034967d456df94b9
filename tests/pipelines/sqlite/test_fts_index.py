"""New stories are queued for the full-text index, which always equals what the stories show."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.items import ProcessedStory
from pipelines.sqlite import Store, fts_index, open_store
from tests.pipelines.sqlite.items import BODY, item
from tests.pipelines.sqlite.test_order import mixed_set
from tests.pipelines.sqlite.test_store import rows, sound

INDEXED = "SELECT rowid FROM stories_fts WHERE stories_fts MATCH ? ORDER BY rowid"


def nothing_is_pending(store: Store) -> bool:
    assert isinstance(store.db.conn, fts_index.Writer)
    return not store.db.conn.pending


def found(store: Store, word: str) -> list[int]:
    return [rowid for (rowid,) in store.db.execute(INDEXED, (word,))]


@pytest.mark.parametrize("most", [1, 3, 2_000])
@pytest.mark.parametrize("bulk", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_the_index_holds_what_the_stories_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, bulk: bool, seed: int
) -> None:
    monkeypatch.setattr(fts_index, "MAX_PENDING", most)
    items = mixed_set()
    random.Random(seed).shuffle(items)
    with open_store(tmp_path / "a.db", bulk=bulk) as store:
        crawl = store.begin_crawl("test", {})
        store.add_all(items[:20], crawl)
        for one in items[20:40]:
            store.add(one, crawl)
        store.add_all(items[40:], crawl)
        assert nothing_is_pending(store)
        assert sound(store) == []
        ids = rows(store, "SELECT id FROM stories ORDER BY id")
        assert rows(store, "SELECT id FROM stories_fts_docsize ORDER BY id") == ids != []


def test_a_text_improved_while_its_story_is_queued_is_found_only_by_its_new_words(tmp_path: Path) -> None:
    cut = item(body=BODY[:200], position=2, complete=False)
    with open_store(tmp_path / "a.db", bulk=True) as store:
        counts = store.add_all([cut, item()], store.begin_crawl("test", {}))
        assert (counts.new, counts.better) == (1, 1)
        assert found(store, "abroad") == [1]
        assert sound(store) == []


def test_a_queued_story_is_discarded_with_its_transaction(tmp_path: Path) -> None:
    def items() -> Iterator[ProcessedStory]:
        yield item()
        raise RuntimeError

    with open_store(tmp_path / "a.db", bulk=True) as store:
        crawl = store.begin_crawl("test", {})
        with pytest.raises(RuntimeError):
            store.add_all(items(), crawl)
        assert nothing_is_pending(store)
        assert found(store, "plants") == []
        store.add(item(), crawl)
        assert found(store, "plants") == [1]
        assert sound(store) == []


def test_a_story_without_a_text_is_in_the_index_once(tmp_path: Path) -> None:
    nothing = item(title=None, body=None)
    with open_store(tmp_path / "a.db") as store:
        crawl = store.begin_crawl("test", {})
        store.add(nothing, crawl)
        store.add_all([item(title=None, body=None, position=2)], crawl)
    with open_store(tmp_path / "a.db", bulk=True) as store:
        store.add_all([item(title=None, body=None, position=3)], crawl)
        assert rows(store, "SELECT id FROM stories_fts_docsize") == rows(store, "SELECT id FROM stories")
        assert sound(store) == []


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("қаласы", [1]),
        ("каласы", [1, 2]),  # as typed on a Russian keyboard, and as the second story is written
        ('"қала күні"', [1]),
        ('"кала куни"', [1]),
        ("title : қала", [1]),
        ("елка", [2]),
        ("ёлка", [2]),
    ],
)
@pytest.mark.parametrize("bulk", [True, False])
def test_any_program_finds_words_as_written_and_as_typed(
    tmp_path: Path, asked: str, ids: list[int], bulk: bool
) -> None:
    with open_store(tmp_path / "a.db", bulk=bulk) as store:
        crawl = store.begin_crawl("test", {})
        for place, (title, body) in enumerate((("Қала күні", "Түркістан қаласы"), ("Ёлка", "Каласы")), 1):
            store.add_all([item(title=title, body=body, position=place)], crawl)
        assert found(store, asked) == ids
        store.db.execute("UPDATE stories SET title = title || '!'")  # as another program might
        assert found(store, asked) == ids
        assert sound(store) == []


def test_a_snippet_shows_the_text_as_it_is(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        store.add(item(title="Қала күні", body="Түркістан қаласы"), store.begin_crawl("test", {}))
        query = "SELECT title, snippet(stories_fts, 1, '[', ']', '…', 9) FROM stories_fts('қаласы')"
        assert rows(store, query) == [("Қала күні", "Түркістан [қаласы]")]
