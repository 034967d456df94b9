"""The store: writes processed items, one or many per transaction, each story once."""

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
from pipelines.sqlite import fts_index, resolution
from pipelines.sqlite.connection import BULK_CACHE_MIB, CACHE_MIB, connect_writer, identity, writing_back
from pipelines.sqlite.error_messages import database_errors, opening_errors
from pipelines.sqlite.resolution import FLUSH_INTERVAL, Added, Normalise, Outcome, Recleaned
from pipelines.sqlite.rows import Prepared
from pipelines.sqlite.transactions import WriterLock

_COUNTED = "stories", "repairs", "problems"


@dataclass(slots=True)
class Counts:
    """Number of items per outcome."""

    new: int = 0  # a new story
    copy: int = 0  # a further sighting of a story
    better: int = 0  # a copy with a better text for the story
    revision: int = 0  # the publisher changed the text
    known: int = 0  # a known record: nothing was added

    @property
    def total(self) -> int:
        """Number of all items."""
        return self.new + self.copy + self.better + self.revision + self.known

    def count(self, outcome: Outcome) -> None:
        """Count one item."""
        setattr(self, outcome, getattr(self, outcome) + 1)


def _run_here(work: Callable[[], object]) -> None:
    work()


def _now() -> datetime:
    return datetime.now(UTC)


def _version() -> str:
    try:
        return metadata.version("govkz-scraper")
    except metadata.PackageNotFoundError:
        return "unknown"  # run from a checkout that was never installed


class Store:
    """A database open for writing, from ``open_store``; a context manager."""

    def __init__(
        self, path: Path, db: Database, lock: WriterLock, clock: Callable[[], datetime], *, bulk: bool
    ) -> None:
        self.path, self.db, self._lock, self._clock, self._bulk = path, db, lock, clock, bulk
        self._conn = cast("fts_index.Writer", db.conn)
        self._file = identity(path)
        self._conn.row_factory = sqlite3.Row
        self._turn = Lock()  # a commit may run in another thread while this one rolls back
        self._unflushed = FLUSH_INTERVAL  # so that each run checks the index once: many short runs add up

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Checkpoint the WAL, close the file and release the lock."""
        try:
            self._conn.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except sqlite3.OperationalError:
            pass  # on a full disk the WAL stays, and is read as part of the database
        finally:
            self._conn.close()
            self._lock.close()

    @contextmanager
    def with_worker_thread(self, run_in_thread: fts_index.RunInThread) -> Iterator[None]:
        """Run long SQLite calls by ``run_in_thread``, which may use another thread.

        The connection is never shared: this thread does not use it until the call returns.
        """
        self._conn.run_in_thread = run_in_thread
        try:
            yield
        finally:
            self._conn.run_in_thread = None

    @property
    def in_transaction(self) -> bool:
        """True while a transaction is open."""
        return self._conn.in_transaction

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
                    fts_index.discard_pending(self._conn)
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
                fts_index.flush_pending(self._conn)
                (self._conn.run_in_thread or _run_here)(self._commit)
            except BaseException:
                self.rollback()
                raise

    def rollback(self) -> None:
        """Undo the open transaction; do nothing if an error has ended it already."""
        with self._turn, database_errors(self.path):
            fts_index.discard_pending(self._conn)
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")

    def _commit(self) -> None:
        with self._turn:
            self._conn.execute("COMMIT")

    def begin_crawl(self, spider: str, arguments: Mapping[str, Any]) -> int:
        """Insert a row of ``crawls``.

        Its outcome stays NULL until ``finish_crawl``: the run was interrupted.
        """
        row = {
            "started_at": self.now(),
            "spider": spider,
            "arguments": json.dumps(arguments, ensure_ascii=False, default=str),
            "version": _version(),
        }
        with self.transaction():  # sqlite-utils joins it; a transaction of its own would begin deferred
            return cast("int", self.db.table("crawls").insert(row).last_pk)

    def finish_crawl(self, crawl_id: int, outcome: str, stats: Mapping[str, Any]) -> None:
        """Complete a row of ``crawls``."""
        values = {
            "finished_at": self.now(),
            "outcome": outcome,
            "stats": json.dumps(stats, ensure_ascii=False, default=str),
        }
        with self.transaction():
            self.db.table("crawls").update(crawl_id, values)

    def add_all(self, items: Iterable[ProcessedStory | Prepared], crawl_id: int) -> Counts:
        """Add many items in one transaction."""
        counts = Counts()
        alone = fts_index.without_trigger(self._conn) if self._bulk else nullcontext()
        with self.transaction(), alone:
            now = self.now()
            for item in items:
                counts.count(resolution.add_item(self._conn, item, crawl_id, now).outcome)
            self._flush_index(counts.total)
        return counts

    def add_seen(self, items: Iterable[tuple[Prepared, int, str, str]]) -> Counts:
        """Add items in one transaction, each with its run and with when it was first and last seen."""
        counts = Counts()
        alone = fts_index.without_trigger(self._conn) if self._bulk else nullcontext()
        with self.transaction(), alone:
            for item, crawl_id, first, last in items:
                added = resolution.add_item(self._conn, item, crawl_id, first)
                counts.count(added.outcome)
                if last > first:
                    resolution.add_item(self._conn, item, crawl_id, last)
            self._flush_index(counts.total)
        return counts

    def add(self, item: ProcessedStory | Prepared, crawl_id: int) -> Added:
        """Add one item, in its own transaction unless one is open."""
        with self.transaction():
            added = resolution.add_item(self._conn, item, crawl_id, self.now())
            self._flush_index(1)
            return added

    def _flush_index(self, items: int) -> None:
        self._unflushed += items
        if self._unflushed >= FLUSH_INTERVAL:
            resolution.flush_recent(self._conn)
            self._unflushed = 0

    def newest(self) -> dict[str, int]:
        """Return the newest ids at the start of a run, for ``count_newer``."""
        query = "SELECT coalesce(max(id), 0) FROM "
        return {name: self._conn.execute(query + name).fetchone()[0] for name in _COUNTED}

    def count_newer(self, newest: Mapping[str, int]) -> dict[str, int]:
        """Count the stories, repairs and problems that are newer and still exist."""
        query = "SELECT count(*) FROM {} WHERE id > ?"
        return {
            name: self._conn.execute(query.format(name), (newest[name],)).fetchone()[0] for name in _COUNTED
        }

    def split(self, sightings: Sequence[int]) -> list[int]:
        """Split sightings off their story for good; see ``resolution.split``."""
        with self.transaction():
            return resolution.split(self._conn, sightings, self.now())

    def join(self, one: int, other: int) -> int:
        """Join two stories for good; see ``resolution.join``."""
        with self.transaction():
            return resolution.join(self._conn, one, other, self.now())

    def reclean(self, normalise: Normalise, progress: Callable[[int], None] = lambda done: None) -> Recleaned:
        """Reprocess everything with the current rules; see ``resolution.reprocess``."""
        with self.transaction():
            return resolution.reclean(self._conn, normalise, self.now(), progress)

    def put_sources(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert or replace publishers, given as full rows of ``sources``."""
        columns = ("slug", "kind", "name_kk", "name_ru", "name_en", "region", "evidence_url")
        full = [{name: row.get(name) or None for name in columns} for row in rows]
        with self.transaction():
            self.db.table("sources").upsert_all(full, pk="slug")

    def now(self) -> str:
        """Return the current timestamp, for items without ``seen_at``."""
        return self._clock().isoformat(timespec="seconds")


