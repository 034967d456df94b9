"""The store: takes normalised items in, one transaction each or many together, and keeps one story once."""

from __future__ import annotations

import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from itertools import islice
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self, cast

from sqlite_utils import Database

from pipelines.errors import DatabaseError
from pipelines.items import ProcessedStory
from pipelines.sqlite import fts_index
from pipelines.sqlite.connection import BULK_CACHE_MIB, CACHE_MIB, connect_writer, identity, writing_back
from pipelines.sqlite.error_messages import database_errors, opening_errors
from pipelines.sqlite.resolution import manual_corrections
from pipelines.sqlite.resolution.add_sighting import Added, Outcome, add
from pipelines.sqlite.resolution.candidate_index import LOOKED_AFTER, put_away
from pipelines.sqlite.resolution.reprocess import Normalise, Recleaned, reclean
from pipelines.sqlite.rows import Prepared
from pipelines.sqlite.transactions import WriterLock

_COUNTED = "stories", "repairs", "problems"


@dataclass(slots=True)
class Counts:
    """How many items had which outcome."""

    new: int = 0  # a story not seen before
    copy: int = 0  # a further sighting of a story
    better: int = 0  # a copy that gave the story a better text
    revision: int = 0  # the publisher changed the text
    known: int = 0  # the same record as before: nothing was added

    @property
    def total(self) -> int:
        """All items."""
        return self.new + self.copy + self.better + self.revision + self.known

    def count(self, outcome: Outcome) -> None:
        """Count one item."""
        setattr(self, outcome, getattr(self, outcome) + 1)


def _here(work: Callable[[], object]) -> None:
    work()


def _now() -> datetime:
    return datetime.now(UTC)


def _version() -> str:
    try:
        return metadata.version("govkz-scraper")
    except metadata.PackageNotFoundError:
        return "unknown"  # run from a checkout that was never installed


