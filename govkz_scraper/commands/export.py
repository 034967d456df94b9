"""``govkz export``: write stories as a table or a feed."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from govkz_scraper import __version__
from govkz_scraper.commands.options import check_period, db_option, filter_options, known_sources, list_parser
from govkz_scraper.terminal import echo_err
from pipelines.export import data_package
from pipelines.export.atomic_files import belongs_to, is_device, writing
from pipelines.export.exporter import BINARY, FORMATS, TABLES, ExportJob, Progress, export
from pipelines.export.tables import ALSO, Row, Selection, Table, count_rows
from pipelines.search.filters import Filters
from pipelines.sqlite.read_only import reading


@click.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="Output format.")
@filter_options
@click.option("--query", help="Only stories that `govkz search` finds with all these words.")
@click.option(
    "--columns",
    callback=list_parser(),
    metavar="LIST",
    help="Columns of stories, in this order. [default: all]",
)
@click.option(
    "--with", "also", callback=list_parser(ALSO), metavar="LIST", help=f"Further tables: {','.join(ALSO)}."
)
@click.option("--excel", is_flag=True, help="csv, tsv: for spreadsheets (byte-order mark, no formulas).")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Output file. [default: stdout]")
@db_option
def command(
    format_: str,
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    lang: tuple[str, ...],
    query: str | None,
    columns: tuple[str, ...],
    also: tuple[str, ...],
    excel: bool,
    output: Path | None,
    db: Path,
) -> None:
    """Export stories, ordered by id, and describe the table in datapackage.json beside it.

    --since and --until exclude stories without a date. Further tables are written to files named after the
    first (stories.csv, stories-sightings.csv) or, in xlsx, to further sheets.

    \b
    Examples:
      govkz export --format csv -o stories.csv
      govkz export --format jsonl --lang kk --since 2025-12-01
      govkz export --format xlsx --with sightings,repairs -o stories.xlsx
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # removes the temporary file, like Ctrl-C
    check_period(since, until)
    out = None if output is None or str(output) in ("-", "/dev/stdout") else output
    if columns and format_ not in TABLES:
        raise click.UsageError(f"--columns needs a format with columns, not {format_}")
    _check_output(format_, excel, out, sys.stdout.isatty() and output is None, db)
    with reading(db) as connection:
        sources = known_sources(connection, source)
        filters = Filters.of(source=sources, lang=lang, since=since, until=until)
        job = ExportJob(format_, out, Selection(filters, query), columns, also, excel)
        described = out is not None and format_ in TABLES and not is_device(out)
        if described:
            data_package.check_package(job)
        written = export(connection, job, sys.stdout.buffer, _progress(connection, job))
        sys.stdout.flush()
        if described:
            data_package.write_package(connection, job, written, {"govkz-scraper": __version__})
    for result in written:
        if result.path:
            echo_err(f"{result.path}: {result.rows} rows of {result.table.name}")
        for note in result.notes:
            echo_err(f"note: {result.table.name}: {note}")


def _progress(db: sqlite3.Connection, job: ExportJob) -> Progress:
    """Return a progress bar for each table on a terminal, else nothing."""

    def show(table: Table, table_rows: Iterator[Row]) -> Iterator[Row]:
        length = count_rows(db, table, job.selection)
        with click.progressbar(table_rows, length=length, label=table.name, file=sys.stderr) as bar:
            yield from bar

    shown = job.out is not None and sys.stderr.isatty()
    return show if shown else lambda table, table_rows: table_rows


def _check_output(format_: str, excel: bool, out: Path | None, terminal: bool, db: Path) -> None:
    """Raise an error for an unusable combination or output before anything is written."""
    if excel and format_ not in ("csv", "tsv"):
        raise click.UsageError(f"--excel applies to csv and tsv only, not {format_}")
    if format_ in BINARY and terminal:
        raise click.UsageError(f"{format_} is a binary format: choose a file with -o, or use -o - for a pipe")
    if out is None:
        return
    with writing(out):
        if out.is_dir():
            raise click.UsageError(f"{out} is a directory; name a file in it")
        if belongs_to(out, db):
            raise click.UsageError(f"{out} is the database or one of its files; choose another name")
    if out.name == data_package.NAME:
        raise click.UsageError(f"{out}: this name is reserved for the table descriptions; choose another")
