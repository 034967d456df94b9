"""Literal escapes: HTML entities, escaped once or several times, and ``\\u200b``.

Only complete, known escapes are decoded: an entity needs its semicolon, because ``AT&T`` and
``?a=1&copy=2`` are text.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator

from pipelines.clean.edits import Edit, apply_edits
from pipelines.items import Cleaned, Repair

RULES = {
    "html-entity": "An HTML entity was replaced by its character.",
    "html-entity-twice": "An HTML entity escaped twice was replaced by its character.",
    "unicode-escape": r"A literal escape such as \u200b or \xa0 was replaced by its character.",
    "line-break-escape": r"A literal \n or \r\n became a line break.",
    "quote-escape": r"The backslash before a quotation mark was removed.",
}
PROBLEMS: dict[str, str] = {}

_ENTITY = re.compile(r"&((?:amp;)*)(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HALVES = re.compile(
    r"&#(5[5-6]\d{3}|[xX][dD][89aAbB][0-9a-fA-F]{2});&#(5[67]\d{3}|[xX][dD][c-fC-F][0-9a-fA-F]{2});"
)
# A line break only between sentences or lines, so that C:\new and a regular expression stay, and so does
# «\n» as the subject of a sentence. A quotation mark not where it stands by itself ("\") or ends a path.
_BACKSLASH = re.compile(
    r"((?:\\u[0-9a-fA-F]{4})+)"
    r"|\\x([89a-fA-F][0-9a-fA-F])"
    r"|(?<!\\)(?:\\{1,3}r)?(\\{1,3}n)(?=\s|\\|[^\x00-\x7f]|[A-Z«\"]|$)(?<![A-Za-z]:\\n)"
    r"(?<![\"'`«“„(]\\n(?=[\"'`»”)]))"
    r"|(?<!(?<!\\)[\"'`«“])\\([\"'])"
)
_PATH = re.compile(r"[\w:.]\\[^\s\\\"']+$")
_LONGEST_NAME = 80
_MOST_TURNS = 3  # an escape can contain part of another one


def fix_escapes(text: str) -> Cleaned:
    """Decode literal escapes.

    >>> fix_escapes("Алматы&amp;nbsp;&laquo;Тау&raquo;").text
    'Алматы\\xa0«Тау»'
    >>> fix_escapes("AT&T, ?a=1&copy=2").text
    'AT&T, ?a=1&copy=2'
    """
    repairs: list[Repair] = []
    for _ in range(_MOST_TURNS):
        done = len(repairs)
        if "&" in text:
            if "&#" in text:
                halves = ((m.start(), m.end(), _joined(m), "html-entity") for m in _HALVES.finditer(text))
                text, made = apply_edits(text, halves)
                repairs += made
            text, made = apply_edits(text, _entities(text))
            repairs += made
        if "\\" in text:
            text, made = apply_edits(text, _backslashes(text))
            repairs += made
        if len(repairs) == done:
            break
    return Cleaned(text, tuple(repairs))


def join_halves(text: str) -> str:
    """Join the two UTF-16 halves that some programs write for an emoji into one entity.

    >>> join_halves("&#55357;&#56832; &#xD83C;&#xDF89;")
    '&#128512; &#127881;'
    """
    return _HALVES.sub(_joined, text) if "&#" in text else text


def _joined(match: re.Match[str]) -> str:
    high, low = (int(half[1:], 16) if half[0] in "xX" else int(half) for half in match.groups())
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match.group()
    return f"&#{0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00};"


def _entities(text: str) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text):
        escaped_again, name = match.groups()
        character = _character(name)
        if character is not None:
            rule = "html-entity-twice" if escaped_again else "html-entity"
            yield match.start(), match.end(), character, rule
        elif escaped_again:
            yield match.start(), match.end(), f"&{name};", "html-entity"


def _character(name: str) -> str | None:
    """Return the character of an entity; None: no character, or one that text must not contain."""
    if not name.startswith("#"):
        return html.entities.html5.get(f"{name};")
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    if 0x80 <= code < 0xA0:
        # Browsers read these as cp1252, whatever the page declares (HTML standard, 13.2.5.80).
        return bytes([code]).decode("cp1252", "ignore") or None
    return _allowed(code)


def _allowed(code: int) -> str | None:
    printable = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if printable and code != 0x7F else None


def _backslashes(text: str) -> Iterator[Edit]:
    for match in _BACKSLASH.finditer(text):
        units, byte, line_break, mark = match.groups()
        if units:
            made = _utf16(units)
            if made is not None:
                yield match.start(), match.end(), made, "unicode-escape"
        elif byte:
            yield match.start(), match.end(), chr(int(byte, 16)), "unicode-escape"
        elif line_break:
            yield match.start(), match.end(), "\n", "line-break-escape"
        elif mark and not _PATH.search(text[max(0, match.start() - _LONGEST_NAME) : match.start()]):
            yield match.start(), match.end(), mark, "quote-escape"


def _utf16(units: str) -> str | None:
    codes = bytes.fromhex(units.replace("\\u", ""))
    made = codes.decode("utf-16-be", "replace")
    return made if "\ufffd" not in made and all(_allowed(ord(letter)) for letter in made) else None
