"""``govkz reclean``: today's cleaning and matching over everything ever received."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from govkz_scraper.commands.options import db_option
from pipelines.records import Normalised, RawStory

_CHUNK = 50  # records handed to a process at a time: sending one costs more than cleaning it


@click.command(name="reclean")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that clean."
)
@db_option
def command(jobs: int, db: Path) -> None:
    """Apply today's cleaning and matching to everything ever received, without the network.

    Story ids stay where stories stay; corrections by hand are kept. Stopped at any moment it leaves the database
    as it was.
    """
    from dataclasses import asdict

    from pipelines.store import open_store

    with open_store(db, create=False) as store, _normaliser(jobs) as normalise:
        crawl = store.begin_crawl("reclean", {"jobs": jobs})
        total = store.db.execute("SELECT count(*) FROM sightings").fetchone()[0]
        with click.progressbar(length=2 * total, label="Cleaning and matching") as bar:
            result = store.reclean(normalise, bar.update)
        store.finish_crawl(crawl, "done", asdict(result))
    click.echo(
        f"{result.sightings} sightings read, {result.changed} cleaned otherwise than before; "
        f"stories: {result.better} with another text, {result.revision} with a further revision, "
        f"{result.new} parted off, {result.gone} joined to another, {result.moved} changed otherwise"
    )


@contextmanager
def _normaliser(jobs: int) -> Iterator[Callable[[Iterable[RawStory]], Iterator[Normalised]]]:
    """Give a function that normalises many records in order, in this process or in several."""
    if jobs == 1:
        yield partial(map, _normalise)
        return
    with ProcessPoolExecutor(jobs) as pool:

        def normalise(raws: Iterable[RawStory]) -> Iterator[Normalised]:
            received = list(raws)
            chunks = [received[start : start + _CHUNK] for start in range(0, len(received), _CHUNK)]
            for items in pool.map(_normalise_all, chunks):
                yield from items

        yield normalise


def _normalise(raw: RawStory) -> Normalised:
    from pipelines.normalise import normalise

    return normalise(raw)


def _normalise_all(raws: list[RawStory]) -> list[Normalised]:
    return [_normalise(raw) for raw in raws]
