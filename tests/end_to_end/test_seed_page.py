"""A real digest page, ingested by the command that users run, in either order of its two sections."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest


def govkz(*arguments: str | Path, code: int = 0, stdin: str | None = None) -> str:
    """Run ``govkz`` as a user does; return its standard output."""
    command = [sys.executable, "-m", "govkz_scraper.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, input=stdin, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(params=["as received", "sections exchanged"])
def page(request: pytest.FixtureRequest, shared: Path, tmp_path: Path) -> Path:
    (seed,) = (shared / "seeds").glob("*.txt")
    lines = seed.read_text("utf-8").splitlines()
    if request.param == "sections exchanged":
        second = lines.index("More", 2) - 1
        lines = lines[second:] + lines[:second]
    path = tmp_path / "page.txt"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def db(page: Path, tmp_path: Path) -> sqlite3.Connection:
    path = tmp_path / "stories.db"
    govkz("ingest", page, "--db", path)
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    return connection


def test_five_stories_from_ten_sightings(db: sqlite3.Connection) -> None:
    assert db.execute("SELECT count(*) FROM stories").fetchone()[0] == 5
    assert db.execute("SELECT count(*) FROM sightings").fetchone()[0] == 10
    assert {row[0] for row in db.execute("SELECT DISTINCT published FROM stories")} == {"2025-12-20"}
    positions = [row[0] for row in db.execute("SELECT position FROM sightings ORDER BY id")]
    assert sorted(positions) == list(range(1, 11))


def test_lost_marks_come_back_from_the_other_copy(db: sqlite3.Connection) -> None:
    story = db.execute("SELECT * FROM stories WHERE title LIKE '%fabrics factory%'").fetchone()
    assert "The city's mayor" in story["body"]
    assert '"The launch of new enterprises' in story["body"]
    assert story["byline"] == "Press service of the Akim of Shymkent"
    assert story["byline"] not in story["body"]


def test_link_only_items_are_stories_without_text(db: sqlite3.Connection) -> None:
    rows = db.execute("SELECT * FROM stories WHERE body IS NULL ORDER BY news_id").fetchall()
    assert [(r["title"], r["entity"], r["news_id"], r["lang"]) for r in rows] == [
        (None, "almobl", 1129440, "kk"),
        (None, "almobl", 1129441, "kk"),
    ]
    assert all("/entities/almobl/press/news/details/11294" in r["url"] for r in rows)


def test_the_interview_with_two_sources(db: sqlite3.Connection) -> None:
    story = db.execute("SELECT * FROM stories WHERE news_id = 1129425").fetchone()
    assert story["title"] == "«Слышащее государство» в Костанае"
    assert (story["lang"], story["entity"]) == ("en", "kostanai-kalasy-akimat")
    assert "Source" not in story["body"]
    assert "followed. The concept" in story["body"]
    urls = {row["url"] for row in db.execute("SELECT url FROM story_urls WHERE story_id = ?", [story["id"]])}
    assert any(url.startswith("https://top-news.kz/") for url in urls)


def test_taking_it_in_again_adds_nothing(db: sqlite3.Connection, page: Path, tmp_path: Path) -> None:
    def everything() -> dict[str, list[tuple[object, ...]]]:
        queries = ("SELECT id, url, title, body FROM stories", "SELECT id, story_id, raw_body FROM sightings")
        return {query: [tuple(row) for row in db.execute(query)] for query in queries}

    before = everything()
    govkz("ingest", page, "--db", tmp_path / "stories.db")
    assert everything() == before


def test_every_repair_can_be_undone(db: sqlite3.Connection, tmp_path: Path) -> None:
    govkz("doctor", "--db", tmp_path / "stories.db")
    exported = govkz("export", "--format", "jsonl", "--db", tmp_path / "stories.db")
    assert len([json.loads(line) for line in exported.splitlines()]) == 5
