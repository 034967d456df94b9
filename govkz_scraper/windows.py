"""What a run wants of a listing, and the windows on it: page numbers and page sizes that show the items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """The items to ask for: page number and page size, as the site counts them."""

    page: int
    size: int

    @property
    def start(self) -> int:
        """How many items lie above it."""
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run wants of one listing."""

    full: bool  # to the end of the listing
    since: date | None = None  # back to this day, known or not
    threshold: date | None = None  # items of this day and later are read again; None: nothing is known
    position: int = 0  # where an interrupted full walk goes on
    size: int = 100  # items to a page
    fixed: bool = False  # the site decides how many items a page has
    first_size: int = 20  # an incremental run looks at few items first: most days bring few
    max_pages: int | None = None  # the user's limit
    endless: int = 2000  # our own limit, against listings without an end


def next_window(end: int, size: int) -> Window:
    """Choose the window that overlaps the first ``end`` items by at least one and brings the most new ones.

    >>> next_window(0, 100), next_window(100, 100), next_window(198, 100)
    (Window(page=1, size=100), Window(page=2, size=99), Window(page=3, size=98))
    """
    if end <= 0:
        return Window(1, size)
    best = max(range(size // 2 + 1, size + 1), key=lambda s: (s - (end - 1) % s, s))
    return Window((end - 1) // best + 1, best)


def threshold(newest: date | None, updated: date | None, overlap_days: float) -> date | None:
    """Give the day back to which an incremental run reads: the overlap window before what is known.

    An item dated in the future would move the window past everything: the last run bounds it.

    >>> threshold(date(2026, 7, 1), date(2026, 7, 8), 14)
    datetime.date(2026, 6, 17)
    """
    days = [day for day in (newest, updated) if day]
    return min(days) - timedelta(days=overlap_days) if days else None
