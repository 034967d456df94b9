"""Shards: complete or refused in one line, and safe to write again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.corpus import shard
from pipelines.corpus.received import received_in_database
from pipelines.corpus.shard import MANIFEST, open_shard, write_shard
from pipelines.errors import BadInput
from pipelines.items import RawStory
from tests.databases import NASTY
from tests.pipelines.corpus.press_archive import fill

TABLES = ("sources", "crawls", "coverage", "gone", "corrections", "former", "sightings")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every string that has broken a table before, as title, body and section."""
    items = [
        RawStory(title=text, body=text, section=text, position=n, seen_at="2026-01-01T00:00:00Z")
        for n, text in enumerate(NASTY)
    ]
    return fill(tmp_path_factory.mktemp("shard") / "a.db", items)


@pytest.fixture
def folder(db: Path, tmp_path: Path) -> Path:
    write_shard(db, tmp_path / "a", "1.0")
    return tmp_path / "a"


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    return found


def test_a_shard_holds_every_string_and_byte(db: Path, folder: Path) -> None:
    with received_in_database(db) as source:
        for name in TABLES:
            found = open_shard(folder)
            assert list(found.rows(name)) == list(source.rows(name))
            assert found.count(name) == source.count(name)
        assert (found.origin, found.last_story) == (source.origin, source.last_story)


def test_the_same_database_gives_the_same_bytes(db: Path, folder: Path, tmp_path: Path) -> None:
    write_shard(db, tmp_path / "b", "1.0")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}


def test_writing_again_leaves_the_files_of_one_shard(db: Path, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(db)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    fill(copy, [RawStory(title="Мост", body="Через реку построен мост.")], 2)
    (folder / ".sightings.partial").write_text("left by a killed run")
    write_shard(copy, folder, "1.0")
    assert {path.name for path in folder.iterdir()} == {
        MANIFEST,
        *(entry["file"] for entry in manifest(folder)["tables"].values()),
    }
    assert open_shard(folder).count("sightings") == len(NASTY) + 1


def test_a_writer_killed_before_the_manifest_leaves_the_old_shard(
    db: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(db, copy)
    fill(copy, [RawStory(title="Мост", body="Через реку построен мост.")], 2)

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shard, "replacing", killed)
    with pytest.raises(KeyboardInterrupt):
        write_shard(copy, folder, "1.0")
    assert open_shard(folder).count("sightings") == len(NASTY)


def test_a_shard_without_its_manifest_is_refused(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    with pytest.raises(BadInput, match=r"no complete shard: it has no manifest\.json"):
        open_shard(folder)


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_part_is_named(folder: Path, table: str) -> None:
    name = manifest(folder)["tables"][table]["file"]
    (folder / name).unlink()
    with pytest.raises(BadInput, match=f"{name} is missing"):
        open_shard(folder)


def test_a_half_copied_part_is_named(folder: Path) -> None:
    path = folder / manifest(folder)["tables"]["sightings"]["file"]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadInput, match="damaged or half copied"):
        open_shard(folder)


def test_a_newer_shard_is_refused(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest(folder) | {"format": shard.FORMAT + 1}))
    with pytest.raises(BadInput, match="newer version of govkz-scraper: update the program"):
        open_shard(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "x"}', '{"format": 1, "tables": 3}'])
def test_a_damaged_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(BadInput, match="damaged"):
        open_shard(folder)


def test_columns_and_tables_that_an_older_version_did_not_write_are_empty(folder: Path) -> None:
    """As a version before ``origin``, ``gone`` and ``section`` would have written it."""
    found = manifest(folder)
    path = folder / found["tables"]["sightings"]["file"]
    table = pq.read_table(path).drop_columns(["section"])
    pq.write_table(table, path)
    found["tables"]["sightings"]["sha256"] = shard.sha256(path)
    del found["tables"]["gone"]
    (folder / MANIFEST).write_text(json.dumps(found))
    older = open_shard(folder)
    assert list(older.rows("gone")) == []
    rows = list(older.rows("sightings"))
    assert len(rows) == len(NASTY)
    assert {row["section"] for row in rows} == {None}


def test_a_folder_with_other_files_is_left_alone(db: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(BadInput, match=r"holds other files, such as thesis\.txt"):
        write_shard(db, tmp_path, "1.0")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_place_of_the_folder_is_refused(db: Path, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(BadInput, match="is a file: pass a folder"):
        write_shard(db, tmp_path / "a", "1.0")
