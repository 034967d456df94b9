"""Listings as sites give them: with sizes of their own, counted from 0, moving, lying, breaking off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby

from govkz_scraper.listings.paginator import Paginator
from govkz_scraper.listings.windows import CrawlPlan, ListingPage, lowest_date

DAY = date(2026, 7, 1)


class Site:
    """A listing: ids newest first, ten a day; and how its server answers."""

    def __init__(self, count: int, *, cap: int = 0, own_size: int = 0, first: int = 1) -> None:
        self.ids = list(range(count, 0, -1))
        self.next_id = count + 1
        self.cap, self.own_size, self.first = cap, own_size, first  # at most so many; always so many
        self.asked: list[tuple[int, int]] = []

    def page(self, number: int, size: int) -> list[int]:
        self.asked.append((number, size))
        size = self.own_size or min(self.cap or size, size)
        start = (number - self.first) * size
        return self.ids[max(0, start) : start + size] if start >= 0 else []

    def day(self, news_id: int) -> date:
        return DAY + timedelta(days=news_id // 10)

    def newest(self, ids: list[int]) -> date | None:
        return max(map(self.day, ids), default=None)

    def publish(self) -> None:
        self.ids.insert(0, self.next_id)
        self.next_id += 1


def read_through(
    site: Site,
    plan: CrawlPlan,
    known: set[int] | None = None,
    between: Callable[[int], object] = lambda n: None,
) -> tuple[Paginator, set[int]]:
    """Read a listing as far as planned; return the paginator and all items that were taken."""
    known, pages = set() if known is None else known, Paginator(plan)
    while window := pages.window:
        ids = site.page(window.number, window.size)
        earlier = frozenset(set(ids) & known if plan.position and not pages.has_items else ())
        days = [site.day(one) for one in ids]
        tied = [len(list(group)) for _, group in groupby(days)]
        page = ListingPage(
            tuple(ids), lowest_date(days), max(days, default=None), earlier, tied=[1, *tied][-1]
        )
        pages.read(page)
        changed = 0 if pages.has_gap else len(set(ids) - known)
        known |= set() if pages.has_gap else set(ids)
        pages.settle(changed, page)
        assert len(site.asked) < 900
        between(len(site.asked))
    return pages, known
