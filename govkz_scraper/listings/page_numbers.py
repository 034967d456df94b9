"""Numbers of pages: that of a site's first page, and those of pages whose size the site sets itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from govkz_scraper.listings.windows import ListingPage, Window

_TOP = 3  # items: fewer are published between two requests


@dataclass
class FirstPage:
    """The number of a site's first page: 1, unless page 0 shows items above those of page 1."""

    number: int = 1
    is_known: bool = False
    shown: set[int] = field(default_factory=set)  # ids of all answers so far, used or not
    next_window: Window | None = None  # to request after page 0; None: the listing is read

    def learn(self, page: ListingPage) -> None:
        """Learn the number from the answer for page 0."""
        self.is_known = True
        if page.ids and self.shown.isdisjoint(page.ids[:_TOP]):
            self.number = 0


@dataclass
class PageNumbers:
    """The order in which the pages of a listing are requested, and where it ends.

    Items move from page to page when others are published or deleted. So all pages are read a second time
    where the whole listing is wanted, and an empty page is believed when it is empty again after the page
    before it has shown items.
    """

    size: int  # items of a page
    last: int = 0  # highest page with a new item
    goal: int = 0  # the last page of the first reading; 0: it is not over
    certain: bool = True  # False: the end may be none
    error: str | None = None  # why the pages have no end
    _items: frozenset[int] = frozenset()  # of the page ``last``
    _repeats: int = 0  # pages in a row, after ``last``, with items of earlier pages only
    _empty: int = 0  # the page that was empty last

    def next_page(self, number: int, page: ListingPage, *, fresh: bool, twice: bool) -> int | None:
        """Return the page to request after page ``number``; None: there is none, see ``error``."""
        if fresh:
            self._repeats = 0
            if number > self.last:
                self.last, self._items = number, frozenset(page.ids)
        elif page.ids and number > self.last:
            self._repeats += 1
        if not page.ids:
            return self._after_empty(number, twice)
        if not page.more or (0 < self.goal < number and not fresh):
            return self._end(twice)
        if self._repeats > 1 and not self.goal:  # one answer may be that of the page before
            return self._after_repeats(number, page, twice)
        return number + 1

    def _after_empty(self, number: int, twice: bool) -> int | None:
        again = self._empty == number
        if number == 1 and again:
            self.error = "page 1 is empty, where it had items a moment ago"
            return None
        if again or 0 < self.goal < number:
            return self._end(twice)
        self._empty = number
        return max(1, number - 1)

    def _after_repeats(self, number: int, page: ListingPage, twice: bool) -> int | None:
        """Return what follows repeated items: some sites show their last page for each further number."""
        if self._items != frozenset(page.ids) or (self.last == 1 and len(page.ids) >= self.size):
            self.error = f"page {number} repeats earlier ones: the listing has no end"
            return None
        self.certain = self.last > 1  # the first page for each number may be all that the site shows
        return self._end(twice)

    def _end(self, twice: bool) -> int | None:
        if twice and not self.goal and self.last > 1:
            self.goal = self.last
            return 1
        return None
