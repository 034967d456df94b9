"""Read-only connections: what they refuse, and that they read one snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import DatabaseError
from pipelines.sqlite.read_only import KNOWN, reading
from pipelines.sqlite.schema import migrations
from tests.databases import NOW, insert, new_database


def test_the_known_migrations_are_those_of_the_schema() -> None:
    assert tuple(migration.name for migration in migrations._migrations) == KNOWN, (
        "change KNOWN in reading.py"
    )


def test_it_cannot_write(tmp_path: Path) -> None:
    new_database(tmp_path / "a.db").close()
    with pytest.raises(DatabaseError, match="readonly"), reading(tmp_path / "a.db") as db:
        db.execute("DELETE FROM stories")


def test_a_reader_sees_one_snapshot_while_a_writer_writes(tmp_path: Path) -> None:
    writer = new_database(tmp_path / "a.db")
    with reading(tmp_path / "a.db") as db:
        before = db.execute("SELECT count(*) FROM stories").fetchone()
        insert(writer, "stories", [{"title": "new", "first_seen": NOW, "last_seen": NOW}])
        assert db.execute("SELECT count(*) FROM stories").fetchone() == before == (0,)
    with reading(tmp_path / "a.db") as db:
        assert db.execute("SELECT count(*) FROM stories").fetchone() == (1,)
    writer.close()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('govkz', 'm999', '')",
            "newer",
        ),
        ("UPDATE _derived SET version = 'other'", "older"),
        ("DROP TABLE _sqlite_migrations", "another program"),
    ],
)
def test_other_databases_are_refused(tmp_path: Path, change: str, says: str) -> None:
    db = new_database(tmp_path / "a.db")
    db.execute(change)
    db.commit()
    db.close()
    with pytest.raises(DatabaseError, match=says), reading(tmp_path / "a.db"):
        pass


@pytest.mark.parametrize("name", ["a?b#c.db", "with space.db", "деректер.db", "100%.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    new_database(tmp_path / name).close()
    with reading(tmp_path / name) as db:
        assert db.execute("SELECT count(*) FROM stories").fetchone() == (0,)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = new_database(path)
    insert(db, "stories", [{"title": "x" * 5000, "first_seen": NOW, "last_seen": NOW}] * 200)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\x7f" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="damaged"), reading(path) as damaged:
        damaged.execute("SELECT count(title || body) FROM stories").fetchall()


def test_a_writer_may_be_open_without_disturbing(tmp_path: Path) -> None:
    writer = new_database(tmp_path / "a.db")
    writer.execute("BEGIN IMMEDIATE")
    with reading(tmp_path / "a.db") as db:
        assert db.execute("SELECT count(*) FROM stories").fetchone() == (0,)
    writer.rollback()
    writer.close()
