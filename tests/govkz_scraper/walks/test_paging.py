"""Sites with pages of their own: counted from 0, or of a size that is near the one asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkz_scraper.walks import Answer, Plan, lowest, walk_of
from tests.govkz_scraper.walks.listings import Site, walk_through


@given(
    st.sampled_from([{"own_size": 10}, {"own_size": 64}, {"own_size": 300}, {"cap": 5}, {"cap": 7}]),
    st.integers(1, 700),
)
def test_pages_of_the_sites_own_size_counted_from_0_lose_nothing(sizes: dict[str, int], more: int) -> None:
    (size,) = sizes.values()
    site = Site(size + more, first=0, **sizes)
    walk, known = walk_through(site, Plan(full=True))
    assert (walk.paging.first, known) == (0, set(range(1, size + more + 1)))
    assert walk.complete
    site.asked.clear()
    site.publish()
    walk_through(site, Plan(full=False, threshold=site.day(size + more), paging=walk.paging), known=known)
    assert site.ids[0] in known
    assert site.asked[0][0] == 0


@given(st.integers(0, 700), st.sampled_from([0, 1]))
def test_a_site_that_rounds_sizes_down_is_walked_to_its_end(count: int, first: int) -> None:
    class Rounding(Site):
        def page(self, number: int, size: int) -> list[int]:
            return super().page(number, max(one for one in (1, 5, 10, 20, 50, 100) if one <= size))

    walk, known = walk_through(Rounding(count, first=first), Plan(full=True))
    if first == 1 or count > 5:
        assert known == set(range(1, count + 1))
    assert not walk.trouble


@pytest.mark.parametrize("answers", [True, False])
def test_a_page_0_that_is_none_is_no_failure(answers: bool) -> None:
    """Some sites give page 1 for it, others an error."""
    site, walk = Site(230, own_size=64), walk_of(Plan(full=True))
    probed = 0
    while walk.window:
        ids = site.page(walk.window.number or 1, walk.window.size)
        if walk.probing:
            probed += 1
            if not answers:
                walk.failed()
                continue
        answer = Answer(tuple(ids), lowest([site.day(one) for one in ids]))
        walk = walk.read(answer)
        walk.settle(len(ids), answer)
    assert (probed, walk.paging.first, walk.trouble) == (1, 1, None)
    assert walk.complete
    assert walk.seen == frozenset(site.ids)
