"""``govkz merge``: several databases or shards into one database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.terminal import escape_control_chars

if TYPE_CHECKING:
    from pipelines.corpus.merge import Added


@click.command(name="merge")
@click.argument(
    "sources", metavar="A.db B.db|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    "out",
    metavar="OUT.db",
    required=True,
    type=click.Path(path_type=Path),
    help="Database to write. If it exists, it has to continue the first source.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of processes.")
def command(sources: tuple[Path, ...], out: Path, jobs: int) -> None:
    """Merge databases and shards into one database, without loss.

    The stories are those of one ingest of everything. Story ids of the first source stay; those of the others
    lead on through `former_stories`. The same merge again changes nothing. Nothing appears before it is
    complete.

    \b
    Examples:
      govkz merge a.db b.db -o all.db
      govkz merge all.db shards/* -o all.db
    """
    from govkz_scraper.importers.workers import cleaner
    from pipelines.corpus.files import merge_files, opened

    with opened(sources) as received, cleaner(jobs) as normalise:
        total = sum(source.count("sightings") for source in received)
        with click.progressbar(length=total, label="Merging", file=sys.stderr) as bar:
            added = merge_files(out, received, normalise, bar.update)
    _summary(added, out)


def _summary(added: list[Added], out: Path) -> None:
    from pipelines.sqlite.read_only import reading

    for one in added:
        name = escape_control_chars(one.name)
        click.echo(f"{name}: {one.sightings} sightings, {one.new} of them new; origin {one.origin}")
    with reading(out) as db:
        (stories,) = db.execute("SELECT count(*) FROM stories").fetchone()
    click.echo(f"{stories} stories in {out}")
