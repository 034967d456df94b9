"""What a run wants of one listing, the windows on it (page numbers and sizes), and what they have covered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

_LAST_ITEMS = 3  # one old item at the end of a page says nothing about its page


@dataclass(frozen=True, slots=True)
class Window:
    """A page to request: its place from 1 and its size; ``number`` is what the site calls it."""

    page: int
    size: int
    first: int = 1  # the number that the site gives its first page

    @property
    def start(self) -> int:
        """Return how many items lie above it."""
        return (self.page - 1) * self.size

    @property
    def number(self) -> int:
        """Return the page number in the request."""
        return self.page - 1 + self.first


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """How far a run reads one listing."""

    full: bool  # to the end of the listing
    since: date | None = None  # down to this date, known or not
    threshold: date | None = None  # down to what is known and unchanged before this date; None: at any date
    newest: date | None = None  # of the newest item known; an older top is doubted
    until_seen: bool = False  # down to the first item that this run has read already
    position: int = 0  # items from the top that an interrupted crawl has covered
    size: int = 100  # items of a page, as the route declares
    fixed_size: bool = False  # the route ignores the requested size
    single_page: bool = False  # the route has one page (a feed)
    was_empty: bool = False  # earlier runs found the listing empty: one empty answer is enough
    max_pages: int | None = None  # the user's limit
    page_limit: int = 2000  # GOVKZ_MAX_PAGES: against listings without an end

    def is_enough(self, changed: int, lowest: date | None, met: bool) -> bool:
        """Return whether a page lies as far down as is wanted, by its changes, dates and known items."""
        if self.full:
            return False
        if self.until_seen:
            return met
        if self.since:
            return lowest is not None and lowest < self.since
        return changed == 0 and (self.threshold is None or lowest is None or lowest < self.threshold)


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page of a listing, as the paginator sees it."""

    ids: tuple[int, ...]  # from the top down
    lowest: date | None = None  # the date that it reaches down to: see ``lowest_date``
    newest: date | None = None  # the newest date on it
    known: frozenset[int] = frozenset()  # those that an earlier part of this crawl has stored
    more: bool = True  # False: the answer itself says that it is the last page
    tied: int = 1  # items at its end with one date and time: their order says nothing


def lowest_date(dates: Sequence[date | None]) -> date | None:
    """Return the date that a page reaches down to, judged by its last items.

    >>> lowest_date([date(2026, 7, 3), date(2026, 7, 2), date(2019, 1, 1)])
    datetime.date(2026, 7, 3)
    """
    return max([day for day in dates if day][-_LAST_ITEMS:], default=None)


def next_window(end: int, size: int, first: int = 1) -> Window:
    """Return the window that overlaps the first ``end`` items by at least one and adds the most new ones.

    >>> [(w.page, w.size) for w in (next_window(0, 100), next_window(100, 100), next_window(198, 100))]
    [(1, 100), (2, 99), (3, 98)]
    """
    if end <= 0:
        return Window(1, size, first)
    best = max(range(size // 2 + 1, size + 1), key=lambda s: (s - (end - 1) % s, s))
    return Window((end - 1) // best + 1, best, first)


@dataclass(slots=True)
class TriedWindows:
    """Windows that were requested since the last new item: the same request again proves nothing."""

    _ends: dict[Window, int | None] = field(default_factory=dict)  # see ``add``

    def add(self, window: Window, end_items: int | None) -> None:
        """Record a window, with the number of items where its answer showed the end of the listing."""
        self._ends[window] = end_items

    @property
    def shows_end(self) -> bool:
        """True if the answer for a window showed the end of the listing."""
        return any(items is not None for items in self._ends.values())

    def prove_end(self, largest: int) -> bool:
        """Return whether two windows showed the end, one of them with fewer items than the site can give."""
        ends = [items for items in self._ends.values() if items is not None]
        return len(ends) > 1 and (min(ends) <= 2 or min(ends) < largest)

    def next_untried(self, end: int, tied: int, *, size: int, largest: int, first: int) -> Window | None:
        """Return a window that goes on below the first ``end`` items, ``tied`` of which share one time."""

        def candidates() -> Iterator[Window]:
            above_ties = next_window(max(end - tied, 1), size, first)
            if end and above_ties.start + above_ties.size > end:
                yield above_ties
            for other in (size, *range(size - 1, 1, -1), *range(size + 1, largest + 1)):
                yield next_window(end, other, first)

        return next((window for window in candidates() if window not in self._ends), None)


@dataclass(slots=True)
class CoveredItems:
    """The items of a listing that were read from the top down."""

    end: int = 0  # items from the top that are covered without a gap
    trusted_end: int = 0  # the same before the first failed page
    tied: int = 1  # items at the end whose order says nothing
    places: dict[int, int] = field(default_factory=dict)  # item id -> its place when it was read

    def overlap(self, window: Window, page: ListingPage) -> bool:
        """Return whether a page begins with covered items: below a failed page there may be others."""
        above = page.ids[: max(1, self.end - window.start)]
        return any(news_id in self.places or news_id in page.known for news_id in above)

    def is_extended_by(self, page: ListingPage) -> bool:
        """Return whether a page shows the first covered item, and more items than are covered."""
        return len(page.ids) > len(self.places) > 0 and next(iter(self.places)) in page.ids

    def end_with(self, window: Window, page: ListingPage) -> bool:
        """Return whether a page shows all that is covered from its start on."""
        half = min((window.start + self.end) // 2, self.end - self.tied)
        lower = any(self.places.get(one, -1) >= half for one in page.ids) or bool(page.known)
        return lower and len(page.ids) >= self.end - window.start

    def add(self, window: Window, page: ListingPage) -> None:
        """Record the places of a page's items."""
        self.places.update((news_id, place) for place, news_id in enumerate(page.ids, window.start))

    def advance(self, end: int, *, trusted: bool) -> None:
        """Move the end down."""
        if trusted and self.trusted_end == self.end:
            self.trusted_end = max(self.trusted_end, end)
        self.end = max(self.end, end)

    def cut(self, end: int) -> None:
        """Move the end up."""
        self.end, self.trusted_end = min(self.end, end), min(self.trusted_end, end)

    def cover(self, window: Window, rows: int, *, new: int, trusted: bool, after_failure: bool) -> None:
        """Move the end to that of a page, ``new`` items of which were not covered."""
        bottom, is_short = window.start + rows, rows < window.size
        if is_short:
            # A site may count pages of fewer items. Below a failed page this cannot be seen.
            bottom = bottom if after_failure else min(bottom, self.end + new)
            self.cut(bottom)
        if new or not is_short:
            self.advance(bottom, trusted=trusted)

    def step_back(self, items: int) -> None:
        """Move the end up by a number of items, and forget those that were read below it."""
        self.places = {one: place for one, place in self.places.items() if place < self.end}
        trusted = self.trusted_end == self.end
        self.end = max(0, self.end - max(1, items))
        self.trusted_end = self.end if trusted else min(self.trusted_end, self.end)


def overlap_threshold(newest: date | None, caught_up: date | None, overlap_days: float) -> date | None:
    """Return the date back to which an incremental run reads: the overlap before what is known.

    An item dated in the future would move the overlap past everything, so the date of the run that caught
    up with the listing bounds it.

    >>> overlap_threshold(date(2026, 7, 1), date(2026, 7, 8), 14)
    datetime.date(2026, 6, 17)
    """
    days = [day for day in (newest, caught_up) if day]
    return min(days) - timedelta(days=overlap_days) if days else None
