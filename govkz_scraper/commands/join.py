"""``govkz join``: make two stories one."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.options import ROW_ID, db_option


@click.command(name="join")
@click.argument("one", metavar="STORY", type=ROW_ID)
@click.argument("other", metavar="STORY", type=ROW_ID)
@db_option
def command(one: int, other: int, db: Path) -> None:
    """Make two STORYs one, for ever.

    Later runs and `govkz reclean` keep to it; `govkz split` takes the correction back.
    """
    from pipelines.sqlite import open_store

    with open_store(db, create=False) as store:
        story = store.join(one, other)
    click.echo(f"now story {story}")
