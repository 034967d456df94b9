"""How a site parts its listing into pages, as far as its answers show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from govkz_scraper.walks.windows import Window

SMALLEST = 10  # items to a page: windows of fewer cannot always overlap and go on at once


@dataclass
class Top:
    """Page 1, which begins with the same items whatever its size, unless the site counts from 0."""

    items: frozenset[int] = frozenset()  # what it began with when it was last believed
    _doubted: bool = False

    def doubts(self, ids: Collection[int], first: int, *, was_empty: bool) -> bool:
        """Tell, once, that an answer may be a slip: nothing, fewer items than before, or others."""
        if self._doubted:
            return False
        empty = not ids and not was_empty
        self._doubted = empty or len(ids) < len(self.items) or self.counts_from_nought(ids, first)
        return self._doubted

    def counts_from_nought(self, ids: Collection[int], first: int) -> bool:
        """Tell from an answer in another size that what was asked for as page 1 is the second one."""
        return first == 1 and bool(self.items) and self.items.isdisjoint(ids)


@dataclass
class Sizes:
    """How many items a site gives at a time, where those may be fewer than it is asked for."""

    most: int = 0  # on a page so far
    certain: bool = False  # there was more behind a page that was not full
    _short: int = 0  # bottom of such a page: the last one, or as many as the site gives

    def few(self, window: Window, rows: int) -> bool:
        """Tell that a page has fewer than the site gives at a time: it may be the last one."""
        return rows < min(window.size, max(self.most, SMALLEST))

    def note(self, window: Window, rows: int, *, new: bool) -> None:
        """Take in the size of a page; ``new``: it showed items that nobody had, and no page is missing."""
        bottom = window.start + rows
        self.most = max(self.most, rows)
        self.certain = self.certain or (new and 0 < self._short < bottom)
        if rows < window.size:
            self._short = max(self._short, bottom)
