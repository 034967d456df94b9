"""Item pipeline that finds repeats of a story within a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem

from pipelines.dedupe.run_index import RunIndex
from pipelines.press_items import PressItem

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_LATEST = 2_000  # texts kept while the database follows: some 10 MB; it decides about older ones
_DATABASE = "SqlitePipeline"  # by name: nothing here imports the database


class RepeatedStory(DropItem):
    """A repeat of a story of this run. Raised by DedupePipeline, only where no database follows."""

    outcome = "copy"

    def __init__(self, reason: str) -> None:
        super().__init__(f"repeats a story of this run: {reason}", log_level="DEBUG")


class DedupePipeline:
    """Sets ``matched_by``; drops repeats where no SQLite pipeline follows to collapse them."""

    def __init__(self, *, drops: bool) -> None:
        self.drops = drops
        self.index = RunIndex(limit=None if drops else _LATEST)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline from a crawler, whose settings say whether the database follows."""
        enabled = crawler.settings.getdict("ITEM_PIPELINES")
        names = [
            component.rpartition(".")[2] if isinstance(component, str) else component.__name__
            for component, priority in enabled.items()
            if priority is not None
        ]
        return cls(drops=_DATABASE not in names)

    def process_item(self, item: Any) -> Any:  # noqa: ANN401 - other items pass through
        """Return the item with ``matched_by``; raises RepeatedStory."""
        if not isinstance(item, PressItem):
            return item
        reason = self.index.match(item.to_story())
        if reason != "new" and self.drops:
            raise RepeatedStory(reason)
        return replace(item, matched_by=reason)
