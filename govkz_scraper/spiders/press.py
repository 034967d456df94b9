"""The press spider: walks the listings of gov.kz, source by source and language by language.

It reaches pages and yields ``Page`` items. Readers (``routes``) say what an answer holds, walks (``coverage``)
what to ask next, gates which route is open. One listing at a time: a guest, not a crowd.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import CloseSpider, IgnoreRequest

from govkz_scraper.errands import SITE, Errand, Limits
from govkz_scraper.gates import Gates, route_order
from govkz_scraper.knobs import number
from govkz_scraper.middlewares import AFTER_REST
from govkz_scraper.notes import Failure, ListingNote, Notes, Refusal
from govkz_scraper.routes import Ask, Listing, NotAllowed, NotUnderstood, api, check_refusal, graphql, rss
from govkz_scraper.routes.items import listing_url
from govkz_scraper.wishes import behave, hosts_of, read_wishes
from pipelines.errors import DatabaseError
from pipelines.records import Page, Progress, RawStory
from pipelines.store.coverage import known_ids, read_coverage

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

logger = logging.getLogger("govkz_scraper.crawl")
_READERS = {"api": api, "graphql": graphql, "rss": rss}


class PressSpider(Spider):
    """Crawls press listings: ``-a slugs=almobl,kostanay -a lang=ru,kk -a route=api -a base_url=…``."""

    name = "press"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Read the arguments and set the manners; raises BadInput for a bad argument or setting."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.manners = behave(crawler.settings, spider.wishes.base_url)
        return spider

    def __init__(self, **arguments: str) -> None:
        super().__init__(self.name)
        self.arguments = {name: str(value) for name, value in arguments.items() if value}
        self.wishes = read_wishes(self.arguments)
        self.hosts = hosts_of(self.wishes.base_url)
        self.notes, self.gates = Notes(), Gates()
        self.waiting: deque[Errand] = deque()
        self.broken: DatabaseError | None = None  # what ended the crawl, for the exit code

    async def start(self) -> AsyncIterator[Any]:
        """Plan every listing, then ask for the first page of the first."""
        self.db = self.crawler.settings["GOVKZ_STORE"].db.conn
        get = self.crawler.settings.get
        self.limits = Limits(
            self.wishes.full,
            self.wishes.since,
            self.wishes.max_pages,
            int(number(get, "GOVKZ_MAX_PAGES")),
            number(get, "GOVKZ_OVERLAP_DAYS"),
        )
        now = datetime.now(UTC)
        for source in self.wishes.sources:
            for lang in self.wishes.langs:
                known = read_coverage(self.db, source.slug, lang, SITE)
                note = ListingNote(source.slug, lang, had=any(row.newest for row in known))
                self.notes.listings.append(note)
                self.waiting.append(Errand(note, deque(route_order(self.wishes.route, known, now)), known))
        for request in self._next_errand():
            yield request

    # --- what to ask ------------------------------------------------------------------------------------

    def _next_errand(self) -> Iterator[Request]:
        while self.waiting:
            requests = list(self._next_route(self.waiting.popleft()))
            if requests:
                yield from requests
                return

    def _next_route(self, errand: Errand) -> Iterator[Request]:
        """Begin the next route that is open; without one the errand is refused."""
        while errand.routes:
            route = errand.routes.popleft()
            if self.gates.open(route, errand.note.slug):
                errand.begin(route, self.limits, datetime.now(UTC).isoformat(timespec="seconds"))
                yield self._request(errand)
                return
        errand.note.outcome = "refused"
        logger.warning("%s %s: refused by every route", errand.note.slug, errand.note.lang)

    def _request(self, errand: Errand) -> Request:
        ask = self._ask(errand)
        return Request(
            self.wishes.base_url + ask.path,
            method=ask.method,
            headers=ask.headers,
            body=ask.body,
            callback=self.parse_listing,
            errback=self.fail,
            cb_kwargs={"errand": errand},
            dont_filter=True,
        )

    def _ask(self, errand: Errand) -> Ask:
        window, note = errand.walk.window, errand.note
        assert window is not None  # noqa: S101 - only asked while the walk goes on
        return _READERS[note.route].ask(note.slug, note.lang, window.page, size=window.size)

    def _go_on(self, errand: Errand) -> Iterator[Request]:
        if errand.walk.window:
            yield self._request(errand)
        else:
            self._finish(errand)
            yield from self._next_errand()

    def _finish(self, errand: Errand) -> None:
        note, walk = errand.note, errand.walk
        note.complete = walk.complete
        note.newest = errand.newest.isoformat() if errand.newest else None
        note.outcome = "failed" if walk.trouble else "limited" if walk.limited else "done"
        if walk.trouble and not any((f.slug, f.lang) == (note.slug, note.lang) for f in self.notes.failures):
            self._note_failure(errand, self.wishes.base_url + self._last_path(errand), walk.trouble)
        logger.info(
            "%s %s by %s: %s pages, %s items, %s new, %s changed%s",
            *(note.slug, note.lang, note.route, note.pages, note.items, note.new, note.changed),
            f"; {walk.trouble}" if walk.trouble else "",
        )

    # --- what came --------------------------------------------------------------------------------------

    async def parse_listing(self, response: Response, errand: Errand) -> AsyncIterator[Any]:
        """Read an answer, hand its items on with the walk's progress, and ask for the next."""
        request = response.request
        assert request is not None  # noqa: S101 - every answer of a crawl has its request
        try:
            listing = self._read(response, errand)
        except NotAllowed as refusal:
            for one in self._refused(errand, str(refusal)):
                yield one
            return
        except NotUnderstood as error:
            for one in self._unreadable(request, errand, str(error)):
                yield one
            return
        self.gates.answered(errand.note.route)
        errand.note.pages += 1
        for problem in listing.problems:
            self._note_failure(errand, response.url, problem.detail)
        ids, last, stories = errand.take(listing.stories)
        known = known_ids(self.db, errand.note.slug, errand.note.lang, ids)
        if errand.walk.plan.full:
            # The walk's new position is stored with the items that brought it there.
            errand.walk.answered(ids, last, len(known), 0)
        stored: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
        yield self._page(errand, stories, errand.progress(), stored)
        outcomes = await self._outcomes(stored)
        errand.note.count(stories, outcomes)
        if not errand.walk.plan.full:
            changed = sum(outcome != "known" for outcome in outcomes)
            errand.walk.answered(ids, last, len(known), changed)
        for one in self._go_on(errand):
            yield one

    def _read(self, response: Response, errand: Errand) -> Listing:
        note, window = errand.note, errand.walk.window
        assert window is not None  # noqa: S101 - an answer to a window that was asked for
        check_refusal(response.status, response.body)
        if response.status == 404 and window.page > 1:
            return Listing([])  # some servers say so when there are no further pages
        if response.status != 200:
            raise NotUnderstood(f"status {response.status}")
        return _READERS[note.route].read(response.body, slug=note.slug, lang=note.lang, page=window.page)

    def _page(
        self,
        errand: Errand,
        stories: Sequence[RawStory],
        progress: Progress,
        stored: asyncio.Future[tuple[str, ...]],
    ) -> Page:
        return Page(tuple(stories), progress, stored.set_result, stored.set_exception)

    async def _outcomes(self, stored: asyncio.Future[tuple[str, ...]]) -> tuple[str, ...]:
        try:
            return await stored
        except DatabaseError as error:
            self.broken = error
            raise CloseSpider("database") from error

    # --- what did not come ------------------------------------------------------------------------------

    def fail(self, failure: Failed) -> Iterator[Request]:
        """Take in that a request brought no answer: closed by robots.txt, or a failed page."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        errand: Errand = request.cb_kwargs["errand"]
        why = failure.getErrorMessage() or failure.type.__name__
        if failure.check(IgnoreRequest) and "robots.txt" in why:
            yield from self._refused(errand, f"robots.txt disallows {request.url}")
        else:
            yield from self._failed_page(errand, request.url, f"{failure.type.__name__}: {why}"[:300])

    def _refused(self, errand: Errand, evidence: str) -> Iterator[Request]:
        note = errand.note
        self.notes.refusals.append(Refusal(note.slug, note.lang, note.route, evidence))
        logger.warning("%s %s: the route %s is refused: %s", note.slug, note.lang, note.route, evidence)
        if self.gates.refused(note.route, note.slug):
            logger.warning("the route %s was refused to every source so far: closed", note.route)
        yield from list(self._next_route(errand)) or self._next_errand()

    def _unreadable(self, request: Request, errand: Errand, why: str) -> Iterator[Request]:
        """Ask once more for an answer that is broken or foreign; then it is a failed page."""
        again = None
        if request.meta.get("retry_times", 0) == 0:
            again = get_retry_request(request, spider=self, reason="unreadable", max_retry_times=1)
        if again is not None:
            again.meta[AFTER_REST] = True
            yield again
        else:
            yield from self._failed_page(errand, request.url, why)

    def _failed_page(self, errand: Errand, url: str, why: str) -> Iterator[Request]:
        self._note_failure(errand, url, why)
        errand.note.pages += 1
        errand.walk.failed()
        yield from self._go_on(errand)

    def _note_failure(self, errand: Errand, url: str, why: str) -> None:
        note = errand.note
        self.notes.failures.append(Failure(note.slug, note.lang, note.route, url, why))
        logger.warning("%s %s by %s: failed: %s (%s)", note.slug, note.lang, note.route, why, url)
