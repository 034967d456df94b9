"""Classify the lines of a digest page: dates, headings, sources, page navigation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.clean.source_lines import SOURCE_LABEL

LONGEST_TITLE = 400  # characters; the longest seen has 290
LONGEST_SECTION = 60

_DATE = r"\d{1,2}\.\d{1,2}\.\d{4}"
# An article's line has the time and the number of views: 20.12.2025 14:05:33 117
_CLOCK = r"(?:,?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s+\d{1,9})?)?"
_DATE_LINE = re.compile(rf"{_DATE}{_CLOCK}\Z")
_DATED_TITLE = re.compile(rf"(?P<title>\S.*?)\s+(?P<date>{_DATE}{_CLOCK})\Z")
# Before a date within a sentence: «заявки до 20.12.2025», "dated 20.12.2025", "Term: 20.12.2025".
_LEADS_TO_DATE = re.compile(
    r"(?:[:,;(/]|\w\s[-–—]|\b(?:on|by|of|from|to|till|until|before|after|since|at|for|is|was|the|dated|and|in|or"
    r"|с|со|до|от|по|на|к|ко|и|или|за|позднее|после|состоится|мен|және|дейін|жылғы))\Z",
    re.IGNORECASE,
)
_MORE = r"(?:More|MORE|Толығырақ|Толық|Ещё|Еще|Көбірек|Барлығы|Все|All|Tolyǵyraq)"
_MORE_LINE = re.compile(rf"{_MORE}\s*[.…»›>→]*\Z")
_NAME_AND_MORE = re.compile(rf"(?P<name>\S.*?)\s+{_MORE}\s*[»›>→]*\Z")
_SECTION = re.compile(r"[^\W\d_][^\W_]*(?:[ ,&/«»\"'’–-]+[^\W_]+){0,7}\Z")
_RIGHTS = re.compile(r"(?:©|Ⓒ|\(c\)) ", re.IGNORECASE)
_PAGES = frozenset("previous prev next назад вперёд вперед далее алдыңғы келесі артқа".split())
_ARROWS = frozenset("« » ‹ › < > ← → | . … ... << >>".split())
# To the end of the line, with anything that follows the URL without a space: the item ends here.
_SOURCE_END = re.compile(rf"{SOURCE_LABEL}\s{{0,3}}[:：]?\s{{0,3}}(?:https?://|www\.|gov\.kz)\S*\Z")
_TAIL = 600  # characters at a line's end in which a source is looked for


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, and what its text alone shows."""

    text: str  # stripped
    date: str | None = None  # the printed date: alone on the line, or at its end
    title: str | None = None  # the text before the date, if it can be a title
    ends_item: bool = False  # it ends with a source's URL

    @property
    def is_date(self) -> bool:
        """Whether the line is a date and nothing else."""
        return self.date is not None and self.title is None


def read_line(text: str) -> Line:
    """Classify a line.

    >>> read_line("Жаңа мектеп ашылды 20.12.2025").title
    'Жаңа мектеп ашылды'
    >>> read_line("Applications are taken until 20.12.2025").date is None
    True
    >>> read_line("20.12.2025 14:05:33 117").is_date
    True
    """
    text = text.strip().removeprefix("\ufeff").strip()
    tail = text[-LONGEST_TITLE:]
    if text and tail[-1].isdigit():
        if _DATE_LINE.match(text):
            return Line(text, date=text)
        found = _DATED_TITLE.match(text) if len(text) <= LONGEST_TITLE else None
        if found and not _LEADS_TO_DATE.search(found["title"]):
            return Line(text, date=found["date"], title=found["title"])
    return Line(text, ends_item=_SOURCE_END.search(text[-_TAIL:]) is not None)


def is_more(text: str) -> bool:
    """Return whether a line is the «More» link below a section's name on a home page."""
    return _MORE_LINE.match(text) is not None


def section_and_more(text: str) -> str | None:
    """Return the section's name if a line consists of it and the «More» link, else None.

    >>> section_and_more("Қоғам Толығырақ")
    'Қоғам'
    """
    found = _NAME_AND_MORE.match(text) if len(text) <= LONGEST_SECTION + 12 else None
    return found["name"] if found and is_section_name(found["name"]) else None


def is_section_name(text: str) -> bool:
    """Return whether a line can be a section's name: a few words, first a letter, no full stop.

    >>> is_section_name("Society"), is_section_name(".png)"), is_section_name("The bridge is open.")
    (True, False, False)
    """
    return len(text) <= LONGEST_SECTION and _SECTION.match(text) is not None


def is_navigation(text: str) -> bool:
    """Return whether a line is page numbers, arrows or a copyright notice, as below the last item.

    >>> is_navigation("1 2 3 … Next"), is_navigation("2025")
    (True, False)
    """
    if _RIGHTS.match(text):
        return True
    words = text.lower().split() if len(text) <= LONGEST_SECTION else ()
    numbers = sum(word.isdecimal() and len(word) < 4 for word in words)
    others = sum(word in _PAGES or word in _ARROWS for word in words)
    return numbers + others == len(words) and (numbers > 1 or others > 0)
