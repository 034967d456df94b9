"""Quotation marks written with other signs: ``<<…>>``, `` ``…'' ``, ``,,…''``, ``""…""``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.charmap import bytes_of, to_page
from pipelines.clean.edits import Edit, apply_edits, around, few
from pipelines.items import Cleaned, Problem

RULES = {"quote-stand-in": "Characters used as a substitute for a quotation mark were replaced by the mark."}

# Runs are read as marks of two signs; a run of odd length or of more than two marks is something else
# (a prompt, a here-document, a drawing). Single marks matter only as what closes a `` or ,, and as what
# must not occur inside ""…"".
_TOKEN = re.compile(
    r"(?<!<)(?:<<){1,2}(?!<)|(?<!>)(?:>>){1,2}(?!>)|(?<!`)``(?!`)|(?<!')(?:''){1,2}(?!')|(?<!,),,(?!,)"
    r'|(?<!")"{1,5}(?!")|[“”]'
)
_DOUBLED = b"<<", b">>", b"``", b"''", b'""'
_NO_SIGNS = bytes_of(lambda character: character not in "<>`'\"")
_OPENS = {"<<": "«", "``": "“", ",,": "„", "''": '"', '""': '"'}
# What may close a substitute, and what the closing mark then becomes.
_CLOSES = {
    "<<": {">>": "»"},
    "``": {"''": "”", '"': "”", "”": "”", '""': "”"},
    ",,": {",,": "“", "''": "“", '"': "“", '""': "“", "“": "“", "”": "”"},
    "''": {"''": '"'},
    '""': {'""': '"'},
}
_MAY_PRECEDE_OPENING = frozenset(" \t\n\u00a0([{«“„\"'—–-/:;.,!?…<>`")
# Marks further apart than any speech in a press item are no pair.
_LONGEST_SPEECH = 3_000
_LONGEST_TYPE = 60
_MAY_FOLLOW_CLOSING = frozenset(",.;:!?)")


@dataclass(slots=True)
class _Mark:
    start: int
    end: int
    sign: str
    becomes: str | None = None


def fix_substitutes(text: str) -> Cleaned:
    """Replace signs that substitute a quotation mark; report those whose side is not certain.

    >>> fix_substitutes("<<Қазақстан>> және ,,Рухани жаңғыру''").text
    '«Қазақстан» және „Рухани жаңғыру“'
    """
    if not _has_stand_ins(text):
        return Cleaned(text)
    marks = _marks(text)
    _pair(text, marks)
    edits: list[Edit] = [(m.start, m.end, m.becomes, "quote-stand-in") for m in marks if m.becomes]
    return Cleaned(*apply_edits(text, edits), few(_left(text, marks)))


def _has_stand_ins(text: str) -> bool:
    # All of them are ASCII, and one byte a character is searched several times as fast.
    try:
        page = to_page(text)
    except UnicodeEncodeError:
        page = text.encode("ascii", "replace")
    # But for commas they are rare: where no two of a kind follow one another, none is doubled.
    signs = page.translate(None, _NO_SIGNS)
    return b",," in page or any(doubled in signs and doubled in page for doubled in _DOUBLED)


def _left(text: str, marks: list[_Mark]) -> Iterator[Problem]:
    """Report signs directly after a word that look like a closing mark but may be an arrow or seconds."""
    for mark in marks:
        if not mark.becomes and mark.sign in {">>", "''"} and _ends_word(text, mark):
            after = text[mark.end : mark.end + 1]
            if not after or after.isspace():
                yield Problem(
                    "unbalanced-quote", f"closing {mark.sign} alone: {around(text, mark.start, mark.end)}"
                )


def _marks(text: str) -> list[_Mark]:
    marks = []
    for match in _TOKEN.finditer(text):
        run, start = match.group(), match.start()
        if run[0] != '"':
            size = 1 if run in {"“", "”"} else 2
            marks += [_Mark(start + i, start + i + size, run[:size]) for i in range(0, len(run), size)]
            continue
        # Three or five straight marks are doubled marks next to a single outer one: CSV inside CSV.
        opening = _is_open(text, start, match.end())
        sizes = [2] * (len(run) // 2)
        if len(run) % 2:
            sizes.insert(0 if opening else len(sizes), 1)
        for size in sizes:
            marks.append(_Mark(start, start + size, '"' * size))
            start += size
    return marks


def _is_open(text: str, start: int, end: int) -> bool:
    """Return whether a mark can open: a space, a bracket or a sign before it, a word after it."""
    return (start == 0 or text[start - 1] in _MAY_PRECEDE_OPENING) and (
        end < len(text) and not text[end].isspace() and text[end] not in ",.;:!?)»="
    )


def _is_close(text: str, start: int) -> bool:
    return start > 0 and not text[start - 1].isspace() and text[start - 1] not in "=<-([{"


def _pair(text: str, marks: list[_Mark]) -> None:
    """Set the replacement of each certain pair, and of each single mark whose side is certain."""
    waiting: dict[str, list[int]] = {sign: [] for sign in _OPENS}
    # ``code`` closes with the sign that opens it: then none of them is a quotation mark.
    code = any(mark.sign == "``" and _is_close(text, mark.start) for mark in marks)
    straight = -1  # an open straight mark
    for here, mark in enumerate(marks):
        closes = _is_close(text, mark.start)
        opens = mark.sign in _OPENS and _is_open(text, mark.start, mark.end)
        if mark.sign == '"':
            waiting['""'].clear()  # a single mark inside: then the doubled ones are two nested pairs
        if closes and not (opens and text[mark.start - 1] in " ([{"):
            opener = _opener(marks, waiting, mark)
            if mark.sign == '"' and straight > (-1 if opener is None else opener):
                straight = -1
                continue
            if opener is not None:
                sign = marks[opener].sign
                waiting[sign].pop()
                marks[opener].becomes, mark.becomes = _OPENS[sign], _CLOSES[sign][mark.sign]
                continue
        if opens and not (code and mark.sign == "``"):
            waiting[mark.sign].append(here)
        elif mark.sign == '"' and _is_open(text, mark.start, mark.end):
            straight = here
    _replace_unpaired(text, marks, code)


def _replace_unpaired(text: str, marks: list[_Mark], code: bool) -> None:
    """Set the replacement of unpaired signs whose side is certain."""
    closed_as = {mark.becomes for mark in marks if mark.becomes}
    single = any(mark.sign == '"' for mark in marks)
    for mark in marks:
        if mark.becomes or (mark.sign == '""' and single) or (mark.sign == "``" and code):
            continue
        if (
            mark.sign in _OPENS
            and text[mark.end : mark.end + 1].isalpha()
            and _is_open(text, mark.start, mark.end)
        ):
            mark.becomes = _OPENS[mark.sign]
        elif _ends_word(text, mark) and _goes_on(text, mark.end):
            last = {">>": "»", '""': '"', "''": '"'}.get(mark.sign)
            if mark.sign == "''" and closed_as & {"“", "”"}:
                last = "”" if "”" in closed_as else "“"
            mark.becomes = last


def _ends_word(text: str, mark: _Mark) -> bool:
    """Return whether a word of prose precedes a sign: f'' is a derivative, List<List<X>> a data type."""
    before = text[max(0, mark.start - _LONGEST_TYPE) : mark.start]
    if mark.sign == ">>" and "<" in before.rpartition(" ")[2]:
        return False
    alone = len(before) < 2 or not before[-2].isalnum()
    return before[-1:] in {".", "!", "?", "…"} or (
        before[-1:].isalpha() and not (alone and mark.sign == "''")
    )


def _goes_on(text: str, at: int) -> bool:
    """Return whether a sentence continues here; then the sign before it is no arrow to another page."""
    after = text[at : at + 1]
    return bool(after) and (
        after in _MAY_FOLLOW_CLOSING or (after == " " and text[at + 1 : at + 2].islower())
    )


def _opener(marks: list[_Mark], waiting: dict[str, list[int]], closing: _Mark) -> int | None:
    """Return the nearest open mark that this one can close."""
    fitting = [
        waiting[sign][-1] for sign, closers in _CLOSES.items() if closing.sign in closers and waiting[sign]
    ]
    nearest = max(fitting, default=None)
    if nearest is None or closing.start - marks[nearest].start > _LONGEST_SPEECH:
        return None
    return nearest
