"""Scrapy extensions: the record of a crawl, closed with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from govkz_scraper.base_spiders.reporting_spider import ReportingSpider
from govkz_scraper.config import get_number
from govkz_scraper.crawl.monitors import HISTORY, CrawlOutcome, EarlierCrawl, evaluate
from pipelines.sqlite.error_messages import database_errors

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class CrawlRecorder:
    """Evaluates a crawl when it ends and writes the outcome to its row in ``crawls``."""

    def __init__(self, crawler: Crawler, spider: ReportingSpider) -> None:
        self.crawler, self.spider = crawler, spider
        self.outcome: CrawlOutcome | None = None
        self.failed: Exception | None = None  # why there is no outcome
        self.totals: dict[str, Any] = {}
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the extension; raises NotConfigured for spiders that keep no report."""
        if not isinstance(crawler.spider, ReportingSpider):
            raise NotConfigured
        return cls(crawler, crawler.spider)

    @property
    def crawl_id(self) -> int | None:
        """Return the id of the crawl's row; None: it is not stored."""
        return self.spider.sqlite.crawl_id if self.spider.sqlite else None

    def close(self, reason: str = "finished") -> CrawlOutcome:
        """Evaluate the crawl and close its row; a second call returns the first one's outcome."""
        if self.failed is not None:
            raise self.failed
        if self.outcome is None:
            try:
                self.outcome = self._evaluate(reason)
            except Exception as error:
                self.failed = error  # Scrapy only logs it: the second call raises it again
                raise
        return self.outcome

    def _evaluate(self, reason: str) -> CrawlOutcome:
        report, sqlite = self.spider.report, self.spider.sqlite
        if reason not in ("finished", "database") and not report.stopped:
            report.stopped = reason
        silent_days = get_number(self.crawler.settings.get, "GOVKZ_SILENT_DAYS")
        if sqlite is None or sqlite.crawl_id is None:
            outcome = evaluate(report, [], datetime.now(UTC), silent_days)
            self.totals = self._totals()
        else:
            with database_errors(sqlite.path):
                outcome = evaluate(report, self._history(), datetime.now(UTC), silent_days)
                self.totals = self._totals()
                stats = report.as_stats() | {"alarms": outcome.alarms, "totals": self.totals}
                sqlite.finish(outcome.outcome, stats)
        return outcome

    def _history(self) -> list[EarlierCrawl]:
        assert self.spider.sqlite is not None  # noqa: S101 - checked by the caller
        return [
            EarlierCrawl(datetime.fromisoformat(run.started_at), run.stats.get("listings", ()))
            for run in self.spider.sqlite.history(HISTORY)
        ]

    def _totals(self) -> dict[str, Any]:
        """Return the figures of the run, under the names that the docs list."""
        stats = self.crawler.stats.get_stats()
        report = self.spider.report
        listings = report.listings
        return {
            "requests": stats.get("downloader/request_count", 0),
            "bytes": stats.get("downloader/response_bytes", 0),
            "retries": stats.get("retry/count", 0),
            "pages": sum(listing.pages for listing in listings),
            "items": sum(listing.items for listing in listings),
            "new": sum(listing.new for listing in listings),
            "changed": sum(listing.changed for listing in listings),
            "dropped": sum(listing.dropped for listing in listings),
            "listings": len(listings),
            "listings_done": sum(listing.outcome in ("done", "limited") for listing in listings),
            "failures": len(report.failures),
            "refusals": len(report.refusals),
            "repairs": _by_kind(stats, "govkz/repairs/"),
            "problems": _by_kind(stats, "govkz/problems/"),
        }


def _by_kind(stats: Mapping[str, Any], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): count for name, count in sorted(stats.items()) if name.startswith(prefix)
    }
