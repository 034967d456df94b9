"""Read and clean records in several processes. Results keep the order of the input.

Workers are spawned, not forked, so that they do not inherit the lock of the database. This process cleans
while the first worker starts; afterwards it only stores, because every other process waits for that.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import resource_tracker

from govkz_scraper.importers.raw_records import Found, Line, Unread, read_line
from pipelines.errors import GovkzError
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite.rows import Prepared, prepare

_CHUNK = 250  # records sent to a worker at a time
_CHUNKS_PER_WORKER = 3  # chunks in flight for each worker; this bounds the memory
_LOCAL_CHUNK = 500  # records cleaned in a row where one process does everything
_NICENESS = 10  # with fewer cores than processes, the process that stores runs first
_GC_THRESHOLD = 20_000  # records hold no reference cycles, and the default threshold costs 2 %

Preparer = Callable[[Iterable[Found]], Iterator[Prepared | Unread]]
Cleaner = Callable[[Iterable[RawStory]], Iterator[Prepared]]


@contextmanager
def preparer(jobs: int) -> Iterator[Preparer]:
    """Yield a function that reads and cleans records in ``jobs`` processes, this one included.

    The function raises GovkzError when a worker was killed.
    """
    with _rare_collections():
        if jobs <= 1:
            yield _prepare_here
            return
        with _sigint_blocked():
            pool = ProcessPoolExecutor(
                jobs - 1, multiprocessing.get_context("spawn"), initializer=_start_worker
            )
            # A process starts with each of the first tasks, so the mask is inherited by all of them.
            started = [pool.submit(os.getpid) for _ in range(jobs - 1)]
        try:
            yield partial(_prepare_in_pool, pool, jobs - 1, started)
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def cleaner(jobs: int) -> Iterator[Cleaner]:
    """Yield a function that cleans stories that have been read; none of them is left out."""
    with preparer(jobs) as prepare_all:
        yield lambda stories: (one for one in prepare_all(stories) if isinstance(one, Prepared))


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Block SIGINT while workers are spawned: Ctrl-C reaches all processes, and only this one handles it."""
    # The tracker removes the semaphores of a killed command, and would report them on standard error.
    sys.warnoptions.append("ignore:resource_tracker")
    try:
        resource_tracker.ensure_running()  # started later, by the first worker, it would lift the mask
    finally:
        sys.warnoptions.pop()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _rare_collections() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(_GC_THRESHOLD, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _prepare(found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    for item in found:
        for story in read_line(item) if isinstance(item, Line) else (item,):
            yield story if isinstance(story, Unread) else prepare(process_story(story))


def _prepare_here(found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    """Clean in chunks before storing: alternating record by record is a tenth slower (processor cache)."""
    records = iter(found)
    while chunk := list(islice(records, _LOCAL_CHUNK)):
        yield from list(_prepare(chunk))


def _prepare_in_pool(
    pool: ProcessPoolExecutor, workers: int, started: list[Future[int]], found: Iterable[Found]
) -> Iterator[Prepared | Unread]:
    records, pending = iter(found), deque[Future[list[Prepared | Unread]]]()
    try:
        while chunk := list(islice(records, _CHUNK)):
            if not wait(started, 0, FIRST_COMPLETED).done:
                yield from list(_prepare(chunk))
                continue
            pending.append(pool.submit(_prepare_chunk, chunk))
            if len(pending) > _CHUNKS_PER_WORKER * workers:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    except BrokenProcessPool as error:
        raise GovkzError(
            "a worker process was killed, possibly because memory ran out; stored records are kept: "
            "run the command again, perhaps with fewer --jobs"
        ) from error
    finally:
        for future in pending:
            future.cancel()


def _prepare_chunk(chunk: list[Found]) -> list[Prepared | Unread]:
    try:
        return list(_prepare(chunk))
    except Exception as error:
        # An error that cannot be unpickled would look like a killed worker.
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        except Exception:  # noqa: BLE001 - whatever the class of the error does when it is rebuilt
            raise RuntimeError(f"{type(error).__name__}: {error}") from None
        raise


def _start_worker() -> None:
    gc.set_threshold(_GC_THRESHOLD)
    os.nice(_NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """Exit when the parent is gone, even when it was killed: the queues of the pool do not show that."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - runs in spawned workers only
    parent.join()
    os._exit(1)
