"""A walk over pages whose size is the site's own: one after the other, without an overlap.

Nothing in such pages tells whether page 1 is the first one or the second, so page 0 is asked for, once.
An item that vanishes above draws others up, from the page that comes next to the one just read, where nobody
sees them. So a full walk reads the pages twice; what it missed at one place is there the second time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from govkz_scraper.walks.paging import SMALLEST
from govkz_scraper.walks.walk import Walk
from govkz_scraper.walks.windows import Answer, Window
from pipelines.items import Paging


def is_unproven(paging: Paging) -> bool:
    """Whether it is open which number the site gives its first page, where it goes by pages of its own."""
    return paging.first == 1 and not (paging.own or paging.whole)


@dataclass
class Numbered(Walk):
    """The end is a page without items, or one that says so itself."""

    unproven: bool = False  # there may be a page 0
    assumed: int = 0  # the size of a page, until a further one shows whether it is that
    _doubted: bool = False  # an empty answer is asked for again
    _falling: bool = False  # the last page had fewer than others: an end is to be expected
    _newest_page: int = 0  # the last page that had something new, and what it had
    _had: frozenset[int] = frozenset()
    _after: Window | None = None  # to be asked for behind the page that is only asked for to learn

    def __post_init__(self) -> None:
        """Begin at the top, or with the last page that an earlier run has read."""
        self.paging = self.plan.paging
        self.end = self.sure = self.plan.position if self.size else 0
        page = max(1, self.end // self.size) if self.size else 1
        self._turn_to(page, self.size or self.plan.size)

    @classmethod
    def behind_first_page(cls, walk: Walk, rows: int) -> Numbered:
        """Go on from another walk whose first page had so few items that they may be all, or a page."""
        found = cls(walk.plan, pages=walk.pages, trouble=walk.trouble, _seen=walk._seen, _falling=True)
        found.unproven = is_unproven(walk.paging)
        found.paging, found.assumed, found._met = walk.paging, rows, walk._met
        found.end, found.sure = walk.end, walk.sure
        found._turn_to(2, rows)
        return found

    def _turn_to(self, page: int, size: int) -> None:
        self.window = Window(page, size, self.paging.first)

    @property
    def size(self) -> int:
        """The size of a page; 0: it is not known yet."""
        return self.paging.own or self.assumed

    def read(self, answer: Answer) -> Walk:
        """Take in an answer; where an earlier run ended and nothing is known, items have gone above."""
        window = self.window
        assert window is not None  # noqa: S101 - only asked while a window is open
        if self.probing:
            self._count_from(answer)
            return self
        self._read(window, answer)
        if self.unproven and self.met:
            self.unproven, self.probing = False, True
            self._after, self.window = self.window, Window(1, window.size, 0)
        return self

    def settle(self, changed: int, answer: Answer) -> None:
        """Take in the changes; not while the top is in doubt."""
        if self.probing:
            self._check_limits()
        else:
            super().settle(changed, answer)

    def failed(self) -> None:
        """Take in that a page could not be read; if it is page 0, that there is none."""
        if self.probing:
            self.probing, self.pages, self.window = False, self.pages + 1, self._after
        else:
            super().failed()

    def _count_from(self, answer: Answer) -> None:
        """Take in page 0: the first one, if it has items that no other page has; else as if it were not."""
        self.probing, self.gap, self.pages = False, True, self.pages + 1
        if answer.ids and self._seen.keys().isdisjoint(answer.ids):
            self.paging = replace(self.paging, first=0, own=len(answer.ids), whole=None)
            self._seen, self.assumed, self._falling, self.certain = {}, 0, False, True
            self.end = self.sure = self._stale = 0
            self.reached = False
            self._turn_to(1, self.size)
        else:
            self.window = self._after

    def _read(self, window: Window, answer: Answer) -> None:
        fresh = self._take(answer)
        if self._rereads:
            self._reread(window, answer)
            return
        if window.page > 1 and not self.met and not answer.known:
            self.end, self.sure, self.gap = 0, 0, True
            self._turn_to(1, window.size)
            return
        self._note(answer, window.start)
        if self.assumed and not fresh:
            if answer.ids:  # the first page once more: maybe the site gives it out whatever is asked for
                self.certain = False
            else:
                self.paging = replace(self.paging, whole=self.assumed)  # there was nothing behind it
        if answer.ids:
            self._go_on(window, answer, fresh)
        elif self._doubted or self._falling or not self.plan.full:
            self._arrive()
        else:
            self._doubted = True  # right after a full page it may be a slip: the site has to say so twice

    def _arrive(self) -> None:
        again = self.plan.full and not (self._rereads or self.trouble or self.plan.max_pages)
        if again and self.end >= (self.paging.own or self.end + 1):
            self._rereads = True
            self._turn_to(1, self.size)
        else:
            super()._arrive()

    def _reread(self, window: Window, answer: Answer) -> None:
        self._note(answer, window.start)
        if window.page * self.size < self.end and answer.ids and answer.more:
            self._turn_to(window.page + 1, window.size)
        else:
            self._arrive()

    def _repeats_the_last(self, window: Window, answer: Answer) -> bool:
        """Some sites give their last page for every further one; the first for all is another matter."""
        if not self._stale:
            self._had, self._newest_page = frozenset(answer.ids), window.page
        return self._stale > 1 and self._newest_page > 1 and self._had == frozenset(answer.ids)

    def _go_on(self, window: Window, answer: Answer, fresh: list[int]) -> None:
        rows = len(answer.ids)
        self._doubted, self._falling = False, rows < max(self.size, SMALLEST)
        if not self.assumed or fresh:
            self.paging, self.assumed = replace(self.paging, own=max(self.size, rows)), 0
        self._stale = 0 if fresh else self._stale + 1
        self._advance((window.page - 1) * self.size + rows)
        if not answer.more or (self._stale and self._falling) or self._repeats_the_last(window, answer):
            self._arrive()
        elif self._stale > 1:
            self._goes_round(window)
        else:
            self._turn_to(window.page + 1, window.size)

    def _skip(self, window: Window) -> None:
        self.end = max(self.end, window.page * (self.size or window.size))
        self._turn_to(window.page + 1, window.size)
