"""Scrapy item pipelines: unpack, call, count, return; the work is done by ``normalise`` and the store.

An item is a ``Page``: what one answer held. It is stored in one transaction with how far the walk has come,
so a kill leaves either both or neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from pipelines.items import CleanPage, Page
from pipelines.process import process_story
from pipelines.sqlite.listing_coverage import store_page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from pipelines.sqlite import Store


@contextmanager
def _told(page: Page) -> Iterator[None]:
    """Tell whoever waits for a page that it will not be stored: else the walk would wait for ever."""
    try:
        yield
    except BaseException as error:
        if page.on_failed:
            page.on_failed(error)
        raise


class NormalisePipeline:
    """A page of raw stories in, a page of clean ones out."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the statistics, and nothing else of the crawler."""
        return cls(crawler.stats)

    def process_item(self, item: Page) -> CleanPage:
        """Clean every item; count repairs and problems by kind."""
        # When an answer came is part of what was received: a date means the same when it is read again.
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with _told(item):
            items = tuple(
                process_story(raw if raw.seen_at else replace(raw, seen_at=now)) for raw in item.stories
            )
        for clean in items:
            for repair in clean.repairs:
                self.stats.inc_value(f"govkz/repairs/{repair.rule}")
            for problem in clean.problems:
                self.stats.inc_value(f"govkz/problems/{problem.kind}")
        return CleanPage(item, items)


class StorePipeline:
    """A clean page in, stored; it goes on unchanged.

    The open store and the crawl's id come from the run's record, which opens them before the first request
    and outlives this pipeline by the verdict.
    """

    def __init__(self, store: Store, crawl_id: int, stats: StatsCollector) -> None:
        self.store, self.crawl_id, self.stats = store, crawl_id, stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the store and the crawl that the run's record put into the settings."""
        return cls(crawler.settings["GOVKZ_STORE"], crawler.settings.getint("GOVKZ_CRAWL_ID"), crawler.stats)

    def process_item(self, item: CleanPage) -> CleanPage:
        """Write one page, count what became of its items, and tell whoever walks the listing."""
        with _told(item.page):
            outcomes = store_page(self.store, item, self.crawl_id)
        for outcome in outcomes:
            self.stats.inc_value(f"govkz/stories/{outcome}")
        if item.page.on_stored:
            item.page.on_stored(outcomes)
        return item
