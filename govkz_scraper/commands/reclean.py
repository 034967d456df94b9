"""``govkz reclean``: today's cleaning and matching over everything ever received."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from govkz_scraper.commands.options import db_option


@click.command(name="reclean")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, one of which stores."
)
@db_option
def command(jobs: int, db: Path) -> None:
    """Apply today's cleaning and matching to everything ever received, without the network.

    Story ids stay where stories stay; corrections by hand are kept. Stopped at any moment it leaves the
    database as it was.
    """
    from govkz_scraper.importers.workers import cleaner
    from pipelines.sqlite import open_store

    with open_store(db, create=False, bulk=True) as store, cleaner(jobs) as prepare:
        crawl = store.begin_crawl("reclean", {"jobs": jobs})
        total = store.db.execute("SELECT count(*) FROM sightings").fetchone()[0]
        with click.progressbar(length=2 * total, label="Cleaning and matching", file=sys.stderr) as bar:
            result = store.reclean(prepare, bar.update)
        store.finish_crawl(crawl, "done", asdict(result))
    click.echo(
        f"{result.sightings} sightings read, {result.changed} cleaned otherwise than before; "
        f"stories: {result.better} with another text, {result.revision} with a further revision, "
        f"{result.new} parted off, {result.gone} joined to another, {result.moved} changed otherwise"
    )
