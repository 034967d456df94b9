"""Pagination of one listing: which page to request next, and when the listing is read far enough.

Items are counted from the top. Windows overlap by at least one item, so that an item published or deleted
meanwhile leaves no gap. The paging that a route declares is believed until an answer contradicts it: a
second, different request then decides, for this crawl of the listing only. Page 1 may show that the site
gives smaller pages. A page with more items than requested, or one that never overlaps, shows that the site
has a page size of its own: see ``page_numbers``. Page 0 is requested once: when page 1 is in doubt, and in
a full crawl unless page 1 in two sizes begins with the same item. The end needs two different requests
that show what was read from their start on and nothing after it.

Answers in a row without a new item are bounded, and only such an answer makes the paginator read from the
top again. So each listing comes to an end, or to an ``error``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from govkz_scraper.listings.page_numbers import FirstPage, PageNumbers
from govkz_scraper.listings.windows import CoveredItems, CrawlPlan, ListingPage, TriedWindows, Window

_FIRST_SIZE = 20  # items of the first page of an incremental run: most of them are known
_FAILED = 3  # failed pages in a row after which a listing is given up
_GAPS = 3  # pages without overlap in a row after which the site is read by page numbers
_FRUITLESS = 16  # answers in a row without a new item after which a listing is given up


@dataclass
class Paginator:
    """One listing under way: request ``window``, then call ``read`` and ``settle``, or ``fail``."""

    plan: CrawlPlan
    pages: int = 0
    window: Window | None = None  # None: nothing more to request
    reached: bool = False  # read as far as planned
    limited: bool = False  # ended by max_pages
    gave_up: bool = False  # the listing cannot be read: its top need not be read again
    error: str | None = None  # why the listing is not read as far as planned
    has_gap: bool = False  # the last page is not used: items above it were not seen
    _covered: CoveredItems = field(default_factory=CoveredItems)
    _size: int = 0  # items of a page to request
    _largest: int = 0  # items of the largest page so far
    _first: FirstPage = field(default_factory=FirstPage)
    _numbers: PageNumbers | None = None  # None: the site gives the sizes that are requested
    _tried: TriedWindows = field(default_factory=TriedWindows)  # since the last new item
    _gaps: int = 0  # pages without overlap since the last new item
    _doubts: int = 0  # answers for page 1 in a row that were not used
    _failed: int = 0  # failed pages in a row
    _searching: int = 0  # pages that a resumed crawl spent on finding its place
    _fruitless: int = 0  # answers in a row without a new item
    _changed: int = 0  # items that were new or had another text

    def __post_init__(self) -> None:
        """Start at the top, or before the place where an earlier run ended."""
        plan = self.plan
        self._size = plan.size
        self._covered = CoveredItems(plan.position, plan.position)
        if plan.fixed_size:
            self._numbers = PageNumbers(plan.size)
            self.window = self._window(max(1, plan.position // plan.size))
        elif plan.single_page or plan.position or plan.since:
            self.window = self._window(1)
        else:
            self.window = Window(1, min(_FIRST_SIZE, plan.size))

    @property
    def end(self) -> int:
        """Return how many items from the top are covered without a gap."""
        return self._covered.end

    @property
    def trusted_end(self) -> int:
        """Return the same before the first failed page: where a later run may go on."""
        return self._covered.trusted_end

    @property
    def has_items(self) -> bool:
        """Return whether the listing showed an item."""
        return bool(self._covered.places)

    @property
    def complete(self) -> bool:
        """Return whether the whole listing was read, with nothing missing on the way."""
        certain = self._numbers is None or self._numbers.certain
        return self.plan.full and self.reached and self.has_items and certain

    @property
    def probing_first_page(self) -> bool:
        """Return whether the window is page 0, requested to learn the numbering: an error is an answer."""
        return self.window is not None and self.window.number == 0 and self._first.number == 1

    @property
    def seen(self) -> frozenset[int]:
        """Return the ids that were read."""
        return frozenset(self._covered.places)

    def read(self, page: ListingPage) -> None:
        """Handle a page: set the next ``window``, or ``has_gap`` where the page is of no use."""
        window, rows = self.window, len(page.ids)
        assert window is not None  # noqa: S101 - only called while a window is open
        self.pages, self.has_gap = self.pages + 1, False
        fresh = [one for one in page.ids if one not in self._covered.places]
        is_new = not self._first.shown.issuperset(page.ids)
        self._largest = max(self._largest, rows)
        if self.pages == 1 and rows >= self.plan.position and window.page == 1:
            self._covered.cut(0)  # page 1 shows all that an earlier run covered
        if self.probing_first_page:
            self._read_page_0(page)
        elif self.plan.single_page or (self.plan.was_empty and not (rows or self._first.shown)):
            self._covered.add(window, page)
            self._arrive()
        elif self.pages == 1 and self.end and not self._numbers and rows <= self._size:
            self.has_gap = True  # requested to learn how many items the site gives
            self._size = rows if rows > 1 else self._size
            self._request_next()
        elif window.page == 1 and not self._is_plausible_top(window, page):
            self._doubt_top(window, page)
        elif self._numbers:
            self._read_by_number(self._numbers, window, page, fresh)
        else:
            self._read_overlapping(window, page, fresh)
        self._first.shown.update(page.ids)
        self._failed = 0
        self._searching += self.has_gap and self.plan.position > 0
        again = self._numbers is not None and rows > 0 and window.page <= self._numbers.goal
        self._bound(is_new=is_new, has_fresh=bool(fresh), again=again)
        if self._needs_page_0():
            self._request_page_0()

    def settle(self, changed: int, page: ListingPage) -> None:
        """Decide, after the items were handled, whether the listing is read far enough.

        ``changed`` counts items of the page that were new or had another text.
        """
        newest, plan = page.newest, self.plan
        self._changed += changed
        is_older = plan.newest is not None and newest is not None and newest < plan.newest
        if self.window and self.pages == 1 and is_older and not self._numbers:
            self._restart()  # the newest items may be on page 0
            self._request_page_0()
        elif self.window and not self.has_gap and page.ids and self._is_enough(changed, page):
            self._arrive()
        self._check_limits()

    def fail(self) -> None:
        """Handle a page that could not be read: go on after it, unless it is the first or one of several."""
        window = self.window
        assert window is not None  # noqa: S101 - only called while a window is open
        self.pages += 1
        if self.probing_first_page:
            self._read_page_0(ListingPage(()))
            return
        self._failed += 1
        self.spoil(f"page {window.number} could not be read")
        if self.pages == 1 or self._failed >= _FAILED:
            self.window, self.gave_up = None, True
            return
        self._covered.advance(window.start + window.size, trusted=False)
        if self._numbers:
            self.window = self._window(window.page + 1)
        else:
            self._request_next()
        self._check_limits()

    def spoil(self, why: str) -> None:
        """Record that something on the way is missing: the plan is not fulfilled."""
        self.error = self.error or why
        self.reached = False

    # --- the top ------------------------------------------------------------------------------------------

    def _is_plausible_top(self, window: Window, page: ListingPage) -> bool:
        """Return whether answers for page 1 agree: they begin with the same items, whatever their size."""
        if self._numbers or not self.has_items:
            return bool(page.ids or self.has_items)
        return self._covered.overlap(window, page)

    def _doubt_top(self, window: Window, page: ListingPage) -> None:
        """Page 1 is empty or shows other items than before: request it in another size, then page 0."""
        self._doubts += 1
        self._restart()
        if self.pages == 1 and not self._numbers:
            other = self.plan.size if window.size < self.plan.size else max(2, window.size // 2)
            self.window = Window(1, other)
        elif self.pages > 1 and not self._first.is_known:
            self._request_page_0()
        elif self._first.is_known and not page.ids and self._doubts > 1:
            self._give_up("page 1 is empty, where it had items a moment ago")

    def _needs_page_0(self) -> bool:
        """Return whether a full crawl is about to leave page 1 and cannot tell whether it is the top."""
        leaves = self.window is None or self.window.page > 1
        is_settled = self._first.is_known or self.error or not self._first.shown
        return self.plan.full and leaves and not is_settled

    def _request_page_0(self) -> None:
        self._first.next_window, self.reached = self.window, False
        self.window = Window(1, self._size if self._numbers else self.plan.size, 0)

    def _read_page_0(self, page: ListingPage) -> None:
        """Decide between pages from 0, an empty listing and a wrong answer."""
        self._first.learn(page)
        is_empty = not (page.ids or self._first.shown)  # three requests agree
        self.has_gap, self.window = not is_empty, self._first.next_window
        if self._first.number == 0:
            self._restart()
        elif is_empty or self.window is None:
            self._arrive()

    def _restart(self) -> None:
        """Read from the top once more; items that were read stay read."""
        self.has_gap, self._gaps = True, 0
        self._covered, self._tried = CoveredItems(), TriedWindows()
        if self._numbers:
            self._numbers = PageNumbers(self._size)
        else:
            self._size = self.plan.size
        self.window = self._window(1)

    # --- pages that overlap -------------------------------------------------------------------------------

    def _request_next(self) -> None:
        """Set the next window that was not requested since the last new item."""
        self.window = self._tried.next_untried(
            self.end, self._covered.tied, size=self._size, largest=self.plan.size, first=self._first.number
        )
        if self.window is None:
            self._give_up("the end of the listing cannot be confirmed")

    def _read_overlapping(self, window: Window, page: ListingPage, fresh: list[int]) -> None:
        rows, covered = len(page.ids), self._covered
        is_end = rows < window.size and covered.end_with(window, page)
        if rows > window.size:
            self._read_by_page_numbers()
        elif (window.page > 1 and not (covered.overlap(window, page) or self._failed)) or (
            rows < window.size and not (fresh or is_end)
        ):
            self._step_back()
        else:
            if window.page == 1 and covered.is_extended_by(page):
                self._first.is_known = True  # a page that is not the top begins elsewhere in each size
            self._take(window, page, fresh, is_end=is_end)
            if self._tried.prove_end(self._largest):
                self._arrive()
            elif self.plan.full and self.pages == 1 and window.size < self.plan.size:
                self.window = Window(1, self.plan.size)  # two sizes show how pages are numbered
            else:
                self._request_next()

    def _take(self, window: Window, page: ListingPage, fresh: list[int], *, is_end: bool) -> None:
        """Use a page that continues what was read."""
        rows, covered = len(page.ids), self._covered
        if fresh:
            self._tried, self._gaps, covered.tied = TriedWindows(), 0, page.tied
            is_end = is_end and (rows <= 2 or rows < self._largest)  # the site can give more than this
        self._tried.add(window, rows if is_end else None)
        if rows >= 2 and self._largest < window.size:
            self._size = self._largest  # the site gives fewer items than requested, or this is the end
        covered.add(window, page)
        trusted = not self.error and bool(fresh or page.known)
        covered.cover(window, rows, new=len(fresh), trusted=trusted, after_failure=self._failed > 0)

    def _step_back(self) -> None:
        """No overlap: items above were deleted, the answer is wrong, or the site pages in its own way."""
        self.has_gap, self._tried, self._gaps = True, TriedWindows(), self._gaps + 1
        if self._gaps < _GAPS:
            self._covered.step_back(self._size * self._gaps // 2)
            self._request_next()
        elif self.has_items:
            self._read_by_page_numbers()
        else:  # nothing is left where an earlier run stood
            self._restart()

    # --- pages of the site's own size ---------------------------------------------------------------------

    def _read_by_page_numbers(self) -> None:
        """Read the site's own pages one by one, from the top; page 0 shows how they are numbered."""
        self._size = self._largest
        self._numbers = PageNumbers(self._size)
        self._restart()
        if not self._first.is_known:
            self._request_page_0()

    def _read_by_number(
        self, numbers: PageNumbers, window: Window, page: ListingPage, fresh: list[int]
    ) -> None:
        rows = len(page.ids)
        is_lost = window.page > 1 and not (self.has_items or page.known or self._failed)
        if is_lost or (rows > self._size and not self.plan.fixed_size):
            self._size = self._size if self.plan.fixed_size else max(self._size, rows)
            self._restart()  # nothing is left where an earlier run stood, or the pages are larger
            return
        self._covered.add(window, page)
        if not rows:
            self._covered.cut(window.start)
        elif fresh or window.page <= numbers.last:
            self._covered.advance(window.start + rows, trusted=not self.error)
        twice = self.plan.full and not (self.error or self.plan.max_pages)
        number = numbers.next_page(window.page, page, fresh=bool(fresh), twice=twice)
        if number:
            self.window = self._window(number)
        elif numbers.error:
            self._give_up(numbers.error)
        else:
            self._arrive()

    def _window(self, page: int) -> Window:
        return Window(page, self._size, self._first.number)

    def _bound(self, *, is_new: bool, has_fresh: bool, again: bool) -> None:
        """Count answers without a new item: a listing is given up after too many in a row.

        Items that are read ``again``, or after a new start, are not counted, nor do they end a row.
        """
        if not self.has_gap:
            self._doubts = 0
        if is_new and not self.has_gap:
            self._fruitless = 0
        elif self.has_gap or not (has_fresh or again):
            self._fruitless += 1
        few = 0 < self._largest < _FIRST_SIZE and not self._numbers
        if self.window and few and self._fruitless > _FRUITLESS // 2:
            self._read_by_page_numbers()  # pages of few items that overlap may not prove the end
        elif self.window and self._fruitless > _FRUITLESS:
            self._give_up(f"no end was found: {self._fruitless} answers in a row had no new item")

    def _is_enough(self, changed: int, page: ListingPage) -> bool:
        """Return whether a page lies far enough down, or a short listing shows its end and no change."""
        plan = self.plan
        if plan.is_enough(changed, page.lowest, bool(page.known)):
            return True
        return not (plan.full or plan.since or plan.position or self._changed) and self._tried.shows_end

    def _check_limits(self) -> None:
        if self.window is None:
            return
        # Pages that showed only what an earlier run had do not count: each run would request them again.
        stuck = self.trusted_end <= self.plan.position
        if self.plan.max_pages and self.pages >= self.plan.max_pages and not stuck:
            self.window, self.limited = None, True
        elif self.pages - self._searching >= self.plan.page_limit and not (
            self._numbers and self._numbers.goal
        ):
            self._give_up(f"no end after {self.pages} pages (GOVKZ_MAX_PAGES)")

    def _arrive(self) -> None:
        self.window, self.reached = None, self.error is None

    def _give_up(self, why: str) -> None:
        self.window, self.gave_up = None, True
        self.spoil(why)
