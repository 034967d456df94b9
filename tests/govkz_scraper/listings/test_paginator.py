"""Walks over listings that stay still, grow, shrink, lie about their size or never end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkz_scraper.listings.paginator import Paginator
from govkz_scraper.listings.windows import CrawlPlan, ListingPage, overlap_threshold
from tests.govkz_scraper.listings.site import DAY, Site, read_through


@settings(deadline=None)
@given(st.integers(0, 1300))
def test_a_full_walk_sees_every_item_and_is_complete(count: int) -> None:
    site = Site(count)
    walk, known = read_through(site, CrawlPlan(full=True))
    assert known == set(range(1, count + 1))
    assert walk.reached and not walk.error and walk.complete == bool(count)
    assert len(site.asked) <= count / 80 + 5


@settings(deadline=None)
@given(
    st.integers(0, 700),
    st.sampled_from(
        [{}, {"cap": 50}, {"cap": 20}, {"cap": 37}, {"own_size": 10}, {"own_size": 64}, {"own_size": 300}]
    ),
)
def test_whatever_size_a_site_gives_its_pages_it_is_walked_to_its_end(
    count: int, sizes: dict[str, int]
) -> None:
    walk, known = read_through(Site(count, **sizes), CrawlPlan(full=True))
    assert known == set(range(1, count + 1))
    assert walk.reached and not walk.error


@settings(deadline=None)
@given(
    st.integers(1, 700),
    st.sampled_from([{}, {"cap": 50}, {"own_size": 10}, {"own_size": 25}, {"own_size": 64}]),
)
def test_a_site_that_counts_its_pages_from_0_for_a_day_loses_nothing(
    count: int, sizes: dict[str, int]
) -> None:
    site = Site(count + 2 * sizes.get("own_size", 0), first=0, **sizes)
    pages, known = read_through(site, CrawlPlan(full=True))
    count = len(site.ids)
    assert known == set(range(1, count + 1)) or pages.error, "all of it, or a failure that is told"
    assert not pages.complete or known == set(range(1, count + 1))


@settings(deadline=None)
@given(
    st.integers(1, 900),
    st.sampled_from([{}, {"cap": 10}, {"cap": 37}, {"own_size": 100}, {"own_size": 25}]),
    st.integers(1, 30),
)
def test_one_empty_answer_is_no_end(count: int, sizes: dict[str, int], moment: int) -> None:
    class Hiccups(Site):
        def page(self, number: int, size: int) -> list[int]:
            ids = super().page(number, size)
            return [] if len(self.asked) == moment else ids

    walk, known = read_through(Hiccups(count, **sizes), CrawlPlan(full=True))
    assert known == set(range(1, count + 1))
    assert walk.reached and not walk.error


def test_an_end_costs_two_requests_at_most() -> None:
    for count, cap, requests in ((7, 0, 4), (30, 0, 4), (150, 0, 5), (90, 37, 6)):
        site = Site(count, cap=cap)
        assert read_through(site, CrawlPlan(full=True))[0].complete
        assert len(site.asked) <= requests, (count, cap, site.asked)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove", "last"]), st.floats(0, 1)), max_size=40),
    st.sampled_from([0, 20, 50]),
)
def test_a_listing_that_moves_while_it_is_walked_loses_nothing(
    events: list[tuple[str, float]], cap: int
) -> None:
    site, left = Site(900, cap=cap), list(events)

    def move(asked: int) -> None:
        for action, where in (left.pop() for _ in range(min(len(left), asked % 4))):
            if action == "add":
                site.publish()
            elif site.ids:
                del site.ids[-1 if action == "last" else int(where * (len(site.ids) - 1))]

    walk, known = read_through(site, CrawlPlan(full=True), between=move)
    late = [i for i in site.ids if i not in known]
    assert late == site.ids[: len(late)] and all(i > 900 for i in late), "these are for the look at the top"
    assert walk.complete


def test_a_site_that_shows_no_more_from_some_depth_on_is_not_complete() -> None:
    class Shallow(Site):
        def page(self, number: int, size: int) -> list[int]:
            ids = super().page(number, size)
            return ids if number * size <= 400 else []

    walk, known = read_through(Shallow(900), CrawlPlan(full=True))
    assert walk.error and not walk.reached and len(known) > 300


def test_an_interrupted_walk_goes_on_before_the_place_it_reached() -> None:
    site = Site(900)
    first, known = read_through(site, CrawlPlan(full=True, max_pages=4))
    assert first.limited and not first.reached
    del site.ids[:30]  # in the meantime items have vanished, and others were published
    [site.publish() for _ in range(5)]
    second, known = read_through(site, CrawlPlan(full=True, position=first.trusted_end), known=known)
    assert second.complete and set(site.ids) - known == set(site.ids[:5])


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(0, 400), st.booleans())
def test_a_walk_resumed_past_the_end_goes_back_to_what_is_known(count: int, gone: int, fixed: bool) -> None:
    site = Site(count + gone, own_size=10 if fixed else 0)
    plan = CrawlPlan(full=True, size=10 if fixed else 100, fixed_size=fixed, max_pages=3)
    first, known = read_through(site, plan)
    del site.ids[:gone]  # so many that nothing is left where the first walk stood
    plan = CrawlPlan(full=True, size=plan.size, fixed_size=fixed, position=first.trusted_end)
    second, known = read_through(site, plan, known=known)
    assert set(site.ids) <= known
    assert second.complete and not second.error


def test_what_a_repeating_site_showed_is_not_counted_as_walked() -> None:
    site = Site(300)
    full_page = site.page
    site.page = lambda number, size: full_page(1, size)  # type: ignore[method-assign]
    walk, _ = read_through(site, CrawlPlan(full=True))
    assert "no end" in (walk.error or "") and walk.trusted_end <= 200 and not walk.reached


def test_an_unchanged_site_costs_one_request() -> None:
    site = Site(900)
    plan = CrawlPlan(full=False, threshold=overlap_threshold(site.day(900), DAY + timedelta(days=400), 1))
    walk, _ = read_through(site, plan, known=set(site.ids))
    assert walk.reached and site.asked == [(1, 20)]


def test_the_overlap_window_is_read_again_for_late_items() -> None:
    site = Site(900)
    known = set(site.ids) - {795}
    read_through(
        site, CrawlPlan(full=False, threshold=overlap_threshold(site.day(900), None, 14)), known=known
    )
    assert 795 in known and len(site.asked) < 6


def test_one_old_item_on_top_says_nothing_about_its_page() -> None:
    site = Site(900)
    site.ids.insert(19, site.ids.pop())  # the oldest item of all, on the first page
    known = set(site.ids) - {850}
    read_through(
        site, CrawlPlan(full=False, threshold=overlap_threshold(site.day(900), None, 14)), known=known
    )
    assert 850 in known


def test_an_item_dated_in_the_future_does_not_move_the_window() -> None:
    assert overlap_threshold(date(2099, 1, 1), date(2026, 7, 8), 14) == date(2026, 6, 24)


def test_since_ends_after_the_day_asked_for() -> None:
    site = Site(900)
    read_through(site, CrawlPlan(full=False, since=site.day(750)))
    assert 2 <= len(site.asked) <= 3


@pytest.mark.parametrize("failing", [2, 3])
def test_a_failed_page_is_passed_over_and_the_walk_is_not_complete(failing: int) -> None:
    walk, site, known = Paginator(CrawlPlan(full=True)), Site(500), set[int]()
    while window := walk.window:
        if window.page == failing:
            walk.fail()
            continue
        answer = ListingPage(tuple(site.page(window.number, window.size)))
        walk.read(answer)
        known.update(answer.ids)
        walk.settle(0, answer)
    assert len(known) > 390 and not walk.reached and walk.error
    assert walk.trusted_end in (100, 196), "a later run goes on before the page that failed"


def test_a_first_page_that_fails_ends_the_listing() -> None:
    walk = Paginator(CrawlPlan(full=True))
    walk.fail()
    assert walk.window is None and walk.error


def test_a_listing_without_an_end_is_given_up() -> None:
    walk = Paginator(CrawlPlan(full=True, page_limit=30))
    fresh = 0
    while window := walk.window:
        answer = ListingPage(tuple(range(fresh + 1, fresh - window.size + 1, -1)))
        fresh -= window.size - 1
        walk.read(answer)
        walk.settle(0, answer)
    assert "no end after 30 pages" in (walk.error or "")


@settings(deadline=None)
@given(
    st.sampled_from([{}, {"cap": 10}, {"cap": 33}, {"own_size": 25}]), st.integers(1, 5), st.integers(0, 300)
)
def test_walks_cut_short_come_to_the_end(sizes: dict[str, int], pages: int, count: int) -> None:
    site, known, position = Site(count, **sizes), set[int](), 0
    for _ in range(count + 2):
        site.asked.clear()
        plan = CrawlPlan(full=True, position=position, max_pages=pages)
        walk, known = read_through(site, plan, known=known)
        assert not walk.error and walk.trusted_end <= len(known), "no further than what was seen"
        if walk.reached:
            break
        position = walk.trusted_end
    assert len(known) == count and walk.reached
