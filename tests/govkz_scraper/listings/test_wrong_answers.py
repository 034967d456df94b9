"""Listings that answer wrongly once, mix what shares a time, or draw items up between two pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkz_scraper.listings.windows import CrawlPlan
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
