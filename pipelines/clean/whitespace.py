"""Whitespace: non-breaking, invisible, doubled and trailing spaces; line ends.

Single line breaks stay: a bulletin or a poem needs them. More than one empty line becomes one, so
that an empty line always separates two paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.clean.edits import Edit, apply_edits
from pipelines.items import Cleaned

RULES = {
    "doubled-space": "Several spaces, or a tab, became one space.",
    "non-breaking-space": "A non-breaking or other special space became a plain one.",
    "invisible-character": "A character that prints nothing (zero-width space, soft hyphen, byte-order mark, "
    "direction mark without right-to-left text) was removed.",
    "control-character": "A control character, such as NUL, was removed.",
    "lost-character": "Half of a character (a lone surrogate), which cannot be encoded, became U+FFFD.",
    "line-end": "A line end of another system (CR LF, CR, U+2028) became a plain one.",
    "outer-space": "Spaces at the start or end of a line, or empty lines around the text, were removed.",
    "empty-lines": "Several empty lines in a row became one.",
}
PROBLEMS: dict[str, str] = {}

_SPACE = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_LINE_END = "\n\r\x0b\x0c\x85\u2028\u2029"
_SUSPECT = re.compile(f"[{_SPACE}{_LINE_END}{_INVISIBLE}{_CONTROL}]+|[\ud800-\udfff]")
_ONE_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(f"[{_INVISIBLE}{_CONTROL}]")
_HAS_CONTROL = re.compile(f"[{_CONTROL}]")
_HAS_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
_HAS_BLANK = re.compile(f"[{_SPACE}]")
_HAS_SPECIAL_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Scripts that write words with joiners, and everything that emoji sequences are made of.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u200d\ufe0f\u2190-\u2bff\U0001f000-\U0001faff]"
)
_JOINERS = "\u200c\u200d"
_DIRECTION = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_IS_DIRECTION = re.compile(f"[{_DIRECTION}]")


def fix_whitespace(text: str) -> Cleaned:
    """Convert every space to a plain one and remove what prints nothing.

    >>> fix_whitespace("Аста\\u200bна\\u00a0 қаласы ").text
    'Астана қаласы'
    """
    if _is_plain(text):
        return Cleaned(text)
    return Cleaned(*apply_edits(text, _edits(text)))


def _is_plain(text: str) -> bool:
    # str.isprintable is several times faster than any pattern and is true of no character handled here
    # but the plain space.
    return (
        text.replace("\n", "").isprintable()
        and "  " not in text
        and "\n\n\n" not in text
        and " \n" not in text
        and "\n " not in text
        and text[:1] not in {" ", "\n"}
        and text[-1:] not in {" ", "\n"}
    )


def _edits(text: str) -> Iterator[Edit]:
    keep_direction = _RIGHT_TO_LEFT.search(text) is not None
    for match in _SUSPECT.finditer(text):
        start, end = match.span()
        run = match.group()
        if run == " " and start > 0 and end < len(text):
            continue
        if "\ud800" <= run <= "\udfff":
            yield start, end, "\ufffd", "lost-character"
            continue
        plain = _plain_run(text, start, end, keep_direction)
        if plain != run:
            yield start, end, plain, _rule(run, plain)


def _plain_run(text: str, start: int, end: int, keep_direction: bool) -> str:
    """Return what a run of spaces, line ends and invisible characters should be."""
    run = text[start:end]
    lines = len(_ONE_LINE_END.findall(run))
    if start == 0 or end == len(text):
        # Line ends count only inside; a mark of right-to-left text may be at the edge.
        return _kept(run, "", "", keep_direction)
    if lines:
        return "\n" * min(lines, 2)
    kept = _kept(run, text[start - 1], text[end], keep_direction)
    space = " " if _DROPPED.sub("", run) else ""
    return kept + space if run[:1] in kept else space + kept


def _kept(run: str, before: str, after: str, keep_direction: bool) -> str:
    """Return the invisible characters of a run that carry meaning."""
    if len(run) == 1 and run in _JOINERS and _JOINED.match(before) and _JOINED.match(after):
        return run
    return "".join(_IS_DIRECTION.findall(run)) if keep_direction else ""


def _rule(run: str, plain: str) -> str:
    """Return the rule of a change, by the most significant character in the run."""
    if _HAS_CONTROL.search(run):
        return "control-character"
    if _HAS_INVISIBLE.search(run):
        return "invisible-character"
    lines = len(_ONE_LINE_END.findall(run))
    if not plain or (lines and _HAS_BLANK.search(run)):
        return "empty-lines" if plain and lines > 2 else "outer-space"
    if lines:
        return "empty-lines" if lines > 2 else "line-end"
    return "non-breaking-space" if _HAS_SPECIAL_SPACE.search(run) else "doubled-space"
