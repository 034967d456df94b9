"""``govkz demo``: the main job on the bundled replica, without network, and what to do next."""

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

_PORT = 8765  # as `govkz replica`
PUBLISHERS = ("almobl", "kostanay", "shymkent", "kostanai-kalasy-akimat", "mangystau")
_MOST = 8  # kinds of repair and problem that are listed


@click.command()
@db_option
def command(db: Path) -> int:
    """Crawl the bundled offline replica into a database, and show what came out.

    Starts the replica of the press site on loopback and runs the real crawl over it: five akimats in three
    languages, then a newspaper's digest that reprints some of their stories. Needs no network.
    """
    with _replica() as replica:
        click.echo(f"The replica of the press site answers at {replica.base_url}")
        base, digest = ["--base-url", replica.base_url], f"{replica.base_url}/digest"
        codes = [
            _run("crawl", *PUBLISHERS, "--lang", "kk,ru,en", *base, "--db", str(db)),
            _run("crawl", digest, f"{digest}/society", f"{digest}/article", "--db", str(db)),
        ]
    # 1 is a finished crawl with an alarm; anything above is a crawl that did not happen.
    if max(codes) > 1:
        return max(codes)
    _tell(db)
    return max(codes)


def _replica() -> Replica:
    """Take the usual port, so that a second demo sees the same addresses; any other when it is in use."""
    from govkz_scraper.replica.server import Replica

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _PORT))
        except OSError:
            return Replica()
    return Replica(port=_PORT)


def _run(*arguments: str) -> int:
    """Run ``govkz`` as a user does: Scrapy's reactor serves one crawl a process."""
    click.echo(f"\n$ govkz {shlex.join(arguments)}")
    sys.stdout.flush()  # before the other process speaks
    return subprocess.run([sys.executable, "-m", "govkz_scraper.cli", *arguments], check=False).returncode  # noqa: S603 - our own words


def _tell(db: Path) -> None:
    from pipelines.sqlite.read_only import reading
    from pipelines.sqlite.statistics import count

    with reading(db) as connection:
        numbers = count(connection)
    click.echo(f"\n{numbers.stories} stories from {numbers.sightings} sightings, in {db}")
    for name, kinds in (("repairs", numbers.repairs_by_rule), ("problems", numbers.problems_by_kind)):
        click.echo(f"{sum(kinds.values())} {name}:")
        for kind, number in sorted(kinds.items(), key=lambda pair: -pair[1])[:_MOST]:
            click.echo(f"  {number:6}  {kind}")
    click.echo("\nThree things to try:")
    file = shlex.quote(str(db))
    click.echo(f"  govkz search қала --db {file}")
    click.echo(f"  govkz show 1 --db {file}")
    click.echo(f"  govkz export --format csv -o {shlex.quote(str(db.with_suffix('.csv')))} --db {file}")
