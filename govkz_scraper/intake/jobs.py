"""Normalising in several processes, in order: what comes out is what one process gives.

Each process has a pipe of its own and at most one chunk in it, so nothing can block, and a process ends
by itself when this one is killed: the other end of its pipe is gone. Processes are spawned, not forked,
so none holds the database's lock.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle, islice
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from pipelines.normalise import normalise
from pipelines.records import RawStory
from pipelines.store.prepared import (
    Packed,
    PackedRaw,
    Prepared,
    pack,
    pack_raw,
    prepare,
    unpack,
    unpack_raw,
)

# Records sent at a time. While the first process writes a transaction it deals nothing out, so each other one
# needs work for about as long as that takes.
_CHUNK = 500
# All wait for the process that stores: where there are fewer cores than processes, it goes first.
_GIVES_WAY = 10
_IN_TURN = 500  # records cleaned in a row where one process does everything

_COLLECTED_AFTER = 20_000  # new objects

Preparer = Callable[[Iterable[RawStory]], Iterator[Prepared]]


@contextmanager
def preparer(jobs: int) -> Iterator[Preparer]:
    """Give a function that cleans records, in order, and reckons all that the store can use ready-made.

    It does so in this process or in ``jobs`` others.
    """
    if jobs <= 1:
        with _few_collections():
            yield _in_turn
        return
    context = multiprocessing.get_context("spawn")
    workers: list[tuple[BaseProcess, Connection]] = []
    try:
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
def _few_collections() -> Iterator[None]:
    """Look for cycles more seldom: records hold none, and looking every 700 objects takes a fiftieth."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _ready(raw: RawStory) -> Prepared:
    return prepare(normalise(raw))


def _in_turn(raws: Iterable[RawStory]) -> Iterator[Prepared]:
    """Clean some hundred records before they are stored.

    Taking turns record by record, the tables of the one and the pages of the other drive each other out of
    the processor's cache, which costs a tenth.
    """
    records = iter(raws)
    while done := [_ready(raw) for raw in islice(records, _IN_TURN)]:
        yield from done


def _in_order(pipes: list[Connection], raws: Iterable[RawStory]) -> Iterator[Prepared]:
    """Deal the chunks out in turn and collect them in the same turn."""
    records = iter(raws)
    busy: list[tuple[Connection, list[RawStory]]] = []
    for pipe in cycle(pipes):
        chunk = list(islice(records, _CHUNK))
        done = _receive(*busy.pop(0)) if len(busy) == len(pipes) else []
        if chunk:
            pipe.send(list(map(pack_raw, chunk)))
            busy.append((pipe, chunk))
        yield from done
        if not chunk:
            break
    for asked in busy:
        yield from _receive(*asked)


def _receive(pipe: Connection, asked: list[RawStory]) -> list[Prepared]:
    answer: list[Packed] | BaseException = pipe.recv()
    if isinstance(answer, BaseException):
        raise answer
    return list(map(unpack, asked, answer))


def _work(pipe: Connection) -> None:
    """Work off chunk after chunk until the pipe is closed."""
    gc.set_threshold(_COLLECTED_AFTER)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_GIVES_WAY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the one that asked decides
    while True:
        try:
            chunk: list[PackedRaw] = pipe.recv()
        except EOFError:
            return
        try:
            answer: list[Packed] | Exception = [pack(_ready(unpack_raw(raw))) for raw in chunk]
        except Exception as error:  # noqa: BLE001 - it is raised again in the process that asked
            answer = error
        try:
            pipe.send(answer)
        except BrokenPipeError:
            return
