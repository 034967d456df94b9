"""One export from beginning to end: which tables, in which format, into which files."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import BadInput
from pipelines.export.atomic_files import is_device, replacing
from pipelines.export.tables import Row, Selection, Table, describe, rows

FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx", "rss")
BINARY = ("parquet", "xlsx")  # not for a terminal
TABLES = ("csv", "tsv", "jsonl", "parquet", "xlsx")  # formats with columns, described by a data package


Watch = Callable[[Table, Iterator[Row]], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Job:
    """What to export, and how."""

    format: str  # one of FORMATS
    out: Path | None = None  # None: standard output
    selection: Selection = field(default_factory=Selection)
    columns: tuple[str, ...] = ()  # of stories; empty: all
    also: tuple[str, ...] = ()  # further tables
    excel: bool = False  # csv and tsv: for opening in a spreadsheet


@dataclass(frozen=True, slots=True)
class Written:
    """One table that was written."""

    table: Table
    rows: int
    notes: tuple[str, ...]  # what a reader of the file must know
    path: Path | None  # None: standard output


def export(
    db: sqlite3.Connection, job: Job, stdout: BinaryIO, watch: Watch = lambda table, walk: walk
) -> list[Written]:
    """Write what the job asks for; return what was written. Raises BadInput for what cannot be done.

    ``watch`` is given each table and its rows and passes them on, to show how far the export is.
    """
    if job.also and (job.format == "rss" or (job.out is None and job.format != "xlsx")):
        raise BadInput("--with writes further tables, so it needs -o FILE and a format with columns")
    tables = [describe(db, "stories", job.columns)] + [describe(db, name) for name in job.also]
    walks = [watch(table, rows(db, table, job.selection)) for table in tables]
    if job.format == "xlsx":
        from pipelines.export.xlsx import write_xlsx

        with _target(job.out, stdout, whole=True) as out:
            done = write_xlsx(out, zip(tables, walks, strict=True))
        return [Written(table, *one, job.out) for table, one in zip(tables, done, strict=True)]
    if job.also and job.out is not None and is_device(job.out):
        raise BadInput(f"--with writes further tables beside {job.out}, which is no file: name one with -o")
    paths = [beside(job.out, table.name) if job.out else None for table in tables]
    written = []
    with ExitStack() as all_or_none:
        outs = [
            all_or_none.enter_context(_target(path, stdout, whole=job.format in BINARY)) for path in paths
        ]
        for table, walk, path, out in zip(tables, walks, paths, outs, strict=True):
            written.append(Written(table, *_write(db, job, out, table, walk), path))
    return written


def beside(out: Path, table: str) -> Path:
    """Where a further table goes: ``stories.csv`` has ``stories-sightings.csv`` beside it."""
    return out if table == "stories" else out.with_name(f"{out.stem}-{table}{out.suffix}")


@contextmanager
def _target(path: Path | None, stdout: BinaryIO, *, whole: bool) -> Iterator[BinaryIO]:
    """A file to write; ``whole`` for formats that move back and forth in it, which a pipe cannot."""
    straight = path is None or is_device(path)
    with replacing(path) if path is not None else nullcontext(stdout) as out:
        if not (whole and straight):
            yield out
            return
        with tempfile.TemporaryFile() as made:
            yield made
            made.seek(0)
            shutil.copyfileobj(made, out)


def _write(
    db: sqlite3.Connection, job: Job, out: BinaryIO, table: Table, walk: Iterable[Row]
) -> tuple[int, tuple[str, ...]]:
    """Write one table; pyarrow and the rest are imported only by the format that needs them."""
    if job.format in ("csv", "tsv"):
        from pipelines.export.delimited import write_delimited

        delimiter = "," if job.format == "csv" else "\t"
        return write_delimited(out, table, walk, delimiter=delimiter, excel=job.excel)
    if job.format == "jsonl":
        from pipelines.export.jsonl import write_jsonl

        return write_jsonl(out, table, walk)
    if job.format == "parquet":
        from pipelines.export.parquet import write_parquet

        return write_parquet(out, table, walk)
    from pipelines.export.rss import write_rss

    return write_rss(out, db, job.selection)
