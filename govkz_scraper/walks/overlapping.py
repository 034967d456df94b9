"""A walk over a listing whose pages have the size that is asked for, or less."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from govkz_scraper.walks.numbered import Numbered, is_unproven
from govkz_scraper.walks.paging import SMALLEST, Sizes, Top
from govkz_scraper.walks.walk import Walk
from govkz_scraper.walks.windows import Answer, Window, next_window
from pipelines.items import Paging

_STALE = 3  # answers in a row without an item that is new to the walk: it goes round in circles
_STEPS_BACK = 12  # without anything new in between
_FEWER = 9  # items that are looked at first of all: hardly a site gives so few on a page of its own size
_FEW = 20  # items that are looked at first, where most of them are known


@dataclass
class Overlapping(Walk):
    """Each window shows at least one item of what is known, or the walk steps back."""

    _top: Top = field(default_factory=Top)
    _sizes: Sizes = field(default_factory=Sizes)
    _back: int = 0  # steps back in a row
    _vain: int = 0  # steps back since something new was met
    _reach: int = 0  # how far down it has been
    _blind: bool = False  # the page above could not be read: what is met says nothing
    _tied: int = 1  # items at the end of the last page whose order says nothing
    _rounded: Window | None = None  # whose answer began where a page of fewer items would
    _told: bool = False  # the last answer, too, had nothing behind the last item

    def __post_init__(self) -> None:
        """Begin with few items at the top, or before the place where an earlier run ended."""
        plan, self.paging = self.plan, self.plan.paging
        self.end = self.sure = plan.position
        if plan.position or plan.since:
            self.window = self._next()
        else:
            self.window = Window(1, _FEWER if plan.full else _FEW, self.paging.first)

    def _next(self) -> Window:
        """From above the items that the last one shares its time with: another size may mix them.

        Where those are too many to bring anything new with them, from the last one.
        """
        with_ties = next_window(max(self.end - self._tied, 1), self._size, self.paging.first)
        if self.end and with_ties.start + with_ties.size > self.end:
            return with_ties
        return next_window(self.end, self._size, self.paging.first)

    @property
    def _size(self) -> int:
        return min(self.plan.size, self.paging.most or self.plan.size)

    def read(self, answer: Answer) -> Walk:
        """Take in an answer; a page of more items than asked for has the site's own size."""
        window = self.window
        assert window is not None  # noqa: S101 - only asked while a window is open
        fresh, rows, top = self._take(answer), len(answer.ids), window.page == 1
        if rows > window.size:
            return self._by_number(window, answer)
        if not (fresh or top) and self._is_rounded(window, answer):
            if self._rounded == window:
                return self._by_number(window, answer)
            self._rounded, self.gap = window, True  # a wrong answer may look the same: it has to come twice
            return self
        if top and self._top.doubts(answer.ids, self.paging.first, was_empty=self.plan.was_empty):
            if not (rows or self.met):  # a slip, or counted from 0: for one item another size shows which
                self.window = Window(1, 1, self.paging.first)
        elif top and self._top.counts_from_nought(answer.ids, self.paging.first):
            self.paging, self.gap = replace(self.paging, first=0), True
            self._top.items, self._seen = frozenset(), {}
            self.end = self.sure = 0
            self.window = self._next()
        elif not (top or self._overlaps or self._blind):
            self._step_back()
        elif top and rows < min(window.size, SMALLEST) and (self.pages > 1 or not self.plan.full):
            return self._by_small_pages(answer)
        else:
            self._go_down(window, answer, fresh)
        return self

    def _is_rounded(self, window: Window, answer: Answer) -> bool:
        """Tell a site that rounds a size down from the end: this page begins where a smaller one would."""
        rows = len(answer.ids)
        place = self._seen.get(answer.ids[0]) if rows else None
        return 0 < rows < window.size and place == (window.page - 1) * rows

    def _by_small_pages(self, answer: Answer) -> Walk:
        """A short listing, or a site that gives few items at a time: what it gives next tells which."""
        self._note(answer, 0)
        self._advance(len(answer.ids))
        if len(answer.ids) > (self.paging.whole or 0):
            return Numbered.behind_first_page(self, len(answer.ids))
        self._arrive()
        return self

    def _by_number(self, window: Window, answer: Answer) -> Walk:
        """Go by the site's own pages, from the same place on."""
        rows = len(answer.ids)
        plan = replace(self.plan, position=0, paging=replace(self.paging, most=None, own=rows))
        numbered = Numbered(plan, trouble=self.trouble, _seen=self._seen, unproven=is_unproven(self.paging))
        numbered.pages = self.pages - 1
        if not self.plan.position:  # else its places are others than this walk counted: from the top
            numbered.end = numbered.sure = min(self.end, (window.page - 1) * rows)
            numbered.window = Window(window.page, rows, self.paging.first)
            return numbered.read(answer)
        numbered.pages, numbered.gap = self.pages, True
        return numbered

    @property
    def learnt(self) -> Paging:
        """Without a size at which only the last page may have ended, or one after a failure."""
        return self.paging if self._sizes.certain else replace(self.paging, most=self.plan.paging.most)

    def _go_down(self, window: Window, answer: Answer, fresh: list[int]) -> None:
        rows, top = len(answer.ids), window.page == 1
        few = self._sizes.few(window, rows)
        over = few and not fresh  # nothing lies behind
        # Where the walk has been before, as after a step back, there is nothing new to be expected.
        new_ground = window.start + rows > self._reach
        self._stale = 0 if fresh else self._stale + new_ground
        if (
            not (fresh or top or self._blind)
            and (over or new_ground)
            and not self._shows_the_last(window, answer)
        ):
            self._doubt(window, answer, over=over)
            return
        self._reach = max(self._reach, window.start + rows)
        told, self._told = self._told, few
        self._note(answer, window.start)
        if fresh:
            self._tied, self._vain = answer.tied, 0
        compared = bool(self._top.items)
        if top:
            self._top.items = frozenset(answer.ids)
        self._back, self._blind = 0, False
        if top and rows and self.plan.full and not (compared or self.plan.position):
            # In another size, too: until then it is not known which page this was.
            self.window = Window(1, self.plan.size, self.paging.first)
            return
        if rows < window.size:  # what an earlier run counted may have moved up
            self.end = min(self.end, window.start + rows)
            self.sure = min(self.sure, self.end)
        self._advance(window.start + rows)
        self._sizes.note(window, rows, new=bool(fresh) and not self.trouble)
        if rows < window.size:
            most = max(min(self._size, self._sizes.most), SMALLEST)
            self.paging = replace(self.paging, most=most)
        if not rows or (over and (told or not self.plan.full)):
            self._arrive()
        elif over:
            self.window = window  # an answer that broke off looks the same: the site has to say so twice
        elif self._stale >= _STALE:
            self._goes_round(window)
        else:
            self.window = self._next()

    def _shows_the_last(self, window: Window, answer: Answer) -> bool:
        """Tell an end from a wrong answer: it has the last item met."""
        last = max((self._seen[one] for one in answer.ids if one in self._seen), default=-1)
        mixed = self._tied if window.start > self.end - self._tied else 1  # it may not show all of those
        return sum(place > last for place in self._seen.values()) < mixed

    def _doubt(self, window: Window, answer: Answer, *, over: bool) -> None:
        """Nothing new, nor the place where the walk stood: a wrong answer, or what stood there is gone."""
        if over:  # should it be right, what it does not show is no longer there
            shown = frozenset(answer.ids)
            gone = [one for one, at in self._seen.items() if at >= window.start and one not in shown]
            self._seen.update(dict.fromkeys(gone, window.start - 1))
        if self._stale >= _STALE:
            self._goes_round(window)
        else:
            self._step_back()

    def _step_back(self) -> None:
        """Items have vanished above: what stood below has moved up past us."""
        self.gap, self._back, self._vain = True, self._back + 1, self._vain + 1
        if self._vain > _STEPS_BACK:
            self._give_up("the listing moves too fast to be read without gaps")
            return
        sure = self.sure == self.end
        self.end = max(0, self.end - max(1, self._size * self._back // 2))
        self.sure = self.end if sure else min(self.sure, self.end)
        self.window = self._next()

    def _skip(self, window: Window) -> None:
        self.end, self._blind = max(self.end, window.start + window.size), True
        self.window = self._next()
