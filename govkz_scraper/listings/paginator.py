"""Pagination of one listing: which page to request next, and when the listing is read far enough.

Items are counted from the top. Windows overlap by at least one item, so that an item published or deleted
meanwhile leaves no gap. The paging that a route declares is believed until an answer contradicts it: a
second, different request then decides, and what it shows holds for this crawl of the listing only. Page 1
may show that the site gives smaller pages. A page with more items than requested, or one that never
overlaps, shows that the site has a page size of its own: its pages are read by number, twice in full
crawls. Page 0 is requested when page 1 is in doubt. The end needs two different requests that show what was
read from their start on and nothing after it. No window is requested twice without a new item in between,
and contradictions are counted, so each listing comes to an end, or to an ``error``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from govkz_scraper.listings.windows import CrawlPlan, ListingPage, Window, next_window

_FIRST_SIZE = 20  # items of the first page of an incremental run: most of them are known
_SKIPPED = 3  # failed pages in a row after which a listing is given up
_STALE = 3  # pages in a row without a new item: the site repeats itself
_STEPS_BACK = 2  # pages without overlap in a row before the site is read by page numbers
_DOUBTS = 12  # answers of one listing that contradict each other before it is given up


@dataclass
class Paginator:
    """One listing under way: request ``window``, then call ``read`` and ``settle``, or ``fail``."""

    plan: CrawlPlan
    end: int = 0  # items from the top that are covered without a gap
    trusted_end: int = 0  # the same before the first failed page: where a later run may go on
    pages: int = 0
    window: Window | None = None  # None: nothing more to request
    reached: bool = False  # read as far as planned
    limited: bool = False  # ended by max_pages
    gave_up: bool = False  # the listing cannot be read: its top need not be read again
    error: str | None = None  # why the listing is not read as far as planned
    has_gap: bool = False  # the last page is not used: items above it were not seen
    certain: bool = True  # False: the end that was reached may be none
    _seen: dict[int, int] = field(default_factory=dict)  # item id -> its place when it was read
    _size: int = 0  # items of a page to request
    _largest: int = 0  # items of the largest page so far
    _by_number: bool = False  # the site has a page size of its own: one page after the other
    _first: int = 1  # number of the site's first page
    _tied: int = 1  # items at the end whose order says nothing
    _met: bool = False  # the last page had known items
    _ends: set[Window] = field(default_factory=set)  # windows with nothing behind the last item
    _tried: set[Window] = field(default_factory=set)  # windows requested since the last new item
    _proven: bool = False  # one of ``_ends`` had fewer items than the site can give
    _blind: bool = False  # the page above failed: no overlap is to be expected
    _measuring: bool = False  # page 1 of a resumed crawl is requested to learn the size
    _steps_back: int = 0
    _stale: int = 0
    _skipped: int = 0
    _doubts: int = 0
    _idle: int = 0  # pages in a row without a new item
    _had_items: bool = False  # a page had items, used or not: the listing is not empty
    _top: list[tuple[Window, frozenset[int]]] = field(default_factory=list)  # answers for page 1 in doubt
    _rereading: int = 0  # the last page, while pages that do not overlap are read once more
    _empty: int = 0  # the page that was empty last
    _repeated: tuple[int, frozenset[int]] = (0, frozenset())  # the last page with something new

    def __post_init__(self) -> None:
        """Start at the top, or before the place where an earlier run ended."""
        plan = self.plan
        self._size, self._by_number = plan.size, plan.fixed_size
        self.end = self.trusted_end = plan.position
        if plan.fixed_size or plan.single_page:
            self.window = self._next()
        elif plan.position or plan.since:
            self._measuring = bool(plan.position)
            self.window = Window(1, plan.size)
        else:
            self.window = Window(1, min(_FIRST_SIZE, plan.size))

    @property
    def has_items(self) -> bool:
        """Return whether the listing showed an item."""
        return bool(self._seen)

    @property
    def complete(self) -> bool:
        """Return whether the whole listing was read, with nothing missing on the way."""
        return self.plan.full and self.reached and self.has_items and self.certain

    @property
    def probing_first_page(self) -> bool:
        """Return whether the window is page 0, requested to learn the numbering: an error is an answer."""
        return self.window is not None and self.window.number == 0 and not self.has_first_page_0

    @property
    def has_first_page_0(self) -> bool:
        """Return whether the site numbers its pages from 0."""
        return self._first == 0

    @property
    def seen(self) -> frozenset[int]:
        """Return the ids that were read."""
        return frozenset(self._seen)

    # --- answers ------------------------------------------------------------------------------------------

    def read(self, page: ListingPage) -> None:
        """Handle a page: set the next ``window``, or ``has_gap`` where the page is of no use."""
        window = self.window
        assert window is not None  # noqa: S101 - only called while a window is open
        self.pages, self._skipped, self.has_gap = self.pages + 1, 0, False
        fresh = [one for one in page.ids if one not in self._seen]
        if self._measuring and len(page.ids) >= self.plan.position:
            self._measuring, self.end, self.trusted_end = False, 0, 0  # page 1 shows all that was covered
        self._had_items = self._had_items or bool(page.ids)
        self._met = len(fresh) < len(page.ids) or bool(page.known)
        if self.probing_first_page:
            self._read_page_0(page)
        elif self._measuring and len(page.ids) < self.plan.position:
            self._measure(page)
        elif not self._is_plausible_top(window, page):
            self._doubt_top(window, page)
        elif self._by_number:
            self._read_by_number(window, page, fresh)
        else:
            self._read_overlapping(window, page, fresh)

    def settle(self, changed: int, page: ListingPage) -> None:
        """Decide, after the items were handled, whether the listing is read far enough.

        ``changed`` counts items of the page that were new or had another text.
        """
        newest, plan = page.newest, self.plan
        if self.window and not self.has_gap and not self._top and page.ids:
            if self.pages == 1 and plan.newest and newest and newest < plan.newest and not self._by_number:
                self.window = Window(1, plan.size, 0)  # the newest items may be on page 0
            elif plan.is_enough(changed, page.lowest, self._met):
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
        self._skipped += 1
        self.spoil(f"page {window.number} could not be read")
        if self.pages == 1 or self._skipped >= _SKIPPED:
            self.window, self.gave_up = None, True
            return
        self._blind, self.end = True, max(self.end, window.start + window.size)
        self.window = self._next()
        self._check_limits()

    def spoil(self, why: str) -> None:
        """Record that something on the way is missing: the plan is not fulfilled."""
        self.error = self.error or why
        self.reached = False

    # --- the top ------------------------------------------------------------------------------------------

    def _is_plausible_top(self, window: Window, page: ListingPage) -> bool:
        """Return whether answers for page 1 agree: they begin with the same items, whatever their size."""
        if window.page > 1 or self._by_number:
            return True
        if not page.ids:
            return self.plan.was_empty or self.plan.single_page
        return (
            not (self._seen or self._top)
            or self._overlaps(window, page)
            or any(not ids.isdisjoint(page.ids) for _, ids in self._top)
        )

    def _doubt_top(self, window: Window, page: ListingPage) -> None:
        """Page 1 is empty or shows other items than before: request it in another size, then page 0."""
        self.has_gap = True
        self._top.append((window, frozenset(page.ids)))
        self._doubts += 1
        if self._doubts > _DOUBTS:
            self._give_up("page 1 shows other items each time")
        elif len(self._top) == 1 and not self._seen:
            other = self.plan.size if window.size < self.plan.size else max(2, window.size // 2)
            self.window = Window(1, other)
        else:
            self.window = Window(1, self.plan.size, 0)

    def _read_page_0(self, page: ListingPage) -> None:
        """Decide between pages from 0, an empty listing and a wrong answer."""
        self.has_gap = True
        shown, doubted = frozenset(page.ids), self._top[-1][1] if self._top else frozenset[int]()
        before = self._seen.keys() or (self._top[0][1] if len(self._top) > 1 else frozenset())
        size = self._size if self._by_number else self.plan.size
        by_number, self._top = self._by_number, []
        above = page.ids[:1] and page.ids[0] not in self._seen
        fits = shown.isdisjoint(self._seen) if by_number else before <= shown
        if above and shown.isdisjoint(doubted) and fits:
            self._first = 0
            self._restart(size)
            return
        if by_number:
            self._restart(size)
        elif not shown and not before and not doubted:
            self.has_gap = False
            if self._had_items:
                self._give_up("page 1 is empty, where it had items a moment ago")
            else:
                self._arrive()  # three requests agree that the listing is empty
        else:
            self._restart(size)

    def _restart(self, size: int) -> None:
        """Read from the top once more; items that were read stay read."""
        self.has_gap, self._stale = True, 0
        self._forget_ends()
        self.end = self.trusted_end = 0
        self._seen, self._tied, self._size = {}, 1, size
        self.window = Window(1, size, self._first)

    def _measure(self, page: ListingPage) -> None:
        """Learn from page 1 how many items the site gives before a crawl is resumed further down."""
        self.has_gap, self._measuring, self._largest = True, False, len(page.ids)
        if self._largest > self._size:
            self._read_by_page_numbers(self._largest)
            return
        self._size = self._largest if self._largest > 1 else self._size
        self.window = self._next()

    # --- pages that overlap -------------------------------------------------------------------------------

    def _next(self) -> Window:
        """Return the next window: from above the items that share the last one's time, if it brings more."""
        if self._by_number:
            return Window(
                self.end // self._size + 1 if self._seen or self._blind else max(1, self.end // self._size),
                self._size,
                self._first,
            )
        above_ties = next_window(max(self.end - self._tied, 1), self._size, self._first)
        if self.end and above_ties not in self._tried and above_ties.start + above_ties.size > self.end:
            return above_ties
        return next_window(self.end, self._size, self._first)

    def _overlaps(self, window: Window, page: ListingPage) -> bool:
        # Only at the upper end: below a failed page there are known items, too.
        above = page.ids[: max(1, self.end - window.start)]
        return any(news_id in self._seen or news_id in page.known for news_id in above)

    def _read_overlapping(self, window: Window, page: ListingPage, fresh: list[int]) -> None:
        rows = len(page.ids)
        if rows > window.size:
            self._read_by_page_numbers(max(rows, self._largest))
        elif (window.page > 1 and not (self._overlaps(window, page) or self._blind)) or (
            not fresh and rows < window.size and not self._shows_last_item(window, page)
        ):
            self._step_back()
        else:
            self._take(window, page, fresh)

    def _take(self, window: Window, page: ListingPage, fresh: list[int]) -> None:
        """Use a page that continues what was read."""
        rows, short = len(page.ids), len(page.ids) < window.size
        self._record_end(window, page, fresh)
        new_ground = window.start + rows > max(self._seen.values(), default=-1) + 1
        for place, news_id in enumerate(page.ids, window.start):
            self._seen[news_id] = place
        self._idle = 0 if fresh else self._idle + 1
        self._largest = max(self._largest, rows)
        if fresh:
            self._steps_back, self._stale, self._tied = 0, 0, page.tied
        elif not short and new_ground:
            self._stale += 1
        if short and rows >= 2 and self._largest < window.size:
            self._size = self._largest  # the site gives fewer items than requested, or this is the end
        self._cover(window, rows, fresh, known=bool(page.known))
        self._choose_next(window, page)

    def _record_end(self, window: Window, page: ListingPage, fresh: list[int]) -> None:
        """Record a page that may show the end of the listing."""
        rows = len(page.ids)
        strict = rows <= 2 or rows < self._largest  # the site can give more than this
        if fresh:
            self._forget_ends()
        if rows < window.size and (strict or not fresh) and self._shows_last_item(window, page):
            self._ends.add(window)
            self._proven = self._proven or strict
        self._tried.add(window)

    def _cover(self, window: Window, rows: int, fresh: list[int], *, known: bool) -> None:
        """Move the end of what is covered without a gap."""
        short = rows < window.size
        bottom = window.start + rows
        if short and not self._blind:
            bottom = min(bottom, self.end + len(fresh))  # a site may count pages of fewer items
        if short:
            self.end, self.trusted_end = min(self.end, bottom), min(self.trusted_end, bottom)
        if fresh:
            self._advance(bottom)
        elif not short:
            self._advance(bottom, trusted=known)
        self._blind = False

    def _choose_next(self, window: Window, page: ListingPage) -> None:
        """End the crawl of the listing, or set a window that was not requested since the last new item."""
        if (len(self._ends) > 1 and self._proven) or self.plan.single_page or not (page.ids or self._seen):
            self._arrive()
        elif self._stale >= _STALE:
            self._give_up(f"page {window.number} repeats earlier ones: the listing has no end")
        elif self._idle > _DOUBTS and not page.known:
            self._give_up("the listing moves too fast to be read without gaps")
        elif self.plan.full and self.pages == 1 and window.size < self.plan.size:
            self.window = Window(1, self.plan.size)  # page 1 in two sizes shows how pages are numbered
        else:
            # The same request again proves nothing.
            windows = [
                self._next(),
                *(next_window(self.end, size, self._first) for size in self._other_sizes()),
            ]
            self.window = next((other for other in windows if other not in self._tried), None)
            if self.window is None:
                self._give_up("the end of the listing cannot be confirmed")

    def _forget_ends(self) -> None:
        self._ends.clear()
        self._tried.clear()
        self._proven = False

    def _other_sizes(self) -> Iterator[int]:
        yield from range(self._size - 1, 1, -1)
        yield from range(self._size + 1, self.plan.size + 1)

    def _shows_last_item(self, window: Window, page: ListingPage) -> bool:
        """Return whether an answer without new items shows all that was read from its start on: an end."""
        half = min((window.start + self.end) // 2, self.end - self._tied)
        lower = any(self._seen.get(one, -1) >= half for one in page.ids) or bool(page.known)
        return lower and len(page.ids) >= self.end - window.start

    def _step_back(self) -> None:
        """No overlap: items above were deleted, the answer is wrong, or the site pages in its own way."""
        self.has_gap = True
        self._forget_ends()
        self._steps_back, self._doubts = self._steps_back + 1, self._doubts + 1
        if self._doubts > _DOUBTS:
            self._give_up("the listing moves too fast to be read without gaps")
        elif self._steps_back > _STEPS_BACK:
            if self._seen:
                self._read_by_page_numbers(self._largest)
            else:  # nothing is left where an earlier run stood
                self._steps_back = 0
                self._restart(self._size)
        else:
            for news_id in [one for one, place in self._seen.items() if place >= self.end]:
                del self._seen[news_id]
            trusted = self.trusted_end == self.end
            self.end = max(0, self.end - max(1, self._size * self._steps_back // 2))
            self.trusted_end = self.end if trusted else min(self.trusted_end, self.end)
            self.window = self._next()

    # --- pages of the site's own size ---------------------------------------------------------------------

    def _read_by_page_numbers(self, size: int) -> None:
        """Read the site's own pages one by one, from the top; page 0 shows how they are numbered."""
        self.has_gap, self._by_number, self._size = True, True, max(size, 1)
        self._steps_back, self._stale, self._empty = 0, 0, 0
        self._top = []
        if self.has_first_page_0:
            self._restart(self._size)
        else:
            self.window = Window(1, self._size, 0)

    def _read_by_number(self, window: Window, page: ListingPage, fresh: list[int]) -> None:
        rows = len(page.ids)
        if rows > self._size and not self.plan.fixed_size:
            self._restart(rows)
            return
        if window.page > 1 and not self._seen and not page.known and not self._blind:
            self.end = self.trusted_end = 0  # nothing is left where an earlier run stood: from the top
            self.has_gap, self.window = True, Window(1, self._size, self._first)
            return
        for place, news_id in enumerate(page.ids, window.start):
            self._seen.setdefault(news_id, place)
        self._take_numbered(window, page, fresh)

    def _take_numbered(self, window: Window, page: ListingPage, fresh: list[int]) -> None:
        rows, self._blind = len(page.ids), False
        if fresh:
            self._stale, self._repeated = 0, (window.page, frozenset(page.ids))
        elif rows and window.page > self._repeated[0]:
            self._stale += 1
        if rows and (fresh or not self._stale):
            self._advance(window.start + rows)
        if not rows:
            self._doubt_empty_page(window)
        elif self._rereading and window.page > self._rereading and not fresh:
            self._arrive()
        elif not page.more or self.plan.single_page:
            self._finish_by_number()
        elif self._stale and not self._rereading:
            self._end_after_repeat(window, page)
        else:
            self._turn(window.page + 1)

    def _doubt_empty_page(self, window: Window) -> None:
        """Believe an empty page when it is empty again after the page before it was read again."""
        self._doubts += 1
        believed = window.page == 1 and (self.plan.was_empty or self.plan.single_page)
        believed = believed or 0 < self._rereading < window.page
        again = self._empty == window.page
        if window.page == 1 and (self._seen or self._had_items) and again:
            self._give_up("page 1 is empty, where it had items a moment ago")
        elif self._doubts > _DOUBTS:
            self._give_up(f"page {window.number} is empty now and then")
        elif believed or again:
            self._finish_by_number()
        else:
            self._empty, self.end = window.page, min(self.end, window.start)
            self.trusted_end = min(self.trusted_end, self.end)
            self._turn(max(1, window.page - 1))

    def _end_after_repeat(self, window: Window, page: ListingPage) -> None:
        """Some sites give their last page for every further number; the first for all is no end."""
        number, ids = self._repeated
        if self._stale < 2:
            self._turn(window.page + 1)  # one answer may be that of the page before
        elif ids == frozenset(page.ids) and (number > 1 or len(page.ids) < self._size):
            self.certain = number > 1
            self._finish_by_number()
        else:
            self._give_up(f"page {window.number} repeats earlier ones: the listing has no end")

    def _finish_by_number(self) -> None:
        """Read the pages once more: an item deleted meanwhile drew others up to pages already read."""
        again = self.plan.full and not (self._rereading or self.error or self.plan.max_pages)
        if again and self.end > self._size:
            self._rereading = -(-self.end // self._size)
            self._turn(1)
        else:
            self._arrive()

    def _turn(self, page: int) -> None:
        self.window = Window(page, self._size, self._first)

    # --- what all have in common --------------------------------------------------------------------------

    def _check_limits(self) -> None:
        if self.window is None:
            return
        # Pages that showed only what an earlier run had do not count: each run would request them again.
        stuck = self.trusted_end <= self.plan.position
        if (
            self.plan.max_pages
            and self.pages >= self.plan.max_pages
            and not stuck
            and not self.probing_first_page
        ):
            self.window, self.limited = None, True
        elif self.pages >= self.plan.page_limit and not self._rereading:
            self._give_up(f"no end after {self.pages} pages (GOVKZ_MAX_PAGES)")

    def _advance(self, end: int, *, trusted: bool = True) -> None:
        if trusted and self.trusted_end == self.end and not self.error:
            self.trusted_end = max(self.trusted_end, end)
        self.end = max(self.end, end)

    def _arrive(self) -> None:
        self.window, self.reached = None, self.error is None

    def _give_up(self, why: str) -> None:
        self.window, self.gave_up = None, True
        self.spoil(why)
