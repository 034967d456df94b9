"""Runs one crawl in this process: Scrapy with our settings, a clean end on a signal, and the verdict."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkz_scraper.crawl.monitors import CrawlOutcome
from govkz_scraper.crawl.report import CrawlReport

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler

_GRACE = 3.0  # seconds that answers under way get after SIGINT or SIGTERM


@dataclass(frozen=True, slots=True)
class Run:
    """A finished crawl."""

    verdict: CrawlOutcome
    notes: CrawlReport
    totals: dict[str, Any]
    crawl_id: int


def run_crawl(spider: str, arguments: Mapping[str, str], *, db: Path, verbose: bool = False) -> Run:
    """Crawl into ``db`` and judge the run; once a process, for Scrapy's reactor ends with it.

    ``arguments`` are spider arguments as of ``scrapy crawl -a``; ``verbose`` shows Scrapy's own log. Raises
    BadInput for a bad argument or setting, DatabaseError when the file cannot be written to.
    """
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from govkz_scraper.extensions import CrawlRecorder

    chosen = Settings()
    chosen.setmodule("govkz_scraper.settings", priority="project")
    chosen.setdict({"GOVKZ_DB": str(db)}, priority="cmdline")
    chosen.set("LOG_INSTALL_ROOT_HANDLER", verbose, priority="cmdline")
    process = AsyncCrawlerProcess(chosen)
    if not verbose:
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        logging.getLogger("scrapy").addHandler(logging.NullHandler())
    crawler = process.create_crawler(spider)
    task = process.crawl(crawler, **arguments)
    _stop_on_signals(process, crawler)
    process.start(install_signal_handlers=False)
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise error
    record = crawler.get_extension(CrawlRecorder)
    assert record is not None  # noqa: S101 - our settings name it
    broken = getattr(crawler.spider, "broken", None)
    with suppress(Exception) if broken else nullcontext():  # what came first is said
        verdict = record.close("stopped before the answers under way had come")
    if broken:
        raise broken
    return Run(verdict, record.notes, record.totals, record.crawl_id)


def _stop_on_signals(process: AsyncCrawlerProcess, crawler: Crawler) -> None:
    """End cleanly on the first signal, within the grace period; at once on the second."""
    from twisted.internet import reactor

    def stop(name: str) -> None:
        notes: CrawlReport | None = getattr(crawler.spider, "notes", None)
        if notes is None or notes.stopped:
            process._stop_reactor()
            return
        notes.stopped = f"stopped by {name}"
        # What is still waited for when the loop ends is told on standard error, with paths of our files.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        # An answer that never comes must not keep the crawl: every stored page is on the disk already.
        asyncio.get_running_loop().call_later(_GRACE, process._stop_reactor)
        asyncio.ensure_future(process.stop())  # noqa: RUF006 - the reactor ends when it is done

    def received(number: int, _: object) -> None:
        reactor.callFromThread(stop, signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, received)
