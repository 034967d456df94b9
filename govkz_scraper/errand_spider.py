"""What spiders that run errands share: which request comes next, and what happens when no answer comes.

One listing at a time: a guest, not a crowd.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from govkz_scraper.asking import ask_listing, request_meta
from govkz_scraper.base_spiders.reporting_spider import ReportingSpider
from govkz_scraper.crawl.failure_messages import is_silence, reason
from govkz_scraper.crawl.report import Failure, Refusal
from govkz_scraper.errands import Errand, Limits
from govkz_scraper.gates import Gates
from govkz_scraper.middlewares import (
    BACKOFF_FIRST,
    HostBackingOff,
    RobotsTxtDisallowed,
    RobotsTxtUnavailable,
)
from govkz_scraper.routes import RouteRequest, rendered

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

logger = logging.getLogger("govkz_scraper.crawl")


class ErrandSpider(ReportingSpider):
    """Runs errands one after another, each by the first route that is open to it."""

    limits: Limits
    base_url: str

    def __init__(self, **arguments: str) -> None:
        super().__init__(arguments)
        self.gates = Gates()
        self.waiting: deque[Errand] = deque()

    @abstractmethod
    def parse_listing(self, response: Response, errand: Errand) -> Any:  # noqa: ANN401 - Scrapy's callbacks may yield anything
        """Read an answer to ``_request``: what a spider of this kind is for."""

    @abstractmethod
    def parse_item(self, response: Response, errand: Errand) -> Any:  # noqa: ANN401 - as above
        """Read the page of an errand's first card."""

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
                errand.begin(route, self.limits, _now())
                yield self._request(errand)
                return
            errand.note.route = route
            errand.refuse()
        note = errand.note
        note.route = errand.delivered or note.route
        if note.outcome in ("done", "limited"):
            self.notes.remarks.append(
                f"{note.slug} {note.lang}: {note.excerpts} items are excerpts of a feed"
            )
            return
        note.outcome = "refused" if errand.refused and not note.items else "failed"
        logger.warning("%s %s: %s, and no other route is open", note.slug, note.lang, note.outcome)

    def _request(self, errand: Errand) -> Request:
        return self._send(ask_listing(errand), errand, self.parse_listing)

    def _send(self, ask: RouteRequest, errand: Errand, callback: Callable[..., Any]) -> Request:
        return Request(
            self.base_url + ask.path,
            method=ask.method,
            headers=ask.headers,
            body=ask.body,
            callback=callback,
            errback=self.fail,
            cb_kwargs={"errand": errand},
            meta=request_meta(errand),
            dont_filter=True,
        )

    def _ask_card(self, errand: Errand) -> Request:
        card, note = errand.cards[0], errand.note
        assert card.news_id is not None  # noqa: S101 - a card without an id is a problem, not a card
        return self._send(rendered.ask_item(note.slug, card.news_id, note.lang), errand, self.parse_item)

    def _go_on(self, errand: Errand) -> Iterator[Request]:
        if errand.walk.window or errand.look_at_top(_now()):
            yield self._request(errand)
        else:
            self._finish(errand)
            # A feed mostly of excerpts is better than nothing; the texts come by a route that is left.
            excerpts = errand.note.route == "rss" and errand.note.excerpts * 2 > errand.note.items
            wanting = excerpts or (errand.walk.trouble and not errand.walk.met and errand.routes)
            yield from (wanting and list(self._next_route(errand))) or self._next_errand()

    def _finish(self, errand: Errand) -> None:
        note, walk = errand.note, errand.walk
        if errand.has_enough:
            note.route = errand.delivered
            return
        note.complete = walk.complete
        note.newest = errand.newest
        feed = note.route == "rss"  # its one page is all of it
        note.outcome = "failed" if walk.trouble else "limited" if walk.limited and not feed else "done"
        if walk.trouble and not errand.failures:
            self._note_failure(errand, self.base_url, walk.trouble)
        if walk.trouble and not walk.met:
            note.failed_by.append(note.route)
        elif note.items:
            errand.delivered = note.route
        if walk.trouble and errand.refused and not note.items:
            note.outcome = (
                "refused"  # the last resort had nothing either: what counts is that the site said no
            )
        logger.info(
            "%s %s by %s: %s pages, %s items, %s new, %s changed%s",
            *(note.slug, note.lang, note.route, note.pages, note.items, note.new, note.changed),
            f"; {walk.trouble}" if walk.trouble else "",
        )

    async def fail(self, failure: Failed) -> AsyncIterator[Any]:
        """Take in that a request brought no answer: closed by robots.txt, or a failed page."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        errand: Errand = request.cb_kwargs["errand"]
        why = reason(failure.value)
        if isinstance(failure.value, RobotsTxtDisallowed):
            following = self._refused(errand, why)
        elif isinstance(failure.value, (RobotsTxtUnavailable, HostBackingOff)):
            self._leave_the_rest(errand)  # every route and every listing is on the same host
            following = self._failed_page(errand, request.url, why)
        elif isinstance(failure.value, (IgnoreRequest, DownloadCancelledError)):
            following = self._failed_page(errand, request.url, why)
        else:
            if is_silence(failure.value) and self.gates.silent(errand.note.slug):
                logger.warning("no answer to source after source: the site is left alone")
                self._leave_the_rest(errand)
            following = self._unreadable(request, errand, why)
        async for one in following:
            yield one

    def _leave_the_rest(self, errand: Errand) -> None:
        errand.routes.clear()
        self.waiting.clear()
        while len(errand.cards) > 1:
            errand.cards.pop()

    async def _refused(self, errand: Errand, evidence: str) -> AsyncIterator[Any]:
        note = errand.note
        if errand.stories:  # of a rendered list, had before
            page, stored = self.page(errand.stories, None)
            yield page
            errand.keep(await self.outcomes(stored))
        errand.refuse()
        self.notes.refusals.append(Refusal(note.slug, note.lang, note.route, evidence))
        logger.warning("%s %s: the route %s is refused: %s", note.slug, note.lang, note.route, evidence)
        if self.gates.refused(note.route, note.slug):
            logger.warning("the route %s was refused to every source so far: closed", note.route)
        for one in list(self._next_route(errand)) or self._next_errand():
            yield one

    async def _unreadable(self, request: Request, errand: Errand, why: str) -> AsyncIterator[Any]:
        """Ask once more for an answer that is broken or foreign; then it is a failed page."""
        again = None
        if request.meta.get("retry_times", 0) == 0 and errand.note.route != "pages":
            again = get_retry_request(request, spider=self, reason="unreadable", max_retry_times=1)
        if again is not None:
            again.meta[BACKOFF_FIRST] = True
            yield again
        else:
            async for one in self._failed_page(errand, request.url, why):
                yield one

    async def _failed_page(self, errand: Errand, url: str, why: str) -> AsyncIterator[Any]:
        if not errand.walk.probing:  # else that there is no such page is what was to be learnt
            self._note_failure(errand, url, why)
        if errand.cards:  # one item of a rendered list: the others go on, and the walk is not complete
            errand.cards.popleft()
            errand.walk.spoil(why)
            async for one in self.next_item(errand):
                yield one
            return
        errand.note.pages += 1
        errand.walk.failed()
        for one in self._go_on(errand):
            yield one

    async def next_item(self, errand: Errand) -> AsyncIterator[Any]:
        """Ask for the next card's page; without one the listing's page is whole: store it and walk on."""
        if errand.cards:
            yield self._ask_card(errand)
            return
        page, stored = self.page(errand.stories, errand.progress())
        yield page
        errand.stored(await self.outcomes(stored))
        if arrival := errand.arrival():
            page, stored = self.page((), arrival)
            yield page
            await self.outcomes(stored)
        for one in self._go_on(errand):
            yield one

    async def _absent(self, errand: Errand, url: str, why: str) -> AsyncIterator[Any]:
        """Pass on to the next route; where there is none, what was asked for could not be had."""
        note = errand.note
        if not errand.routes:
            async for one in self._failed_page(errand, url, why):
                yield one
            return
        note.failed_by.append(note.route)
        logger.info("%s %s by %s: %s", note.slug, note.lang, note.route, why)
        for one in list(self._next_route(errand)) or self._next_errand():
            yield one

    def _note_failure(self, errand: Errand, url: str, why: str) -> None:
        note = errand.note
        if errand.has_enough:
            self.notes.remarks.append(f"{note.slug} {note.lang}: no full texts by {note.route}: {why}")
            return
        errand.failures += 1
        self.notes.failures.append(Failure(note.slug, note.lang, note.route, url, why))
        logger.warning("%s %s by %s: failed: %s (%s)", note.slug, note.lang, note.route, why, url)

    def pass_over(self, request: Request, url: str, why: str) -> Iterator[Request]:
        """Go on with the next listing."""
        errand: Errand = request.cb_kwargs["errand"]
        self._note_failure(errand, url, why)
        errand.note.outcome = "failed"
        yield from self._next_errand()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
