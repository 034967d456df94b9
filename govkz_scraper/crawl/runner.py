"""Run one crawl in this process: Scrapy with our settings, a clean stop on signals, and the outcome."""

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

_GRACE = 3.0  # seconds that pending responses get after SIGINT or SIGTERM


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """A finished crawl."""

    outcome: CrawlOutcome
    report: CrawlReport
    totals: dict[str, Any]
    crawl_id: int | None  # None: it was not stored


def run_crawl(spider: str, arguments: Mapping[str, str], *, db: Path, verbose: bool = False) -> CrawlResult:
    """Crawl into ``db`` and evaluate the run; once per process, because Scrapy's reactor ends with it.

    ``arguments`` are spider arguments as of ``scrapy crawl -a``; ``verbose`` shows Scrapy's own log. Raises
    BadInput for a bad argument or setting, DatabaseError when the database cannot be used.
    """
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    chosen = Settings()
    chosen.setmodule("govkz_scraper.settings", priority="project")
    chosen.setdict({"GOVKZ_DB": str(db)}, priority="cmdline")
    chosen.set("LOG_INSTALL_ROOT_HANDLER", verbose, priority="cmdline")
    process = AsyncCrawlerProcess(chosen)
    if not verbose:
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        logging.getLogger("scrapy").addHandler(logging.NullHandler())
    return run_process(process, process.create_crawler(spider), arguments)


def run_process(process: AsyncCrawlerProcess, crawler: Crawler, arguments: Mapping[str, str]) -> CrawlResult:
    """Run a crawler of ours to its end, and return what came of it. Raises as ``run_crawl``."""
    from govkz_scraper.extensions import CrawlRecorder

    task = process.crawl(crawler, **arguments)
    _stop_on_signals(process, crawler)
    process.start(install_signal_handlers=False)
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise error
    recorder = crawler.get_extension(CrawlRecorder)
    assert recorder is not None  # noqa: S101 - our settings name it
    fatal = recorder.spider.fatal_error
    with suppress(Exception) if fatal else nullcontext():  # what came first is raised
        outcome = recorder.close("stopped before pending responses had arrived")
    if fatal:
        raise fatal
    return CrawlResult(outcome, recorder.spider.report, recorder.totals, recorder.crawl_id)


def _stop_on_signals(process: AsyncCrawlerProcess, crawler: Crawler) -> None:
    """Stop cleanly on the first signal, within the grace period; at once on the second."""
    from twisted.internet import reactor

    def stop(name: str) -> None:
        report: CrawlReport | None = getattr(crawler.spider, "report", None)
        if report is None or report.stopped:
            process._stop_reactor()
            return
        report.stopped = f"stopped by {name}"
        # asyncio reports what is still pending when the loop ends, with paths of our files.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        # A response that never comes must not keep the crawl: every stored page is on disk already.
        asyncio.get_running_loop().call_later(_GRACE, process._stop_reactor)
        asyncio.ensure_future(process.stop())  # noqa: RUF006 - the reactor ends when it is done

    def received(number: int, _: object) -> None:
        reactor.callFromThread(stop, signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, received)
