"""What all walks have in common: what was met, what failed, and when it is enough."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from govkz_scraper.walks.windows import Answer, Plan, Window
from pipelines.items import Paging

_SKIPPED = 3  # failed pages in a row after which a listing is given up


@dataclass
class Walk(ABC):
    """One listing being walked: ask for ``window``, then tell ``read`` and ``settle``, or ``failed``."""

    plan: Plan
    end: int = 0  # positions from the top that are covered without a gap
    sure: int = 0  # the same before the first failed page: how far a later run may trust the walk
    pages: int = 0
    window: Window | None = None  # to be asked for now; None: the walk is over
    reached: bool = False  # the walk came as far down as it was to
    limited: bool = False  # ended by max_pages
    gave_up: bool = False  # the listing cannot be read: there is no use in asking for its top again
    trouble: str | None = None  # why the listing cannot be walked as far as it should
    gap: bool = False  # the last answer is for nothing: there is something above it that was not seen
    paging: Paging = field(default_factory=Paging)  # what the site showed of it
    certain: bool = True  # False: the end that it reached may be none
    probing: bool = False  # the window is asked for to learn how the site counts: an error tells it, too
    _seen: dict[int, int] = field(
        default_factory=dict
    )  # items met, with their number in the order of meeting
    _met: bool = False  # the last answer had items that this walk has had
    _overlaps: bool = False  # it began with such items
    _stale: int = 0  # answers in a row without an item that is new to the walk
    _skipped: int = 0
    _rereads: bool = False  # to its end and once more from the top

    @property
    def met(self) -> bool:
        """Whether the walk has met an item."""
        return bool(self._seen)

    @property
    def complete(self) -> bool:
        """Whether the whole listing was walked, with nothing missing on the way."""
        return self.plan.full and self.reached and self.met and self.certain

    @property
    def learnt(self) -> Paging:
        """What is certain of the site's paging so far, for later runs."""
        return self.paging

    @property
    def seen(self) -> frozenset[int]:
        """The items that the walk has met."""
        return frozenset(self._seen)

    def has(self, news_id: int) -> bool:
        """Tell whether the walk has met an item already."""
        return news_id in self._seen

    @abstractmethod
    def read(self, answer: Answer) -> Walk:
        """Take in an answer; give the walk that goes on from here: this one, or one of another kind."""

    @abstractmethod
    def _skip(self, window: Window) -> None:
        """Go on behind a page that could not be read."""

    def settle(self, changed: int, answer: Answer) -> None:
        """Take in how many of an answer's items were new or had another text: is it enough?"""
        if self.window and not self.gap and self.plan.enough(changed, answer.lowest, self._met):
            self._arrive()
        self._check_limits()

    def failed(self) -> None:
        """Take in that a page could not be read: go on after it, unless it is the first or one of several."""
        window = self.window
        assert window is not None  # noqa: S101 - only asked while a window is open
        self.pages, self._skipped = self.pages + 1, self._skipped + 1
        self.spoil(f"page {window.number} could not be read")
        if self.pages == 1 or self._skipped >= _SKIPPED:
            self.window, self.gave_up = None, True
        else:
            self._skip(window)
            self._check_limits()

    def spoil(self, why: str) -> None:
        """Take in that something on the way could not be had: the walk does not reach what it was to."""
        self.trouble = self.trouble or why
        self.reached = False

    def _take(self, answer: Answer) -> list[int]:
        """Count an answer; give its items that are new to the walk."""
        self.pages, self._skipped, self.gap = self.pages + 1, 0, False
        fresh = [news_id for news_id in answer.ids if news_id not in self._seen]
        self._met = len(fresh) < len(answer.ids) or bool(answer.known)
        # At the upper end of the window alone: below a page that failed there are known items, too.
        above = answer.ids[: max(1, self.end - self.window.start)] if self.window else ()
        self._overlaps = any(one in self._seen or one in answer.known for one in above)
        return fresh

    def _note(self, answer: Answer, start: int) -> None:
        self._seen.update((news_id, place) for place, news_id in enumerate(answer.ids, start))

    def _check_limits(self) -> None:
        if self.window is None:
            return
        # Pages that showed only what an earlier run had do not count: each run would ask for them again.
        stuck = self.end <= self.plan.position
        if self.plan.max_pages and self.pages >= self.plan.max_pages and not stuck:
            self.window, self.limited = None, True
        elif self.pages >= self.plan.endless and not self._rereads:
            self._give_up(f"no end after {self.pages} pages (GOVKZ_MAX_PAGES)")

    def _advance(self, end: int) -> None:
        if self.sure == self.end and not self.trouble and not self._stale:
            self.sure = max(self.sure, end)
        self.end = max(self.end, end)

    def _arrive(self) -> None:
        self.window, self.reached = None, self.trouble is None

    def _give_up(self, why: str) -> None:
        self.window, self.trouble, self.gave_up = None, why, True

    def _goes_round(self, window: Window) -> None:
        self._give_up(f"page {window.number} repeats earlier ones: the listing has no end")
