"""Walks over listings that stay still, grow, shrink, lie about their size or never end."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from govkz_scraper.coverage import Walk
from govkz_scraper.windows import Plan, threshold

DAY = date(2026, 7, 1)


class Site:
    """A listing: ids newest first, an optional own page size, a date for each id."""

    def __init__(self, count: int, *, own_size: int | None = None) -> None:
        self.ids = list(range(count, 0, -1))
        self.next_id = count + 1
        self.own_size = own_size
        self.asked: list[tuple[int, int]] = []

    def page(self, number: int, size: int) -> list[int]:
        self.asked.append((number, size))
        size = min(self.own_size or size, size)
        return self.ids[(number - 1) * size : number * size]

    def day(self, news_id: int) -> date:
        return DAY + timedelta(days=news_id // 10)

    def publish(self) -> None:
        self.ids.insert(0, self.next_id)
        self.next_id += 1


def walk_through(site: Site, plan: Plan, known: set[int] | None = None, between=lambda n: None) -> Walk:
    known, walk = set() if known is None else known, Walk(plan)
    while walk.window:
        ids = site.page(walk.window.page, walk.window.size)
        changed = len(set(ids) - known)
        walk.answered(ids, site.day(ids[-1]) if ids else None, len(set(ids) & known), changed)
        known.update(ids)
        assert len(site.asked) < 500
        between(len(site.asked))
    walk.known = known  # type: ignore[attr-defined]
    return walk


@given(st.integers(0, 1300))
def test_a_full_walk_sees_every_item_and_is_complete(count: int) -> None:
    site = Site(count)
    walk = walk_through(site, Plan(full=True))
    assert walk.known == set(range(1, count + 1))
    assert walk.complete and not walk.trouble
    assert len(site.asked) <= count / 80 + 4


@given(st.integers(1, 900), st.sampled_from([None, 10, 37, 100]), st.integers(2, 30))
def test_one_empty_answer_in_the_midst_is_no_end(count: int, own: int | None, moment: int) -> None:
    class Hiccups(Site):
        def page(self, number: int, size: int) -> list[int]:
            ids = super().page(number, size)
            return [] if len(self.asked) == moment else ids

    walk = walk_through(Hiccups(count, own_size=own), Plan(full=True))
    assert walk.known == set(range(1, count + 1))
    assert walk.complete and not walk.trouble


def test_an_end_is_asked_for_again_only_where_no_shorter_page_came_before() -> None:
    for count, own, requests in ((7, None, 2), (30, None, 3), (150, None, 4), (90, 37, 5)):
        site = Site(count, own_size=own)
        assert walk_through(site, Plan(full=True)).complete
        assert len(site.asked) <= requests, (count, own, site.asked)


@given(st.integers(0, 700), st.integers(1, 99))
def test_a_site_with_smaller_pages_than_asked_is_walked_to_its_end(count: int, own: int) -> None:
    site = Site(count, own_size=own)
    walk = walk_through(site, Plan(full=True, endless=10_000)) if count / own < 400 else None
    assert walk is None or (walk.known == set(range(1, count + 1)) and walk.complete)


@given(st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.floats(0, 1)), max_size=40))
def test_a_listing_that_moves_while_it_is_walked_loses_nothing(events: list[tuple[str, float]]) -> None:
    site, left = Site(900), list(events)

    def move(asked: int) -> None:
        for action, where in (left.pop() for _ in range(min(len(left), asked % 4))):
            if action == "add":
                site.publish()
            elif site.ids:
                del site.ids[int(where * (len(site.ids) - 1))]

    walk = walk_through(site, Plan(full=True), between=move)
    # What came in after the last look at the top is the next run's.
    late = [i for i in site.ids if i not in walk.known]
    assert late == site.ids[: len(late)] and all(i > 900 for i in late)


def test_an_interrupted_walk_goes_on_before_the_place_it_reached() -> None:
    site = Site(900)
    first = walk_through(site, Plan(full=True, max_pages=4))
    assert first.limited and not first.complete
    del site.ids[:30]  # in the meantime items have vanished, and others were published
    [site.publish() for _ in range(5)]
    second = walk_through(site, Plan(full=True, position=first.position), known=first.known)
    assert second.complete and set(site.ids) <= second.known


@given(st.integers(1, 400), st.integers(0, 400), st.booleans())
def test_a_walk_resumed_past_the_end_goes_back_to_what_is_known(count: int, gone: int, fixed: bool) -> None:
    site = Site(count + gone)
    plan = Plan(full=True, size=10 if fixed else 100, fixed=fixed, max_pages=2)
    first = walk_through(site, plan)
    del site.ids[:gone]  # so many that nothing is left where the first walk stood
    plan = Plan(full=True, size=plan.size, fixed=fixed, position=first.position)
    second = walk_through(site, plan, known=first.known)
    assert set(site.ids) <= second.known
    assert second.complete and not second.trouble


def test_what_a_repeating_site_showed_is_not_counted_as_walked() -> None:
    site = Site(300)
    walk = Walk(Plan(full=True))
    while window := walk.window:
        walk.answered(site.ids[: window.size], DAY, 0, 0)
    assert walk.trouble and walk.position <= 100


def test_an_unchanged_site_costs_one_request() -> None:
    site = Site(900)
    known = set(site.ids)
    plan = Plan(full=False, threshold=threshold(site.day(900), DAY + timedelta(days=400), 1))
    walk_through(site, plan, known=known)
    assert site.asked == [(1, 20)]


def test_the_overlap_window_is_read_again_for_late_items() -> None:
    site = Site(900)
    known = set(site.ids) - {795}
    walk = walk_through(site, Plan(full=False, threshold=threshold(site.day(900), None, 14)), known=known)
    assert 795 in walk.known and len(site.asked) < 6


def test_an_item_dated_in_the_future_does_not_move_the_window() -> None:
    assert threshold(date(2099, 1, 1), date(2026, 7, 8), 14) == date(2026, 6, 24)


def test_since_ends_after_the_day_asked_for() -> None:
    site = Site(900)
    walk_through(site, Plan(full=False, since=site.day(750)))
    assert 2 <= len(site.asked) <= 3


def test_a_page_that_repeats_is_an_end_that_is_said() -> None:
    site = Site(300)
    site.page = lambda number, size: list(range(300, 300 - size, -1))  # type: ignore[method-assign]
    walk = Walk(Plan(full=True))
    for _ in range(20):
        if walk.window:
            walk.answered(site.page(1, walk.window.size), DAY, 0, 0)
    assert not walk.window and not walk.complete and "no end" in (walk.trouble or "")


def test_a_failed_page_is_passed_over_and_the_walk_is_not_complete() -> None:
    walk, site, known = Walk(Plan(full=True)), Site(500), set()
    while window := walk.window:
        if window.page == 2:
            walk.failed()
            continue
        ids = site.page(window.page, window.size)
        known.update(ids)
        walk.answered(ids, DAY, 0, 0)
    assert len(known) > 390 and not walk.complete and walk.trouble
    assert walk.position == 100, "a later run goes on before the page that failed"


def test_a_first_page_that_fails_ends_the_listing() -> None:
    walk = Walk(Plan(full=True))
    walk.failed()
    assert walk.window is None and walk.trouble


def test_a_page_that_fails_run_after_run_does_not_hide_what_is_new() -> None:
    site, known = Site(500), set(range(1, 501))
    site.publish()
    walk = Walk(Plan(full=True, position=100))
    walk.failed()  # the page that an earlier run could not read either
    while window := walk.window:
        ids = site.page(window.page, window.size)
        walk.answered(ids, DAY, len(set(ids) & known), 0)
        known.update(ids)
    assert 501 in known and site.asked == [(1, 100)]
    assert walk.trouble and not walk.complete and walk.position == 100


def test_a_listing_without_an_end_shows_what_is_new_on_its_top() -> None:
    site, known = Site(60), set(range(1, 61))
    site.publish()
    full_page = site.page

    def page(number: int, size: int) -> list[int]:
        return full_page(number, size) or site.ids[-size:]  # for ever its last page

    walk = Walk(Plan(full=True, position=60))
    while window := walk.window:
        ids = page(window.page, window.size)
        walk.answered(ids, DAY, len(set(ids) & known), 0)
        known.update(ids)
    assert 61 in known and not walk.complete and "no end" in (walk.trouble or "")


def test_a_walk_of_one_page_a_run_comes_to_the_end() -> None:
    site, known, position, complete = Site(250), set[int](), 0, []
    while not any(complete) and len(complete) < 6:
        walk = walk_through(site, Plan(full=True, position=position, max_pages=1), known=known)
        position = walk.position
        complete.append(walk.complete)
    assert complete[-1] and len(known) == 250
    assert len(site.asked) == len(complete) + 1, "the last run asks once more, to see that it is the end"


def test_a_short_page_that_shows_all_that_is_known_needs_no_second_answer() -> None:
    site = Site(7)
    for whole, asked in ((True, 1), (False, 2)):
        site.asked.clear()
        walk = Walk(Plan(full=False, threshold=site.day(1) - timedelta(days=1)))
        while walk.window:
            ids = site.page(walk.window.page, walk.window.size)
            walk.answered(ids, site.day(ids[-1]) if ids else None, len(ids), 0, whole=whole)
        assert len(site.asked) == asked


@given(st.integers(1, 60), st.integers(3, 5), st.integers(0, 300))
def test_walks_cut_short_over_small_pages_come_to_the_end(own: int, pages: int, count: int) -> None:
    site, known, position = Site(count, own_size=own), set[int](), 0
    for _ in range(count + 2):
        site.asked.clear()
        walk = walk_through(site, Plan(full=True, position=position, max_pages=pages), known=known)
        assert not walk.trouble and walk.position <= len(known), "no further than what was seen"
        if walk.complete:
            break
        position = walk.position
    assert len(known) == count and walk.complete
