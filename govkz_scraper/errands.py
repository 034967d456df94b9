"""An errand: one source in one language, walked by one route after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from govkz_scraper.crawl.report import ListingReport
from govkz_scraper.routes import Listing
from govkz_scraper.walks import Answer, Plan, Walk, lowest, threshold, walk_of
from pipelines.dates import parse_date
from pipelines.items import FinishedWalk, Paging, Progress, RawStory, UnfinishedWalk
from pipelines.sqlite.listing_coverage import ListingCoverage

SIZES = {"api": 100, "graphql": 50, "rss": 1000, "pages": 10}
_FIXED = {"rss", "pages"}  # the site decides how many items an answer has
LIVE, REPLICA = "www.gov.kz", "replica"  # how far each was walked is kept apart: a rehearsal is no coverage
_LONG = 5  # pages; after a longer walk there may be new items on top


@dataclass(frozen=True, slots=True)
class Limits:
    """What the user and the settings allow a walk."""

    full: bool = False
    since: date | None = None
    max_pages: int | None = None
    endless: int = 2000
    overlap_days: float = 14


@dataclass
class Errand:
    """One listing under way. ``routes`` are those still to be tried."""

    note: ListingReport
    site: str  # LIVE or REPLICA
    routes: deque[str]
    known: Sequence[ListingCoverage]  # what the database had of the listing when the crawl began
    walk: Walk = field(default_factory=lambda: walk_of(Plan(full=False)))
    main: Walk | None = None  # while ``walk`` looks at the top: the walk that came before
    started_at: str = ""  # of the walk, maybe in an earlier crawl
    looked_at: str = ""  # when the look at the top began
    newest: str | None = None  # date of the newest item when the walk began; None: not seen, or undated
    refused: bool = False  # by a route, before any had failed
    delivered: str = ""  # the route that brought items
    failures: int = 0
    cards: deque[RawStory] = field(default_factory=deque)  # of a rendered list, still to be fetched
    stories: list[RawStory] = field(default_factory=list)  # of the page being read
    _answer: Answer = field(default_factory=lambda: Answer(()))

    @property
    def covered(self) -> ListingCoverage | None:
        """What the database had of the listing by the route in use."""
        return next((row for row in self.known if row.route == self.note.route), None)

    @property
    def has_enough(self) -> bool:
        """Whether a feed was read and the route asked on for full texts has brought nothing (yet)."""
        return bool(self.delivered) and not self.walk.met

    @property
    def counts_since(self) -> str | None:
        """From when on stored items tell that the walk has been here; None: the walk knows by itself."""
        return self.started_at if self.walk.plan.position and not self.walk.met else None

    def refuse(self) -> None:
        """Take in that the route in use is closed to this listing."""
        self.note.refused_by.append(self.note.route)
        self.refused = self.refused or not self.failures

    def begin(self, route: str, limits: Limits, now: str) -> None:
        """Plan the walk of a route: further where one was interrupted, to the end, or past what is known."""
        self.note.route = route
        self.cards, self.stories = deque(), []
        plan = Plan(
            full=False,
            since=limits.since,
            size=SIZES[route],
            paging=Paging(own=SIZES[route])
            if route in _FIXED
            else self.covered.paging
            if self.covered
            else Paging(),
            max_pages=1 if route == "rss" else limits.max_pages,  # a feed has one page and no end to reach
            endless=limits.endless,
        )
        self.started_at, self.newest, self.main = now, None, None
        if not limits.since and route != "rss":
            plan = self._further(plan, limits)
        self.walk = walk_of(plan)
        self.note.walk = "full" if plan.full else "since" if plan.since else "recent"

    def _further(self, plan: Plan, limits: Limits) -> Plan:
        covered = self.covered
        walk = covered.walk if covered else None
        if walk and not (limits.full and walk.goal):
            self.started_at, self.newest = walk.started_at, walk.newest
            goal = date.fromisoformat(walk.goal) if walk.goal else None
            return replace(plan, full=not walk.goal, threshold=goal, position=walk.position)
        if limits.full or covered is None or covered.complete_at is None:
            empty = covered is not None and covered.complete_at is None
            paging = replace(plan.paging, most=None)  # it may give more by now
            return replace(plan, full=True, paging=paging, was_empty=empty)
        return replace(plan, threshold=_threshold(covered, limits.overlap_days))

    def read(self, listing: Listing, known: frozenset[int] = frozenset()) -> None:
        """Take in a page; ``known``: those of its items that were stored since ``counts_since``.

        What lies below a gap is not taken: it will be read again, and until then nothing says that it was.
        """
        self.note.listed += len(listing.stories)
        days = [parse_date(story.date).date for story in listing.stories]
        # Once each: some sites give an item twice on a page, and positions are counted by items.
        ids = tuple(dict.fromkeys(story.news_id for story in listing.stories if story.news_id is not None))
        newest = max((day for day in days if day), default=None)
        fresh = self._fresh(listing.stories, days)
        top = self.walk.window is not None and self.walk.window.page == 1
        tied = {
            s.news_id
            for s in takewhile(lambda s: s.date == listing.stories[-1].date, reversed(listing.stories))
        }
        self._answer = Answer(ids, lowest(days), known, more=listing.more, tied=len(tied - {None}) or 1)
        self.walk = self.walk.read(self._answer)
        if self.walk.gap:
            fresh = []
        elif top and newest and self.newest is None:
            self.newest = newest.isoformat()
        self.cards, self.stories = (deque(fresh), []) if self.note.route == "pages" else (deque(), fresh)

    def _fresh(self, stories: Sequence[RawStory], days: Sequence[date | None]) -> list[RawStory]:
        """Leave out what this walk has had already, and what is older than the user wants."""
        since, fresh = self.walk.plan.since, dict[int, RawStory]()
        for place, (story, day) in enumerate(zip(stories, days, strict=True), 1):
            if story.news_id is not None and self.walk.has(story.news_id):
                continue
            if since is None or day is None or day >= since:
                fresh.setdefault(story.news_id if story.news_id is not None else -place, story)
        return list(fresh.values())

    def keep(self, outcomes: Sequence[str]) -> None:
        """Take in what became of items that were had before the rest of their page was refused."""
        self.note.count(self.stories, outcomes)
        self.stories = []
        self.cards.clear()

    def leave_out(self, titles: Mapping[int, Set[str]]) -> None:
        """Do not fetch cards that are known under the same title; ``--full`` fetches them all."""
        if not (self.walk.plan.full and self.covered and self.covered.complete_at):
            self.cards = deque(c for c in self.cards if (c.title or "") not in titles.get(c.news_id or 0, ()))

    def stored(self, outcomes: Sequence[str]) -> None:
        """Take in what became of the page's items."""
        self.note.count(self.stories, outcomes)
        self.stories = []
        self.walk.settle(sum(outcome != "known" for outcome in outcomes), self._answer)

    def progress(self) -> Progress | None:
        """Say how far the walk has come, to be stored with the page; None: it is none to go on with."""
        plan = self.walk.plan
        if plan.since or self.main is not None or self.note.route == "rss":
            return None
        # Where no item has a date, any page without a change is far enough down: before the last of days.
        goal = "" if plan.full else (plan.threshold or date.max).isoformat()
        return self._progress(UnfinishedWalk(self.started_at, self.walk.sure, goal, self.newest))

    def arrival(self) -> Progress | None:
        """Say that the walk came as far as it was to; None: it did not, or it says nothing of the rest."""
        walk, looking = self.walk, self.main is not None
        if not walk.reached or walk.plan.since or (self.main and not self.main.reached):
            return None
        began = self.looked_at if looking else self.started_at
        return self._progress(FinishedWalk(began, self.newest, walk.complete))

    def _progress(self, walk: UnfinishedWalk | FinishedWalk) -> Progress:
        note = self.note
        return Progress(note.slug, note.lang, note.route, self.site, walk, self.walk.learnt)

    def look_at_top(self, now: str) -> bool:
        """After a long or interrupted walk, see what has come meanwhile; True: there is a page to ask for."""
        walk, main = self.walk, self.main
        if main is not None:
            if walk.trouble:
                main.spoil(walk.trouble)
            self.walk, self.main = main, None
            return False
        plan = walk.plan
        long = plan.position or walk.pages > _LONG
        if self.note.route == "rss" or plan.since or not long or walk.limited or walk.gave_up:
            return False
        # Down to what this run has met; where others have read the upper part, down to what was newest then:
        # a crawl with --since may have met items on top, and left a gap above those.
        newest = date.fromisoformat(self.newest) if plan.position and self.newest else None
        top = replace(plan, full=False, threshold=newest, meet=newest is None, position=0, paging=walk.learnt)
        self.main, self.walk = walk, walk_of(top, walk.seen if top.meet else frozenset())
        self.looked_at, self.newest = now, None
        return True


def _threshold(covered: ListingCoverage, overlap_days: float) -> date | None:
    newest, caught_up = (
        date.fromisoformat(value[:10]) if value else None for value in (covered.newest, covered.caught_up_at)
    )
    return threshold(newest, caught_up, overlap_days)
