"""Listings that answer wrongly once, mix what shares a time, or draw items up between two pages."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govkz_scraper.listings.windows import CrawlPlan, overlap_threshold
from tests.govkz_scraper.listings.site import DAY, Site, read_through


@pytest.mark.parametrize("count", [20, 55, 60])
def test_a_listing_that_shows_its_last_page_for_ever_has_an_end(count: int) -> None:
    site = Site(count)
    full_page = site.page
    site.page = lambda number, size: full_page(min(number, -(-count // size)), size)  # type: ignore[method-assign]
    walk, known = read_through(site, CrawlPlan(full=True, size=10, fixed_size=True))
    assert walk.complete and len(known) == count


def test_an_answer_that_comes_whatever_is_asked_for_proves_no_end() -> None:
    site = Site(330)
    site.page = lambda number, size: site.ids[:9]  # type: ignore[method-assign]
    walk, known = read_through(site, CrawlPlan(full=True))
    assert len(known) == 9 and not walk.complete


@settings(deadline=None)
@given(
    st.integers(101, 700),
    st.sampled_from([{}, {"cap": 50}]),
    st.integers(2, 6),
    st.sampled_from([slice(0, 1), slice(0, 10), slice(0, 50), slice(40, 60), "five"]),
)
def test_a_wrong_answer_is_no_end(count: int, sizes: dict[str, int], moment: int, given: slice | str) -> None:
    class Wrong(Site):
        def page(self, number: int, size: int) -> list[int]:
            ids = super().page(number, size)
            wrong = ids[:5] if isinstance(given, str) else self.ids[given]
            return wrong if len(self.asked) == moment else ids

    walk, known = read_through(Wrong(count, **sizes), CrawlPlan(full=True))
    assert known == set(range(1, count + 1)) and walk.complete, walk.error


@settings(deadline=None)
@given(st.integers(0, 600), st.integers(1, 45), st.sampled_from([0, 50]))
def test_items_of_one_time_may_come_in_another_order_with_each_size(count: int, tied: int, cap: int) -> None:
    class Mixed(Site):
        def page(self, number: int, size: int) -> list[int]:
            shown = min(size, self.cap or size)
            self.ids.sort(key=lambda one: (-(one // tied), hash((one, number, shown))))
            return super().page(number, size)

        def day(self, news_id: int) -> date:
            return DAY + timedelta(days=news_id // tied)

    walk, known = read_through(Mixed(count, cap=cap), CrawlPlan(full=True))
    if tied * 2 < (cap or 100):
        assert known == set(range(1, count + 1)) and not walk.error


@settings(deadline=None)
@given(
    st.integers(11, 300), st.sampled_from([10, 64]), st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)))
)
def test_pages_of_a_size_of_their_own_are_read_twice_so_that_what_was_drawn_up_is_had(
    count: int, own: int, events: list[tuple[int, float]]
) -> None:
    """Each item goes while the pages are read for the first time."""
    site = Site(count, own_size=own)
    left = {moment: where for moment, where in events if moment <= count // own}

    def move(asked: int) -> None:
        if asked in left:
            del site.ids[int(left[asked] * (len(site.ids) - 1))]

    walk, known = read_through(site, CrawlPlan(full=True, size=own, fixed_size=True), between=move)
    assert set(site.ids) <= known and walk.complete


class Wrong(Site):
    """A site that answers wrongly at some requests, and nothing any more from ``outage`` on."""

    def __init__(self, count: int, wrong: dict[int, str], outage: int = 0, **kind: int) -> None:
        super().__init__(count, **kind)
        self.wrong, self.outage, self.last = wrong, outage, list[int]()

    def page(self, number: int, size: int) -> list[int]:
        ids, wrong = super().page(number, size), self.wrong.get(len(self.asked))
        if wrong == "doubled":
            ids = self.last
        elif wrong == "shifted":
            ids = super().page(number + 2, size)
            self.asked.pop()
        elif wrong:
            ids = ids[: 5 * (wrong == "shrunken")]
        if 0 < self.outage <= len(self.asked):
            ids = []
        self.last = ids
        return ids


WRONG = st.sampled_from(["empty", "doubled", "shifted", "shrunken"])
KINDS = st.sampled_from(
    [{}, {"cap": 50}, {"cap": 10}, {"own_size": 10}, {"own_size": 25}, {"own_size": 64}, {"own_size": 100}]
)


@settings(deadline=None)
@given(st.integers(1, 400), KINDS, st.integers(2, 20), WRONG)
def test_a_wrong_answer_anywhere_costs_no_item_without_an_error(
    count: int, kind: dict[str, int], moment: int, wrong: str
) -> None:
    pages, known = read_through(Wrong(count, {moment: wrong}, **kind), CrawlPlan(full=True))
    assert pages.error or known == set(range(1, count + 1))
    assert not pages.complete or known == set(range(1, count + 1))


@settings(deadline=None)
@given(st.integers(1, 400), KINDS, st.integers(1, 20))
def test_an_outage_amid_a_crawl_is_an_error(count: int, kind: dict[str, int], moment: int) -> None:
    site = Wrong(count, {}, moment, **kind)
    pages, known = read_through(site, CrawlPlan(full=True))
    if len(site.asked) < moment:
        assert pages.complete
    elif moment == 1:
        assert pages.reached and not pages.complete and not known, "nothing shows that it is not empty"
    else:
        assert pages.error or known == set(site.ids)
        assert not pages.complete or known == set(site.ids)


@settings(deadline=None)
@given(st.integers(9, 25), st.integers(9, 25))
def test_a_short_listing_in_pages_of_the_sites_own_size_is_read_in_a_few_requests(
    count: int, own_size: int
) -> None:
    site = Site(count, own_size=own_size)
    pages, known = read_through(site, CrawlPlan(full=True))
    assert known == set(site.ids) and pages.complete
    assert len(site.asked) <= 18


def newest_known(site: Site) -> CrawlPlan:
    newest = site.newest(site.ids)
    return CrawlPlan(full=False, threshold=overlap_threshold(newest, None, 1), newest=newest)


@settings(deadline=None)
@given(st.integers(30, 400), st.integers(0, 60), WRONG, st.integers(1, 3), st.sampled_from([{}, {"cap": 50}]))
def test_a_wrong_answer_of_an_incremental_run_costs_no_new_item_without_an_error(
    count: int, published: int, wrong: str, moment: int, kind: dict[str, int]
) -> None:
    site = Wrong(count, {moment: wrong}, **kind)
    plan, known = newest_known(site), set(site.ids)
    [site.publish() for _ in range(published)]
    pages, known = read_through(site, plan, known=known)
    if wrong in ("empty", "doubled"):
        assert pages.error or known == set(site.ids)


@settings(deadline=None)
@given(st.integers(30, 400), st.integers(0, 60))
def test_an_incremental_run_on_a_site_that_counts_from_0_reads_the_newest_items(
    count: int, published: int
) -> None:
    site = Site(count, first=0)
    plan, known = newest_known(site), set(site.ids)
    [site.publish() for _ in range(published)]
    assume(plan.newest and site.day(site.ids[20]) < plan.newest)  # else page 1 looks as before
    pages, known = read_through(site, plan, known=known)
    assert pages.error or known == set(site.ids)


class Erratic(Site):
    """A site whose answers have little to do with the requests."""

    def __init__(self, count: int, seed: int, **kind: int) -> None:
        super().__init__(count, **kind)
        self.random, self.given = random.Random(seed), [[1]]
        self.weights = [self.random.random() for _ in range(6)]

    def page(self, number: int, size: int) -> list[int]:
        ids, some = super().page(number, size), self.random.randint(0, len(self.ids))
        answers = [
            ids,
            [],
            self.random.choice(self.given),
            self.ids[some : some + size],
            self.random.sample(self.ids, min(some, size)),
            self.random.sample(ids, len(ids)),
        ]
        self.given.append(self.random.choices(answers, self.weights)[0])
        return self.given[-1]


@settings(deadline=None)
@given(st.integers(0, 99), KINDS, st.integers(0, 10**9), st.booleans(), st.sampled_from([0, 30]))
def test_a_crawl_of_a_site_that_answers_at_random_ends(
    count: int, kind: dict[str, int], seed: int, full: bool, position: int
) -> None:
    site = Erratic(count, seed, **kind)
    pages, _ = read_through(site, CrawlPlan(full=full, position=position))
    assert pages.reached or pages.error
    assert len(site.asked) <= 250, "not ended by the limit of pages"


@settings(deadline=None)
@given(
    st.integers(1, 400),
    st.sampled_from([{}, {"cap": 50}, {"cap": 37}, {"cap": 25}, {"cap": 20}, {"cap": 10}, {"own_size": 25}]),
    st.booleans(),
)
def test_a_full_crawl_of_a_site_that_counts_from_0_has_its_first_page(
    count: int, kind: dict[str, int], fixed: bool
) -> None:
    site = Site(count, first=0, **kind)
    fixed = fixed and "own_size" in kind
    plan = CrawlPlan(full=True, size=kind["own_size"] if fixed else 100, fixed_size=fixed)
    pages, known = read_through(site, plan)
    assert pages.complete and not pages.error and known == set(site.ids)


@pytest.mark.parametrize(("count", "cap", "requested"), [(300, 0, 0), (300, 50, 0), (300, 20, 1), (7, 0, 1)])
def test_a_full_crawl_requests_page_0_where_page_1_does_not_show_the_numbering(
    count: int, cap: int, requested: int
) -> None:
    site = Site(count, cap=cap)
    assert read_through(site, CrawlPlan(full=True))[0].complete
    assert [number for number, _ in site.asked].count(0) == requested
    site.asked.clear()
    read_through(site, newest_known(site), known=set(site.ids))
    assert 0 not in [number for number, _ in site.asked]
