"""``govkz doctor``: checks the database and says what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from govkz_scraper.commands.options import db_option
from pipelines.errors import DatabaseError


@click.command(name="doctor")
@db_option
def command(db: Path) -> None:
    """Check the database and say what is wrong.

    Looks at the file's soundness, at rows that point nowhere, at the search index and at what must hold in every
    row. Exit code 0: sound; 1: something is wrong; 4: the file cannot be used.
    """
    from pipelines.store.checks import check
    from pipelines.store.opening import database_errors, open_reader

    with database_errors(db):
        conn = open_reader(db).conn
        wrong = [*check(conn), *_check_search_index(db)]
        counts = [conn.execute(query).fetchone()[0] for query in _COUNTS]
    for line in wrong:
        click.echo(line)
    if wrong:
        click.echo(f"{db}: {len(wrong)} kinds of damage", err=True)
        sys.exit(1)
    click.echo(f"{db} is sound: {counts[0]} stories from {counts[1]} sightings")


_COUNTS = ("SELECT count(*) FROM stories", "SELECT count(*) FROM sightings")


def _check_search_index(db: Path) -> Iterator[str]:
    """SQLite compares an index with its table only over a connection that may write."""
    from pipelines.store import open_store
    from pipelines.store.checks import check_search_index

    try:
        with open_store(db, create=False) as store:
            yield from check_search_index(store.db.conn)
    except DatabaseError as error:
        click.echo(f"the search index was not compared word by word: {error}", err=True)
