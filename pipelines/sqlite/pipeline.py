"""Item pipeline that writes press items to SQLite, page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from scrapy import signals
from scrapy.exceptions import DropItem

from pipelines.errors import DatabaseError
from pipelines.press_items import ListingCheckpoint, PressItem
from pipelines.sqlite.listing_coverage import write_progress
from pipelines.sqlite.store import Store, open_store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_HISTORY = """
SELECT started_at, stats FROM crawls
WHERE spider = ? AND id < ? AND finished_at IS NOT NULL ORDER BY id DESC LIMIT ?
"""


class PageStored(DropItem):
    """The end of a page: its items and its checkpoint are committed. Not exported, not counted as scraped."""

    outcome = "stored"

    def __init__(self) -> None:
        super().__init__("a page is stored", log_level="DEBUG")


class CrawlRun(NamedTuple):
    """An earlier run of the same spider."""

    started_at: str
    stats: Mapping[str, Any]


class SqlitePipeline:
    """Stores items; those of one page and its checkpoint in one transaction.

    The database is opened by the spider before its first request, or with the first item of a spider that
    does not know it. It is closed by whoever finishes the run, at the latest when the engine stops.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.path = Path(crawler.settings.get("GOVKZ_DB") or "data/govkz.db")
        self._store: Store | None = None
        self.crawl_id: int | None = None  # None: nothing was opened
        self._by_page = False
        self._failed = False  # an item of the page met an error: its checkpoint is held back
        self._outcome: str | None = None  # of the item stored last, until it is taken

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline from a crawler, of which it needs settings, signals and stats."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline._on_item_error, signal=signals.item_error)
        crawler.signals.connect(pipeline.close, signal=signals.engine_stopped)
        return pipeline

    @property
    def store(self) -> Store:
        """Return the open store."""
        assert self._store is not None  # noqa: S101 - used between open and close
        return self._store

    def open(self, sources: Sequence[Mapping[str, Any]] = ()) -> None:
        """Open the database and a row in ``crawls``. Raises DatabaseError."""
        if self._store is not None:
            return
        spider = self.crawler.spider
        self._by_page = getattr(spider, "yields_pages", False)
        store = open_store(self.path)
        try:
            if sources:
                store.put_sources(sources)
            self.crawl_id = store.begin_crawl(spider.name, getattr(spider, "arguments", {}))  # type: ignore[union-attr]  # items come from a spider
        except BaseException:
            store.close()
            raise
        self._store = store

    def process_item(self, item: Any) -> Any:  # noqa: ANN401 - other items pass through
        """Return the item with its story and outcome; raises PageStored or DatabaseError."""
        if isinstance(item, ListingCheckpoint):
            self._end_page(item)
        if not isinstance(item, PressItem):
            return item
        self.open()
        store, story = self.store, item.to_story()
        try:
            if not store.in_transaction:
                store.begin()
            with store.savepoint():
                added = store.add(story, self._id)
            if not self._by_page:
                store.commit()
        except DatabaseError:
            store.rollback()
            raise
        self.crawler.stats.inc_value(f"govkz/stories/{added.outcome}")
        self._outcome = added.outcome
        return replace(item, matched_by=added.matched_by, story_id=added.story_id, outcome=added.outcome)

    @property
    def _id(self) -> int:
        assert self.crawl_id is not None  # noqa: S101 - set by open
        return self.crawl_id

    def _end_page(self, checkpoint: ListingCheckpoint) -> None:
        self.open()
        store, failed, self._failed = self.store, self._failed, False
        try:
            if not store.in_transaction:
                store.begin()
            if checkpoint.progress is not None and not failed:
                place = {"slug": checkpoint.slug, "lang": checkpoint.lang}
                place |= {"route": checkpoint.route, "site": checkpoint.site}
                write_progress(store.db.conn, place, checkpoint.progress, store.now())
            store.commit()
        except DatabaseError:
            store.rollback()
            raise
        raise PageStored

    def _on_item_error(self, item: Any) -> None:  # noqa: ANN401 - anybody's item
        self._failed = self._failed or not isinstance(item, ListingCheckpoint)

    def take_outcome(self) -> str | None:
        """Return the outcome of the item stored since the last call; None if none was stored.

        A later pipeline may drop or replace an item that is stored, and an earlier one may keep it from here.
        """
        outcome, self._outcome = self._outcome, None
        return outcome

    def history(self, limit: int) -> list[CrawlRun]:
        """Return earlier finished runs of this spider, the newest first."""
        rows = self.store.db.conn.execute(_HISTORY, (self.crawler.spider.name, self._id, limit))  # type: ignore[union-attr]  # as above
        return [CrawlRun(started_at, json.loads(stats or "{}")) for started_at, stats in rows]

    def finish(self, outcome: str, stats: Mapping[str, Any]) -> None:
        """Close the row in ``crawls`` and the database. Raises DatabaseError."""
        if self._store is not None:
            try:
                self._store.rollback()
                self._store.finish_crawl(self._id, outcome, stats)
            finally:
                self.close()

    def close(self) -> None:
        """Close the database; what an unfinished page has written is undone."""
        store, self._store = self._store, None
        if store is not None:
            store.rollback()
            store.close()
