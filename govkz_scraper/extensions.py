"""Scrapy extensions: the record of a run, opened before the first request and closed with the verdict."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.logformatter import LogFormatter

from govkz_scraper.config import get_number, get_text
from govkz_scraper.crawl.monitors import HISTORY, CrawlOutcome, EarlierCrawl, evaluate
from govkz_scraper.crawl.report import CrawlReport
from govkz_scraper.sources import load_sources
from pipelines.sqlite import open_store
from pipelines.sqlite.error_messages import database_errors

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

_HISTORY = """
SELECT started_at, stats FROM crawls
WHERE spider = ? AND id < ? AND finished_at IS NOT NULL ORDER BY id DESC LIMIT ?
"""


class NoItemTextLogFormatter(LogFormatter):
    """Scrapy's log lines without the text of items, at any level."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> None:  # type: ignore[override]  # noqa: ANN401 - Scrapy's own types; None means: log nothing
        """Say nothing: an item's text has no place in a log."""

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> Any:  # noqa: ANN401 - as above
        """Say what went wrong, not with which text."""
        return {
            "level": logging.ERROR,
            "msg": "A page could not be stored: %(error)s",
            "args": {"error": exception},
        }


class CrawlRecorder:
    """Opens the database and the row in ``crawls``, hands them to the pipelines, and closes both."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        spider = crawler.spider
        assert spider is not None  # noqa: S101 - Scrapy makes the spider before its extensions
        self.spider_name = spider.name
        self.notes: CrawlReport = spider.notes  # type: ignore[attr-defined]  # every spider of ours keeps notes
        self.verdict: CrawlOutcome | None = None
        self.failed: Exception | None = None  # why there is no verdict
        self.totals: dict[str, Any] = {}
        self.store = open_store(get_text(crawler.settings.get, "GOVKZ_DB"))
        try:
            self.store.put_sources([asdict(source) for source in load_sources().values()])
            self.crawl_id = self.store.begin_crawl(spider.name, spider.arguments)  # type: ignore[attr-defined]  # as above
        except BaseException:
            self.store.close()
            raise
        # The settings are frozen only after the extensions are made: this is how pipelines get the store.
        crawler.settings.set("GOVKZ_STORE", self.store, priority="cmdline")
        crawler.settings.set("GOVKZ_CRAWL_ID", self.crawl_id, priority="cmdline")
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open everything at once; raises DatabaseError before anything was asked of the site."""
        return cls(crawler)

    def close(self, reason: str = "finished") -> CrawlOutcome:
        """Judge the run, close its row and the database; a second call gives the first one's verdict."""
        if self.failed is not None:
            raise self.failed
        if self.verdict is None:
            try:
                with database_errors(self.store.path):
                    self.verdict = self._judge(reason)
            except Exception as error:
                self.failed = error  # Scrapy only logs it: the second call says it again
                raise
            finally:
                self.store.close()
        return self.verdict

    def _judge(self, reason: str) -> CrawlOutcome:
        if reason not in ("finished", "database") and not self.notes.stopped:
            self.notes.stopped = reason
        silent = get_number(self.crawler.settings.get, "GOVKZ_SILENT_DAYS")
        verdict = evaluate(self.notes, self._history(), datetime.now(UTC), silent)
        self.totals = self._totals()
        stats = self.notes.as_stats() | {"alarms": verdict.alarms, "totals": self.totals}
        self.store.finish_crawl(self.crawl_id, verdict.outcome, stats)
        # For `scrapy crawl`; the command `govkz crawl` shows its own summary.
        said = logging.getLogger("govkz_scraper.crawl.monitors")
        said.info("%s: %s; %s", verdict.outcome, "; ".join(verdict.alarms) or "no alarm", self.totals)
        return verdict

    def _history(self) -> list[EarlierCrawl]:
        rows = self.store.db.conn.execute(_HISTORY, (self.spider_name, self.crawl_id, HISTORY))
        return [
            EarlierCrawl(datetime.fromisoformat(row[0]), json.loads(row[1] or "{}").get("listings", ()))
            for row in rows
        ]

    def _totals(self) -> dict[str, Any]:
        """Give the run's numbers, under names that are documented in docs/crawling.md."""
        stats = self.crawler.stats.get_stats()
        listings = self.notes.listings
        return {
            "requests": stats.get("downloader/request_count", 0),
            "bytes": stats.get("downloader/response_bytes", 0),
            "retries": stats.get("retry/count", 0),
            "pages": sum(note.pages for note in listings),
            "items": sum(note.items for note in listings),
            "new": sum(note.new for note in listings),
            "changed": sum(note.changed for note in listings),
            "listings": len(listings),
            "listings_done": sum(note.outcome in ("done", "limited") for note in listings),
            "failures": len(self.notes.failures),
            "refusals": len(self.notes.refusals),
            "repairs": _by_kind(stats, "govkz/repairs/"),
            "problems": _by_kind(stats, "govkz/problems/"),
        }


def _by_kind(stats: dict[str, Any], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): count for name, count in sorted(stats.items()) if name.startswith(prefix)
    }
