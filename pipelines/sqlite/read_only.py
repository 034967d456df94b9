"""Read-only connections for commands that only read: no lock, no migration, no heavy import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.errors import DatabaseError
from pipelines.sqlite import fts_index, views
from pipelines.sqlite.error_messages import database_errors, opening_errors, refuse_other_files

_MAPPED = 1 << 30  # bytes of the file read through memory mapping; filters read 2.5 times as fast with it
# The migrations of this version. Repeated here because schema.py imports sqlite-utils, which takes longer
# than most searches; a test compares the two lists.
KNOWN = ("m001_tables", "m002_near_more", "m003_media_and_topics", "m004_merged_ids")
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'govkz'"
_READ_FROM = {"views": views.VERSION, "search": fts_index.VERSION}


@contextmanager
def reading(path: Path, *, mapped: bool = False, older: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a snapshot of a database for reading, and close it at the end of the block.

    ``mapped`` reads through memory mapping: faster for scattered rows as in a search, but it counts as used
    memory, so it does not suit a scan of everything. ``older`` accepts a database of an older version, for
    callers that read only columns which every version has.
    Raise DatabaseError if the file is missing, foreign or unreadable.
    """
    with database_errors(path):
        with opening_errors(path):
            db = _open(path)
        try:
            if mapped:
                db.execute(f"PRAGMA mmap_size = {_MAPPED}")
            db.execute("BEGIN")
            there = applied(db, path)
            if not older and not is_current(db, there):
                raise DatabaseError(
                    f"{path} was made by an older version: run `govkz reclean --db {path}` once"
                )
            yield db
        finally:
            db.close()


def named_rows(db: sqlite3.Connection, query: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
    """Return the rows of a query, by column name; the connection returns plain tuples, which cost less."""
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(query, values).fetchall()


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        if path.is_dir():
            raise DatabaseError(f"{path} is a directory: pass a file with --db")
        raise DatabaseError(
            f"{path} does not exist: create a database with `govkz crawl`, `ingest` or `demo`"
        )
    refuse_other_files(path)
    uri = path.resolve().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        if Path(f"{path.resolve()}-wal").exists():
            raise  # the transactions in the WAL would be missing
        # In a read-only directory, SQLite opens a WAL database only as immutable, which it is there.
        db = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return db


def applied(db: sqlite3.Connection, path: Path) -> set[str]:
    """Return the names of the applied migrations. Raise DatabaseError if the file is foreign or too new."""
    try:
        names = {name for (name,) in db.execute(_APPLIED)}
    except sqlite3.OperationalError:  # no such table
        names = set()
    if not names:
        if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
            raise DatabaseError(f"{path} is empty: run `govkz crawl`, `ingest` or `demo` with it (once more)")
        raise DatabaseError(f"{path} is another program's database: pass another file with --db")
    if names - set(KNOWN):
        raise DatabaseError(f"{path} was made by a newer version of govkz-scraper: update the program")
    return names


def is_current(db: sqlite3.Connection, migrations: set[str]) -> bool:
    """Return whether a database with these migrations needs no work of this version before it is read."""
    if set(KNOWN) - migrations:
        return False
    there = dict(db.execute("SELECT name, version FROM _derived"))
    return all(there.get(name) == version for name, version in _READ_FROM.items())