def open_store(
    path: str | Path, *, create: bool = True, bulk: bool = False, clock: Callable[[], datetime] = _now
) -> Store:
    """Open a database as its only writer. Raise DatabaseError if it is in use, foreign, damaged or too new.

    ``create=False`` is for commands that make no sense on a new file, ``bulk`` for those that write thousands
    of items per transaction. ``clock`` returns the time for items without ``seen_at``.
    """
    path = Path(path)
    with opening_errors(path):
        return _open_store(path, create=create, bulk=bulk, clock=clock)


def _open_store(path: Path, *, create: bool, bulk: bool, clock: Callable[[], datetime]) -> Store:
    if path.is_dir():
        raise DatabaseError(f"{path} is a directory: pass a file with --db")
    if not path.exists():
        if not create:
            what = "create one with `govkz crawl`, `govkz ingest` or `govkz demo`"
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
    """Add all items, ``size`` per transaction, and yield the counts of each batch.

    Indexing and commits are long SQLite calls that release the GIL: a second thread runs them while this one
    fetches at most one batch ahead. A third thread checkpoints the WAL, so that no commit waits for that.
    An error in fetching an item is raised after the batch before it is stored.
    """
    fetched: deque[ProcessedStory | Prepared] = deque()
    failed: list[BaseException] = []
    written: Future[None] | None = None
    with writing_back(store.path) as write_back, ThreadPoolExecutor(max_workers=2) as other:

        def run_in_thread(work: Callable[[], object]) -> None:
            done = other.submit(work)
            try:
                while len(fetched) < size and not failed and not done.done() and (item := next(items, None)):
                    fetched.append(item)
            except BaseException as error:  # noqa: BLE001 - raised after the items before it
                failed.append(error)
            done.result()

        def in_sequence() -> Iterator[ProcessedStory | Prepared]:
            while True:
                if not fetched and failed:
                    raise failed.pop()
                item = fetched.popleft() if fetched else next(items, None)
                if item is None:
                    return
                yield item

        following = in_sequence()
        with store.with_worker_thread(run_in_thread):
            while (counts := store.add_all(islice(following, size), crawl_id)).total:
                if written is None or written.done():
                    written = other.submit(write_back)
                yield counts
