"""An errand: one source in one language, walked by one route after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from govkz_scraper.coverage import Walk
from govkz_scraper.notes import ListingNote
from govkz_scraper.routes import Listing
from govkz_scraper.windows import Plan, threshold
from pipelines.dates import parse_date
from pipelines.records import Progress, RawStory
from pipelines.store.coverage import Covered

SIZES = {"api": 100, "graphql": 50, "rss": 1000, "pages": 10}
_FIXED = {"rss", "pages"}  # the site decides how many items an answer has
SITE = "www.gov.kz"  # whatever server stands in for it: what is stored is as from the live site


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

    note: ListingNote
    routes: deque[str]
    known: Sequence[Covered]  # what the database had of the listing when the crawl began
    walk: Walk = field(default_factory=lambda: Walk(Plan(full=False)))
    started_at: str = ""  # of the full walk, maybe in an earlier crawl
    newest: date | None = None
    refused: bool = False  # by a route, before any had failed
    delivered: str = ""  # the route that brought items
    failures: int = 0
    cards: deque[RawStory] = field(default_factory=deque)  # of a rendered list, still to be fetched
    stories: list[RawStory] = field(default_factory=list)  # of the page being read
    _last_page: bool = False
    _whole: bool = False
    _answer: tuple[list[int], date | None, int] = ([], None, 0)

    @property
    def covered(self) -> Covered | None:
        """What the database had of the listing by the route in use."""
        return next((row for row in self.known if row.route == self.note.route), None)

    @property
    def begins_recent(self) -> bool:
        """Whether the page under way is the first of a walk that only looks for what is new."""
        return not self.walk.plan.full and self.walk.pages == 0

    @property
    def has_enough(self) -> bool:
        """Whether a feed was read and the route asked on for full texts has brought nothing (yet)."""
        return bool(self.delivered) and not self.walk.met

    def refuse(self) -> None:
        """Take in that the route in use is closed to this listing."""
        self.note.refused_by.append(self.note.route)
        self.refused = self.refused or not self.failures

    def begin(self, route: str, limits: Limits, now: str) -> None:
        """Plan the walk of a route: further where one was interrupted, to the end, or past what is known."""
        self.note.route = route
        covered = self.covered
        feed = route == "rss"  # it has one page and no end to reach
        interrupted = covered is not None and covered.walk_started_at is not None
        full = not limits.since and not feed
        full = full and (limits.full or interrupted or covered is None or covered.complete_at is None)
        plan = Plan(
            full=full,
            since=limits.since,
            threshold=_threshold(covered, limits.overlap_days),
            position=covered.walk_position if covered and full and interrupted else 0,
            size=SIZES[route],
            fixed=route in _FIXED,
            max_pages=1 if feed else limits.max_pages,
            endless=limits.endless,
        )
        self.walk = Walk(plan)
        self.note.walk = "full" if full else "since" if limits.since else "recent"
        self.started_at = covered.walk_started_at or now if covered and full else now
        self.newest = None

    def read(self, listing: Listing, known: Set[int], *, whole: bool = False) -> None:
        """Take in a page; ``known``: those of its ids that the database has, ``whole``: it has no others.

        A full walk moves on at once, so that its new position is stored with the items that brought it
        there; any other walk waits for what the store says of them.
        """
        days = [parse_date(story.date).date for story in listing.stories]
        dated = [day for day in days if day]
        self.newest = max([*dated, self.newest] if self.newest else dated, default=None)
        fresh = self._fresh(listing.stories, days)
        self.cards, self.stories = (deque(fresh), []) if self.note.route == "pages" else (deque(), fresh)
        ids = [story.news_id for story in listing.stories if story.news_id is not None]
        self._answer = (ids, dated[-1] if dated else None, len(known))
        window = self.walk.window
        self._whole = whole and window is not None and len(listing.stories) < window.size
        self._last_page = self.note.route == "pages" and not listing.more
        if self.walk.plan.full:
            self.walk.answered(*self._answer, changed=0, more=not self._last_page)

    def _fresh(self, stories: Sequence[RawStory], days: Sequence[date | None]) -> list[RawStory]:
        """Leave out what this walk has had already, and what is older than the user wants."""
        since, fresh = self.walk.plan.since, dict[int, RawStory]()
        for place, (story, day) in enumerate(zip(stories, days, strict=True), 1):
            if story.news_id is not None and self.walk.has(story.news_id):
                continue
            if since is None or day is None or day >= since:
                fresh.setdefault(story.news_id if story.news_id is not None else -place, story)
        return list(fresh.values())

    def leave_out(self, titles: Mapping[int, Set[str]]) -> None:
        """Do not fetch cards that are known under the same title; ``--full`` fetches them all."""
        if not (self.walk.plan.full and self.covered and self.covered.complete_at):
            self.cards = deque(c for c in self.cards if (c.title or "") not in titles.get(c.news_id or 0, ()))

    def stored(self, outcomes: Sequence[str]) -> None:
        """Take in what became of the page's items."""
        self.note.count(self.stories, outcomes)
        self.stories = []
        if not self.walk.plan.full:
            changed = sum(outcome != "known" for outcome in outcomes)
            more = not self._last_page
            self.walk.answered(*self._answer, changed=changed, more=more, whole=self._whole)

    def progress(self) -> Progress:
        """Say how far the walk has come, to be stored with the page that brought it there."""
        walk, covered = self.walk, self.covered
        under_way = walk.plan.full and not walk.complete
        started, position = (self.started_at, walk.position) if under_way else (None, 0)
        if not walk.plan.full and covered:
            started, position = covered.walk_started_at, covered.walk_position
        if walk.complete:
            started = self.started_at
        return Progress(
            slug=self.note.slug,
            lang=self.note.lang,
            route=self.note.route,
            site=SITE,
            walk_started_at=started,
            walk_position=position,
            newest=self.newest.isoformat() if self.newest else None,
            completes=walk.complete,
        )


def _threshold(covered: Covered | None, overlap_days: float) -> date | None:
    if covered is None:
        return None
    newest = date.fromisoformat(covered.newest) if covered.newest else None
    return threshold(newest, date.fromisoformat(covered.updated_at[:10]), overlap_days)
