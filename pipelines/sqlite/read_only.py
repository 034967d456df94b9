"""A plain read-only connection, for the commands that only read: no lock, no migration, no heavy import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DatabaseError
from pipelines.sqlite import fts_index, views
from pipelines.sqlite.error_messages import database_errors, opening_errors, refuse_other_files

_MAPPED = 1 << 30  # bytes of the file read through memory mapping; filters read 2.5 times as fast with it
# The changes of the schema that this version knows. They stand here once more because reading their list from
# the schema would import sqlite-utils, which takes longer than most searches; a test holds the two together.
KNOWN = ("m001_tables",)
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'govkz'"
_READ_FROM = {"views": views.VERSION, "search": fts_index.VERSION}


@contextmanager
def reading(path: Path, *, mapped: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a database for reading one unchanging state of it, and close it again.

    ``mapped`` reads through memory mapping: faster for many scattered rows, at the cost of memory that looks
    used, for a search but not for a walk over everything.
    Raises DatabaseError when there is none, when it is not one of ours, or when it cannot be read.
    """
    with database_errors(path):
        with opening_errors(path):
            db = _open(path)
        try:
            if mapped:
                db.execute(f"PRAGMA mmap_size = {_MAPPED}")
            db.execute("BEGIN")
            if set(KNOWN) - applied(db, path) or not _is_current(db):
                raise DatabaseError(
                    f"{path} was made by an older version: run `govkz reclean --db {path}` once"
                )
            yield db
        finally:
            db.close()


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        if path.is_dir():
            raise DatabaseError(f"{path} is a directory: give a file with --db")
        raise DatabaseError(f"{path} does not exist: make a database with `govkz crawl`, `ingest` or `demo`")
    refuse_other_files(path)
    uri = path.resolve().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        if Path(f"{path.resolve()}-wal").exists():
            raise  # what stands in the log would be missing
        # In a folder that cannot be written, SQLite can open a WAL file only when told that nobody
        # writes to it, and there nobody can.
        db = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, isolation_level=None)
    return db


def applied(db: sqlite3.Connection, path: Path) -> set[str]:
    """Name the changes of the schema that a file has had. DatabaseError: it is foreign, or too new."""
    try:
        names = {name for (name,) in db.execute(_APPLIED)}
    except sqlite3.OperationalError:  # no such table
        names = set()
    if not names:
        if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
            raise DatabaseError(f"{path} is empty: run `govkz crawl`, `ingest` or `demo` with it (once more)")
        raise DatabaseError(f"{path} is another program's database: give another file with --db")
    if names - set(KNOWN):
        raise DatabaseError(f"{path} was made by a newer version of govkz-scraper: update the program")
    return names


def _is_current(db: sqlite3.Connection) -> bool:
    there = dict(db.execute("SELECT name, version FROM _derived"))
    return all(there.get(name) == version for name, version in _READ_FROM.items())