class Store:
    """A database open for writing. Use as a context manager; made by ``open_store``."""

    def __init__(
        self, path: Path, db: Database, lock: WriterLock, clock: Callable[[], datetime], *, bulk: bool
    ) -> None:
        self.path, self.db, self._lock, self._clock, self._bulk = path, db, lock, clock, bulk
        self._conn = cast("fts_index.Writer", db.conn)
        self._file = identity(path)
        self._conn.row_factory = sqlite3.Row
        self._turn = Lock()  # a transaction ends once, in whichever thread
        self._unlooked = LOOKED_AFTER  # many short runs add up: each looks after the index once

    def __enter__(self) -> Self:
        """Give the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()

    def close(self) -> None:
        """Fold the log back into the file, close it and let other writers in."""
        try:
            self._conn.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.OperationalError:
            pass  # a full disk: the log stays and is read as part of the file
        finally:
            self._conn.close()
            self._lock.close()

    @contextmanager
    def helped(self, beside: fts_index.Beside) -> Iterator[None]:
        """Have long work of SQLite done by ``beside``, which may call it in another thread.

        The connection is handed over and taken back, never shared: nobody here uses it until then.
        """
        self._conn.beside = beside
        try:
            yield
        finally:
            self._conn.beside = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything in the block, or nothing; join a transaction that is open already."""
        if self._conn.in_transaction:
            with database_errors(self.path):
                yield
            return
        self.begin()
        with database_errors(self.path):
            try:
                yield
            except BaseException:
                self.rollback()
                raise
        self.commit()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote if it raises, and re-raise; the transaction around it stays open.

        Outside a transaction it opens one.
        """
        if not self._conn.in_transaction:
            with self.transaction():
                yield
            return
        pending = fts_index.pending_rows(self._conn)
        with database_errors(self.path):
            self._conn.execute("SAVEPOINT item")
            try:
                yield
            except BaseException:
                if self._conn.in_transaction:  # a full disk, for one, rolls back the whole transaction
                    self._conn.execute("ROLLBACK TO item")
                    self._conn.execute("RELEASE item")
                    fts_index.restore_pending(self._conn, pending)
                else:
                    fts_index.drop(self._conn)
                raise
            self._conn.execute("RELEASE item")

    def begin(self) -> None:
        """Begin a transaction that ``commit`` or ``rollback`` ends, for a caller without a ``with`` block.

        Immediate: a deferred transaction fails at its first write if another connection writes.
        """
        if identity(self.path) != self._file:
            raise DatabaseError(
                f"{self.path} was removed or replaced while it was open: what was stored since is lost; "
                "run the command again"
            )
        with database_errors(self.path):
            self._conn.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit the open transaction with its rows of the full-text index; roll it back if that fails."""
        if not self._conn.in_transaction:
            raise DatabaseError(
                f"an error has rolled back the open transaction of {self.path}: run the command again"
            )
        with database_errors(self.path):
            try:
                fts_index.feed(self._conn)
                (self._conn.beside or _here)(self._commit)
            except BaseException:
                self.rollback()
                raise

    def rollback(self) -> None:
        """Undo the open transaction; do nothing if an error has ended it already."""
        with self._turn, database_errors(self.path):
            fts_index.drop(self._conn)
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")

    def _commit(self) -> None:
        with self._turn:
            self._conn.execute("COMMIT")

    def begin_crawl(self, spider: str, arguments: Mapping[str, Any]) -> int:
        """Open a row in ``crawls``; its outcome stays NULL until ``finish_crawl``: interrupted."""
        with self.transaction():
            row = (self.now(), spider, json.dumps(arguments, ensure_ascii=False, default=str), _version())
            query = "INSERT INTO crawls (started_at, spider, arguments, version) VALUES (?, ?, ?, ?)"
            crawl_id = self._conn.execute(query, row).lastrowid
        assert crawl_id is not None  # noqa: S101 - an insert has a row id
        return crawl_id

    def finish_crawl(self, crawl_id: int, outcome: str, stats: Mapping[str, Any]) -> None:
        """Close the row in ``crawls``."""
        row = (self.now(), outcome, json.dumps(stats, ensure_ascii=False, default=str), crawl_id)
        with self.transaction():
            self._conn.execute("UPDATE crawls SET finished_at = ?, outcome = ?, stats = ? WHERE id = ?", row)

    def add_all(self, items: Iterable[ProcessedStory | Prepared], crawl_id: int) -> Counts:
        """Take in many items in one transaction."""
        counts = Counts()
        alone = fts_index.without_trigger(self._conn) if self._bulk else nullcontext()
        with self.transaction(), alone:
            now = self.now()
            for item in items:
                counts.count(add(self._conn, item, crawl_id, now).outcome)
            self._look_after_index(counts.total)
        return counts

    def add(self, item: ProcessedStory | Prepared, crawl_id: int) -> Added:
        """Take in one item, in its own transaction unless one is open."""
        with self.transaction():
            added = add(self._conn, item, crawl_id, self.now())
            self._look_after_index(1)
            return added

    def _look_after_index(self, items: int) -> None:
        self._unlooked += items
        if self._unlooked >= LOOKED_AFTER:
            put_away(self._conn)
            self._unlooked = 0

    def newest(self) -> dict[str, int]:
        """Name the newest row of what is counted at the end of a run, for ``count_newer``."""
        query = "SELECT coalesce(max(id), 0) FROM "
        return {name: self._conn.execute(query + name).fetchone()[0] for name in _COUNTED}

    def count_newer(self, newest: Mapping[str, int]) -> dict[str, int]:
        """Count the stories, repairs and problems that came since, and are there still."""
        query = "SELECT count(*) FROM {} WHERE id > ?"
        return {
            name: self._conn.execute(query.format(name), (newest[name],)).fetchone()[0] for name in _COUNTED
        }

    def split(self, sightings: Sequence[int]) -> list[int]:
        """Part sightings from their story, for ever; see ``manual_corrections.split``."""
        with self.transaction():
            return manual_corrections.split(self._conn, sightings, self.now())

    def join(self, one: int, other: int) -> int:
        """Make two stories one, for ever; see ``manual_corrections.join``."""
        with self.transaction():
            return manual_corrections.join(self._conn, one, other, self.now())

    def reclean(self, normalise: Normalise, progress: Callable[[int], None] = lambda done: None) -> Recleaned:
        """Apply today's rules to everything; see ``recleaning``."""
        with self.transaction():
            return reclean(self._conn, normalise, self.now(), progress)

    def put_sources(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write the list of publishers: full rows of ``sources``; one that exists is replaced."""
        names = ("slug", "kind", "name_kk", "name_ru", "name_en", "region", "evidence_url")
        values = [tuple(row.get(name) or None for name in names) for row in rows]
        with self.transaction():
            self._conn.executemany("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def now(self) -> str:
        """Give the time for what does not say when it was seen, as stored."""
        return self._clock().isoformat(timespec="seconds")


def open_store(
    path: str | Path, *, create: bool = True, bulk: bool = False, clock: Callable[[], datetime] = _now
) -> Store:
    """Open a database for writing, alone. DatabaseError: in use, foreign, damaged, too new, unwritable.

    ``create=False`` is for commands that make no sense on a new file, ``bulk`` for those that write thousands
    of items in a transaction. ``clock`` dates what does not say when it was seen.
    """
    path = Path(path)
    with opening_errors(path):
        return _open_store(path, create=create, bulk=bulk, clock=clock)


def _open_store(path: Path, *, create: bool, bulk: bool, clock: Callable[[], datetime]) -> Store:
    if path.is_dir():
        raise DatabaseError(f"{path} is a directory: give a file with --db")
    if not path.exists():
        if not create:
            what = "make one with `govkz crawl`, `govkz ingest` or `govkz demo`"
            raise DatabaseError(f"{path} does not exist: {what}")
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = WriterLock(path)
    try:
        db = connect_writer(path, BULK_CACHE_MIB if bulk else CACHE_MIB)
        return Store(path, db, lock, clock, bulk=bulk)
    except BaseException:
        lock.close()
        raise


def add_batches(
    store: Store, items: Iterator[ProcessedStory | Prepared], crawl_id: int, size: int
) -> Iterator[Counts]:
    """Take in all items, ``size`` in a transaction, and give the counts of each.

    The full-text index gathers the words of hundreds of stories, a commit writes thousands of pages, and
    neither needs Python: another thread does it, while this one fetches what comes next, one batch at most.
    A third writes the log of earlier batches back into the file, so that no commit waits for that.
    What the fetching of an item raises is raised when the batch before it is stored.
    """
    fetched: deque[ProcessedStory | Prepared] = deque()
    failed: list[BaseException] = []
    written: Future[None] | None = None
    with writing_back(store.path) as write_back, ThreadPoolExecutor(max_workers=2) as other:

        def beside(work: Callable[[], object]) -> None:
            done = other.submit(work)
            try:
                while len(fetched) < size and not failed and not done.done() and (item := next(items, None)):
                    fetched.append(item)
            except BaseException as error:  # noqa: BLE001 - raised in its turn, behind what came before it
                failed.append(error)
            done.result()

        def in_order() -> Iterator[ProcessedStory | Prepared]:
            while True:
                if not fetched and failed:
                    raise failed.pop()
                item = fetched.popleft() if fetched else next(items, None)
                if item is None:
                    return
                yield item

        following = in_order()
        with store.helped(beside):
            while (counts := store.add_all(islice(following, size), crawl_id)).total:
                if written is None or written.done():
                    written = other.submit(write_back)
                yield counts
