"""Segment a digest page: find where items and sections begin, by the lines around each date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from govkz_scraper.digests.line_classifier import (
    LONGEST_TITLE,
    Line,
    is_more,
    is_section_name,
    section_and_more,
)

# Lists are roughly in date order; a date further ahead is an announcement in a body.
_ANNOUNCED = timedelta(days=2)
_FEW_WORDS = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """The beginning of an item, or of a section if ``section`` is set."""

    first: int  # its first line
    after: int  # the line after its heading
    title: str | None = None  # None: a date without a title was printed
    date: str | None = None
    section: str | None = None


class _Page:
    """The state of a segmentation: the non-empty lines, and the marks found so far."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.full = [number for number, line in enumerate(lines) if line.text]
        self.marks: list[Mark] = []
        self.listed = False  # the current item began with title and date on one line
        self.newest = _newest(lines)

    def line(self, at: int) -> Line | None:
        """Return a non-empty line by its index among those; None outside the page."""
        return self.lines[self.full[at]] if 0 <= at < len(self.full) else None

    def taken(self, at: int) -> bool:
        """Return whether a line is part of the last mark's heading, before it, or outside the page."""
        return at < 0 or (bool(self.marks) and self.full[at] < self.marks[-1].after)

    def add(self, first: int, last: int, title: str | None, date: str | None, section: str | None) -> None:
        """Add a mark whose heading is the non-empty lines from ``first`` to ``last``."""
        self.marks.append(Mark(self.full[first], self.full[last] + 1, title, date, section))


def find_marks(lines: Sequence[Line]) -> list[Mark]:
    """Find every section and item of a page, in order; a page without a date has none."""
    page = _Page(lines)
    for at in range(len(page.full)):
        line = page.lines[page.full[at]]
        if _is_more(page, at):
            continue
        if line.is_date:
            _date_alone(page, at, line)
        elif line.title is not None:
            _dated_title(page, at, line)
    return page.marks if any(mark.section is None for mark in page.marks) else []


def _is_more(page: _Page, at: int) -> bool:
    """Add a section named with a «More» link if an item or another section follows; return whether it did."""
    line = page.lines[page.full[at]]
    if is_more(line.text):
        before = page.line(at - 1)
        if before is None or page.taken(at - 1) or not is_section_name(before.text):
            return False
        first, name = at - 1, before.text
    else:
        named = section_and_more(line.text)
        if named is None:
            return False
        first, name = at, named
    following = page.line(at + 1)
    if following is None or not (
        _begins_item(page, at + 1) or is_more((page.line(at + 2) or following).text)
    ):
        return False
    page.add(first, at, None, None, name)
    return True


def _begins_item(page: _Page, at: int) -> bool:
    line, below = page.line(at), page.line(at + 1)
    if line is None:
        return False
    return line.date is not None or (below is not None and below.is_date and len(line.text) <= LONGEST_TITLE)


def _date_alone(page: _Page, at: int, line: Line) -> None:
    """Add an item as on home pages and articles: the line before is the title if it is free."""
    before = page.line(at - 1)
    if before is None or page.taken(at - 1) or before.ends_item:
        # A bare date starts an untitled item only after a section heading or a finished item.
        if not page.marks or page.marks[-1].section is not None or (before and before.ends_item):
            _heading(page, at)
            page.add(at, at, None, line.date, None)
            page.listed = False
        return
    if len(before.text) > LONGEST_TITLE or before.text.endswith((":", ",", ";")):
        return
    if page.listed and not _fresh(page, at - 1) and before.title is None:
        return  # in a list a bare date is part of a body
    _heading(page, at - 1, article=":" in (line.date or ""))
    page.add(at - 1, at, before.text, line.date, None)
    page.listed = False


def _dated_title(page: _Page, at: int, line: Line) -> None:
    """Add an item as on category pages: title and date on one line, unless the line is part of a body."""
    below = page.line(at + 1)
    if below is not None and below.is_date:
        return
    if not page.listed and page.marks and not _fresh(page, at):
        return  # on a home page a line that ends with a date is part of a body
    if _foretold(page, at, line):
        return
    _heading(page, at)
    page.add(at, at, line.title, line.date, None)
    page.listed = True


def _foretold(page: _Page, at: int, line: Line) -> bool:
    """Return whether a line announces a future date in a body: few words, a date well after the items'."""
    day = _day(line.date) if len((line.title or "").split()) <= _FEW_WORDS else None
    if day is None or page.newest is None:
        return False
    return day > page.newest + _ANNOUNCED and not _fresh(page, at)


def _fresh(page: _Page, at: int) -> bool:
    """Return whether no body can be open before a line: a section begins or the last item is finished."""
    if not page.marks:
        return True
    back = at - 1
    while (before := page.line(back)) is not None and not page.taken(back):
        if before.ends_item:
            return True
        if not is_section_name(before.text):
            return False
        back -= 1
    return page.marks[-1].section is not None


def _heading(page: _Page, at: int, *, article: bool = False) -> None:
    """Add a section named without «More»: at the top of the page, or after a finished item."""
    before = page.line(at - 1)
    if before is None or page.taken(at - 1) or not is_section_name(before.text) or not _fresh(page, at):
        return
    above = page.line(at - 2)
    if article and (above is None or not is_section_name(above.text)):
        return  # a single name above an article is the newspaper's
    page.add(at - 1, at - 1, None, None, before.text)


def _newest(lines: Sequence[Line]) -> date | None:
    """Return the latest of the page's first date and the dates directly after finished items."""
    newest = None
    heading_lines = 2  # lines left in which a title and its date can be
    for line in lines:
        if not line.text:
            continue
        day = _day(line.date) if heading_lines > 0 or newest is None else None
        newest = max(day, newest or day) if day else newest
        heading_lines = 2 if line.ends_item else heading_lines - 1
    return newest


def _day(printed: str | None) -> date | None:
    """Parse the date of a line; None if it has none, or one that does not exist."""
    if printed is None:
        return None
    day, month, year = printed.split()[0].rstrip(",").split(".")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
