"""A plain read-only connection, for the commands that only read: no lock, no migration, no heavy import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DatabaseError

_MAPPED = 1 << 30  # bytes of the file read through memory mapping; filters read 2.5 times as fast with it
# The changes of the schema that this version knows. They stand here once more because reading their list from
# the schema would import sqlite-utils, which takes longer than most searches; a test holds the two together.
KNOWN = (
    "m001_tables",
    "m002_search",
    "m003_views",
    "m004_likeness",
    "m005_keys",
    "m006_recent_keys",
    "m007_drawn_words",
)
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'govkz'"


@contextmanager
def reading(path: Path, *, mapped: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a database for reading one unchanging state of it, and close it again.

    ``mapped`` reads through memory mapping: faster for many scattered rows, at the cost of memory that looks
    used, for a search but not for a walk over everything.
    Raises DatabaseError when there is none, when it is not one of ours, or when it cannot be read.
    """
    db = _open(path)
    if mapped:
        db.execute(f"PRAGMA mmap_size = {_MAPPED}")
    try:
        db.execute("BEGIN")
        _check(db, path)
        yield db
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path} cannot be read ({error}); run `govkz doctor --db {path}`") from error
    finally:
        db.close()


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        reason = "is no file" if path.exists() else "does not exist"
        raise DatabaseError(f"the database {path} {reason}: `govkz demo`, `crawl` or `ingest` make one")
    uri = path.resolve().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        if not Path(f"{path}-wal").exists():
            # In a folder that cannot be written, SQLite can open a WAL file only when told that nobody
            # writes to it, and there nobody can.
            db = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, isolation_level=None)
        else:
            raise DatabaseError(f"{path} cannot be opened for reading; check its permissions") from None
    except sqlite3.DatabaseError:
        raise DatabaseError(f"{path} is not an SQLite database") from None
    return db


def _check(db: sqlite3.Connection, path: Path) -> None:
    try:
        applied = {name for (name,) in db.execute(_APPLIED)}
    except sqlite3.OperationalError:  # no such table
        applied = set()
    if not applied:
        raise DatabaseError(f"{path} is not a database of this program: give another file with --db")
    if applied - set(KNOWN):
        raise DatabaseError(f"{path} was made by a newer version of govkz-scraper: update the program")
    if set(KNOWN) - applied:
        raise DatabaseError(f"{path} was made by an older version: run `govkz reclean --db {path}` once")
