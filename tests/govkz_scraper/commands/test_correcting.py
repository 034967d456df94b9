"""show, split, join, reclean and doctor, as a user runs them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govkz_scraper.cli import cli
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import connection, open_store

BODY = (
    "The city's mayor opened a factory of nonwoven fabrics. \"The launch is a step forward for the city,\" "
    "the guest said. It will give work to 136 people and make 4,800 tons a year."
)  # fmt: skip
GOVKZ = "https://www.gov.kz/memleket/entities/shymkent/press/news/details/5?lang=en"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A story with a stripped copy, a changed text and an escape sequence in its section."""
    seen = {"date": "20.12.2025", "title": "A factory opened", "lang": "en"}
    stripped = BODY.replace('"', "").replace("'", "")
    page, site = "https://paper.example/", "https://www.gov.kz/api"
    raws = [
        RawStory(
            **seen,
            body=stripped,
            page_url=page,
            section="\x1b[31mRed",
            position=1,
            seen_at="2025-12-21T00:00:00Z",
        ),
        RawStory(**seen, body=BODY, url=GOVKZ, page_url=site, seen_at="2025-12-21T00:00:00Z"),
        RawStory(
            **seen, body=BODY.replace("136", "140"), url=GOVKZ, page_url=site, seen_at="2025-12-22T00:00:00Z"
        ),
    ]
    with open_store(tmp_path / "a.db") as store:
        store.add_all(map(process_story, raws), store.begin_crawl("test", {}))
    return tmp_path / "a.db"


def govkz(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments], color=False)


def test_show_tells_the_life_and_keeps_the_terminal_safe(db: Path) -> None:
    shown = govkz("show", 1, "--db", db)
    assert shown.exit_code == 0
    for part in (
        "Sightings (3)",
        "the same gov.kz address",
        "a copy that differs by damage",
        "[-136-]{+140+}",
    ):
        assert part in shown.output
    assert "\x1b" not in shown.output
    assert "\\x1b[31mRed" in shown.output


def test_split_and_join_are_kept_by_reclean(db: Path) -> None:
    assert govkz("split", 1, "--db", db).output == "now in story 2\n"
    recleaned = govkz("reclean", "--db", db)
    assert recleaned.exit_code == 0
    assert "3 sightings read, 0 cleaned differently" in recleaned.output
    assert "Sightings (2)" in govkz("show", 1, "--db", db).output
    assert govkz("join", 2, 1, "--db", db).exit_code == 0
    assert "assigned by hand" in govkz("show", 1, "--db", db).output
    assert govkz("doctor", "--db", db).output.endswith("is sound: 1 stories from 3 sightings\n")


def test_doctor_says_in_words_what_is_wrong(db: Path) -> None:
    with open_store(db) as store:
        store.db.execute("UPDATE stories SET published = '2025-02-31', byline = ''")
        store.db.execute(
            "INSERT INTO stories_fts (stories_fts, rowid, title) VALUES ('delete', 1, 'another')"
        )
    found = govkz("doctor", "--db", db)
    assert found.exit_code == 1
    for part in ("date is not YYYY-MM-DD: 1", "should be NULL: 1", "search index"):
        assert part in found.output


def test_doctor_takes_a_database_that_another_program_writes_for_no_damaged_one(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = govkz("doctor", "--db", db)
    assert found.exit_code == 0
    for part in ("is sound", "not compared with its table", "locked by another program"):
        assert part in found.output


@pytest.mark.parametrize("arguments", [("show", 99), ("split", 99), ("join", 1, 99)])
def test_what_does_not_exist_is_a_plain_error(db: Path, arguments: tuple[object, ...]) -> None:
    failed = govkz(*arguments, "--db", db)
    assert failed.exit_code == 1
    assert "there is no" in str(failed.exception)
