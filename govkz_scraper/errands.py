"""An errand: one source in one language, walked by one route after another. Plans walks and reports progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from govkz_scraper.coverage import Plan, Walk, threshold
from govkz_scraper.notes import ListingNote
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

    @property
    def covered(self) -> Covered | None:
        """What the database had of the listing by the route in use."""
        return next((row for row in self.known if row.route == self.note.route), None)

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

    def take(self, stories: Sequence[RawStory]) -> tuple[list[int], date | None, list[RawStory]]:
        """Give an answer's ids, the date of its last dated item, and the stories that this walk has not had yet."""
        days = [parse_date(story.date).date for story in stories]
        dated = [day for day in days if day]
        self.newest = max([*dated, self.newest] if self.newest else dated, default=None)
        ids = [story.news_id for story in stories if story.news_id is not None]
        since = self.walk.plan.since
        fresh = {}
        for place, (story, day) in enumerate(zip(stories, days, strict=True)):
            if story.news_id is not None and self.walk.has(story.news_id):
                continue
            if since is None or day is None or day >= since:
                fresh[story.news_id if story.news_id is not None else -1 - place] = story
        return ids, dated[-1] if dated else None, list(fresh.values())

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
