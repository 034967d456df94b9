"""``govkz replica``: run the offline press site, to try schedules and faults."""

from __future__ import annotations

import signal
import threading

import click


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 chooses a free port."
)
@click.option(
    "--faults",
    "profile",
    default="none",
    metavar="PROFILE",
    help="Faults to simulate; `list` shows all.",
)
def command(port: int, profile: str) -> None:
    """Serve the offline replica of the press site on loopback until it is interrupted.

    \b
    Examples:
      govkz replica --port 8000
      govkz replica --faults list
    """
    from govkz_scraper.replica.faults import PROFILES
    from govkz_scraper.replica.server import Replica

    if profile == "list":
        for name, fault in PROFILES.items():
            click.echo(f"{name:20} {fault.note if fault else 'everything works'}")
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Replica(port=port, faults=profile) as replica:
        click.echo(f"{replica.base_url} serves the press replica, faults: {profile}")
        click.echo(f"try: govkz crawl almobl kostanay --lang ru,kk --base-url {replica.base_url}")
        click.echo(f"     govkz crawl {replica.base_url}/digest")
        stop.wait()
    click.echo(f"stopped after {len(replica.requests)} requests")
