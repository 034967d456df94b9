"""The press spider: crawls the listings of gov.kz, publisher by publisher and language by language.

It requests pages and yields press items. Routes parse responses, listing jobs decide what to request next.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy.http import Response

from govkz_scraper.base_spiders.listing_spider import ListingSpider
from govkz_scraper.config import get_number, get_text
from govkz_scraper.crawl.report import ListingReport
from govkz_scraper.items import PressItem
from govkz_scraper.listings.job import LIVE, REPLICA, CrawlLimits, ListingJob
from govkz_scraper.listings.route_fallback import REMEMBER, route_order
from govkz_scraper.rendering import prepare
from govkz_scraper.routes import (
    ROUTES,
    AccessDenied,
    ListingNotFound,
    UnexpectedResponse,
    rendered,
)
from govkz_scraper.spider_arguments import hosts_of, on_loopback, read_press_arguments
from pipelines.errors import BadInput
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

logger = logging.getLogger("govkz_scraper.crawl")


class PressSpider(ListingSpider):
    """Crawls press listings: ``-a slugs=almobl,kostanay -a lang=ru,kk -a route=api -a base_url=…``."""

    name = "press"

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self.chosen = read_press_arguments(self.arguments)
        self.base_url = self.chosen.base_url
        self.hosts = hosts_of(self.base_url)
        self.browser = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Prepare a browser, too, where one may be needed; raises BadInput."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        route = spider.chosen.route
        spider.browser = route in ("auto", "pages") and prepare(
            crawler.settings, spider.hosts, needed=route == "pages"
        )
        return spider

    def start_addresses(self) -> tuple[str, ...]:
        """Return the site."""
        return (self.base_url,)

    def check_targets(self) -> None:
        """Raise BadInput without a publisher."""
        if not self.chosen.sources:
            raise BadInput("nothing to crawl: name publishers with -a slugs=… (`govkz sources` lists them)")

    def begin(self) -> list[Request]:
        """Plan every listing and request the first page of the first."""
        get = self.crawler.settings.get
        self.limits = CrawlLimits(
            self.chosen.full,
            self.chosen.since,
            self.chosen.max_pages,
            int(get_number(get, "GOVKZ_MAX_PAGES")),
            get_number(get, "GOVKZ_OVERLAP_DAYS"),
        )
        site = REPLICA if on_loopback(self.base_url) else LIVE
        if site == LIVE and not get_text(get, "GOVKZ_CONTACT"):
            logger.warning("GOVKZ_CONTACT is not set: set it to an address at which the site can reach you")
        refused: dict[tuple[str, str], set[str]] = {}
        if db := self._db:
            refused = refused_routes(db, (datetime.now(UTC) - REMEMBER).isoformat(timespec="seconds"))
            if holds_other(db, site):
                other = "a replica" if site == LIVE else "the live site"
                logger.warning(
                    "the database also holds data of %s: use a separate --db for test crawls", other
                )
        for source in self.chosen.sources:
            for lang in self.chosen.langs:
                known = read_coverage(db, source.slug, lang, site) if db else []
                first = not known
                report = ListingReport(source.slug, lang, had=any(row.newest for row in known), first=first)
                self.report.listings.append(report)
                routes = route_order(self.chosen.route, refused.get((source.slug, lang), ()))
                usable = [route for route in routes if not ROUTES[route].rendered or self.browser]
                self.waiting.append(ListingJob(report, site, deque(usable), known))
        return self._next_job()

    @property
    def _db(self) -> sqlite3.Connection | None:
        return self.sqlite.store.db.conn if self.sqlite else None

    def parse_listing(self, response: Response, job: ListingJob) -> Iterator[Any]:
        """Parse a listing page and yield its items, or the requests of its cards."""
        request, report, window = response.request, job.report, job.pages.window
        assert request is not None and window is not None  # noqa: S101 - the response to a page that was requested
        try:
            listing = ROUTES[report.route].parse_listing(
                response.status,
                response.body,
                slug=report.slug,
                lang=report.lang,
                page=window.number,
                content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
                redirected="redirect_urls" in request.meta,
            )
        except AccessDenied as refusal:
            yield from self.handle_refusal(job, str(refusal), request)
            return
        except ListingNotFound as error:
            yield from self.handle_absent(job, request, str(error))
            return
        except UnexpectedResponse as error:
            self.breaker.record_response()
            yield from self.handle_unreadable(request, job, str(error))
            return
        self.breaker.record_success(report.route)
        report.pages += 1
        for problem in listing.problems:
            self._record_failure(job, response.url, problem.detail)
        since, db = job.resumed_since, self._db
        known: frozenset[int] = frozenset()
        if since and db:
            known = seen_since(db, report.slug, report.lang, _ids(listing.stories), since)
        job.read(listing, known)
        if job.cards and db:
            job.skip_unchanged(unchanged_titles(db, report.slug, report.lang, _ids(job.cards)))
        yield from self.next_items(job, request)

    def parse_item(self, response: Response, job: ListingJob) -> Iterator[Any]:
        """Parse a rendered item page and go on to the next card."""
        card, request = job.cards[0], response.request
        assert card.news_id is not None and request is not None  # noqa: S101 - cards without an id are problems
        try:
            story = rendered.parse_item_response(
                response.status,
                response.body,
                response.url,
                slug=job.report.slug,
                lang=job.report.lang,
                news_id=card.news_id,
            )
        except AccessDenied as refusal:
            yield from self.handle_refusal(job, str(refusal), request)
            return
        except UnexpectedResponse as error:
            yield from self.handle_unreadable(request, job, str(error))
            return
        job.cards.popleft()
        job.stories.append(story)
        yield from self.next_items(job, request)

    def parse(self, response: Response) -> Iterator[PressItem]:
        """Parse any response of the API or a feed, for ``scrapy parse`` and ``scrapy check``.

        @url data:application/json,[{"id":1,"title":"News","created_date":"2026-07-01T05:00:00.000Z"}]
        @returns items 1 1
        @scrapes url news_id title date position
        """
        body, slug = response.body, (self.chosen.sources[0].slug if self.chosen.sources else "unknown")
        name = (
            "rss" if body.lstrip()[:1] == b"<" else "graphql" if body.lstrip()[:8] == b'{"data":' else "api"
        )
        listing = ROUTES[name].parse_listing(
            response.status, body, slug=slug, lang=self.chosen.langs[0], page=ROUTES[name].paging.first_page
        )
        yield from map(PressItem.from_raw, listing.stories)


def _ids(stories: Iterable[RawStory]) -> list[int]:
    return [story.news_id for story in stories if story.news_id is not None]
