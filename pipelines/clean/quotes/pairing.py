"""Pairing of quotation marks: which belong together, and which have no partner."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from pipelines.charmap import bytes_of, to_page

_MARK = re.compile('[«»“”„"]')
_NO_MARKS = bytes_of(lambda character: not _MARK.match(character))
_PAIRS = to_page("«»"), to_page("“”")
_CLOSED_BY = {"«": "»", "„": '“”"', "“": '”"', '"': '"”', "”": "”"}
_BEFORE_OPENING = frozenset('([{«“„—–-/"')
# Marks of measure, not of speech: 5" screen, 43°15'30".
_INCHES = re.compile(r"(?:^|[\s(×xх/])\d{1,2}(?:[.,/]\d{1,2})?$")
_INCH_WORD = re.compile(
    r"\s?(?:screen|display|monitor|tv|pipe|wheel|rim|disk|экран|монитор|диагонал|труб|диск|дюйм|теле[вд]|тв\b"
    r"|планшет|ноутбук|[NSEWxх×])",
    re.IGNORECASE,
)
# Feet or minutes before it leave no doubt: 6'2", 30′ 15".
_AFTER_MINUTES = re.compile(r"\d['′’] ?\d{1,2}(?:[.,]\d+)?$")


@dataclass(frozen=True, slots=True)
class Lone:
    """A mark without its partner."""

    at: int
    mark: str
    opens: bool


# A text with more marks left over than this is a mess: the rest are only counted.
_MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class QuotePairs:
    """Every pair by the places of its marks, in the order of the second ones, and the marks left over.

    A line of a million marks is a million pairs: they are held as numbers.
    """

    starts: array[int]
    ends: array[int]
    lone: tuple[Lone, ...]  # the first of them, in the order of the text
    unlisted: int  # how many more are left over


def all_paired(text: str) -> bool:
    """Check quickly that every mark has its partner; False means that ``pair_quotes`` has to decide.

    >>> all_paired("«ТОО «Ромашка» открылось» и “Нұр”"), all_paired('"Нұр"')
    (True, False)
    """
    try:
        marks = to_page(text).translate(None, _NO_MARKS)
    except UnicodeEncodeError:
        marks = to_page("".join(_MARK.findall(text)))
    for _ in range(3):  # deeper nesting is left to ``pair_quotes``
        for pair in _PAIRS:
            marks = marks.replace(pair, b"")
    return not marks


def pair_quotes(text: str) -> QuotePairs:
    """Pair the quotation marks of a text, nested ones too, in one pass over its marks.

    An odd number of marks always leaves one over.

    >>> pair_quotes("«Нұр Отан партиясы").lone
    (Lone(at=0, mark='«', opens=True),)
    """
    open_marks = array("q")
    waiting = dict.fromkeys(_CLOSED_BY, 0)
    starts, ends, lone = array("q"), array("q"), array("q")
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        top = text[open_marks[-1]] if open_marks else ""
        if _opens(text, at, mark, top):
            open_marks.append(at)
            waiting[mark] += 1
            continue
        if not any(count and mark in _CLOSED_BY[opener] for opener, count in waiting.items()):
            if mark == "“":  # the opening mark of English in closing place, with nothing to close
                open_marks.append(at)
                waiting[mark] += 1
            elif not _is_measure(text, at, mark):
                lone.append(2 * at)
            continue
        while True:  # each mark is popped once: linear in the text
            start = open_marks.pop()
            opener = text[start]
            waiting[opener] -= 1
            if mark in _CLOSED_BY[opener]:
                starts.append(start)
                ends.append(at)
                break
            lone.append(2 * start + 1)
    lone.extend(2 * at + 1 for at in open_marks)
    listed = sorted(lone)[:_MOST_LISTED]
    left = tuple(Lone(at // 2, text[at // 2], opens=at % 2 == 1) for at in listed)
    return QuotePairs(starts, ends, left, len(lone) - len(left))


def _opens(text: str, at: int, mark: str, top: str) -> bool:
    """Return whether a mark opens, by its shape, its neighbours and the mark opened last (``top``)."""
    if mark in "«„":
        return True
    if mark == "»":
        return False
    before, after = text[at - 1] if at else " ", text[at + 1] if at + 1 < len(text) else " "
    may_open = (before.isspace() or before in _BEFORE_OPENING) and not after.isspace()
    starts_word = may_open and after not in ",.;:!?)»”"
    if mark == "“":
        return starts_word or top != "„"
    if starts_word:
        # Straight marks: "A "B"" closes twice at its end, and there no word follows.
        return not (before == '"' and top == '"' and at and not after.isalnum())
    if mark == "”" or top in {'"', "“", "„"}:
        return False
    # A mark with nothing to close opens: "…and then", a ";" between marks, said:"Yes", between two spaces.
    if may_open or (before.isspace() and after.isspace()):
        return True
    return (before in ".!?…" and after.isupper()) or (before in ",:;=" and after.isalnum())


def _is_measure(text: str, at: int, mark: str) -> bool:
    before = text[max(0, at - 10) : at]
    return mark in '"”' and (
        _AFTER_MINUTES.search(before) is not None
        or (_INCHES.search(before) is not None and _INCH_WORD.match(text, at + 1) is not None)
    )
