"""Which quotation marks of a text belong together, and which are left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile('[«»“”„"]')
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


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every pair by the places of its marks, and every mark left over, both in the order of the text."""

    pairs: tuple[tuple[int, int], ...]
    lone: tuple[Lone, ...]


def all_paired(text: str) -> bool:
    """Tell quickly that every mark has its partner; False may also mean that it needs a closer look.

    >>> all_paired("«ТОО «Ромашка» открылось» и “Нұр”"), all_paired('"Нұр"')
    (True, False)
    """
    marks = "".join(_MARK.findall(text))
    for _ in range(3):  # deeper nesting than that takes the slow way
        marks = marks.replace("«»", "").replace("“”", "")
    return not marks


def pair_quotes(text: str) -> Pairs:
    """Pair the quotation marks of a text, nested ones too, in one walk over its marks.

    An odd number of marks always leaves one over.

    >>> pair_quotes("«Нұр Отан партиясы").lone
    (Lone(at=0, mark='«', opens=True),)
    """
    open_marks: list[tuple[int, str]] = []
    waiting = dict.fromkeys(_CLOSED_BY, 0)
    pairs: list[tuple[int, int]] = []
    lone: list[Lone] = []
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        if _opens(text, at, mark, open_marks):
            open_marks.append((at, mark))
            waiting[mark] += 1
            continue
        if not any(count and mark in _CLOSED_BY[opener] for opener, count in waiting.items()):
            if mark == "“":  # the opening mark of English in closing place, with nothing to close
                open_marks.append((at, mark))
                waiting[mark] += 1
            elif not _is_measure(text, at, mark):
                lone.append(Lone(at, mark, opens=False))
            continue
        while True:  # each mark is taken off once: linear over the text
            start, opener = open_marks.pop()
            waiting[opener] -= 1
            if mark in _CLOSED_BY[opener]:
                pairs.append((start, at))
                break
            lone.append(Lone(start, opener, opens=True))
    lone += [Lone(at, mark, opens=True) for at, mark in open_marks]
    return Pairs(tuple(sorted(pairs)), tuple(sorted(lone, key=lambda left: left.at)))


def _opens(text: str, at: int, mark: str, open_marks: list[tuple[int, str]]) -> bool:
    """Whether a mark opens, by its shape, by what stands beside it and by what is open already."""
    if mark in "«„":
        return True
    if mark == "»":
        return False
    before, after = text[at - 1] if at else " ", text[at + 1] if at + 1 < len(text) else " "
    top = open_marks[-1][1] if open_marks else ""
    may_open = (before.isspace() or before in _BEFORE_OPENING) and not after.isspace()
    starts_word = may_open and after not in ",.;:!?)»”"
    if mark == "“":
        return starts_word or top != "„"
    if starts_word:
        # Straight marks: "A "B"" closes twice at its end, and there no word follows.
        return not (before == '"' and top == '"' and at and not after.isalnum())
    if mark == "”" or top in {'"', "“", "„"}:
        return False
    # What nothing has opened it opens: "…and then", a ";" between marks, said:"Yes", between two blanks.
    if may_open or (before.isspace() and after.isspace()):
        return True
    return (before in ".!?…" and after.isupper()) or (before in ",:;=" and after.isalnum())


def _is_measure(text: str, at: int, mark: str) -> bool:
    before = text[max(0, at - 10) : at]
    return mark in '"”' and (
        _AFTER_MINUTES.search(before) is not None
        or (_INCHES.search(before) is not None and _INCH_WORD.match(text, at + 1) is not None)
    )
