"""Listings as sites give them: with sizes of their own, counted from 0, moving, lying, breaking off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby

from govkz_scraper.walks import Answer, Plan, Walk, lowest, walk_of

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


def walk_through(
    site: Site, plan: Plan, known: set[int] | None = None, between: Callable[[int], object] = lambda n: None
) -> tuple[Walk, set[int]]:
    """Walk to the end; give the walk and all items that were taken."""
    known, walk = set() if known is None else known, walk_of(plan)
    while walk.window:
        ids = site.page(walk.window.number, walk.window.size)
        earlier = frozenset(set(ids) & known if plan.position and not walk.met else ())
        days = [site.day(one) for one in ids]
        tied = [len(list(group)) for _, group in groupby(days)]
        answer = Answer(tuple(ids), lowest(days), earlier, tied=[1, *tied][-1])
        walk = walk.read(answer)
        changed = 0 if walk.gap else len(set(ids) - known)
        known |= set() if walk.gap else set(ids)
        walk.settle(changed, answer)
        assert len(site.asked) < 900
        between(len(site.asked))
    return walk, known
