"""Small databases for tests of readers: the real schema with rows written by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.sqlite import data_dictionary
from pipelines.sqlite.connection import bring_up_to_date
from pipelines.sqlite.schema import migrations

NOW = "2025-12-21T06:00:00+05:00"

# Characters that have broken tables, and words that programs read as a missing value.
NASTY = [
    'quotes " and "" and \'',
    "two\nlines",
    "windows\r\nlines",
    "old\rmac",
    "tab\there",
    "nul\x00here",
    "bell\x07 escape\x1b[31m",
    "emoji 😀 👩‍👩‍👧",
    "\u200fשלום\u200e right to left \u202eoverride\u202c",
    "=cmd()|' /C calc'!A0",
    "+7 727 000 00 00",
    "-1+1",
    "@SUM(A1)",
    " =1+1",
    "＝1+1",
    "'already guarded",
    "\tbegins with a tab",
    "NA",
    "null",
    "None",
    "nan",
    "-",
    "007",
    "1e5",
    "true",
    "2025-12-20",
    "a,b;c|d",
    "https://example.org/?a=1&b=<2>",
    "<script>alert(1)</script>",
    "]]> & &amp;",
    "_x0041_",
    "\ufeffmark in front",
    "\u2028 line separator \x85 next line",
    "\ufffe\uffff not characters",
    " blanks around ",
    "Қала күні, Ёлка, мәңгі",
    "ж" * 40_000,
    "😀" * 17_000,
    "é́",
]


def new_database(path: Path) -> sqlite3.Connection:
    """Create an empty database like the store."""
    db = Database(path)
    db.conn.execute("PRAGMA journal_mode = WAL")
    migrations.apply(db)
    bring_up_to_date(db)
    data_dictionary.fill(db)
    db.conn.commit()
    return db.conn


def insert(db: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        db.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(row.values()))
    db.commit()


def add_story(db: sqlite3.Connection, story: Mapping[str, Any], **sighting: Any) -> int:
    """Add a story with one sighting; return its id."""
    if not db.execute("SELECT 1 FROM crawls").fetchone():
        insert(db, "crawls", [{"started_at": NOW, "spider": "press", "arguments": "{}", "version": "1.0"}])
    insert(db, "stories", [{"first_seen": NOW, "last_seen": NOW, **story}])
    story_id = db.execute("SELECT max(id) FROM stories").fetchone()[0]
    number = db.execute("SELECT count(*) FROM sightings").fetchone()[0]
    seen = {"story_id": story_id, "crawl_id": 1, "seen_at": NOW, "last_seen_at": NOW, "site": "www.gov.kz"}
    seen |= {"record_hash": number.to_bytes(8, "big"), "matched_by": "new"}
    seen |= {"raw_title": story.get("title"), "raw_body": story.get("body"), "entity": story.get("entity")}
    insert(db, "sightings", [seen | sighting])
    return int(story_id)


def nasty_database(path: Path) -> Path:
    """Create a database with every string of NASTY and every missing value."""
    db = new_database(path)
    for number, text in enumerate(NASTY, start=1):
        story = {
            "title": text,
            "body": text + "\n\n" + text,
            "entity": "almobl" if number % 2 else "kostanay",
            "lang": ("kk", "ru", "en", "kk-Latn")[number % 4],
            "news_id": 1_100_000 + number,
            "url": f"https://www.gov.kz/memleket/entities/almobl/press/news/details/{1_100_000 + number}",
            "published": f"2025-{1 + number % 12:02}-{1 + number % 28:02}",
            "published_at": f"2025-12-20T{number % 24:02}:00:00+05:00" if number % 3 else None,
        }
        story_id = add_story(db, story, raw_title="" if number % 5 == 0 else text)
        repair = {"story_id": story_id, "field": "title", "rule": "doubled-space", "start": 0}
        insert(
            db, "repairs", [repair | {"before": text, "after": ""}, repair | {"before": "", "after": text}]
        )
        insert(db, "problems", [{"story_id": story_id, "field": "body", "kind": "x", "detail": text}])
        insert(
            db,
            "revisions",
            [{"story_id": story_id, "seen_at": NOW, "title": None, "body": text, "text_hash": str(number)}],
        )
    add_story(db, {"url": "https://www.gov.kz/x/1", "news_id": 1})  # no title, no body, no date, no language
    db.close()
    return path
