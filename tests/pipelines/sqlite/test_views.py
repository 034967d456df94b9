"""The public views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import NOW, add_story, insert, new_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = new_database(tmp_path / "views.db")
    db.row_factory = sqlite3.Row
    insert(
        db,
        "sources",
        [
            {
                "slug": "almobl",
                "kind": "region",
                "name_ru": "Акимат",
                "name_kk": "Әкімдік",
                "region": "Almaty Region",
            },
            {"slug": "quiet", "kind": "city", "name_kk": "Тыныш", "region": "Abai"},
        ],
    )
    first = add_story(db, {"title": "Бір", "entity": "almobl", "lang": "kk", "published": "2025-12-01"})
    add_story(
        db, {"title": "Два", "entity": "almobl", "lang": "ru", "published": "2025-12-01", "body": "Текст"}
    )
    add_story(db, {"title": "Reprint", "lang": "en", "published": "2025-12-19"})
    add_story(db, {"title": "Undated", "entity": "elsewhere"})
    insert(
        db,
        "sightings",
        [
            {"story_id": first, "crawl_id": 1, "seen_at": NOW, "last_seen_at": NOW, "site": "paper.example"}
            | {"record_hash": "x", "matched_by": "near-text", "entity": "quiet"}
        ],
    )
    repair = {"story_id": first, "field": "title", "before": "", "after": "x", "start": 0}
    insert(db, "repairs", [repair | {"rule": "doubled-space"}, repair | {"rule": "of-a-later-version"}])
    insert(db, "problems", [{"story_id": first, "field": "body", "kind": "unbalanced-quote", "detail": "«"}])
    yield db
    db.close()


def rows(db: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute(sql)]


def test_stories_have_names_and_region_of_known_publishers(db: sqlite3.Connection) -> None:
    found = rows(db, "SELECT title, publisher, publisher_kk, region, sightings FROM stories_with_publisher")
    assert found[0] == {
        "title": "Бір",
        "publisher": "Акимат",
        "publisher_kk": "Әкімдік",
        "region": "Almaty Region",
        "sightings": 2,
    }
    assert [row["publisher"] for row in found[2:]] == [None, None]
    assert len(found) == 4, "no story is lost or doubled by the join"


def test_stories_are_counted_by_day_and_language(db: sqlite3.Connection) -> None:
    found = rows(db, "SELECT * FROM stories_by_day")
    assert found[0] == {"published": "2025-12-01", "stories": 2, "kk": 1, "ru": 1, "en": 0, "publishers": 1}
    assert sum(row["stories"] for row in found) == 3


def test_stories_are_counted_by_source(db: sqlite3.Connection) -> None:
    found = {row["entity"]: row for row in rows(db, "SELECT * FROM stories_by_source")}
    assert found["almobl"]["stories"] == 2
    assert found["almobl"]["without_text"] == 1
    assert found[None]["stories"] == 1
    assert sum(row["stories"] for row in found.values()) == 4


def test_every_publisher_of_a_story_is_listed_once(db: sqlite3.Connection) -> None:
    assert rows(db, "SELECT * FROM story_publishers WHERE story_id = 1 ORDER BY slug") == [
        {"story_id": 1, "slug": "almobl"},
        {"story_id": 1, "slug": "quiet"},
    ]


def test_publishers_named_by_an_item_are_included(db: sqlite3.Connection) -> None:
    more = '{"projects": ["almobl", "kostanay"]}'
    with db:
        db.execute("UPDATE sightings SET raw_more = ? WHERE story_id = 1", (more,))
    found = rows(db, "SELECT slug FROM story_publishers WHERE story_id = 1 ORDER BY slug")
    assert [row["slug"] for row in found] == ["almobl", "kostanay", "quiet"]


def test_repairs_problems_and_joins_have_explanations(db: sqlite3.Connection) -> None:
    repairs = rows(db, "SELECT rule, explanation, title FROM repairs_explained ORDER BY id")
    assert repairs[0]["explanation"].startswith("Several spaces")
    assert repairs[1] == {"rule": "of-a-later-version", "explanation": None, "title": "Бір"}
    (problem,) = rows(db, "SELECT explanation FROM problems_explained")
    assert "no partner" in problem["explanation"]
    joins = rows(db, "SELECT matched_by, explanation FROM joins_explained ORDER BY sighting_id")
    assert all(row["explanation"] for row in joins)
    assert joins[-1]["matched_by"] == "near-text"


def test_days_of_silence_end_with_the_newest_run(db: sqlite3.Connection) -> None:
    listing = {"lang": "kk", "route": "api", "site": "www.gov.kz", "paging": "{}", "updated_at": NOW}
    insert(db, "_coverage", [listing | {"slug": "almobl", "complete_at": NOW}])
    insert(db, "_coverage", [listing | {"slug": "almobl", "lang": "ru"}])
    found = {row["slug"]: row for row in rows(db, "SELECT * FROM source_coverage")}
    assert found["almobl"]["newest_story"] == "2025-12-01"
    assert found["almobl"]["days_silent"] == 20
    assert (found["almobl"]["listings"], found["almobl"]["listings_complete"]) == (2, 1)
    assert found["quiet"]["stories"] == 0
    assert found["quiet"]["days_silent"] is None
