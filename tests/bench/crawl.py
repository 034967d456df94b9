"""Crawl a replica of 20,000 items beside a bare spider that only reads the same listings: speed and memory.

Run by hand: ``python tests/bench/crawl.py [ITEMS]``. Both run in processes of their own: once as fast as they
can, and once with five requests a second, five times as many as ``govkz crawl`` sends to the live
site unless told otherwise.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

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
                       "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": float(sys.argv[3]),
                       "DOWNLOAD_DELAY_JITTER": 0, "RANDOMIZE_DOWNLOAD_DELAY": False}

    async def start(self):
        for slug in sys.argv[2].split(","):
            yield self.ask(slug, 1)

    def ask(self, slug, page):
        wanted = api.build_request(slug, "ru", page)
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


def timed(line: list[str], **variables: str) -> tuple[float, list[float]]:
    """Run a command; return its seconds and its memory in MB, sampled five times a second."""
    started, sizes = time.monotonic(), []
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(line, stdout=quiet, stderr=quiet, env=os.environ | variables)
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        sizes.append(watched.memory_info().rss / 1e6)
        time.sleep(0.2)
    if process.returncode:
        sys.exit(f"{line[1:4]} ended with {process.returncode}")
    return time.monotonic() - started, sizes


def main(count: int) -> None:
    """Print the table."""
    print(f"{'':32}{'seconds':>10}{'items/s':>10}")
    for delay in ("0", "0.2"):
        with Replica(library=generate(count, SLUGS)) as replica, tempfile.TemporaryDirectory() as folder:
            bare, _ = timed([sys.executable, "-c", BARE, replica.base_url, ",".join(SLUGS), delay])
            arguments = ["crawl", *SLUGS, "--lang", "ru", "--route", "api", "--base-url", replica.base_url]
            line = [sys.executable, "-m", "govkz_scraper.cli", *arguments, "--db", f"{folder}/bench.db"]
            ours, sizes = timed(line, GOVKZ_DOWNLOAD_DELAY=delay)
        print(f"{f'bare spider, {delay} s between pages':32}{bare:10.1f}{count / bare:10.0f}")
        ratio = f"{bare / ours:.2f} of the bare speed"
        print(f"{f'govkz crawl, {delay} s between pages':32}{ours:10.1f}{count / ours:10.0f}   {ratio}")
        half = len(sizes) // 2
        first, last = max(sizes[:half]), max(sizes[half:])
        print(f"  memory: {first:.0f} MB at most in the first half, then {last:.0f} MB ({last / first:.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
