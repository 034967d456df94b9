"""``govkz split``: part sightings from the story they were put into."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.options import ROW_ID, db_option


@click.command(name="split")
@click.argument("sightings", metavar="SIGHTING...", type=ROW_ID, nargs=-1, required=True)
@db_option
def command(sightings: tuple[int, ...], db: Path) -> None:
    """Part SIGHTINGs from the rest of their story, for ever.

    Later runs and `govkz reclean` keep to it. `govkz show STORY` lists the sightings of a story;
    `govkz join` takes the correction back.
    """
    from pipelines.sqlite import open_store

    with open_store(db, create=False) as store:
        stories = store.split(sightings)
    click.echo(f"now in {'story' if len(stories) == 1 else 'stories'} {', '.join(map(str, stories))}")
