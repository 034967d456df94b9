"""Log formatter: no text of an item is ever logged, at any level."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from scrapy import Spider


class ItemTextFreeLogFormatter(LogFormatter):
    """Scrapy's log lines without the text of items."""

    def scraped(self, item: Any, response: Any, spider: Spider) -> None:  # type: ignore[override]  # noqa: ANN401 - Scrapy's own types; None means: log nothing
        """Log nothing."""

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> Any:  # noqa: ANN401 - as above
        """Log why an item was dropped, without the item."""
        named = getattr(exception, "log_level", None) or spider.settings["DEFAULT_DROPITEM_LOG_LEVEL"]
        return {
            "level": logging.getLevelName(named) if isinstance(named, str) else named,
            "msg": "Dropped an item: %(exception)s",
            "args": {"exception": exception},
        }

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> Any:  # noqa: ANN401 - as above
        """Log which error an item met, without the item."""
        return {
            "level": logging.ERROR,
            "msg": "An item could not be processed: %(error)s",
            "args": {"error": exception},
        }
