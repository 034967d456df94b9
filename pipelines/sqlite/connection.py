"""Opening a database file: creating and migrating it, and saying in one line why it cannot be used."""

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
from pipelines.sqlite.resolution import candidate_index
from pipelines.sqlite.schema import migrations
from pipelines.sqlite.transactions import whole

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
        refuse_other_files(path)
        # Used by two threads, by turns (add_batches).
        wishes: dict[str, Any] = {"factory": fts_index.Writer, "check_same_thread": False}
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
            new = conn.execute("SELECT 1 FROM sqlite_master").fetchone() is None
            with whole(conn) if new else nullcontext():  # killed amid this, it is still an empty file
                migrations.apply(db)
                bring_up_to_date(conn)
                data_dictionary.fill(conn)
        except BaseException:
            conn.close()
            raise
    return db


@contextmanager
def writing_back(path: Path) -> Iterator[Callable[[], None]]:
    """Give a function that writes what the log holds back into its file, while another connection goes on.

    It may be called in any one thread. A commit that makes the log too long then finds little left to do.
    """
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as conn:

        def write_back() -> None:
            with suppress(sqlite3.Error):  # a full disk: the log stays and is read as part of the file
                conn.execute("PRAGMA wal_checkpoint(PASSIVE)")

        yield write_back


def _refuse_foreign(path: Path, conn: sqlite3.Connection) -> None:
    if conn.execute("SELECT 1 FROM sqlite_master WHERE name != ?", (migrations.migrations_table,)).fetchone():
        applied(conn, path)


@dataclass(frozen=True, slots=True)
class Derived:
    """One thing that is made of the tables."""

    name: str
    version: str  # another one than the file's: it is made anew
    make: Callable[[sqlite3.Connection], None]


DERIVED = (
    Derived("views", views.VERSION, views.make),
    Derived("search", fts_index.VERSION, fts_index.make),
    Derived("likeness", fingerprints.VERSION, candidate_index.index_anew),
)


def bring_up_to_date(conn: sqlite3.Connection) -> None:
    """Make anew what another version made, each in a transaction of its own unless one is open."""
    there = dict(conn.execute("SELECT name, version FROM _derived"))
    for one in DERIVED:
        if there.get(one.name) != one.version:
            with whole(conn):
                one.make(conn)
                conn.execute("INSERT OR REPLACE INTO _derived VALUES (?, ?)", (one.name, one.version))
