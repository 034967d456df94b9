"""Reading and normalising in several processes, in order: what comes out is what one process gives.

Each process has a pipe of its own, which holds one chunk or its answer, so nothing can block, and a process
ends by itself when this one is killed: the other end of its pipe is gone. Processes are spawned, not forked,
so none holds the database's lock. A thread for each waits for its answer, so that it gets its next chunk also
while this one stores.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue

from govkz_scraper.intake.raw_records import Found, Line, Unread, read_line
from pipelines.errors import GovkzError
from pipelines.normalise import normalise
from pipelines.records import RawStory
from pipelines.store.prepared import Prepared, prepare

_CHUNK = 250  # records sent at a time
_AHEAD = 3  # chunks read for each process and not given on yet: this bounds what lies in memory
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

    It does so in this process or in ``jobs`` others.
    """
    if jobs <= 1:
        with _few_collections():
            yield _in_turn
        return
    context = multiprocessing.get_context("spawn")
    workers: list[tuple[BaseProcess, Connection]] = []
    try:
        with _deaf_to_ctrl_c():
            for _ in range(jobs):
                mine, theirs = context.Pipe()
                process: BaseProcess = context.Process(target=_work, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                workers.append((process, mine))
        with _few_collections():
            yield partial(_in_order, [pipe for _, pipe in workers])
    finally:
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
            yield story if isinstance(story, Unread) else prepare(normalise(story))


def _in_turn(found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    """Clean some hundred records before they are stored.

    Taking turns record by record, the tables of the one and the pages of the other drive each other out of
    the processor's cache, which costs a tenth.
    """
    records = iter(found)
    while chunk := list(islice(records, _IN_TURN)):
        yield from list(_ready(chunk))


def _in_order(pipes: list[Connection], found: Iterable[Found]) -> Iterator[Prepared | Unread]:
    """Deal the chunks out to whoever is free, and give what comes of them in their own order."""
    free: SimpleQueue[Connection] = SimpleQueue()
    for pipe in pipes:
        free.put(pipe)
    records, asked = iter(found), deque[Future[Answer]]()
    threads = ThreadPoolExecutor(len(pipes))
    try:
        while chunk := list(islice(records, _CHUNK)):
            asked.append(threads.submit(_ask, free, chunk))
            if len(asked) > _AHEAD * len(pipes):
                yield from asked.popleft().result()
        while asked:
            yield from asked.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)


def _ask(free: SimpleQueue[Connection], chunk: list[Found]) -> Answer:
    """Have one chunk cleaned. Raises what cleaning it raised, and GovkzError when the process is gone."""
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
    if isinstance(answer, Exception):
        raise answer
    return answer


def _work(pipe: Connection) -> None:
    """Work off chunk after chunk until the pipe is closed."""
    gc.set_threshold(_COLLECTED_AFTER)
    os.nice(_GIVES_WAY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            chunk: list[Found] = pipe.recv()
        except (EOFError, OSError):  # closed, maybe amid a chunk: whoever asked is gone
            return
        try:
            answer: Answer | Exception = list(_ready(chunk))
        except Exception as error:  # noqa: BLE001 - it is raised again in the process that asked
            answer = error
        try:
            pipe.send(answer)
        except OSError:
            return
