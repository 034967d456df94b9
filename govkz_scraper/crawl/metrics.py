"""A crawl's result for machines: JSON, a Prometheus textfile, a ping for a dead man's switch."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import time
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from govkz_scraper import __version__
from govkz_scraper.crawl.runner import CrawlResult
from govkz_scraper.spider_arguments import read_address
from pipelines.errors import BadInput
from pipelines.export.atomic_files import replacing

_PING_SECONDS = 10.0


def as_summary(result: CrawlResult) -> str:
    """Return the summary as one JSON object."""
    head = {
        "crawl": result.crawl_id,
        "outcome": result.outcome.outcome,
        "exit_code": result.outcome.exit_code,
    }
    body = {"alarms": result.outcome.alarms, "totals": result.totals, **result.report.as_stats()}
    return json.dumps(head | body, ensure_ascii=False)


def as_metrics(result: CrawlResult) -> str:
    """Return the figures in Prometheus' text format, for the textfile collector of node_exporter."""
    numbers = {name: value for name, value in result.totals.items() if isinstance(value, int)}
    numbers |= {"alarms": len(result.outcome.alarms), "exit_code": result.outcome.exit_code}
    numbers["finished_timestamp_seconds"] = int(time())
    lines = ["# TYPE govkz_crawl_source_items gauge"]
    lines += [
        f'govkz_crawl_source_items{{slug="{listing.slug}",lang="{listing.lang}"}} {listing.items}'
        for listing in result.report.listings
        if '"' not in listing.slug and "\\" not in listing.slug
    ]
    return _lines(numbers) + "\n".join(lines) + "\n"


def exit_metrics(exit_code: int) -> str:
    """Return the metrics of a crawl that did not take place."""
    return _lines({"exit_code": exit_code, "finished_timestamp_seconds": int(time())})


def _lines(numbers: dict[str, int]) -> str:
    return "".join(
        f"# TYPE govkz_crawl_{name} gauge\ngovkz_crawl_{name} {value}\n"
        for name, value in sorted(numbers.items())
    )


def write_metrics(path: Path, metrics: str) -> None:
    """Write whole or not at all: the collector may read at any moment. Raises BadInput when it cannot."""
    with replacing(path) as out:
        out.write(metrics.encode())


def check_metrics(path: Path) -> None:
    """Raise BadInput for a file of metrics that cannot be written, before the crawl and not after it."""
    if path.is_dir() or not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise BadInput(f"--prometheus {path}: not a file in a folder that can be written to")


def check_ping(address: str) -> None:
    """Raise BadInput for a ping address that cannot be asked, before the crawl and not after it."""
    read_address(address, "--ping")


def send_ping(address: str, exit_code: int) -> bool:
    """Ask the ping address, with ``/fail`` after a failure; False when it did not answer."""
    parts = urlsplit(address)
    failed = parts._replace(path=parts.path.rstrip("/") + "/fail").geturl()  # before a query, not behind it
    target = failed if exit_code else address
    request = Request(target, headers={"User-Agent": f"govkz-scraper/{__version__}"})  # noqa: S310 - checked by check_ping
    try:
        with urlopen(request, timeout=_PING_SECONDS):  # noqa: S310 - as above
            return True
    except (URLError, TimeoutError, OSError):
        return False
