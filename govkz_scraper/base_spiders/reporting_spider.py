"""What every spider of ours has: notes of its run, manners, and an end that is said whatever happens."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider

from govkz_scraper.crawl.report import CrawlReport
from govkz_scraper.spider_arguments import apply_policy, drop_scrapyd_arguments
from pipelines.errors import DatabaseError
from pipelines.items import Page, Progress, RawStory

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

logger = logging.getLogger("govkz_scraper.crawl")
Stored = asyncio.Future[tuple[str, ...]]


class ReportingSpider(Spider, ABC):
    """Keeps notes of what it does and of what goes wrong, a mistake of its own included."""

    hosts: frozenset[str]  # that may be asked

    def __init__(self, arguments: dict[str, str]) -> None:
        super().__init__(self.name)
        self.arguments = drop_scrapyd_arguments(arguments)
        self.notes = CrawlReport()
        self.broken: BaseException | None = None  # what ended the crawl, for the exit code

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Read the arguments and set the manners; raises BadInput for a bad argument or setting."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        apply_policy(crawler.settings, *spider.addresses())
        crawler.signals.connect(spider.recover, signal=signals.spider_error)
        return spider

    @abstractmethod
    def addresses(self) -> Iterable[str]:
        """Give what is asked, which decides on the manners: a stranger among them, and all are strangers."""

    @abstractmethod
    def begin(self) -> Iterable[Request]:
        """Plan the run and give its first requests."""

    @abstractmethod
    def pass_over(self, request: Request, url: str, why: str) -> Iterable[Request]:
        """Note that a request came to nothing by a mistake of ours, and give the next ones."""

    async def start(self) -> AsyncIterator[Any]:
        """Ask for what comes first."""
        try:
            for request in self.begin():
                yield request
        except Exception as error:
            self.broken = error  # Scrapy would say no more than that the start failed
            raise

    def page(self, stories: Iterable[RawStory], progress: Progress | None) -> tuple[Page, Stored]:
        """Make the page that is to be yielded, and what tells its outcomes once it is stored."""
        stored: Stored = asyncio.get_running_loop().create_future()
        return Page(tuple(stories), progress, stored.set_result, stored.set_exception), stored

    async def outcomes(self, stored: Stored) -> tuple[str, ...]:
        """Wait until a page is stored; the crawl ends where it cannot be."""
        try:
            return await stored
        except DatabaseError as error:
            self.broken = error
            raise CloseSpider("database") from error

    def recover(self, failure: Failed, response: Response | Failed) -> None:
        """Go on after a mistake of our own: called when a callback raised, or an errback with its failure."""
        request: Request | None = getattr(response, "request", None)
        if request is None or isinstance(failure.value, CloseSpider):
            return
        error = failure.value
        why = f"a mistake in govkz-scraper: {type(error).__name__}: {error}"[:300]
        logger.debug("%s (%s)", why, request.url, exc_info=error)  # shown by --debug
        assert self.crawler.engine is not None  # noqa: S101 - it runs
        for following in self.pass_over(request, request.url, why):
            self.crawler.engine.crawl(following)
