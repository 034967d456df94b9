"""A week of a misbehaving site: nothing is lost, only the bad day costs requests, and every end is true."""

from __future__ import annotations

import pytest

from govkz_scraper.listings.job import CrawlLimits
from tests.govkz_scraper.listings.site import Site
from tests.govkz_scraper.listings.test_histories import Database, run

PER_DAY = 7


class Week(Site):
    """A listing with some new items each day, on one day of which the site answers in its own way."""

    empty_from = 0  # the request from which on everything is empty; 0: none

    def page(self, number: int, size: int) -> list[int]:
        ids = super().page(number, size)
        return [] if self.empty_from and len(self.asked) >= self.empty_from else ids


@pytest.mark.parametrize("count", [9, 14, 18, 25, 60, 150, 400])
@pytest.mark.parametrize(
    "trouble",
    [{"first": 0}, {"cap": 10}, {"own_size": 9}, {"own_size": 10}, {"own_size": 25}, {"empty_from": 2}],
    ids=str,
)
@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_a_week_with_one_bad_day(count: int, trouble: dict[str, int], full: bool) -> None:
    requests = week(count, trouble, full=full)
    assert requests[5:] == week(count, {}, full=full)[5:], "the bad day costs requests on that day only"


def week(count: int, trouble: dict[str, int], *, full: bool) -> list[int]:
    """Crawl a listing on seven days, of which the fourth is bad; return the requests of each."""
    site, db = Week(count), Database()
    requests = []
    for day in range(7):
        bad = day == 3
        for name, usual in (("first", 1), ("cap", 0), ("own_size", 0), ("empty_from", 0)):
            setattr(site, name, trouble.get(name, usual) if bad else usual)
        site.asked.clear()
        job = run(site, db, CrawlLimits(full=full and bad))
        requests.append(len(site.asked))
        missing = set(site.ids) - db.seen.keys()
        if bad:
            assert job.pages.error or not missing, "an end that is not true"
            assert not (job.pages.complete and missing)
        else:
            assert not missing and not job.pages.error, (day, job.pages.error, sorted(missing))
        for _ in range(PER_DAY):
            site.publish()
    return requests
