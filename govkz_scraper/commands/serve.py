"""``govkz serve``: browse the database in a web browser."""

from __future__ import annotations

import importlib.util
import ipaddress
from contextlib import suppress
from pathlib import Path

import click

from govkz_scraper.commands.options import db_option
from pipelines.errors import BadInput
from pipelines.sqlite.read_only import reading


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one."
)
@db_option
def command(host: str, port: int, db: Path) -> None:
    """Browse, search and chart the database in a web browser, read-only. Ctrl+C ends it."""
    if importlib.util.find_spec("datasette") is None:
        raise BadInput("serve needs two more packages: pip install datasette datasette-vega")
    with reading(db):
        pass  # a missing or foreign file is named before anything starts
    from govkz_scraper.datasette_app.server import listen, serve

    with listen(host, port) as taken:
        address = f"http://{_printed(host)}:{taken.getsockname()[1]}/"
        click.echo(f"Serving {db} at {address} (Ctrl+C ends it)")
        if not _loopback(host):
            click.echo("note: reachable from other machines; anybody there can read everything", err=True)
        with suppress(KeyboardInterrupt):
            serve(db, taken)


def _printed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _loopback(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
