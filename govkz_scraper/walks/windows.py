"""What a run wants of a listing, and the windows on it: page numbers and page sizes that show the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.items import Paging

_LAST = 3  # items


@dataclass(frozen=True, slots=True)
class Window:
    """The items to ask for: a page, counted from 1, and its size."""

    page: int
    size: int
    first: int = 1  # the number that the site gives its first page

    @property
    def start(self) -> int:
        """How many items lie above it."""
        return (self.page - 1) * self.size

    @property
    def number(self) -> int:
        """The page's number as the site counts."""
        return self.page - 1 + self.first


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run wants of one listing: all of it, or its top down to some place."""

    full: bool  # to the end of the listing
    since: date | None = None  # down to this day, known or not
    threshold: date | None = None  # down to what is known and unchanged before this day; None: at any day
    meet: bool = False  # down to the first item that this run has had already
    position: int = 0  # where an interrupted walk goes on
    size: int = 100  # items to a page
    paging: Paging = field(default_factory=Paging)  # as far as the site showed it before
    was_empty: bool = False  # an earlier walk found nothing at all
    max_pages: int | None = None  # the user's limit
    endless: int = 2000  # our own limit, against listings without an end

    def enough(self, changed: int, lowest: date | None, met: bool) -> bool:
        """Tell by its changes, its dates and its known items whether a page lies as far down as is wanted."""
        if self.full:
            return False
        if self.meet:
            return met
        if self.since:
            return lowest is not None and lowest < self.since
        return changed == 0 and (self.threshold is None or lowest is None or lowest < self.threshold)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a listing, as a walk sees it."""

    ids: tuple[int, ...]  # from the top down
    lowest: date | None = None  # the day that it reaches down to: see ``lowest``
    known: frozenset[int] = frozenset()  # those of them that an earlier part of this walk has stored
    more: bool = True  # False: the answer itself says that it is the last one
    tied: int = 1  # how many items at its end have one date and time: their order says nothing


def lowest(days: Sequence[date | None]) -> date | None:
    """Give the day that a page reaches down to, by its last items; one old item says nothing about its page.

    >>> lowest([date(2026, 7, 3), date(2026, 7, 2), date(2019, 1, 1)])
    datetime.date(2026, 7, 3)
    """
    return max([day for day in days if day][-_LAST:], default=None)


def next_window(end: int, size: int, first: int = 1) -> Window:
    """Choose the window that overlaps the first ``end`` items by at least one and brings the most new ones.

    >>> [(w.page, w.size) for w in (next_window(0, 100), next_window(100, 100), next_window(198, 100))]
    [(1, 100), (2, 99), (3, 98)]
    """
    if end <= 0:
        return Window(1, size, first)
    best = max(range(size // 2 + 1, size + 1), key=lambda s: (s - (end - 1) % s, s))
    return Window((end - 1) // best + 1, best, first)


def threshold(newest: date | None, caught_up: date | None, overlap_days: float) -> date | None:
    """Give the day back to which an incremental run reads: the overlap window before what is known.

    An item dated in the future would move the window past everything: the day of the run that caught up
    with the listing bounds it.

    >>> threshold(date(2026, 7, 1), date(2026, 7, 8), 14)
    datetime.date(2026, 6, 17)
    """
    days = [day for day in (newest, caught_up) if day]
    return min(days) - timedelta(days=overlap_days) if days else None
