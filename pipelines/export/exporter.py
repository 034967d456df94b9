"""Export: choose the tables, the format and the files, and write them."""

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
BINARY = ("parquet", "xlsx")  # refused on a terminal
PARQUET_MISSING = "parquet needs the extra `parquet`: pip install 'govkz-scraper[parquet]'"
TABLES = ("csv", "tsv", "jsonl", "parquet", "xlsx")  # formats with columns, described by a data package

Progress = Callable[[Table, Iterator[Row]], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export job: what to export, and how."""

    format: str  # one of FORMATS
    out: Path | None = None  # None: standard output
    selection: Selection = field(default_factory=Selection)
    columns: tuple[str, ...] = ()  # of stories; empty: all
    also: tuple[str, ...] = ()  # further tables (``--with``)
    excel: bool = False  # csv and tsv: safe to open in a spreadsheet


@dataclass(frozen=True, slots=True)
class Written:
    """A table that was written."""

    table: Table
    rows: int
    notes: tuple[str, ...]  # for readers of the file
    path: Path | None  # None: standard output


def _no_progress(table: Table, table_rows: Iterator[Row]) -> Iterator[Row]:
    return table_rows


def export(
    db: sqlite3.Connection,
    job: ExportJob,
    stdout: BinaryIO,
    progress: Progress = _no_progress,
) -> list[Written]:
    """Write the tables of a job and return them. Raises BadInput for a job that cannot be done.

    ``progress`` wraps the rows of each table, to show the progress of the export.
    """
    if job.also and (job.format == "rss" or (job.out is None and job.format != "xlsx")):
        raise BadInput("--with writes further tables: it needs -o FILE and a format with columns")
    tables = [describe(db, "stories", job.columns)] + [describe(db, name) for name in job.also]
    row_iterators = [progress(table, rows(db, table, job.selection)) for table in tables]
    if job.format == "xlsx":
        from pipelines.export.xlsx import write_xlsx

        with _target(job.out, stdout, seekable=True) as out:
            results = write_xlsx(out, zip(tables, row_iterators, strict=True))
        return [Written(table, *result, job.out) for table, result in zip(tables, results, strict=True)]
    if job.also and job.out is not None and is_device(job.out):
        raise BadInput(f"--with writes further tables beside {job.out}, which is not a file")
    paths = [sibling_path(job.out, table.name) if job.out else None for table in tables]
    written = []
    with ExitStack() as all_or_none:
        outs = [
            all_or_none.enter_context(_target(path, stdout, seekable=job.format in BINARY)) for path in paths
        ]
        for table, table_rows, path, out in zip(tables, row_iterators, paths, outs, strict=True):
            written.append(Written(table, *_write(db, job, out, table, table_rows), path))
    return written


def sibling_path(out: Path, table: str) -> Path:
    """Return the path of a further table: ``stories-sightings.csv`` beside ``stories.csv``."""
    return out if table == "stories" else out.with_name(f"{out.stem}-{table}{out.suffix}")


@contextmanager
def _target(path: Path | None, stdout: BinaryIO, *, seekable: bool) -> Iterator[BinaryIO]:
    """Open the output; ``seekable`` for formats that seek in it, which a pipe cannot."""
    direct = path is None or is_device(path)
    with replacing(path) if path is not None else nullcontext(stdout) as out:
        if not (seekable and direct):
            yield out
            return
        with tempfile.TemporaryFile() as buffer:
            yield buffer
            buffer.seek(0)
            shutil.copyfileobj(buffer, out)


def _write(
    db: sqlite3.Connection, job: ExportJob, out: BinaryIO, table: Table, table_rows: Iterable[Row]
) -> tuple[int, tuple[str, ...]]:
    """Write one table; a format's library is imported only when it is needed."""
    if job.format in ("csv", "tsv"):
        from pipelines.export.delimited import write_delimited

        delimiter = "," if job.format == "csv" else "\t"
        return write_delimited(out, table, table_rows, delimiter=delimiter, excel=job.excel)
    if job.format == "jsonl":
        from pipelines.export.delimited import write_jsonl

        return write_jsonl(out, table, table_rows)
    if job.format == "parquet":
        try:
            from pipelines.export.parquet import write_parquet
        except ModuleNotFoundError as error:
            if error.name != "pyarrow":
                raise
            raise BadInput(PARQUET_MISSING) from None

        return write_parquet(out, table, table_rows)
    from pipelines.export.rss import write_rss

    return write_rss(out, db, job.selection)
