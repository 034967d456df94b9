"""The candidate index returns the same candidates from either of its tables."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from pipelines.dedupe.fingerprints import fingerprint_of
from pipelines.sqlite import open_store
from pipelines.sqlite.resolution import candidate_index
from pipelines.sqlite.resolution.candidate_index import candidates, index_text
from tests.pipelines.sqlite.items import item
from tests.pipelines.sqlite.test_order import WEATHER, mixed_set

EVERY = (
    "SELECT * FROM {} WHERE story_id > 0 ORDER BY 1",
    ("sightings", "story_links", "story_urls", "revisions", "repairs", "problems"),
)


def in_it(conn: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    query, tables = EVERY
    found = {table: [tuple(row) for row in conn.execute(query.format(table))] for table in tables}
    return found | {"stories": [tuple(row) for row in conn.execute("SELECT * FROM stories ORDER BY id")]}


def count(conn: sqlite3.Connection, table: str) -> int:
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize("seed", range(8))
def test_the_stories_are_the_same_whenever_recent_rows_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)
    items = mixed_set() * 2  # every item twice
    dice.shuffle(items)
    places = [0, dice.choice([10, 25, 50])]
    found = []
    for number, most in enumerate([candidate_index.MOST_RECENT, *places]):
        monkeypatch.setattr(candidate_index, "MOST_RECENT", most)
        monkeypatch.setattr("pipelines.sqlite.store.FLUSH_INTERVAL", 1 + number)
        with open_store(tmp_path / f"{number}.db") as store:
            crawl = store.begin_crawl("test", {})
            for one in items:
                store.add(one, crawl)
            found.append(in_it(store.db.conn))
            away, recent = count(store.db.conn, "_bands"), count(store.db.conn, "_bands_recent")
            assert (away > 0) == (number > 0)
            assert number != 1 or recent == 0
    assert found[0] == found[1] == found[2]


def test_stories_of_a_template_are_found_in_both_tables(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        conn = store.db.conn
        texts = []
        for number in range(480):
            body = WEATHER.format(place="Taraz", day=1 + number % 28, wind=number, night=number, noon=number)
            texts.append((fingerprint_of(None, body), f"2025-{1 + number % 12:02}-{1 + number % 28:02}"))
        for text_id, (fingerprint, day) in enumerate(texts, 1):
            index_text(conn, fingerprint, day, text_id)
        asked = texts[::25]
        recent = [candidates(conn, *one) for one in asked]
        assert all(recent)
        for half in (count(conn, "_bands_recent") // 2, 0):
            rows = conn.execute("SELECT * FROM _bands_recent ORDER BY words LIMIT -1 OFFSET ?", (half,))
            conn.executemany("INSERT INTO _bands VALUES (?, ?, ?, ?, ?)", rows.fetchall())
            there = "SELECT band, day, text_id FROM _bands"
            conn.execute(f"DELETE FROM _bands_recent WHERE (band, day, text_id) IN ({there})")
            assert [candidates(conn, *one) for one in asked] == recent
        assert count(conn, "_bands_recent") == 0


def test_a_text_is_indexed_once_per_day_in_either_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate_index, "MOST_RECENT", 0)
    monkeypatch.setattr("pipelines.sqlite.store.FLUSH_INTERVAL", 1)
    fingerprint = fingerprint_of(None, item().body)
    with open_store(tmp_path / "a.db") as store:
        conn, crawl = store.db.conn, store.begin_crawl("test", {})
        for position in (1, 2):
            store.add(item(position=position), crawl)
        assert (count(conn, "_bands"), count(conn, "_bands_recent")) == (len(fingerprint.bands), 0)
        store.add(item(position=3, published="2025-12-21"), crawl)
        assert count(conn, "_bands") + count(conn, "_bands_recent") == 2 * len(fingerprint.bands)
        assert candidates(conn, fingerprint, "2025-12-21") == [1]
        assert candidates(conn, fingerprint, "2026-01-05") == []
