"""Item pipeline that cleans the text of press items."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from pipelines.clean import clean_story
from pipelines.press_items import PressItem

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector


class CleanPipeline:
    """Repairs title and body, extracts bylines and source URLs, resolves language and URL."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline from a crawler, of which it needs the stats."""
        return cls(crawler.stats)

    def process_item(self, item: Any) -> Any:  # noqa: ANN401 - other items pass through
        """Return the item cleaned; count repairs and problems by kind."""
        if not isinstance(item, PressItem):
            return item
        raw = item.to_raw()
        if not raw.seen_at:  # part of what was received: a relative date means the same when read again
            raw = replace(raw, seen_at=datetime.now(UTC).isoformat(timespec="seconds"))
        story = clean_story(raw)
        for repair in story.repairs:
            self.stats.inc_value(f"govkz/repairs/{repair.rule}")
        for problem in story.problems:
            self.stats.inc_value(f"govkz/problems/{problem.kind}")
        return item.with_story(story)
