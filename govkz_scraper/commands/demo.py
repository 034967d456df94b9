"""``govkz demo``: crawl the bundled replica without network access, and show what to try next."""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.commands.options import db_option

if TYPE_CHECKING:
    from govkz_scraper.replica.server import Replica

_PORT = 8765  # the default of `govkz replica`
PUBLISHERS = ("almobl", "kostanay", "shymkent", "kostanai-kalasy-akimat", "mangystau")
_MAX_KINDS = 8  # kinds of repairs and of problems listed


@click.command()
@db_option
def command(db: Path) -> int:
    """Crawl the bundled offline replica into a database, and show the result.

    Starts a replica of the press site on loopback and crawls it with the real spiders: five akimats in three
    languages, then a newspaper digest that reprints some of their stories. Needs no network access.

    \b
    Example:
      govkz demo --db demo.db
    """
    with _replica() as replica:
        click.echo(f"The replica of the press site is running at {replica.base_url}")
        base, digest = ["--base-url", replica.base_url], f"{replica.base_url}/digest"
        codes = [
            _run("crawl", *PUBLISHERS, "--lang", "kk,ru,en", *base, "--db", str(db)),
            _run("crawl", digest, f"{digest}/society", f"{digest}/article", "--db", str(db)),
        ]
    # 1: the crawl finished with an alarm; above: it did not run.
    if max(codes) > 1:
        return max(codes)
    _print_summary(db)
    return max(codes)


def _replica() -> Replica:
    """Start on the default port, so that a second demo sees the same URLs; on any other if it is in use."""
    from govkz_scraper.replica.server import Replica

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _PORT))
        except OSError:
            return Replica()
    return Replica(port=_PORT)


def _run(*arguments: str) -> int:
    """Run ``govkz`` in a new process: a Scrapy reactor cannot be restarted."""
    click.echo(f"\n$ govkz {shlex.join(arguments)}")
    sys.stdout.flush()  # before the output of the child
    return subprocess.run([sys.executable, "-m", "govkz_scraper", *arguments], check=False).returncode  # noqa: S603 - fixed arguments


def _print_summary(db: Path) -> None:
    from pipelines.sqlite.read_only import reading
    from pipelines.sqlite.statistics import count

    with reading(db) as connection:
        numbers = count(connection)
    click.echo(f"\n{numbers.stories} stories from {numbers.sightings} sightings, in {db}")
    for name, kinds in (("repairs", numbers.repairs_by_rule), ("problems", numbers.problems_by_kind)):
        click.echo(f"{sum(kinds.values())} {name}:")
        for kind, number in sorted(kinds.items(), key=lambda pair: -pair[1])[:_MAX_KINDS]:
            click.echo(f"  {number:6}  {kind}")
    click.echo("\nThree things to try:")
    file = shlex.quote(str(db))
    click.echo(f"  govkz search қала --db {file}")
    click.echo(f"  govkz show 1 --db {file}")
    click.echo(f"  govkz export --format csv -o {shlex.quote(str(db.with_suffix('.csv')))} --db {file}")
