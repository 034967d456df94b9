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
from pipelines.export.selection import Selection
from pipelines.export.tables import Row, Table, describe, parallel, public_tables, rows

TABLES = ("csv", "tsv", "jsonl", "parquet", "xlsx")  # formats with columns, described by a data package
FOLDERS = ("txt", "huggingface")  # see corpora.py
FORMATS = (*TABLES, "rss", *FOLDERS)
BINARY = ("parquet", "xlsx")  # refused on a terminal
PARQUET_MISSING = "parquet needs the extra `parquet`: pip install 'govkz-scraper[parquet]'"

Progress = Callable[[Table, Iterator[Row]], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export job: what to export, and how."""

    format: str  # one of FORMATS
    out: Path | None = None  # None: standard output
    selection: Selection = field(default_factory=Selection)
    columns: tuple[str, ...] = ()  # of stories, or TABLE.COLUMN of a further table; empty: the default ones
    also: tuple[str, ...] = ()  # further tables and views (``--with``)
    parallel: tuple[str, ...] = ()  # two languages: pairs of translations in place of stories
    delimiter: str | None = None  # of csv and tsv, in place of comma and tab
    excel: bool = False  # csv and tsv: safe to open in a spreadsheet
    feed_url: str | None = None  # where the RSS feed will be published

    @property
    def field_delimiter(self) -> str:
        """Return the delimiter of a delimited format."""
        return self.delimiter or ("," if self.format == "csv" else "\t")


@dataclass(frozen=True, slots=True)
class Written:
    """A table that was written."""

    table: Table
    rows: int
    notes: tuple[str, ...]  # for readers of the file
    path: Path | None  # None: standard output


def no_progress(table: Table, table_rows: Iterator[Row]) -> Iterator[Row]:
    """Return the rows of a table as they are."""
    return table_rows


def export(
    db: sqlite3.Connection,
    job: ExportJob,
    stdout: BinaryIO,
    progress: Progress = no_progress,
) -> list[Written]:
    """Write the tables of a job and return them. Raises BadInput for a job that cannot be done.

    ``progress`` wraps the rows of each table, to show the progress of the export.
    """
    if job.also and (job.format == "rss" or (job.out is None and job.format != "xlsx")):
        raise BadInput("--with writes further tables: it needs -o FILE and a format with columns")
    tables = tables_of(db, job)
    values = job.selection.values(db)
    row_iterators = [progress(table, rows(db, table, values)) for table in tables]
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


def tables_of(db: sqlite3.Connection, job: ExportJob) -> list[Table]:
    """Describe the tables of a job. Raises BadInput for an unknown table or column."""
    known = public_tables(db)
    for name in job.also:
        if name not in known or name == "stories":
            others = ", ".join(one for one in known if one != "stories")
            raise BadInput(f"there is no further table {name!r}; there are {others}")
    columns: dict[str, list[str]] = {name: [] for name in ("stories", *job.also)}
    for column in job.columns:
        table, _, name = column.rpartition(".")
        if (table or "stories") not in columns:
            raise BadInput(f"the column {column!r} is of a table that is not exported; add --with {table}")
        columns[table or "stories"].append(name)
    first = columns.pop("stories")
    stories = parallel(db, job.parallel, first) if job.parallel else describe(db, "stories", first)
    return [stories, *(describe(db, name, wanted) for name, wanted in columns.items())]


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

        return write_delimited(out, table, table_rows, delimiter=job.field_delimiter, excel=job.excel)
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

    return write_rss(out, db, job.selection, job.feed_url or (job.out.name if job.out else "feed.xml"))
