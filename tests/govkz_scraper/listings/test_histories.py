"""Listings crawled run after run, with kills, limits, failed pages and moves between and amid the runs."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from govkz_scraper.crawl.report import ListingReport
from govkz_scraper.listings.job import LIVE, CrawlLimits, ListingJob
from govkz_scraper.routes import Listing
from pipelines.items import FinishedWalk, RawStory, UnfinishedWalk
from pipelines.sqlite.listing_coverage import ListingCoverage
from tests.govkz_scraper.listings.site import Site


@dataclass
class Database:
    """What the store would hold: when each item was last seen, and how far the listing was walked."""

    seen: dict[int, str] = field(default_factory=dict)
    covered: ListingCoverage | None = None
    clock: int = 0

    def now(self) -> str:
        self.clock += 1
        return f"{self.clock:09}"

    def write(self, walk: UnfinishedWalk | FinishedWalk) -> None:
        old = self.covered or ListingCoverage("api", None, None, None, None)
        if isinstance(walk, FinishedWalk):
            complete = self.now() if walk.complete else old.complete_at
            caught_up = "2030-01-01"  # never the bound here
            self.covered = ListingCoverage("api", complete, walk.newest or old.newest, caught_up, None)
        else:
            self.covered = ListingCoverage("api", old.complete_at, old.newest, old.caught_up_at, walk)


def run(site: Site, db: Database, limits: CrawlLimits, stop: int = 10_000, fails: int = 0) -> ListingJob:
    """Crawl once: ended by a kill after ``stop`` answers, with one answer that fails."""
    report = ListingReport("almobl", "ru")
    job = ListingJob(report, LIVE, deque(["api"]), [db.covered] if db.covered else [])
    job.begin("api", limits, db.now())
    for answer in range(1, stop + 1):
        window = job.pages.window
        if window is None:
            if not job.read_top_again(db.now()):
                break
            continue
        if answer == fails:
            job.pages.fail()
            continue
        ids = site.page(window.number, window.size)
        stories = [RawStory(news_id=i, date=site.day(i).isoformat()) for i in ids]
        since = job.resumed_since
        job.read(
            Listing(stories, [], more=bool(ids)),
            frozenset(i for i in ids if since and db.seen.get(i, "") >= since),
        )
        outcomes = ["known" if s.news_id in db.seen else "new" for s in job.stories]
        if answer == stop and random.Random(stop).random() < 0.5:
            break  # killed before the page was stored
        db.seen |= {s.news_id: db.now() for s in job.stories if s.news_id}
        if progress := job.progress():
            db.write(progress)
        job.settle(outcomes)
        if answer < stop and (end := job.finish()):
            db.write(end)
    return job


def settle_down(site: Site, db: Database) -> set[int]:
    """Crawl a site that stays still, as often as a scheduler would; give what is missing then."""
    for _ in range(3):
        site.asked.clear()
        job = run(site, db, CrawlLimits())
        assert not job.pages.error
    smallest = site.cap or site.own_size or 100
    assert len(site.asked) <= max(24, 200 // smallest), "no more than the overlap window, some 140 items"
    return set(site.ids) - db.seen.keys()


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 260)),
        st.tuples(st.just("remove"), st.integers(0, 99)),
        st.tuples(st.just("kill"), st.integers(1, 9)),
        st.tuples(st.just("fail"), st.integers(2, 6)),
        st.tuples(st.just("limit"), st.integers(1, 4)),
        st.tuples(st.just("since"), st.integers(1, 40)),
        st.tuples(st.just("full"), st.integers(1, 9)),
        st.tuples(st.just("run"), st.just(0)),
    ),
    max_size=9,
)
SITES = st.sampled_from(
    [{}, {"cap": 50}, {"cap": 20}, {"own_size": 10}, {"own_size": 64}, {"first": 0}],
)


@settings(deadline=None)
@given(st.integers(12, 400), SITES, EVENTS)
@example(12, {"own_size": 10}, [("run", 0), ("publish", 11), ("limit", 1)])
@example(160, {"first": 0}, [("run", 0), ("publish", 189), ("fail", 6)])
def test_whatever_happens_later_runs_find_everything(
    count: int, kind: dict[str, int], events: list[tuple[str, int]]
) -> None:
    site, db = Site(count, **kind), Database()
    for what, number in events:
        if what == "publish":
            for _ in range(number):
                site.publish()
        elif what == "remove":
            del site.ids[number : number + 3]
        else:
            day = site.day(site.ids[0]) - timedelta(days=number) if site.ids else date(2026, 1, 1)
            run(
                site,
                db,
                CrawlLimits(full=what == "full", since=day if what == "since" else None,
                       max_pages=number if what == "limit" else None),
                stop=number if what in ("kill", "full") else 10_000,
                fails=number if what == "fail" else 0,
            )  # fmt: skip
    assert settle_down(site, db) == set()


@pytest.mark.parametrize("how", ["kill", "limit", "fail", "since", "top"])
def test_an_incremental_run_that_breaks_off_leaves_no_hole(how: str) -> None:
    site, db = Site(60), Database()
    run(site, db, CrawlLimits())
    for _ in range(150):
        site.publish()
    wishes = {
        "limit": CrawlLimits(max_pages=1),
        "since": CrawlLimits(since=site.day(site.ids[0]) - timedelta(days=3)),
    }
    run(
        site,
        db,
        wishes.get(how, CrawlLimits()),
        stop={"kill": 2, "top": 4}.get(how, 99),
        fails=2 * (how == "fail"),
    )
    assert settle_down(site, db) == set()
