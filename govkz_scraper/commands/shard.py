"""``govkz shard``: write what a database has received as Parquet files, for another machine."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.options import db_option
from pipelines.errors import BadInput


@click.command(name="shard")
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the shard; an earlier shard there is replaced.",
)
@db_option
def command(folder: Path, db: Path) -> None:
    """Write what was received, corrections by hand, coverage and runs as Parquet files.

    That is all that another machine needs: `govkz merge` computes the stories again. Needs the extra
    `parquet`.

    \b
    Example:
      govkz shard --db worker1.db -o shards/worker1
    """
    try:
        from pipelines.corpus.shard import write_shard
    except ImportError as error:
        from pipelines.corpus.files import PARQUET_MISSING

        raise BadInput(PARQUET_MISSING) from error

    from govkz_scraper import __version__

    rows = write_shard(db, folder, __version__)
    size = sum(path.stat().st_size for path in folder.iterdir())
    click.echo(
        f"{rows['sightings']} sightings of {rows['crawls']} runs, {rows['corrections']} pairs corrected by "
        f"hand, {rows['coverage']} listings covered; {size / 1e6:.1f} MB in {folder}"
    )
