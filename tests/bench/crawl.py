"""Crawl a replica of 20,000 items beside a bare spider that only reads the same listings: speed and memory.

Run by hand: ``python tests/bench/crawl.py [ITEMS]``. Both run in processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from govkz_scraper.replica.server import Replica
from govkz_scraper.replica.stories import generate

SLUGS = ("almobl", "kostanay", "shymkent", "mangystau")
BARE = """
import json, sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from govkz_scraper.routes import api

class Bare(Spider):
    name = "bare"
    custom_settings = {"LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
                       "TELNETCONSOLE_ENABLED": False}

    async def start(self):
        for slug in sys.argv[2].split(","):
            yield self.ask(slug, 1)

    def ask(self, slug, page):
        wanted = api.ask(slug, "ru", page)
        here = {"slug": slug, "page": page}
        return Request(sys.argv[1] + wanted.path, headers=wanted.headers, cb_kwargs=here)

    def parse(self, response, slug, page):
        items = json.loads(response.body)
        for item in items:
            yield {name: item.get(name) for name in ("id", "title", "body", "created_date")}
        if items:
            yield self.ask(slug, page + 1)

process = AsyncCrawlerProcess()
process.crawl(Bare)
process.start()
"""


def timed(line: list[str]) -> tuple[float, list[float]]:
    """Run a command; give its seconds and its memory in MB, sampled five times a second."""
    started, sizes = time.monotonic(), []
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        sizes.append(watched.memory_info().rss / 1e6)
        time.sleep(0.2)
    if process.returncode:
        sys.exit(f"{line[1:4]} ended with {process.returncode}")
    return time.monotonic() - started, sizes


def main(count: int) -> None:
    with Replica(library=generate(count, SLUGS)) as replica, tempfile.TemporaryDirectory() as folder:
        bare, _ = timed([sys.executable, "-c", BARE, replica.base_url, ",".join(SLUGS)])
        arguments = ["crawl", *SLUGS, "--lang", "ru", "--route", "api", "--base-url", replica.base_url]
        database = str(Path(folder) / "bench.db")
        ours, sizes = timed([sys.executable, "-m", "govkz_scraper.cli", *arguments, "--db", database])
    half = len(sizes) // 2
    first, last = max(sizes[:half]), max(sizes[half:])
    print(f"{'':14}{'seconds':>10}{'items/s':>10}")
    print(f"{'bare spider':14}{bare:10.1f}{count / bare:10.0f}")
    print(f"{'govkz crawl':14}{ours:10.1f}{count / ours:10.0f}   {bare / ours:.2f} of the bare speed")
    print(f"memory: at most {first:.0f} MB in the first half, then {last:.0f} MB ({last / first:.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
