"""The press spider: walks the listings of gov.kz, source by source and language by language.

It reaches pages and yields ``Page`` items. Readers (``routes``) say what an answer holds, walks
(``walks``) what to ask next, gates which route is open.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from govkz_scraper.asking import read_listing
from govkz_scraper.config import get_number, get_text
from govkz_scraper.crawl.report import ListingReport
from govkz_scraper.errand_spider import ErrandSpider
from govkz_scraper.errands import LIVE, REPLICA, Errand, Limits
from govkz_scraper.gates import REMEMBER, route_order
from govkz_scraper.rendering import prepare
from govkz_scraper.routes import AccessDenied, ListingNotFound, UnexpectedResponse, check_refusal, rendered
from govkz_scraper.spider_arguments import hosts_of, on_loopback, read_press_arguments
from pipelines.items import RawStory
from pipelines.sqlite.listing_coverage import (
    holds_other,
    read_coverage,
    refused_routes,
    seen_since,
    unchanged_titles,
)

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger("govkz_scraper.crawl")


class PressSpider(ErrandSpider):
    """Crawls press listings: ``-a slugs=almobl,kostanay -a lang=ru,kk -a route=api -a base_url=…``."""

    name = "press"

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self.wishes = read_press_arguments(self.arguments)
        self.base_url = self.wishes.base_url
        self.hosts = hosts_of(self.base_url)
        self.browser = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Make ready a browser, too, where one may be needed; raises BadInput."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        route = spider.wishes.route
        spider.browser = route in ("auto", "pages") and prepare(
            crawler.settings, spider.hosts, needed=route == "pages"
        )
        return spider

    def addresses(self) -> tuple[str, ...]:
        """Give the site."""
        return (self.base_url,)

    def begin(self) -> Iterator[Request]:
        """Plan every listing, then ask for the first page of the first."""
        self.db = self.crawler.settings["GOVKZ_STORE"].db.conn
        get = self.crawler.settings.get
        self.limits = Limits(
            self.wishes.full,
            self.wishes.since,
            self.wishes.max_pages,
            int(get_number(get, "GOVKZ_MAX_PAGES")),
            get_number(get, "GOVKZ_OVERLAP_DAYS"),
        )
        site = REPLICA if on_loopback(self.base_url) else LIVE
        self._warn(site, get_text(get, "GOVKZ_CONTACT"))
        refused = refused_routes(self.db, (datetime.now(UTC) - REMEMBER).isoformat(timespec="seconds"))
        for source in self.wishes.sources:
            for lang in self.wishes.langs:
                known = read_coverage(self.db, source.slug, lang, site)
                note = ListingReport(source.slug, lang, had=any(row.newest for row in known), first=not known)
                self.notes.listings.append(note)
                routes = route_order(self.wishes.route, refused.get((source.slug, lang), ()))
                usable = [route for route in routes if route != "pages" or self.browser]
                self.waiting.append(Errand(note, site, deque(usable), known))
        yield from self._next_errand()

    def _warn(self, site: str, contact: str) -> None:
        if site == LIVE and not contact:
            logger.warning("GOVKZ_CONTACT is not set: give the site an address at which it can reach you")
        if holds_other(self.db, site):
            other = "a replica" if site == LIVE else "the live site"
            logger.warning(
                "the database holds what %s gave out, too: keep rehearsals in a file of their own", other
            )

    async def parse_listing(self, response: Response, errand: Errand) -> AsyncIterator[Any]:
        """Read an answer, hand its items on with the walk's progress, and ask for the next."""
        request = response.request
        assert request is not None  # noqa: S101 - every answer of a crawl has its request
        try:
            kind = response.headers.get("Content-Type") or b""
            led = "redirect_urls" in request.meta
            listing = read_listing(response.status, response.body, errand, kind.decode("latin-1"), led=led)
        except AccessDenied as refusal:
            async for one in self._refused(errand, str(refusal)):
                yield one
            return
        except ListingNotFound as error:
            async for one in self._absent(errand, response.url, str(error)):
                yield one
            return
        except UnexpectedResponse as error:
            self.gates.heard()
            async for one in self._unreadable(request, errand, str(error)):
                yield one
            return
        self.gates.answered(errand.note.route)
        errand.note.pages += 1
        for problem in listing.problems:
            self._note_failure(errand, response.url, problem.detail)
        since, place = errand.counts_since, (self.db, errand.note.slug, errand.note.lang)
        errand.read(listing, seen_since(*place, _ids(listing.stories), since) if since else frozenset())
        if errand.note.route == "pages":
            errand.leave_out(unchanged_titles(*place, _ids(errand.cards)))
        async for one in self.next_item(errand):
            yield one

    async def parse_item(self, response: Response, errand: Errand) -> AsyncIterator[Any]:
        """Read a rendered item page and go on to the next card."""
        card = errand.cards[0]
        assert card.news_id is not None and response.request is not None  # noqa: S101 - cards without an id are problems
        try:
            story = self._read_item(response, errand, card.news_id)
        except AccessDenied as refusal:
            async for one in self._refused(errand, str(refusal)):
                yield one
            return
        except UnexpectedResponse as error:
            async for one in self._unreadable(response.request, errand, str(error)):
                yield one
            return
        errand.cards.popleft()
        errand.stories.append(story)
        async for one in self.next_item(errand):
            yield one

    @staticmethod
    def _read_item(response: Response, errand: Errand, news_id: int) -> RawStory:
        """Read a rendered item. A refusal is what is none: a story may quote one."""
        note = errand.note
        try:
            if response.status != 200:
                raise UnexpectedResponse(f"status {response.status}")
            if rendered.leads_elsewhere(response.url, news_id, note.lang):
                raise UnexpectedResponse(f"led to another page: {response.url}"[:300])
            return rendered.read_item(response.body, slug=note.slug, lang=note.lang, news_id=news_id)
        except UnexpectedResponse:
            check_refusal(response.status, response.body)
            raise


def _ids(stories: Iterable[RawStory]) -> list[int]:
    return [story.news_id for story in stories if story.news_id is not None]
