"""shard and merge, as a user runs them: sources of every kind, kills, and what cannot be read."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from govkz_scraper.cli import cli
from pipelines.errors import BadInput, DatabaseError, GovkzError
from tests.pipelines.corpus.press_archive import archive, fill, parts
from tests.stored import dump, stored


def govkz(*arguments: object) -> str:
    """Run a command and return its output. Raise GovkzError like the command."""
    result = CliRunner().invoke(cli, [str(one) for one in arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two databases of an archive, and one database of all."""
    folder = tmp_path_factory.mktemp("merging")
    parts(folder, 2)
    fill(folder / "one.db", archive(), 9)
    return folder


def test_a_shard_and_a_database_become_one(folder: Path, tmp_path: Path) -> None:
    said = govkz("shard", "--db", folder / "part1.db", "-o", tmp_path / "deep" / "part1")
    assert "sightings of 1 runs, 0 pairs corrected by hand" in said
    said = govkz("merge", folder / "part0.db", tmp_path / "deep" / "part1", "-o", tmp_path / "all.db")
    assert "sightings, 0 of them new; origin " in said
    assert stored(tmp_path / "all.db") == stored(folder / "one.db")
    assert "is sound" in govkz("doctor", "--db", tmp_path / "all.db")
    left = {path.name for path in tmp_path.iterdir()} - {"deep", "all.db-wal", "all.db-shm"}
    assert left == {"all.db", "all.db.lock"}


def test_several_processes_give_the_same_database(folder: Path, tmp_path: Path) -> None:
    sources = (folder / "part0.db", folder / "part1.db")
    govkz("merge", *sources, "-o", tmp_path / "one.db")
    govkz("merge", *sources, "--jobs", 2, "-o", tmp_path / "two.db")
    assert dump(tmp_path / "one.db") == dump(tmp_path / "two.db")


def test_show_finds_the_story_of_a_merged_id(folder: Path, tmp_path: Path) -> None:
    small = fill(tmp_path / "small.db", archive()[:3])
    govkz("merge", small, folder / "part1.db", "-o", tmp_path / "all.db")
    with closing(sqlite3.connect(tmp_path / "all.db")) as db:
        query = (
            "SELECT id, story_id FROM former_stories WHERE origin IS NOT NULL"
            " AND id NOT IN (SELECT id FROM stories UNION SELECT id FROM _former)"
        )
        former, story = db.execute(query).fetchone()
    with pytest.raises(BadInput, match=f"story {former} is now part of story {story}$"):
        govkz("show", former, "--db", tmp_path / "all.db")


def older_copy(path: Path, copy: Path) -> Path:
    """Copy a database as the first version would have stored it."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as db:
        source.backup(db)
        views = "SELECT name FROM sqlite_master WHERE type = 'view' AND substr(name, 1, 1) != '_'"
        for view in db.execute(views).fetchall():
            db.execute(f"DROP VIEW {view[0]}")
        db.execute("DELETE FROM _derived WHERE name = 'views'")
        for table in ("_merged_ids", "story_media", "story_topics"):
            db.execute(f"DROP TABLE {table}")
        columns = ("stories.text_lang", "sightings.text_lang", "sightings.extras", "_near.more")
        for table, column in (name.split(".") for name in columns):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name != 'm001_tables'")
        db.commit()
    return copy


def test_databases_of_an_older_version_are_read(folder: Path, tmp_path: Path) -> None:
    older = [older_copy(folder / f"part{number}.db", tmp_path / f"old{number}.db") for number in range(2)]
    before = dump(older[0])
    govkz("shard", "--db", older[1], "-o", tmp_path / "old1")
    for number, sources in enumerate(
        ((older[0], older[1]), (older[1], older[0]), (tmp_path / "old1", older[0]))
    ):
        govkz("merge", *sources, "-o", tmp_path / f"all{number}.db")
        assert stored(tmp_path / f"all{number}.db") == stored(folder / "one.db")
    assert dump(older[0]) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.corpus.files import merge_files, opened
from pipelines.process import process_story

records, batches, out, *sources = sys.argv[1:]

def count(left):
    while True:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        yield

at_record, at_batch = count(int(records)), count(int(batches))
with opened([Path(source) for source in sources]) as received:
    merge_files(
        Path(out), received,
        lambda raws: (process_story(raw) for raw in raws if next(at_record) is None),
        lambda done: next(at_batch),
    )
"""


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_a_killed_merge_leaves_what_was_there_and_the_next_one_completes(
    folder: Path, tmp_path: Path, existing: bool
) -> None:
    out, sources = tmp_path / "all.db", (folder / "part0.db", folder / "part1.db")
    if existing:
        govkz("merge", sources[0], "-o", out)
    before = dump(out) if existing else None
    for records, batches in ((0, -1), (50, -1), (-1, 0), (-1, 1)):
        command = [sys.executable, "-c", KILLED, records, batches, out, *sources]
        killed = subprocess.run([str(one) for one in command], check=False, timeout=60)
        assert killed.returncode == -signal.SIGKILL
        assert (dump(out) if out.exists() else None) == before
    govkz("merge", *sources, "-o", out)
    assert stored(out) == stored(folder / "one.db")
    assert not [path for path in tmp_path.iterdir() if "merging" in path.name]


def test_a_new_database_appears_only_when_it_is_complete(folder: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    with closing(sqlite3.connect(folder / "part1.db")) as source, closing(sqlite3.connect(newer)) as db:
        source.backup(db)
        db.execute("UPDATE _sqlite_migrations SET name = 'm999_future' WHERE name = 'm001_tables'")
        db.commit()
    page = tmp_path / "page.html"
    page.write_text("<p>not a database but a page</p>")
    empty = tmp_path / "empty"
    empty.mkdir()
    bad: dict[Path, tuple[type[GovkzError], str]] = {
        tmp_path / "missing.db": (BadInput, "does not exist: pass databases and folders"),
        empty: (BadInput, "no complete shard"),
        newer: (DatabaseError, "newer version"),
        page: (DatabaseError, "not an SQLite database"),
    }
    for path, (kind, message) in bad.items():
        for sources in ((folder / "part0.db", path), (path, folder / "part0.db")):
            with pytest.raises(kind, match=message):
                govkz("merge", *sources, "-o", tmp_path / "all.db")
    assert not (tmp_path / "all.db").exists()


def test_a_folder_is_no_output_and_a_missing_one_is_created(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a directory: pass a file with -o"):
        govkz("merge", folder / "part0.db", "-o", tmp_path)
    govkz("merge", folder / "part0.db", "-o", tmp_path / "missing" / "all.db")
    assert stored(tmp_path / "missing" / "all.db") == stored(folder / "part0.db")


def test_a_database_in_use_is_not_merged_into(folder: Path, tmp_path: Path) -> None:
    from pipelines.sqlite import open_store

    govkz("merge", folder / "part0.db", "-o", tmp_path / "all.db")
    with open_store(tmp_path / "all.db"), pytest.raises(DatabaseError, match=f"process {os.getpid()}"):
        govkz("merge", folder / "part0.db", folder / "part1.db", "-o", tmp_path / "all.db")


def test_a_source_in_use_is_read_as_it_is(folder: Path, tmp_path: Path) -> None:
    from pipelines.sqlite import open_store

    with open_store(folder / "part1.db") as store, store.transaction():
        store.begin_crawl("press", {})
        govkz("merge", folder / "part0.db", folder / "part1.db", "-o", tmp_path / "all.db")
        store.rollback()
        store.begin()
    assert stored(tmp_path / "all.db") == stored(folder / "one.db")
