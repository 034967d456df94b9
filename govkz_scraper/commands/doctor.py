"""``govkz doctor``: check the database, or with ``--live`` the responses of the site."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.commands.options import db_option
from pipelines.errors import DatabaseError

if TYPE_CHECKING:
    from twisted.python.failure import Failure

_DEFAULT_SLUG = "almobl"


@click.command(name="doctor")
@click.option(
    "--live", is_flag=True, help="Check the live site instead: request robots.txt and each route once."
)
@click.option("--base-url", metavar="URL", help="With --live: check a replica, like http://127.0.0.1:8000.")
@click.option(
    "--source",
    metavar="SLUG",
    help=f"With --live: the publisher whose listing is requested.  [default: {_DEFAULT_SLUG}]",
)
@db_option
def command(live: bool, base_url: str | None, source: str | None, db: Path) -> None:
    """Check the database for damage, or with --live what the site responds.

    Checks the integrity of the file, references between tables, the search index and the values of every
    row. Exit codes: 0 no damage; 1 damage was found; 4 the file cannot be used.

    With --live: 0 the route api or rss works; 1 neither works; 3 the site refuses both.

    \b
    Examples:
      govkz doctor --db data/govkz.db
      govkz doctor --live --source almobl
    """
    if live:
        sys.exit(_probe(base_url, source or _DEFAULT_SLUG))
    if base_url or source:
        raise click.UsageError("--base-url and --source need --live")
    from pipelines.sqlite.integrity import check
    from pipelines.sqlite.read_only import reading

    with reading(db) as conn:
        wrong = [*check(conn), *_check_search_index(db)]
        counts = [conn.execute(query).fetchone()[0] for query in _COUNTS]
    for line in wrong:
        click.echo(line)
    if wrong:
        click.echo(f"{db}: {len(wrong)} {'kind' if len(wrong) == 1 else 'kinds'} of damage", err=True)
        sys.exit(1)
    click.echo(f"{db} is sound: {counts[0]} stories from {counts[1]} sightings")


def _probe(base_url: str | None, slug: str) -> int:
    """Run the probe spider, print its findings as they come, and return the exit code."""
    import logging

    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from govkz_scraper.sources import find_source
    from govkz_scraper.spider_arguments import read_base_url
    from govkz_scraper.spiders.probe import Finding, ProbeSpider

    site, slug = read_base_url(base_url), find_source(slug).slug
    settings = Settings()
    settings.setmodule("govkz_scraper.settings", priority="project")
    settings.setdict({"LOG_INSTALL_ROOT_HANDLER": False}, priority="cmdline")
    logging.getLogger("scrapy").addHandler(logging.NullHandler())
    findings: dict[str, Finding] = {}
    mistakes: list[BaseException] = []

    def show(item: Finding) -> None:
        findings[item.name] = item
        click.echo(f"  {item.name:10}  {item.state}: {item.detail}")

    def remember(failure: Failure) -> None:
        mistakes.append(failure.value or RuntimeError("unknown"))

    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ProbeSpider)
    crawler.signals.connect(show, signals.item_scraped)
    crawler.signals.connect(remember, signals.spider_error)
    click.echo(f"{site}, one request per route:")
    task = process.crawl(crawler, base_url=site, slug=slug)
    process.start()
    if task.done():
        task.result()  # raises BadInput for a setting
    if crawler.stats is None or crawler.stats.get_value("finish_reason") != "finished":
        raise click.Abort  # Ctrl-C
    if mistakes:
        raise mistakes[0]
    data = [findings[name] for name in ("api", "rss") if name in findings]  # none if robots.txt failed
    if any(finding.usable for finding in data):
        return 0
    return 3 if data and all(finding.state in ("refused", "closed by robots.txt") for finding in data) else 1


_COUNTS = ("SELECT count(*) FROM stories", "SELECT count(*) FROM sightings")


def _check_search_index(db: Path) -> Iterator[str]:
    """Compare the search index with its table; SQLite does so only on a writable connection."""
    from pipelines.sqlite import open_store
    from pipelines.sqlite.error_messages import database_errors
    from pipelines.sqlite.integrity import check_search_index

    try:
        with database_errors(db), open_store(db, create=False) as store:
            yield from check_search_index(store.db.conn)
    except DatabaseError as error:
        click.echo(f"the search index was not compared with its table: {error}", err=True)
