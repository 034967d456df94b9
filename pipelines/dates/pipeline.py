"""Item pipeline that reads the printed dates of press items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pipelines.dates import date_story
from pipelines.press_items import PressItem

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector


class DatesPipeline:
    """Sets ``published`` and ``published_at``, or reports a date that cannot be read."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline from a crawler, of which it needs the stats."""
        return cls(crawler.stats)

    def process_item(self, item: Any) -> Any:  # noqa: ANN401 - other items pass through
        """Return the item dated; count problems by kind."""
        if not isinstance(item, PressItem):
            return item
        story = item.to_story()
        dated = date_story(story)
        for problem in dated.problems[len(story.problems) :]:
            self.stats.inc_value(f"govkz/problems/{problem.kind}")
        return item.with_dates(dated)
