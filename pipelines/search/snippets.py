"""The part of a text that shows why a search found it, safe to print on a terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.language.folding import fold
from pipelines.search.query_parser import Term

# Control characters could move a terminal's cursor or recolour it; marks of writing direction could turn the
# rest of the line round.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_WIDTH = 220  # characters


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the places in it that the question asked for, as (start, end)."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def safe(text: str) -> str:
    """Make a text fit for one line of a terminal: no control characters, no marks of direction.

    >>> safe("one\\x1b[31m\\ntwo")
    'one [31m two'
    """
    return _UNSAFE.sub(" ", text).strip()


def pattern(terms: tuple[Term, ...]) -> re.Pattern[str] | None:
    """Build the pattern of everything the terms ask for, to be used on folded text."""
    words = {re.escape(word) for term in terms for word in term.words}
    begun = {re.escape(beginning) + r"\w*" for term in terms for beginning in term.beginnings}
    if not words | begun:
        return None
    return re.compile(r"\b(?:" + "|".join(sorted(begun) + sorted(words)) + r")\b", re.IGNORECASE)


def mark(text: str, wanted: re.Pattern[str] | None) -> Marked:
    """Find the wanted words in a text, whatever letters they are written with.

    >>> mark("Қала күні", pattern((Term(("кала",)),))).marks
    ((0, 4),)
    """
    text = safe(text)
    if wanted is None:
        return Marked(text)
    return Marked(text, tuple(match.span() for match in wanted.finditer(fold(text))))


def excerpt(text: str, wanted: re.Pattern[str] | None, width: int = _WIDTH) -> Marked:
    """Cut out the stretch that holds most of the wanted words; the beginning, when it holds none."""
    whole = mark(text, wanted)
    if len(whole.text) <= width:
        return whole
    start = _best_start(whole, width)
    end = min(len(whole.text), start + width)
    if end < len(whole.text):
        end = max(whole.text.rfind(" ", start + width // 2, end), start + width // 2)
    head, tail = "… " if start else "", " …" if end < len(whole.text) else ""
    shift = len(head) - start
    marks = tuple((a + shift, b + shift) for a, b in whole.marks if a >= start and b <= end)
    return Marked(head + whole.text[start:end] + tail, marks)


def _best_start(whole: Marked, width: int) -> int:
    """Where a window of ``width`` holds most different wanted words; it opens a little before the first."""
    best, best_at, last = 0, 0, 0
    words = [fold(whole.text[a:b]).lower() for a, b in whole.marks]
    for first, (start, _) in enumerate(whole.marks):
        last = max(last, first)
        while last < len(words) and whole.marks[last][1] <= start + width * 3 // 4:
            last += 1
        different = len(set(words[first : min(last, first + 40)]))
        if different > best:
            best, best_at = different, start
    if best_at <= width // 4:
        return 0
    return whole.text.rfind(" ", 0, best_at - width // 5) + 1
