"""The base of our spiders: a crawl report, outcomes of items by Scrapy's signals, recovery from errors.

Items of a page are yielded one after the other, then the checkpoint that ends the page. Scrapy's signals say
what became of each. When all are handled the spider goes on from there, so nothing waits inside a callback
and an item that is dropped by anybody's pipeline holds nothing up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider

from govkz_scraper.crawl.report import CrawlReport
from govkz_scraper.items import FEED_FIELDS, ListingCheckpoint, PressItem
from govkz_scraper.sources import load_sources
from govkz_scraper.spider_arguments import apply_policy, check_settings, drop_scrapyd_arguments
from pipelines.errors import DatabaseError, GovkzError
from pipelines.items import FinishedWalk, RawStory, UnfinishedWalk
from pipelines.sqlite.pipeline import SqlitePipeline

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

logger = logging.getLogger("govkz_scraper.crawl")
Place = tuple[str, str, str, str]  # slug, language, route and site of a listing
Continuation = Callable[[tuple[str, ...]], Awaitable[Iterable[Request]]]


@dataclass
class PageInProcess:
    """A page whose items are in the pipelines."""

    items: int
    expected: int  # items and checkpoint
    then: Continuation  # receives the outcomes of the items and returns the next requests
    request: Request | None
    outcomes: list[str] = field(default_factory=list)
    handled: int = 0


class ReportingSpider(Spider):
    """Reports what it reads and what fails, mistakes of its own included."""

    custom_settings = {"FEED_EXPORT_FIELDS": FEED_FIELDS}  # noqa: RUF012 - Scrapy's convention
    yields_pages = True  # items of a page end with a checkpoint
    hosts: frozenset[str]  # that may be requested

    def __init__(self, **arguments: str) -> None:
        super().__init__(self.name)
        self.arguments = drop_scrapyd_arguments(arguments)
        self.report = CrawlReport()
        self.fatal_error: BaseException | None = None  # what ended the crawl, for the exit code
        self.sqlite: SqlitePipeline | None = None
        self._page: PageInProcess | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Read arguments and settings; raises BadInput for those that cannot be used."""
        check_settings(crawler.settings)
        spider = super().from_crawler(crawler, *args, **kwargs)
        apply_policy(crawler.settings, *spider.start_addresses())
        connect = crawler.signals.connect
        connect(spider._on_scraped, signal=signals.item_scraped)
        connect(spider._on_dropped, signal=signals.item_dropped)
        connect(spider._on_item_error, signal=signals.item_error)
        connect(spider._on_spider_error, signal=signals.spider_error)
        connect(spider._on_idle, signal=signals.spider_idle)
        return spider

    def start_addresses(self) -> Iterable[str]:
        """Return the start URLs; loopback defaults apply only if all are on loopback."""
        raise NotImplementedError

    def check_targets(self) -> None:
        """Raise BadInput if the arguments name nothing to crawl: ``shell`` and ``parse`` do without."""
        raise NotImplementedError

    def begin(self) -> Iterable[Request]:
        """Plan the crawl and return its first requests."""
        raise NotImplementedError

    def skip_failed(self, request: Request, url: str, why: str) -> Iterable[Request]:
        """Record that a request failed by a mistake of ours, and return the next ones."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """Open the database, if its pipeline is enabled, and yield the first requests."""
        try:
            self.check_targets()
            self.sqlite = self.crawler.get_item_pipeline(SqlitePipeline)
            if self.sqlite is not None:
                self.sqlite.open([asdict(source) for source in load_sources().values()])
            requests = list(self.begin())
        except GovkzError as error:  # one line at the end says it; Scrapy would log a traceback
            self.fatal_error, self.report.stopped = error, "not started"
            return
        except Exception as error:
            self.fatal_error = error  # Scrapy would report no more than that the start failed
            raise
        for request in requests:
            yield request

    # --- items of a page ----------------------------------------------------------------------------------

    def page_items(
        self,
        stories: Sequence[RawStory],
        then: Continuation,
        *,
        request: Request | None,
        place: Place = ("", "", "", ""),
        progress: UnfinishedWalk | FinishedWalk | None = None,
    ) -> Iterator[PressItem | ListingCheckpoint]:
        """Yield the items of a page and its checkpoint; ``then`` is called when all are handled.

        ``place``: slug, language, route and site of the listing.
        """
        checkpoints = [ListingCheckpoint(*place, progress)] if self.sqlite else []
        expected = len(stories) + len(checkpoints)
        page = self._page = PageInProcess(len(stories), expected, then, request)
        yield from map(PressItem.from_raw, stories)
        yield from checkpoints
        if not page.expected:
            asyncio.ensure_future(self._page_done(page))  # noqa: RUF006 - the engine waits while it is pending

    async def store_progress(self, place: Place, progress: FinishedWalk) -> None:
        """Send a checkpoint of its own through the pipelines."""
        if self.sqlite:
            await self._engine.scraper.start_itemproc_async(
                ListingCheckpoint(*place, progress), response=None
            )

    @property
    def _engine(self) -> Any:  # noqa: ANN401 - the engine of a running crawler
        return self.crawler.engine

    async def _on_scraped(self, item: Any) -> None:  # noqa: ANN401 - anybody's pipeline may have changed it
        if self.sqlite is not None:  # replaced by something else before SQLite: it is not stored
            outcome = self.sqlite.take_outcome() or "dropped"
        else:
            outcome = (ItemAdapter(item).get("outcome") if ItemAdapter.is_item(item) else None) or "new"
        await self._handled(item, str(outcome))

    async def _on_dropped(self, item: Any, exception: BaseException) -> None:  # noqa: ANN401 - as above
        outcome = getattr(exception, "outcome", None)
        if outcome is None and self.sqlite is not None:
            outcome = self.sqlite.take_outcome()  # dropped after it was stored
        await self._handled(item, str(outcome or "dropped"))

    async def _on_item_error(self, item: Any, failure: TwistedFailure) -> None:  # noqa: ANN401 - as above
        if isinstance(failure.value, DatabaseError):
            self.fatal_error = self.fatal_error or failure.value
            asyncio.ensure_future(self._engine.close_spider_async(reason="database"))  # noqa: RUF006 - the engine outlives it
        else:
            why = f"{type(failure.value).__name__}: {failure.value}"[:300]
            logger.warning("an item could not be processed: %s", why)
            logger.debug("traceback of the item's error", exc_info=failure.value)  # shown by --debug
            self.report.item_errors.append(why)
        await self._handled(item, "error")

    async def _handled(self, item: Any, outcome: str) -> None:  # noqa: ANN401 - as above
        page = self._page
        if self.sqlite is not None:
            self.sqlite.take_outcome()  # of an item that met an error after it was stored
        if page is None:
            return
        page.handled += 1
        # A pipeline may have replaced the checkpoint, which comes last, by something else.
        if not isinstance(item, ListingCheckpoint) and len(page.outcomes) < page.items:
            page.outcomes.append(outcome)
        if page.handled >= page.expected:
            await self._page_done(page)

    async def _page_done(self, page: PageInProcess) -> None:
        if self._page is not page:
            return
        self._page = None
        if self.fatal_error is not None:
            return
        try:
            for request in await page.then(tuple(page.outcomes)):
                self._engine.crawl(request)
        except Exception as error:  # noqa: BLE001 - reported as a failed page; the crawl goes on
            self._recover(error, page.request)

    def _on_idle(self) -> None:
        """Go on where items of a page vanished before the pipelines, as by a spider middleware."""
        if (page := self._page) is not None:
            page.outcomes += ["dropped"] * (page.items - len(page.outcomes))
            asyncio.ensure_future(self._page_done(page))  # noqa: RUF006 - the engine waits for what it requests
            raise DontCloseSpider

    # --- mistakes -----------------------------------------------------------------------------------------

    def _on_spider_error(self, failure: TwistedFailure, response: Response | TwistedFailure) -> None:
        """Go on when a callback or errback raised."""
        self._recover(failure.value or RuntimeError("unknown"), getattr(response, "request", None))

    def _recover(self, error: BaseException, request: Request | None) -> None:
        if request is None:
            return
        why = f"a mistake in govkz-scraper: {type(error).__name__}: {error}"[:300]
        logger.debug("%s (%s)", why, request.url, exc_info=error)  # shown by --debug
        for following in self.skip_failed(request, request.url, why):
            self._engine.crawl(following)
