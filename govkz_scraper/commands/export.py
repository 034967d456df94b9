"""``govkz export``: the stories as a table or a feed."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from govkz_scraper import __version__
from govkz_scraper.commands.filters import check_period, filter_options, known_sources, read_list
from govkz_scraper.commands.options import db_option
from pipelines.export import data_package
from pipelines.export.atomic_files import belongs_to, is_device, writing
from pipelines.export.exporter import BINARY, FORMATS, TABLES, Job, Watch, export
from pipelines.export.tables import ALSO, Row, Selection, Table, count_rows
from pipelines.search.filters import Filters
from pipelines.sqlite.read_only import reading


@click.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="What to write.")
@filter_options
@click.option("--query", help="Only stories with all these words, as `govkz search` finds them.")
@click.option(
    "--columns",
    callback=read_list(),
    metavar="LIST",
    help="Columns of stories, in this order. [default: all]",
)
@click.option(
    "--with", "also", callback=read_list(ALSO), metavar="LIST", help=f"Further tables: {','.join(ALSO)}."
)
@click.option("--excel", is_flag=True, help="csv, tsv: byte-order mark, and no cell that a spreadsheet runs.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; - or none: standard output.")
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
    """Write the stories, ordered by id, and describe the table in a datapackage.json beside it.

    --since and --until leave out stories without a date. Further tables go to files named after the first:
    stories.csv, stories-sightings.csv; in xlsx they are sheets.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: half a file is cleared away
    check_period(since, until)
    out = None if output is None or str(output) in ("-", "/dev/stdout") else output
    if columns and format_ not in TABLES:
        raise click.UsageError(f"--columns is for tables; {format_} has none")
    _check(format_, excel, out, sys.stdout.isatty() and output is None, db)
    with reading(db) as connection:
        sources = known_sources(connection, source)
        filters = Filters.of(source=sources, lang=lang, since=since, until=until)
        job = Job(format_, out, Selection(filters, query), columns, also, excel)
        described = out is not None and format_ in TABLES and not is_device(out)
        if described:
            data_package.check_package(job)
        written = export(connection, job, sys.stdout.buffer, _watch(connection, job))
        sys.stdout.flush()
        if described:
            data_package.write_package(connection, job, written, {"govkz-scraper": __version__})
    for one in written:
        if one.path:
            click.echo(f"{one.path}: {one.rows} rows of {one.table.name}", err=True)
        for note in one.notes:
            click.echo(f"note: {one.table.name}: {note}", err=True)


def _watch(db: sqlite3.Connection, job: Job) -> Watch:
    """A progress bar for each table, on a terminal; plain lines follow at the end in any case."""

    def watch(table: Table, walk: Iterator[Row]) -> Iterator[Row]:
        length = count_rows(db, table, job.selection)
        with click.progressbar(walk, length=length, label=table.name, file=sys.stderr) as bar:
            yield from bar

    shown = job.out is not None and sys.stderr.isatty()
    return watch if shown else lambda table, walk: walk


def _check(format_: str, excel: bool, out: Path | None, terminal: bool, db: Path) -> None:
    """Refuse what cannot end well before anything is written."""
    if excel and format_ not in ("csv", "tsv"):
        raise click.UsageError(f"--excel is for csv and tsv; {format_} needs no such care")
    if format_ in BINARY and terminal:
        raise click.UsageError(f"{format_} is not text: name a file with -o, or -o - for a pipe")
    if out is None:
        return
    with writing(out):
        if out.is_dir():
            raise click.UsageError(f"{out} is a folder; name a file in it")
        if belongs_to(out, db):
            raise click.UsageError(f"{out} is the database itself, or a file that it works with")
    if out.name == data_package.NAME:
        raise click.UsageError(f"{out}: this name is kept for the description of the tables; give another")
