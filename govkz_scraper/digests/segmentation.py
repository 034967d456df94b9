"""Where on a digest page an item or a section begins, told by the lines around each date."""

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

# A list is in the order of days, give or take; what lies further ahead is announced in a body.
_ANNOUNCED = timedelta(days=2)
_FEW_WORDS = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """The beginning of an item, or of a section when ``section`` is given."""

    first: int  # its first line: what stands before belongs to what came before
    after: int  # the line after its heading
    title: str | None = None  # None: the page printed a date and no title
    date: str | None = None
    section: str | None = None


class _Page:
    """A page while its marks are found: the lines that hold something, and the marks so far."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.full = [number for number, line in enumerate(lines) if line.text]
        self.marks: list[Mark] = []
        self.listed = False  # the open item began with its title and date on one line
        self.newest = _newest(lines)

    def line(self, at: int) -> Line | None:
        """Give a line that holds something, by its place among those; None beyond the page."""
        return self.lines[self.full[at]] if 0 <= at < len(self.full) else None

    def taken(self, at: int) -> bool:
        """True when a line belongs to the heading of the last mark, or lies before it, or is none."""
        return at < 0 or (bool(self.marks) and self.full[at] < self.marks[-1].after)

    def add(self, first: int, last: int, title: str | None, date: str | None, section: str | None) -> None:
        """Set a mark whose heading is the lines from ``first`` to ``last``, by place."""
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
    """Take a section's name with its «More» link; only where an item or a further section follows."""
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
    """Home page and article: the title stands on the line before, unless that is part of what came before."""
    before = page.line(at - 1)
    if before is None or page.taken(at - 1) or before.ends_item:
        # Under a section or a finished item a date without a title begins one; under a date it is text.
        # text.
        if not page.marks or page.marks[-1].section is not None or (before and before.ends_item):
            _heading(page, at)
            page.add(at, at, None, line.date, None)
            page.listed = False
        return
    if len(before.text) > LONGEST_TITLE or before.text.endswith((":", ",", ";")):
        return
    if page.listed and not _fresh(page, at - 1) and before.title is None:
        return  # in a list a date alone stands in somebody's body
    _heading(page, at - 1, article=":" in (line.date or ""))
    page.add(at - 1, at, before.text, line.date, None)
    page.listed = False


def _dated_title(page: _Page, at: int, line: Line) -> None:
    """List: title and date on one line, unless it is a title that ends with a date, or a line of a body."""
    below = page.line(at + 1)
    if below is not None and below.is_date:
        return
    if not page.listed and page.marks and not _fresh(page, at):
        return  # on a home page a line that ends with a date stands in somebody's body
    if _foretold(page, at, line):
        return
    _heading(page, at)
    page.add(at, at, line.title, line.date, None)
    page.listed = True


def _foretold(page: _Page, at: int, line: Line) -> bool:
    """True for a date in somebody's body: a word or two, and a day well after those of the page's items."""
    day = _day(line.date) if len((line.title or "").split()) <= _FEW_WORDS else None
    if day is None or page.newest is None:
        return False
    return day > page.newest + _ANNOUNCED and not _fresh(page, at)


def _fresh(page: _Page, at: int) -> bool:
    """True when no body can lie open before a line: a section begins, or the item before is finished."""
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
    """Take a section's name without «More»: at the page's top, or after a finished item."""
    before = page.line(at - 1)
    if before is None or page.taken(at - 1) or not is_section_name(before.text) or not _fresh(page, at):
        return
    above = page.line(at - 2)
    if article and (above is None or not is_section_name(above.text)):
        return  # the one name above an article is the paper's
    page.add(at - 1, at - 1, None, None, before.text)


def _newest(lines: Sequence[Line]) -> date | None:
    """Give the latest day among the page's first date and those right after a finished item."""
    newest = None
    surely = 2  # the lines in which a title and its date can stand
    for line in lines:
        if not line.text:
            continue
        day = _day(line.date) if surely > 0 or newest is None else None
        newest = max(day, newest or day) if day else newest
        surely = 2 if line.ends_item else surely - 1
    return newest


def _day(printed: str | None) -> date | None:
    """Read the day of a date line; None where there is none, or none that a calendar has."""
    if printed is None:
        return None
    day, month, year = printed.split()[0].rstrip(",").split(".")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
