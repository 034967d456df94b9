"""Open a database for writing: create it, migrate it, rebuild what is derived from its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pipelines.dedupe import fingerprints
from pipelines.sqlite import data_dictionary, fts_index, views
from pipelines.sqlite.error_messages import database_errors, refuse_other_files
from pipelines.sqlite.read_only import applied
from pipelines.sqlite.resolution import rebuild_index
from pipelines.sqlite.schema import migrations
from pipelines.sqlite.transactions import immediate_transaction

# Page cache: 64 MB hold the hash-ordered indexes of 100,000 stories, SQLite's 2 MB not those of 5,000. A
# bulk transaction dirties more pages, and a page that is spilled before the commit is written twice: with
# 1,200,000 stories, twice the cache takes a third less time.
CACHE_MIB, BULK_CACHE_MIB = 64, 192
# Page size of a new file. A story and its sighting have some kilobytes each, which 4 KB pages would split
# over overflow pages: storing takes a tenth less time. Twice as much would save little more, and a crawl,
# with small transactions all over the file, would write 2.4 times as many bytes.
PAGE_BYTES = 8192
# Hash keys touch the same pages all over the file in every transaction. With a WAL of 128 MB each is
# written back once for many transactions: storing the 100,000th story costs a fifth less than with SQLite's
# 4 MB. The WAL is truncated after a checkpoint.
LOG_MIB = 128
LOG_KEPT_BYTES = 8 * 1024 * 1024
BUSY_SECONDS = 10  # another connection's checkpoint may lock the file briefly


def identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of the file at a path; None if there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect_writer(path: Path, cache_mib: int = CACHE_MIB) -> Database:
    """Open for writing, create and migrate as needed. Raise DatabaseError; never change a foreign file."""
    with database_errors(path):
        refuse_other_files(path)
        # add_batches hands the connection to a second thread and back.
        options: dict[str, Any] = {"factory": fts_index.Writer, "check_same_thread": False}
        conn = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS, **options)
        try:
            _refuse_foreign(path, conn)
            conn.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            conn.execute("PRAGMA journal_mode = WAL")
            # NORMAL: a power cut may lose the last transactions but never corrupts the file; a killed
            # process loses nothing.
            conn.execute("PRAGMA synchronous = NORMAL")
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute(f"PRAGMA cache_size = -{cache_mib * 1024}")
            (page_bytes,) = conn.execute("PRAGMA page_size").fetchone()
            conn.execute(f"PRAGMA wal_autocheckpoint = {LOG_MIB * 1024 * 1024 // page_bytes}")
            conn.execute(f"PRAGMA journal_size_limit = {LOG_KEPT_BYTES}")
            conn.execute("PRAGMA temp_store = MEMORY")
            db = Database(conn)
            new = conn.execute("SELECT 1 FROM sqlite_master").fetchone() is None
            # One transaction, so that a process killed here leaves an empty file.
            with immediate_transaction(conn) if new else nullcontext():
                migrations.apply(db)
                bring_up_to_date(db)
                data_dictionary.fill(db)
        except BaseException:
            conn.close()
            raise
    return db


@contextmanager
def writing_back(path: Path) -> Iterator[Callable[[], None]]:
    """Yield a function that checkpoints the WAL from another thread, while the writer continues.

    A commit that would trigger the automatic checkpoint then has little left to do.
    """
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as conn:

        def write_back() -> None:
            with suppress(sqlite3.Error):  # on a full disk the WAL stays, and is read as part of the database
                conn.execute("PRAGMA wal_checkpoint(PASSIVE)")

        yield write_back


def _refuse_foreign(path: Path, conn: sqlite3.Connection) -> None:
    if conn.execute("SELECT 1 FROM sqlite_master WHERE name != ?", (migrations.migrations_table,)).fetchone():
        applied(conn, path)


@dataclass(frozen=True, slots=True)
class Derived:
    """Something derived from the tables that can be rebuilt at any time."""

    name: str
    version: str  # rebuilt if the database has another version
    make: Callable[[Database], None]


DERIVED = (
    Derived("views", views.VERSION, views.make),
    Derived("search", fts_index.VERSION, lambda db: fts_index.make(db.conn)),
    Derived("likeness", fingerprints.VERSION, lambda db: rebuild_index(db.conn)),
)


def bring_up_to_date(db: Database) -> None:
    """Rebuild what another version derived, each in its own transaction unless one is open.

    So no migration has to keep the code of an earlier version.
    """
    conn = db.conn
    there = dict(conn.execute("SELECT name, version FROM _derived"))
    for one in DERIVED:
        if there.get(one.name) != one.version:
            with immediate_transaction(conn):
                one.make(db)
                conn.execute("INSERT OR REPLACE INTO _derived VALUES (?, ?)", (one.name, one.version))
