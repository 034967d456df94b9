"""A listing job: one publisher in one language, read by one route after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from govkz_scraper.crawl.report import ListingReport
from govkz_scraper.listings.paginator import Paginator
from govkz_scraper.listings.windows import CrawlPlan, ListingPage, lowest_date, overlap_threshold
from govkz_scraper.routes import ROUTES, Listing
from pipelines.dates import parse_date
from pipelines.items import FinishedWalk, RawStory, UnfinishedWalk
from pipelines.sqlite.listing_coverage import ListingCoverage
from pipelines.urls import GOVKZ

LIVE, REPLICA = GOVKZ, "replica"  # coverage of each is kept apart: a rehearsal covers nothing
_LONG = 5  # pages; after a longer crawl there may be new items on top


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """What the user and the settings allow a crawl of a listing."""

    full: bool = False
    since: date | None = None
    max_pages: int | None = None
    page_limit: int = 2000
    overlap_days: float = 14


@dataclass
class ListingJob:
    """One listing being crawled. ``routes`` are those still to be tried."""

    report: ListingReport
    site: str  # LIVE or REPLICA
    routes: deque[str]
    known: Sequence[ListingCoverage]  # what the database had of the listing when the crawl started
    pages: Paginator = field(default_factory=lambda: Paginator(CrawlPlan(full=False)))
    main: Paginator | None = None  # while ``pages`` reads the top once more: what was read before
    started_at: str = ""  # when the crawl of the listing started, maybe in an earlier run
    top_read_at: str = ""
    newest: str | None = None  # date of the newest item at the start; None: not seen, or undated
    refused: bool = False  # by a route, before any had failed
    delivered: str = ""  # the route that brought items
    failures: int = 0
    cards: deque[RawStory] = field(default_factory=deque)  # of a rendered list, still to be requested
    stories: list[RawStory] = field(default_factory=list)  # of the page being read
    _page: ListingPage = field(default_factory=lambda: ListingPage(()))

    @property
    def covered(self) -> ListingCoverage | None:
        """Return what the database had of the listing by the current route."""
        return next((row for row in self.known if row.route == self.report.route), None)

    @property
    def has_enough(self) -> bool:
        """Return whether a feed delivered and the follow-up route has returned nothing (yet)."""
        return bool(self.delivered) and not self.pages.has_items

    @property
    def resumed_since(self) -> str | None:
        """Return since when stored sightings count as read by this resumed crawl; None: it is not resumed."""
        return self.started_at if self.pages.plan.position and not self.pages.has_items else None

    @property
    def _read_before(self) -> frozenset[int]:
        """Return what was read before the top is read once more."""
        return self.main.seen if self.main else frozenset()

    def refuse(self) -> None:
        """Record that the current route is closed to this listing."""
        self.report.refused_by.append(self.report.route)
        self.refused = self.refused or not self.failures

    def begin(self, route: str, limits: CrawlLimits, now: str) -> None:
        """Plan the crawl by a route: resume it, read to the end, or read past what is known."""
        self.report.route = route
        self.cards, self.stories = deque(), []
        paging = ROUTES[route].paging
        plan = CrawlPlan(
            full=False,
            since=limits.since,
            size=paging.page_size,
            fixed_size=not paging.sizes_adjustable,
            single_page=paging.single_page,
            max_pages=1 if paging.single_page else limits.max_pages,
            page_limit=limits.page_limit,
        )
        self.started_at, self.newest, self.main = now, None, None
        if not limits.since and not paging.single_page:
            plan = self._continue(plan, limits)
        self.pages = Paginator(plan)
        self.report.walk = "full" if plan.full else "since" if plan.since else "recent"

    def _continue(self, plan: CrawlPlan, limits: CrawlLimits) -> CrawlPlan:
        covered = self.covered
        walk = covered.walk if covered else None
        if walk and not (limits.full and walk.goal):
            self.started_at, self.newest = walk.started_at, walk.newest
            goal = date.fromisoformat(walk.goal) if walk.goal else None
            newest = date.fromisoformat(walk.newest) if walk.newest else None
            return replace(plan, full=not walk.goal, threshold=goal, newest=newest, position=walk.position)
        if limits.full or covered is None or covered.complete_at is None:
            return replace(plan, full=True, was_empty=covered is not None and covered.complete_at is None)
        newest, caught_up = (
            date.fromisoformat(value[:10]) if value else None
            for value in (covered.newest, covered.caught_up_at)
        )
        threshold = overlap_threshold(newest, caught_up, limits.overlap_days)
        return replace(plan, threshold=threshold, newest=newest)

    def read(self, listing: Listing, known: frozenset[int] = frozenset()) -> None:
        """Handle a page; ``known``: those of its items that were stored since ``resumed_since``.

        A page with a gap above it is not used: it will be read again.
        """
        self.report.listed += len(listing.stories)
        days = [parse_date(story.date).date for story in listing.stories]
        # Once each: some sites list an item twice on a page, and positions are counted in items.
        ids = tuple(dict.fromkeys(story.news_id for story in listing.stories if story.news_id is not None))
        newest = max((day for day in days if day), default=None)
        fresh = self._fresh(listing.stories, days)
        is_top = self.pages.window is not None and self.pages.window.page == 1
        tied = {
            story.news_id
            for story in takewhile(lambda s: s.date == listing.stories[-1].date, reversed(listing.stories))
        }
        known |= self._read_before.intersection(ids) if self.pages.plan.until_seen else frozenset()
        self._page = ListingPage(
            ids, lowest_date(days), newest, known, more=listing.more, tied=len(tied - {None}) or 1
        )
        self.pages.read(self._page)
        if self.pages.has_gap:
            fresh = []
        elif is_top and newest:  # a later page 1 begins above an earlier one: the numbering was learned
            self.newest = max(self.newest or "", newest.isoformat())
        rendered = ROUTES[self.report.route].rendered
        self.cards, self.stories = (deque(fresh), []) if rendered else (deque(), fresh)

    def _fresh(self, stories: Sequence[RawStory], days: Sequence[date | None]) -> list[RawStory]:
        """Return the items that this crawl has not read and that are not older than the user wants."""
        since, seen = self.pages.plan.since, self.pages.seen | self._read_before
        fresh = dict[int, RawStory]()
        for place, (story, day) in enumerate(zip(stories, days, strict=True), 1):
            if story.news_id is not None and story.news_id in seen:
                continue
            if since is None or day is None or day >= since:
                fresh.setdefault(story.news_id if story.news_id is not None else -place, story)
        return list(fresh.values())

    def keep(self, outcomes: Sequence[str]) -> None:
        """Count items that were read before the rest of their page was refused."""
        self.report.count(self.stories, outcomes)
        self.stories = []
        self.cards.clear()

    def skip_unchanged(self, titles: Mapping[int, Set[str]]) -> None:
        """Drop cards that are known under the same title; ``--full`` requests them all."""
        if not (self.pages.plan.full and self.covered and self.covered.complete_at):
            self.cards = deque(c for c in self.cards if (c.title or "") not in titles.get(c.news_id or 0, ()))

    def settle(self, outcomes: Sequence[str]) -> None:
        """Count what became of the page's items, and decide whether the listing is read far enough."""
        self.report.count(self.stories, outcomes)
        self.stories = []
        self.pages.settle(
            sum(outcome in ("new", "better", "revision", "copy") for outcome in outcomes), self._page
        )

    def progress(self) -> UnfinishedWalk | None:
        """Return how far the listing is covered, to be stored with the page; None: nothing to resume."""
        plan = self.pages.plan
        if plan.since or self.main is not None or plan.single_page:
            return None
        # Where no item has a date, any page without a change is far enough down: before the last of days.
        goal = "" if plan.full else (plan.threshold or date.max).isoformat()
        return UnfinishedWalk(self.started_at, self.pages.trusted_end, goal, self.newest)

    def finish(self) -> FinishedWalk | None:
        """Return the end of the crawl of this listing; None: it is not as far as planned."""
        pages = self.pages
        if not pages.reached or pages.plan.since or (self.main and not self.main.reached):
            return None
        started = self.top_read_at if self.main is not None else self.started_at
        return FinishedWalk(started, self.newest, pages.complete)

    def read_top_again(self, now: str) -> bool:
        """After a long or resumed crawl, check for newer items; True: there is a page to request."""
        pages, main = self.pages, self.main
        if main is not None:
            if pages.error:
                main.spoil(pages.error)
            self.pages, self.main = main, None
            return False
        plan = pages.plan
        long = plan.position or pages.pages > _LONG
        if plan.single_page or plan.since or not long or pages.limited or pages.gave_up:
            return False
        # Down to what this run has read; where others have read the upper part, down to what was newest then:
        # a crawl with --since may have read items on top, and left a gap above those.
        newest = date.fromisoformat(self.newest) if plan.position and self.newest else None
        top = replace(plan, full=False, threshold=newest, until_seen=newest is None, position=0)
        self.main, self.pages = pages, Paginator(top)
        self.top_read_at, self.newest = now, None
        return True
