"""Walks through a listing: which pages to ask for next, and when it is enough. Pure: no clock, no network.

A listing has the newest item on top, no total, and moves while one reads it: a new item pushes the others
down (they are seen twice), a removed one pulls them up (some would never be seen). So a full walk counts
positions from the top and asks for windows that overlap by at least one item. A window that shows nothing
known is preceded by a gap: the walk steps back until it meets known items again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from govkz_scraper.windows import Plan, Window, next_window

Stage = Literal["down", "top", "over"]
_SKIPPED = 3  # failed pages in a row after which a listing is given up
_STALE = 3  # answers in a row without an item that is new to the walk: it goes round in circles
_STEPS_BACK = 12
_SMALLEST = 10  # items to a page: no route of the site is known to give fewer


@dataclass
class Walk:
    """One listing being walked. Ask ``window`` what to fetch, then tell ``answered`` or ``failed``."""

    plan: Plan
    stage: Stage = "down"
    end: int = 0  # positions from the top that are covered without a gap
    pages: int = 0
    complete: bool = False  # the end was reached and nothing on the way was missing
    limited: bool = False  # ended by max_pages
    trouble: str | None = None  # why the listing cannot be walked to its end
    _window: Window | None = None
    _seen: set[int] = field(default_factory=set)
    _beyond: set[int] = field(default_factory=set)  # met below a gap: they do not tell that it is closed
    _plain: bool = False  # the site has its own page size: plain page numbers, no overlap
    _short: int = 0  # items in the last window when it was not full: probably the end
    _own_size: int = 0  # of the site's pages, where it gives fewer items than asked for
    _most: int = 0  # items on a page so far
    _falling: bool = False  # the last page had fewer than others: an end is to be expected
    _doubted: bool = False  # an empty answer is asked for again
    _stale: int = 0
    _skipped: int = 0
    _back: int = 0
    _resumed: bool = False
    _sure: int = 0  # ``end`` before the first failed page

    def __post_init__(self) -> None:
        self.end = self._sure = self.plan.position
        self._resumed = self.end > 0
        self._plain = self.plan.fixed
        self._window = self._first()

    @property
    def window(self) -> Window | None:
        """The window to fetch now; None when the walk is over."""
        return None if self.stage == "over" else self._window

    @property
    def position(self) -> int:
        """How far a later run may trust the walk: before the first page that failed."""
        return self._sure

    @property
    def met(self) -> bool:
        """Whether the walk has met an item."""
        return bool(self._seen)

    def has(self, news_id: int) -> bool:
        """Tell whether the walk has met an item already."""
        return news_id in self._seen

    def _first(self) -> Window:
        plan = self.plan
        if self._plain or plan.since:
            return Window(max(1, self.end // plan.size), plan.size)  # resumed: a page that is known
        return next_window(self.end, plan.size) if plan.full else Window(1, plan.first_size)

    def answered(
        self,
        ids: Sequence[int],
        last: date | None,
        known: int,
        changed: int,
        more: bool = True,
        whole: bool = False,
    ) -> None:
        """Take in an answer: its ids, the date of its last item, how many were known, how many changed.

        ``known`` counts items that the database had from this listing before this page; ``changed`` those
        that were new or had another text. ``more`` is False when the answer itself says that it is the last
        one; ``whole`` when it was not full and holds all that the database has of the listing: nobody need
        ask what comes after it.
        """
        window = self._window
        assert window is not None  # noqa: S101 - only asked while a window is open
        self.pages, self._skipped = self.pages + 1, 0
        beyond = len(self._beyond.intersection(ids))
        fresh = len(set(ids) - self._seen) + beyond
        met = fresh < len(set(ids)) or (self._resumed and known > beyond)
        self._seen.update(ids)
        self._stale = 0 if fresh or not ids else self._stale + 1
        if ids:
            self._doubted = False
            self._falling = len(ids) < max(min(window.size, self._most), _SMALLEST)
            self._most = max(self._most, len(ids))
        if self.stage == "top":
            self._read_top(window, ids, known)
        elif not ids and self._is_sudden():
            self._doubted = True  # the same window once more: the site has to say so twice
        elif not ids and self._is_past_end(window):
            self._step_back()
        elif not ids:
            self._reach_end()
        elif self._gone_round(window, fresh):
            self._give_up(f"page {window.page} repeats earlier ones: the listing has no end")
        elif not self.plan.full and self._enough(last, changed, whole):
            self.stage = "over"
        elif self._is_behind(window, len(ids), known):
            self._settle_for(len(ids), window)
            self._window = Window((self.plan.position - 1) // len(ids) + 1, window.size)
        else:
            self._go_down(window, ids, met)
        if not more and self.stage == "down":
            self._reach_end()
        self._check_limits()

    def spoil(self, why: str) -> None:
        """Take in that something on an answered page could not be had: the walk is not complete."""
        self.trouble = self.trouble or why

    def _is_sudden(self) -> bool:
        """True for an empty answer right after a full page, or the first: it may be a slip of the site's."""
        allowed = self.plan.full and not (self.plan.max_pages and self.pages >= self.plan.max_pages)
        return allowed and self.end > 0 and not (self._doubted or self._falling)

    def _is_past_end(self, window: Window) -> bool:
        # Resumed where there is nothing: what an earlier run counted was too far, or items have gone since.
        return self._resumed and not self._seen and self.end > 0 and window.page > 1

    def _gone_round(self, window: Window, fresh: int) -> bool:
        # A short page that comes again in full is a site that repeats its last page, or its only one.
        return not fresh and (self._stale >= _STALE or self._short > 0 or (self._plain and self._stale > 1))

    def _enough(self, last: date | None, changed: int, whole: bool) -> bool:
        plan = self.plan
        if plan.since:
            return last is not None and last < plan.since
        return changed == 0 and (whole or plan.threshold is None or last is None or last < plan.threshold)

    def _is_behind(self, window: Window, rows: int, known: int) -> bool:
        # Resumed in our pages, answered with one of the site's smaller ones: what is wanted lies further on.
        small = self._resumed and self.pages == 1 and rows < window.size and known >= rows
        return small and window.page * rows < self.plan.position

    def _go_down(self, window: Window, ids: Sequence[int], met: bool) -> None:
        rows = len(ids)
        if self._short and not self._plain:
            self._settle_for(self._short, window)  # rows after a page that was not full
        elif not met and self.end > 0 and (not self._plain or (self._resumed and self.pages == 1)):
            self._beyond.update(ids)
            self._step_back()
            return
        self._back = 0
        self._beyond.difference_update(ids)
        self._short = rows if rows < window.size else 0
        self._plain = self._plain or rows > window.size
        self._advance(self._start(window) + rows)
        if self._plain or self._short:
            self._window = Window(window.page + 1, window.size)
        else:
            self._window = next_window(self.end, self.plan.size)

    def _settle_for(self, size: int, window: Window) -> None:
        """Go by the site's own pages; what was counted in ours was too far."""
        self._plain, self._own_size = True, size
        real = max(self.plan.position, self._start(window))
        self.end, self._sure = min(self.end, real), min(self._sure, real)

    def _start(self, window: Window) -> int:
        return (window.page - 1) * (self._own_size or window.size)

    def _advance(self, end: int) -> None:
        if self._sure == self.end and not self.trouble and not self._stale:
            self._sure = max(self._sure, end)
        self.end = max(self.end, end)

    def _step_back(self) -> None:
        """Items have vanished above: what stood below has moved up past us."""
        self._back += 1
        if self._back > _STEPS_BACK:
            self._give_up("the listing moves too fast to be read without gaps")
            return
        sure = self._sure == self.end
        # Pages without an overlap do not tell whether something is missing between them: from the top.
        self.end = 0 if self._plain else max(0, self.end - self.plan.size * self._back // 2)
        self._sure = self.end if sure else min(self._sure, self.end)
        self._window = next_window(self.end, self.plan.size)

    def _reach_end(self) -> None:
        self._window = Window(1, self.plan.size)
        look = self.plan.full and self.pages - self._doubted > 2 and not self.trouble and not self.plan.fixed
        look = look and self.pages != self.plan.max_pages  # the next run looks there first
        self.stage = "top" if look else "over"
        if self.stage == "over":
            self.complete = self.plan.full and self.trouble is None

    def _read_top(self, window: Window, ids: Sequence[int], known: int) -> None:
        """Read what was published while we walked, down to what is known."""
        if not ids or known or self.plan.fixed or window.page >= _STEPS_BACK:
            self.stage, self.complete = "over", self.trouble is None
        else:
            self._window = Window(window.page + 1, window.size)

    def failed(self) -> None:
        """Take in that a page could not be read: go on after it, unless it is the first or one of several."""
        window = self._window
        assert window is not None  # noqa: S101 - only asked while a window is open
        self.pages, self._skipped = self.pages + 1, self._skipped + 1
        self.trouble = self.trouble or f"page {window.page} could not be read"
        if self.stage == "top" or self.pages == 1 or self._skipped >= _SKIPPED:
            self._break_off()
            return
        self.end = self._start(window) + (self._own_size or window.size)
        # The items above are unknown: a window that meets nothing known is no gap then.
        self._plain, self._window = True, Window(window.page + 1, window.size)
        self._check_limits()

    def _give_up(self, why: str) -> None:
        self.trouble = why
        self._break_off()

    def _break_off(self) -> None:
        """End in trouble; a walk that began further down still looks at the top for what is new."""
        self.stage = "top" if self._resumed and self.stage == "down" else "over"
        self._window = Window(1, self.plan.size)

    def _check_limits(self) -> None:
        if self.stage == "over":
            return
        # A page that showed only what an earlier run had does not count: each run would ask for it again.
        stuck = self._resumed and self.end == self.plan.position and self.stage == "down"
        if self.plan.max_pages and self.pages >= self.plan.max_pages and not stuck:
            self.stage, self.limited = "over", True
        elif self.pages >= self.plan.endless:
            self._give_up(f"no end after {self.pages} pages (GOVKZ_MAX_PAGES)")
