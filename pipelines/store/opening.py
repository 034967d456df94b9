"""Opening a database file: creating and migrating it, and saying in one line why it cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.errors import DatabaseError
from pipelines.store import explanations, search_feed
from pipelines.store.schema import migrations

# Of pages in memory: the hash-ordered indexes of 100,000 stories fit; SQLite's 2 MB do not hold 5,000. A
# transaction of thousands of items dirties more than that, and what has to be written out before its end is
# written twice: at 1,200,000 stories it takes a third less time with twice the cache.
CACHE_MIB, BULK_CACHE_MIB = 64, 192
# Of a new file. A story and its sighting have some kilobytes each, which SQLite's own 4 KB pages would part:
# taking in takes a tenth less time so. Twice as much again would save little more, and a crawl, whose
# transactions are small and touch pages all over the file, would write them 2.4 times as large.
PAGE_BYTES = 8192
# Keys that are hashes touch pages all over the file, the same ones in every transaction. With a log of 128 MB
# each is written back once for many transactions: storing the 100,000th story costs a fifth less than with
# SQLite's 4 MB. The log shrinks again when it has been folded back.
LOG_MIB = 128
LOG_KEPT_BYTES = 8 * 1024 * 1024
BUSY_SECONDS = 10  # a reader's checkpoint may hold the file for a moment


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a DatabaseError that names the file and says what to do."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # our own mistake, not the file's
    except sqlite3.DatabaseError as error:
        raise DatabaseError(_explain(path, str(error))) from error


def _explain(path: Path, message: str) -> str:
    if "disk is full" in message:
        return (
            f"no room left on the disk of {path}: nothing stored is lost; make room and run the command again"
        )
    if "disk I/O error" in message:
        return (
            f"the disk refused to read or write {path} ({message}): nothing stored before is lost; look at "
            "the disk and at limits on the size of files, and run the command again"
        )
    if "not a database" in message:
        return f"{path} is not an SQLite database: give another file with --db"
    if "malformed" in message:
        return f"{path} is damaged ({message}): restore a copy, or try `sqlite3 {path} .recover`"
    if "readonly" in message or "unable to open" in message:
        return f"cannot open {path} for writing: {message}; check the folder and its permissions"
    if "locked" in message:
        return f"{path} is locked by another program: close it and run the command again"
    return f"{path}: {message}"


def identity(path: Path) -> tuple[int, int] | None:
    """Say which file stands at a path: device and number; None: there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect_writer(path: Path, cache_mib: int = CACHE_MIB) -> Database:
    """Open for writing, creating and migrating as needed; a foreign file is left as it was. DatabaseError."""
    with database_errors(path):
        _refuse_other_files(path)
        # Used by two threads, by turns (Store.add_batches).
        wishes: dict[str, Any] = {"factory": search_feed.Writer, "check_same_thread": False}
        conn = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS, **wishes)
        try:
            _refuse_foreign(path, conn)
            conn.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            conn.execute("PRAGMA journal_mode = WAL")
            # NORMAL: a power cut may take the last transactions, never the file's soundness; a kill takes
            # nothing.
            conn.execute("PRAGMA synchronous = NORMAL")
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute(f"PRAGMA cache_size = -{cache_mib * 1024}")
            (page_bytes,) = conn.execute("PRAGMA page_size").fetchone()
            conn.execute(f"PRAGMA wal_autocheckpoint = {LOG_MIB * 1024 * 1024 // page_bytes}")
            conn.execute(f"PRAGMA journal_size_limit = {LOG_KEPT_BYTES}")
            conn.execute("PRAGMA temp_store = MEMORY")
            db = Database(conn)
            migrations.apply(db)
            explanations.fill(conn)
        except BaseException:
            conn.close()
            raise
    return db


def open_reader(path: Path) -> Database:
    """Open for reading only, also while a writer runs; creates nothing. Raises DatabaseError."""
    path = Path(path)
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise DatabaseError(
            f"{path} {what}: make a database with `govkz crawl`, `govkz ingest` or `govkz demo`"
        )
    with database_errors(path):
        _refuse_other_files(path)
        try:
            conn = _read_only(path)
            _refuse_foreign(path, conn)
        except sqlite3.OperationalError as error:
            raise DatabaseError(_explain(path, str(error))) from error
        if migrations.pending(Database(conn)):
            conn.close()
            raise DatabaseError(f"{path} was made by an older version: run `govkz reclean --db {path}` once")
    return Database(conn)


def _read_only(path: Path) -> sqlite3.Connection:
    uri = path.resolve().as_uri()
    conn = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        conn.execute("SELECT 1 FROM sqlite_master LIMIT 1")
    except sqlite3.OperationalError:
        # A WAL database in a folder that cannot be written to has no place for its -shm file.
        conn.close()
        conn = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    conn.execute("PRAGMA query_only = ON")
    return conn


def _refuse_other_files(path: Path) -> None:
    """Raise DatabaseError for a file that is no database: SQLite takes a short one for an empty database."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise DatabaseError(_explain(path, "file is not a database"))


def _refuse_foreign(path: Path, conn: sqlite3.Connection) -> None:
    names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not names:
        return
    applied: set[str] = set()
    if migrations.migrations_table in names:
        rows = conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (migrations.name,))
        applied = {name for (name,) in rows}
    if not applied and names - {migrations.migrations_table}:
        raise DatabaseError(f"{path} is another program's database: give another file with --db")
    if applied - {migration.name for migration in migrations._migrations}:
        raise DatabaseError(f"{path} was made by a newer version of govkz-scraper: update the program")
