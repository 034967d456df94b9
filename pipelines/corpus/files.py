"""The files of a merge: what is opened, where the result is written, and when it appears.

A new database is written aside and renamed when it is complete. An existing one is changed in one
transaction. So a merge that fails or is killed leaves what was there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from pipelines.corpus.corrections import Decided, check_agreement, read_decided
from pipelines.corpus.merge import Added, Progress, merge_into, restore
from pipelines.corpus.received import Received, received_in_database
from pipelines.errors import BadInput, DatabaseError
from pipelines.export.atomic_files import DATABASE_FILES, LOGS, writing
from pipelines.sqlite import open_store
from pipelines.sqlite.error_messages import database_errors, opening_errors
from pipelines.sqlite.read_only import applied, is_current, reading
from pipelines.sqlite.resolution import Normalise
from pipelines.sqlite.transactions import WriterLock

PARQUET_MISSING = "shards need the extra `parquet`: pip install 'govkz-scraper[parquet]'"


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[list[Received]]:
    """Open databases and shards for reading, at the same time. Raise BadInput or DatabaseError."""
    with ExitStack() as stack:
        yield [_open(path, stack) for path in paths]


def _open(path: Path, stack: ExitStack) -> Received:
    if not path.exists():
        raise BadInput(f"{path} does not exist: pass databases and folders written by `govkz shard`")
    if not path.is_dir():
        return stack.enter_context(received_in_database(path))
    try:
        from pipelines.corpus.shard import open_shard
    except ImportError as error:
        raise BadInput(PARQUET_MISSING) from error
    return open_shard(path)


def merge_files(
    out: Path, sources: Sequence[Received], normalise: Normalise, progress: Progress
) -> list[Added]:
    """Merge opened databases and shards into a file.

    A new file continues the first source. An existing one continues itself: it has to be the first source, or
    to come from it. Raise BadInput if it does not, or if corrections by hand contradict each other.
    """
    if out.is_dir():
        raise BadInput(f"{out} is a directory: pass a file with -o")
    decided = [read_decided(source) for source in sources]
    if not out.exists():
        check_agreement(decided)
        return _create(out, sources, decided, normalise, progress)
    with opened([out]) as (before,):
        if before.origin != sources[0].origin and sources[0].count("sightings"):
            raise BadInput(
                f"{out} exists and does not continue {sources[0].name}: name it first to keep it "
                f"(govkz merge {out} ...), or pass another file with -o"
            )
        others = [source for source in sources if not _is_same(Path(source.name), out)]
        decided = [read_decided(before), *(read_decided(source) for source in others)]
        check_agreement(decided)
    older = _is_older(out)
    with open_store(out, create=False, bulk=True) as store, store.transaction():
        if older:
            store.reclean(normalise)
        return merge_into(store, others, decided, normalise, progress) if others else []


def _create(
    out: Path,
    sources: Sequence[Received],
    decided: Sequence[Decided],
    normalise: Normalise,
    progress: Progress,
) -> list[Added]:
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
    with _aside(out) as aside:
        first = sources[0]
        from_database = Path(first.name).is_file()
        older = from_database and _is_older(Path(first.name))
        if from_database:
            _copy(Path(first.name), aside)
        with open_store(aside, bulk=True) as store:
            if older:
                store.reclean(normalise)
            if not from_database:
                restore(store, first, normalise, progress)
            return merge_into(store, sources, decided, normalise, progress)


@contextmanager
def _aside(out: Path) -> Iterator[Path]:
    """Yield the path of a database to write; rename it to ``out`` when the block succeeds."""
    aside = out.resolve().with_name(f".{out.name}.merging")
    _remove(aside)  # of a merge that was killed
    with opening_errors(out), closing(WriterLock(out)):  # no crawl begins the same file meanwhile
        try:
            yield aside
            if out.exists():
                raise DatabaseError(f"{out} was created by another program meanwhile: run the command again")
            with database_errors(aside), closing(sqlite3.connect(aside)) as conn:
                conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nothing is left in a log beside it
            with aside.open("rb") as file:
                os.fsync(file.fileno())
            for suffix in LOGS:  # of a database that was deleted
                Path(f"{out.resolve()}{suffix}").unlink(missing_ok=True)
            aside.replace(out.resolve())
        finally:
            _remove(aside)


def _remove(database: Path) -> None:
    for suffix in DATABASE_FILES:
        Path(f"{database}{suffix}").unlink(missing_ok=True)


def _copy(path: Path, aside: Path) -> None:
    with database_errors(path), reading(path, older=True) as db, closing(sqlite3.connect(aside)) as copy:
        db.execute("COMMIT")  # a backup reads its own snapshot
        db.backup(copy)


def _is_older(path: Path) -> bool:
    with reading(path, older=True) as db:
        return not is_current(db, applied(db, path))


def _is_same(path: Path, out: Path) -> bool:
    return path.exists() and path.resolve() == out.resolve()
