"""Excerpts of search results, on one line without control characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.language.folding import fold
from pipelines.search.query_parser import Term

# Control characters can move the cursor of a terminal or change colours; direction marks can reverse a line.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_WIDTH = 220  # characters


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the ranges in it that match the query, as (start, end)."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def to_single_line(text: str) -> str:
    """Replace control characters, line breaks and direction marks by spaces.

    >>> to_single_line("one\\x1b[31m\\ntwo")
    'one [31m two'
    """
    return _UNSAFE.sub(" ", text).strip()


def pattern(terms: tuple[Term, ...]) -> re.Pattern[str] | None:
    """Return the pattern that matches any of the terms in folded text; None without terms."""
    words = {re.escape(word) for term in terms for word in term.words}
    prefixes = {re.escape(prefix) + r"\w*" for term in terms for prefix in term.prefixes}
    if not words | prefixes:
        return None
    return re.compile(r"\b(?:" + "|".join(sorted(prefixes) + sorted(words)) + r")\b", re.IGNORECASE)


def mark(text: str, wanted: re.Pattern[str] | None) -> Marked:
    """Return a text on one line with the ranges that match the pattern after folding.

    >>> mark("Қала күні", pattern((Term(("кала",)),))).marks
    ((0, 4),)
    """
    text = to_single_line(text)
    if wanted is None:
        return Marked(text)
    return Marked(text, tuple(match.span() for match in wanted.finditer(fold(text))))


def excerpt(text: str, wanted: re.Pattern[str] | None, width: int = _WIDTH) -> Marked:
    """Return the part of a text with the most different matches; the beginning if there are none."""
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
    """Return the start of the window with the most different matches, a little before the first."""
    most, best, last = 0, 0, 0
    words = [fold(whole.text[a:b]).lower() for a, b in whole.marks]
    for first, (start, _) in enumerate(whole.marks):
        last = max(last, first)
        while last < len(words) and whole.marks[last][1] <= start + width * 3 // 4:
            last += 1
        different = len(set(words[first : min(last, first + 40)]))
        if different > most:
            most, best = different, start
    if best <= width // 4:
        return 0
    return whole.text.rfind(" ", 0, best - width // 5) + 1
