"""``govkz stats``, ``report`` and ``serve``: counts, a page of charts, a web site of the database."""

from __future__ import annotations

import importlib.util
import ipaddress
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.commands.options import db_option
from govkz_scraper.terminal import echo_err, escape_control_chars
from pipelines.errors import BadInput

if TYPE_CHECKING:
    from pipelines.sqlite.statistics import Numbers

_MAX_ROWS = 12  # per list on the terminal; --json has all


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all counts as one JSON object.")
@db_option
def stats(as_json: bool, db: Path) -> None:
    """Count stories, sightings, repairs and problems by kind, language and publisher.

    \b
    Examples:
      govkz stats
      govkz stats --json
    """
    from pipelines.sqlite.read_only import reading
    from pipelines.sqlite.statistics import count

    with reading(db) as connection:
        numbers = count(connection)
    if as_json:
        click.echo(json.dumps(numbers.as_json(), ensure_ascii=False, indent=2))
        return
    for line in _lines(numbers):
        click.echo(line)


def _lines(numbers: Numbers) -> Iterator[str]:
    yield from _block(
        "The database holds",
        {
            "stories": numbers.stories,
            "sightings": numbers.sightings,
            "revisions": numbers.revisions,
            "repairs": numbers.repairs,
            "problems": numbers.problems,
        },
    )
    if numbers.first_published:
        yield f"\nPublished from {numbers.first_published} to {numbers.last_published}"
    yield from _block("Stories without", _lacks(numbers))
    yield from _block("Stories by language", numbers.languages)
    yield from _block("Stories by publisher", numbers.sources)
    yield from _block("Stories by number of sightings", numbers.times_seen)
    yield from _block("Sightings by reason of the match", numbers.matched_by)
    yield from _block("Repairs", numbers.repairs_by_rule)
    yield from _block("Problems", numbers.problems_by_kind)
    yield from _block("Links between stories", numbers.links)
    if numbers.last_crawl:
        crawl = numbers.last_crawl
        run = f"{crawl['spider']}, {crawl['started_at']}, {crawl['outcome'] or 'not finished'}"
        yield f"\nLast run: {escape_control_chars(run)}"


def _lacks(numbers: Numbers) -> dict[str, int]:
    lacks = {
        "title": numbers.without_title,
        "body": numbers.without_body,
        "date": numbers.without_date,
        "language": numbers.without_language,
        "publisher": numbers.without_publisher,
    }
    return {name: number for name, number in lacks.items() if number}


def _block(heading: str, counts: dict[str, int]) -> Iterator[str]:
    if not counts:
        return
    yield f"\n{heading}"
    shown = [(escape_control_chars(name), number) for name, number in counts.items()][:_MAX_ROWS]
    width = max(len(name) for name, _ in shown)
    digits = max(len(f"{number:,}") for _, number in shown)
    for name, number in shown:
        yield f"  {name:<{width}}  {number:>{digits},}"
    if len(counts) > _MAX_ROWS:
        yield f"  … and {len(counts) - _MAX_ROWS} more (--json shows all)"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Output file; - for standard output.",
)
@db_option
def report(output: Path, db: Path) -> None:
    """Write one HTML page with charts of the database. It needs neither network nor scripts.

    \b
    Example:
      govkz report -o report.html
    """
    from govkz_scraper.html_report.page import render
    from pipelines.export.atomic_files import belongs_to, replacing, writing
    from pipelines.sqlite.read_only import reading

    with writing(output):
        if output.is_dir() or belongs_to(output, db):
            raise click.UsageError(f"{output} is a directory or the database; choose another file")
    with reading(db) as connection:
        page = render(connection)
    if str(output) == "-":
        click.echo(page, nl=False)
        return
    with replacing(output) as out:
        out.write(page.encode())
    echo_err(f"{output}: written; open it in a web browser")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Host name or IP address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="0 chooses a free port.",
)
@db_option
def serve(host: str, port: int, db: Path) -> None:
    """Browse, search and chart the database in a web browser, read-only. Stop with Ctrl-C.

    \b
    Example:
      govkz serve --port 8080
    """
    from pipelines.sqlite.read_only import reading

    if importlib.util.find_spec("datasette") is None:
        raise BadInput("serve needs the extra `serve`: pip install 'govkz-scraper[serve]'")
    with reading(db):
        pass  # report a missing or foreign file before the server starts
    from govkz_scraper.datasette_app.server import listen, serve_site

    with listen(host, port) as listener:
        url = f"http://{_url_host(host)}:{listener.getsockname()[1]}/"
        click.echo(f"Serving {db} at {url} (Ctrl-C stops it)")
        if not _is_loopback(host):
            echo_err("note: the site is reachable from other machines and shows all data")
        with suppress(KeyboardInterrupt):
            serve_site(db, listener)


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
