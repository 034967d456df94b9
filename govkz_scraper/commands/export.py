"""``govkz export``: write stories as a table or a feed."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from govkz_scraper import __version__
from govkz_scraper.commands.options import (
    check_period,
    db_option,
    filter_options,
    known_sources,
    list_parser,
    parse_instant_option,
)
from govkz_scraper.terminal import echo_err
from pipelines.export import data_package
from pipelines.export.atomic_files import belongs_to, is_device, writing
from pipelines.export.corpora import export_folder
from pipelines.export.delimited import check_delimiter
from pipelines.export.exporter import BINARY, FOLDERS, FORMATS, TABLES, ExportJob, Progress, export
from pipelines.export.selection import Selection
from pipelines.export.tables import Row, Table, count_rows
from pipelines.language.codes import LANGUAGES
from pipelines.search.filters import Filters
from pipelines.sqlite.read_only import reading


@click.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="Output format.")
@filter_options
@click.option("--query", help="Only stories that `govkz search` finds with all these words.")
@click.option(
    "--seen-since",
    callback=parse_instant_option,
    metavar="DATE|INSTANT",
    help="Only stories first seen or changed since then.",
)
@click.option("--min-words", type=click.IntRange(1), metavar="N", help="Only texts of at least N words.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Only N of them, drawn by chance.")
@click.option("--seed", type=int, metavar="S", help="Another sample.  [default: 0]")
@click.option(
    "--columns",
    callback=list_parser(),
    metavar="LIST",
    help="Columns of stories, in this order, or TABLE.COLUMN. [default: all but last_seen]",
)
@click.option(
    "--with",
    "also",
    callback=list_parser(),
    metavar="LIST",
    help="Further tables and views, such as sightings,story_media.",
)
@click.option(
    "--parallel",
    callback=list_parser(LANGUAGES),
    metavar="LIST",
    help="Pairs of translations in two languages, such as kk,ru.",
)
@click.option("--delimiter", metavar="C", help="csv, tsv: another delimiter, such as ';'.")
@click.option("--excel", is_flag=True, help="csv, tsv: for spreadsheets (byte-order mark, no formulas).")
@click.option("--feed-url", metavar="URL", help="rss: where the feed will be published.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Output file, or folder. [default: stdout]"
)
@db_option
def command(
    format_: str,
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    lang: tuple[str, ...],
    query: str | None,
    seen_since: datetime | None,
    min_words: int | None,
    sample: int | None,
    seed: int | None,
    columns: tuple[str, ...],
    also: tuple[str, ...],
    parallel: tuple[str, ...],
    delimiter: str | None,
    excel: bool,
    feed_url: str | None,
    output: Path | None,
    db: Path,
) -> None:
    """Export stories, ordered by id, and describe the table in datapackage.json beside it.

    --since and --until exclude stories without a date. Further tables are written to files named after the
    first (stories.csv, stories-sightings.csv) or, in xlsx, to further sheets. txt writes a folder with a file
    a story, huggingface a folder that `datasets.load_dataset` reads.

    \b
    Examples:
      govkz export --format csv -o stories.csv
      govkz export --format jsonl --lang kk --since 2025-12-01
      govkz export --format xlsx --with sightings,repairs -o stories.xlsx
      govkz export --format csv --columns id,title,publisher,region,topics -o subjects.csv
      govkz export --format jsonl --parallel kk,ru --min-words 50 -o pairs.jsonl
      govkz export --format huggingface --with story_links -o corpus
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # removes the temporary file, like Ctrl-C
    check_period(since, until)
    out = None if output is None or str(output) in ("-", "/dev/stdout") else output
    if seed is not None and sample is None:
        raise click.UsageError("--seed chooses a sample: add --sample N")
    _check_combination(format_, lang, columns, parallel, delimiter, excel, feed_url)
    _check_output(format_, out, sys.stdout.isatty() and output is None, db)
    with reading(db) as connection:
        sources = known_sources(connection, source)
        filters = Filters.of(source=sources, lang=lang, since=since, until=until)
        selection = Selection(filters, query, seen_since, min_words, sample, seed or 0)
        delimiter = check_delimiter(delimiter) if delimiter is not None else None
        job = ExportJob(
            format_, out, selection, columns, also, parallel, delimiter, excel=excel, feed_url=feed_url
        )
        versions = {"govkz-scraper": __version__}
        if format_ in FOLDERS:
            written = export_folder(connection, job, versions, _progress(connection, job))
        else:
            described = out is not None and format_ in TABLES and not is_device(out)
            if described:
                data_package.check_package(job)
            written = export(connection, job, sys.stdout.buffer, _progress(connection, job))
            sys.stdout.flush()
            if described:
                data_package.write_package(connection, job, written, versions)
    for result in written:
        if result.path:
            echo_err(f"{result.path}: {result.rows} rows of {result.table.name}")
        for note in result.notes:
            echo_err(f"note: {result.table.name}: {note}")


def _progress(db: sqlite3.Connection, job: ExportJob) -> Progress:
    """Return a progress bar for each table on a terminal, else nothing."""

    def show(table: Table, table_rows: Iterator[Row]) -> Iterator[Row]:
        length = count_rows(db, table, job.selection.values(db))
        with click.progressbar(table_rows, length=length, label=table.name, file=sys.stderr) as bar:
            yield from bar

    shown = job.out is not None and sys.stderr.isatty()
    return show if shown else lambda table, table_rows: table_rows


def _check_combination(
    format_: str,
    lang: tuple[str, ...],
    columns: tuple[str, ...],
    parallel: tuple[str, ...],
    delimiter: str | None,
    excel: bool,
    feed_url: str | None,
) -> None:
    """Raise an error for options that exclude each other."""
    if columns and format_ == "rss":
        raise click.UsageError(f"--columns needs a format with columns, not {format_}")
    if parallel:
        if len(parallel) != 2 or format_ in ("rss", "txt"):
            raise click.UsageError("--parallel needs two languages, such as kk,ru, and a format with columns")
        if lang:
            raise click.UsageError("--parallel names the languages: leave out --lang")
    for option, given in (("--excel", excel), ("--delimiter", delimiter is not None)):
        if given and format_ not in ("csv", "tsv"):
            raise click.UsageError(f"{option} applies to csv and tsv only, not {format_}")
    if feed_url is not None and format_ != "rss":
        raise click.UsageError(f"--feed-url applies to rss only, not {format_}")


def _check_output(format_: str, out: Path | None, terminal: bool, db: Path) -> None:
    """Raise an error for an unusable output before anything is written."""
    if format_ in BINARY and terminal:
        raise click.UsageError(f"{format_} is a binary format: choose a file with -o, or use -o - for a pipe")
    if out is None:
        return
    with writing(out):
        if out.is_dir() and format_ not in FOLDERS:
            raise click.UsageError(f"{out} is a directory; name a file in it")
        if belongs_to(out, db):
            raise click.UsageError(f"{out} is the database or one of its files; choose another name")
    if out.name == data_package.NAME:
        raise click.UsageError(f"{out}: this name is reserved for the table descriptions; choose another")
