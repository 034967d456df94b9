"""``govkz reclean``: repeat cleaning and matching over all stored sightings."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from govkz_scraper.commands.options import db_option


@click.command(name="reclean")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of processes.")
@db_option
def command(jobs: int, db: Path) -> None:
    """Repeat cleaning and matching with the current rules, without network access.

    Story ids and corrections by hand are kept. If interrupted, the database is unchanged.

    \b
    Example:
      govkz reclean --jobs 2
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
        f"{result.sightings} sightings read, {result.changed} cleaned differently than before; "
        f"stories: {result.better} with another text, {result.revision} with a new revision, "
        f"{result.new} split off, {result.gone} merged into another, {result.moved} changed otherwise"
    )
