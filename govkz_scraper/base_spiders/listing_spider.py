"""The base of spiders that crawl listings: the next request, errors, and the fallback to other routes.

Listings are crawled one at a time to keep the load on the site low.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from govkz_scraper.base_spiders.reporting_spider import ReportingSpider
from govkz_scraper.crawl.failure_messages import is_silence, reason
from govkz_scraper.crawl.report import FailedPage, Refusal
from govkz_scraper.listings.job import CrawlLimits, ListingJob
from govkz_scraper.listings.route_fallback import RouteBreaker
from govkz_scraper.middlewares import (
    BACKOFF_FIRST,
    HostBackingOff,
    RobotsTxtDisallowed,
    RobotsTxtUnavailable,
)
from govkz_scraper.routes import ROUTES, RouteRequest, rendered

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

logger = logging.getLogger("govkz_scraper.crawl")


class ListingSpider(ReportingSpider):
    """Crawls listing jobs one after another, each by the first route that is open to it."""

    limits: CrawlLimits
    base_url: str

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        self.breaker = RouteBreaker()
        self.waiting: deque[ListingJob] = deque()

    def parse_listing(self, response: Response, job: ListingJob) -> Any:  # noqa: ANN401 - Scrapy's callbacks may yield anything
        """Parse a listing page."""
        raise NotImplementedError

    def parse_item(self, response: Response, job: ListingJob) -> Any:  # noqa: ANN401 - as above
        """Parse the page of a job's first card."""
        raise NotImplementedError

    # --- requests -----------------------------------------------------------------------------------------

    def _next_job(self) -> list[Request]:
        while self.waiting:
            if requests := self._next_route(self.waiting.popleft()):
                return requests
        return []

    def _next_route(self, job: ListingJob) -> list[Request]:
        """Begin the next route that is open; without one the listing is refused or failed."""
        report = job.report
        while job.routes:
            route = job.routes.popleft()
            if self.breaker.is_open(route, report.slug):
                job.begin(route, self.limits, _now())
                return [self._listing_request(job)]
            report.route = route
            job.refuse()
        report.route = job.delivered or report.route
        if report.outcome in ("done", "limited"):
            self.report.remarks.append(
                f"{report.slug} {report.lang}: {report.excerpts} items are excerpts of a feed"
            )
            return []
        report.outcome = "refused" if job.refused and not report.items else "failed"
        logger.warning("%s %s: %s, and no other route is open", report.slug, report.lang, report.outcome)
        return []

    def _listing_request(self, job: ListingJob) -> Request:
        window, report = job.pages.window, job.report
        assert window is not None  # noqa: S101 - only called while a page is wanted
        request = ROUTES[report.route].build_request(
            report.slug, report.lang, window.number, size=window.size
        )
        return self._request(request, job, self.parse_listing)

    def _card_request(self, job: ListingJob) -> Request:
        card, report = job.cards[0], job.report
        assert card.news_id is not None  # noqa: S101 - a card without an id is a problem, not a card
        request = rendered.build_item_request(report.slug, card.news_id, report.lang)
        return self._request(request, job, self.parse_item)

    def _request(self, request: RouteRequest, job: ListingJob, callback: Callable[..., Any]) -> Request:
        return Request(
            self.base_url + request.path,
            method=request.method,
            headers=request.headers,
            body=request.body,
            callback=callback,
            errback=self.fail,
            cb_kwargs={"job": job},
            meta=dict(request.meta),
            dont_filter=True,
        )

    # --- the end of a page --------------------------------------------------------------------------------

    def place(self, job: ListingJob) -> tuple[str, str, str, str]:
        """Return slug, language, route and site of a job's listing."""
        return job.report.slug, job.report.lang, job.report.route, job.site

    def next_items(self, job: ListingJob, request: Request | None) -> Iterator[Any]:
        """Yield the request for the next card; without one, the items of the page."""
        if job.cards:
            yield self._card_request(job)
            return

        async def go_on(outcomes: tuple[str, ...]) -> Iterable[Request]:
            self._count_problems(job, outcomes)
            job.settle(outcomes)
            if end := job.finish():
                await self.store_progress(self.place(job), end)
            return self._go_on(job)

        yield from self.page_items(
            job.stories, go_on, request=request, place=self.place(job), progress=job.progress()
        )

    def _count_problems(self, job: ListingJob, outcomes: tuple[str, ...]) -> None:
        if errors := outcomes.count("error"):
            why = f"{errors} of {len(outcomes)} items could not be processed"
            self._record_failure(job, self.base_url, f"{why}: {self.report.item_errors[-1]}")
            job.pages.spoil(why)

    def _go_on(self, job: ListingJob) -> list[Request]:
        if job.pages.window or job.read_top_again(_now()):
            return [self._listing_request(job)]
        self._finish(job)
        # A feed mostly of excerpts is better than nothing; the texts come by a route that is left.
        report, pages = job.report, job.pages
        excerpts = report.route == "rss" and report.excerpts * 2 > report.items
        wants_more = excerpts or (pages.error and not pages.has_items and job.routes)
        return (self._next_route(job) if wants_more else []) or self._next_job()

    def _finish(self, job: ListingJob) -> None:
        report, pages = job.report, job.pages
        if job.has_enough:
            report.route = job.delivered
            return
        report.complete, report.newest = pages.complete, job.newest
        limited = pages.limited and not pages.plan.single_page
        report.outcome = "failed" if pages.error else "limited" if limited else "done"
        if pages.error and not job.failures:
            self._record_failure(job, self.base_url, pages.error)
        if pages.error and not pages.has_items:
            report.failed_by.append(report.route)
        elif report.items:
            job.delivered = report.route
        if pages.error and job.refused and not report.items:
            report.outcome = "refused"  # the last resort had nothing either: the site refused
        logger.info(
            "%s %s by %s: %s pages, %s items, %s new, %s changed%s",
            # The counts are of all routes that were tried.
            *(report.slug, report.lang, ", ".join(dict.fromkeys([*report.failed_by, report.route]))),
            report.pages,
            *(report.items, report.new, report.changed),
            f"; {pages.error}" if pages.error else "",
        )

    # --- errors -------------------------------------------------------------------------------------------

    def fail(self, failure: TwistedFailure) -> Iterator[Any]:
        """Handle a request without a response: disallowed by robots.txt, or a failed page."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        job: ListingJob = request.cb_kwargs["job"]
        error, why = failure.value, reason(failure.value)
        if isinstance(error, RobotsTxtDisallowed):
            yield from self.handle_refusal(job, why, request)
        elif isinstance(error, (RobotsTxtUnavailable, HostBackingOff)):
            self._abandon_site(job)  # every route and every listing is on the same host
            yield from self._failed_page(job, request, why)
        elif isinstance(error, (IgnoreRequest, DownloadCancelledError)):
            yield from self._failed_page(job, request, why)
        else:
            if is_silence(error) and self.breaker.record_silence(job.report.slug):
                logger.warning(
                    "several publishers in a row got no response: nothing more is requested from the site"
                )
                self._abandon_site(job)
            yield from self.handle_unreadable(request, job, why)

    def _abandon_site(self, job: ListingJob) -> None:
        job.routes.clear()
        self.waiting.clear()
        while len(job.cards) > 1:
            job.cards.pop()

    def handle_refusal(self, job: ListingJob, evidence: str, request: Request | None) -> Iterator[Any]:
        """Record a refusal and go on by the next route, after the items that were read before."""

        async def go_on(outcomes: tuple[str, ...]) -> Iterable[Request]:
            job.keep(outcomes)
            report = job.report
            job.refuse()
            self.report.refusals.append(Refusal(report.slug, report.lang, report.route, evidence))
            logger.warning(
                "%s %s: the route %s is refused: %s", report.slug, report.lang, report.route, evidence
            )
            if self.breaker.record_refusal(report.route, report.slug):
                logger.warning("the route %s was refused to every publisher so far: closed", report.route)
            return self._next_route(job) or self._next_job()

        yield from self.page_items(job.stories, go_on, request=request)

    def handle_unreadable(self, request: Request, job: ListingJob, why: str) -> Iterator[Any]:
        """Request a broken or foreign response once more; then it is a failed page."""
        again = None
        if request.meta.get("retry_times", 0) == 0 and not ROUTES[job.report.route].rendered:
            again = get_retry_request(request, spider=self, reason="unreadable", max_retry_times=1)
        if again is not None:
            again.meta[BACKOFF_FIRST] = True
            yield again
        else:
            yield from self._failed_page(job, request, why)

    def _failed_page(self, job: ListingJob, request: Request, why: str) -> Iterator[Any]:
        # That a list has no page 0 is an answer; an item of it that cannot be read is a failure.
        if job.cards or not job.pages.probing_first_page:
            self._record_failure(job, request.url, why)
        if job.cards:  # one item of a rendered list: the others go on, and the listing is not complete
            job.cards.popleft()
            job.pages.spoil(why)
            yield from self.next_items(job, request)
            return
        job.report.pages += 1
        job.pages.fail()
        yield from self._go_on(job)

    def handle_absent(self, job: ListingJob, request: Request, why: str) -> Iterator[Any]:
        """Go on by the next route; without one the listing could not be read."""
        report = job.report
        if not job.routes:
            yield from self._failed_page(job, request, why)
            return
        report.failed_by.append(report.route)
        logger.info("%s %s by %s: %s", report.slug, report.lang, report.route, why)
        yield from self._next_route(job) or self._next_job()

    def _record_failure(self, job: ListingJob, url: str, why: str) -> None:
        report = job.report
        if job.has_enough:
            self.report.remarks.append(f"{report.slug} {report.lang}: no full texts by {report.route}: {why}")
            return
        job.failures += 1
        self.report.failures.append(FailedPage(report.slug, report.lang, report.route, url, why))
        logger.warning("%s %s by %s: failed: %s (%s)", report.slug, report.lang, report.route, why, url)

    def skip_failed(self, request: Request, url: str, why: str) -> Iterable[Request]:
        """Go on with the next listing."""
        job: ListingJob | None = request.cb_kwargs.get("job")
        if job is None:
            return []
        self._record_failure(job, url, why)
        job.report.outcome = "failed"
        return self._next_job()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
