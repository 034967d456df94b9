"""Reading and normalising in several processes, in order: what comes out is what one process gives.

Each other process has a pipe of its own, which holds one chunk or its answer, so nothing can block, and it
ends by itself when this one is killed: the other end of its pipe is gone. Processes are spawned, not forked,
so none holds the database's lock. A thread for each waits for its answer, so that it gets its next chunk also
while this one stores. While the others start, this one cleans. Later it does not, even where it has to wait:
what it stores is what all wait for, and a chunk that it had begun would hold that up.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Event

from govkz_scraper.importers.raw_records import Found, Line, Unread, read_line
from pipelines.errors import GovkzError
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite.rows import Prepared, prepare

_CHUNK = 250  # records sent at a time
_AHEAD = 3  # chunks read for each other process and not given on yet: this bounds what lies in memory
# All wait for the process that stores: where there are fewer cores than processes, it goes first.
_GIVES_WAY = 10
_IN_TURN = 500  # records cleaned in a row where one process does everything

_COLLECTED_AFTER = 20_000  # new objects

Preparer = Callable[[Iterable[Found]], Iterator[Prepared | Unread]]
Cleaner = Callable[[Iterable[RawStory]], Iterator[Prepared]]
Answer = list[Prepared | Unread]


@contextmanager
def preparer(jobs: int) -> Iterator[Preparer]:
    """Give a function that reads and cleans, in order, and reckons all that the store can use ready-made.

    ``jobs`` processes do so, this one among them.
    """
    if jobs <= 1:
        with _few_collections():
            yield _in_turn
        return
    context = multiprocessing.get_context("spawn")
    workers: list[tuple[BaseProcess, Connection]] = []
    others = _Others(jobs - 1, ThreadPoolExecutor(jobs - 1))
    try:
        with _deaf_to_ctrl_c():
            for _ in range(jobs - 1):
                mine, theirs = context.Pipe()
                process: BaseProcess = context.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                workers.append((process, mine))
        for _, pipe in workers:
            others.threads.submit(_greet, others, pipe)
        with _few_collections():
            yield partial(_in_order, others)
    finally:
        others.threads.shutdown(cancel_futures=True)
        for process, pipe in workers:
            pipe.close()
            process.join(timeout=5)


@contextmanager
def cleaner(jobs: int) -> Iterator[Cleaner]:
    """Give a function that does the same to stories that have been read: nothing of them is left out."""
    with preparer(jobs) as prepare:
        yield lambda stories: (one for one in prepare(stories) if isinstance(one, Prepared))


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Have the processes that are started here never hear of it; this one hears of it a moment later.

    Ctrl-C reaches every process of a terminal, and the one that asked decides.
    """
    resource_tracker.ensure_running()  # the first process would start it, and that lifts the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles more seldom: records hold none, and looking every 700 objects takes a fiftieth."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _ready(found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    for one in found:
        for story in read_line(one) if isinstance(one, Line) else (one,):
            yield story if isinstance(story, Unread) else prepare(process_story(story))


def _in_turn(found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    """Clean some hundred records before they are stored.

    Taking turns record by record, the tables of the one and the pages of the other drive each other out of
    the processor's cache, which costs a tenth.
    """
    records = iter(found)
    while chunk := list(islice(records, _IN_TURN)):
        yield from list(_ready(chunk))


def _in_order(others: _Others, found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    """Deal the chunks out to whoever is free, and give what comes of them in their own order."""
    records, chunks = iter(found), deque[_Chunk]()
    try:
        while some := list(islice(records, _CHUNK)):
            chunks.append(_Chunk(some, others.threads.submit(_ask, others.free, some)))
            if len(chunks) > _AHEAD * others.count:
                yield from _first(chunks, others)
        while chunks:
            yield from _first(chunks, others)
    finally:
        for chunk in chunks:
            chunk.asked.cancel()


@dataclass(frozen=True, slots=True)
class _Others:
    """The other processes: a thread to wait for each, and the pipes of those that have nothing to do."""

    count: int
    threads: ThreadPoolExecutor
    free: SimpleQueue[Connection] = field(default_factory=SimpleQueue)
    there: Event = field(default_factory=Event)  # the first of them has started


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some records, and what comes of them if another process cleans them."""

    records: list[Found]
    asked: Future[Answer | Exception]


def _first(chunks: deque[_Chunk], others: _Others) -> Answer:
    """Give what comes of the first chunk.

    Raises what cleaning it raised, and GovkzError when the process that did so is gone.
    """
    first = chunks.popleft()
    here = not others.there.is_set() and first.asked.cancel()
    answer = _cleaned(first.records) if here else first.asked.result()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _greet(others: _Others, pipe: Connection) -> None:
    """Wait until a process has started."""
    with suppress(EOFError, OSError):
        pipe.recv()
    others.there.set()
    others.free.put(pipe)  # also one that is dead: whoever asks it next is told


def _ask(free: SimpleQueue[Connection], chunk: list[Found]) -> Answer | Exception:
    """Have one chunk cleaned by another process. GovkzError: it is gone."""
    pipe = free.get()
    try:
        pipe.send(chunk)
        answer: Answer | Exception = pipe.recv()
    except (EOFError, OSError) as error:
        raise GovkzError(
            "a process that cleaned records was ended from outside, as when memory runs out: what was stored "
            "is kept; run the command again, perhaps with fewer --jobs"
        ) from error
    finally:
        free.put(pipe)  # also a dead one: whoever waits for one must come to an end
    return answer


def _cleaned(chunk: list[Found]) -> Answer | Exception:
    """Clean some records; an error is raised when it is their turn."""
    try:
        return list(_ready(chunk))
    except Exception as error:  # noqa: BLE001 - raised in ``_first``
        return error


def _work(pipe: Connection) -> None:
    """Work off chunk after chunk until the pipe is closed."""
    gc.set_threshold(_COLLECTED_AFTER)
    os.nice(_GIVES_WAY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):  # closed, maybe amid a chunk: whoever asked is gone
        pipe.send(None)
        while True:
            pipe.send(_cleaned(pipe.recv()))
