"""Wrong readings of bytes: which encoding a text was written in, which it was read in, and the way back.

A reading is undone character by character: what was read gives the byte, and the byte gives what was
written. Every way back is one to one, so a repair can be undone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pipelines.language.bigrams import CALM, ours

HIGH = range(0x80, 0x100)
QUOTES = "«»“”„’"
# Marks of cp1251 and cp1252, which have them at the same bytes, where Latin-1 has the C1 controls.
C1_MARKS = {
    byte: mark
    for byte in range(0x80, 0xA0)
    if byte != 0x85  # a line end
    and (mark := bytes([byte]).decode("cp1252", "replace")) == bytes([byte]).decode("cp1251", "replace")
    and mark in "‚„‹‘’“”•–—™›"
}
_MARK_KEPT = 2.0  # bits that a mark has to save to be no letter
_NO_BREAK = "\u00a0"
LOST = "?\ufffd"  # what decoders leave of a byte that they could not read


@lru_cache
def characters(encoding: str) -> dict[int, str]:
    """Return the character of each byte above 127.

    A byte that the encoding leaves undefined is a C1 control, as browsers and many programs read it.

    >>> characters("cp1251")[0x98], characters("kz1048")[0x9D]
    ('\\x98', 'қ')
    """
    return {byte: _one(byte, encoding) for byte in HIGH}


def _one(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)


def to_bytes(encoding: str) -> dict[int, int]:
    """Return the byte of each character above 127, by code point.

    Latin-1 is read together with cp1252: they differ in 80-9F only, where Latin-1 has the C1 controls.
    """
    table = {ord(character): byte for byte, character in characters(encoding).items()}
    if encoding == "cp1252":
        table = {byte: byte for byte in range(0x80, 0xA0)} | table
    return table


@dataclass(frozen=True)
class Reading:
    """Bytes written in one encoding and read in another, and how to turn them back."""

    written: str
    read: str
    margin: float  # bits that a repair has to save before it is believed
    back: Callable[[str], str]  # returns the word itself where it cannot have been read so
    rule: str
    distinct: bool  # what it leaves looks like no correct text


def _class(table: dict[int, int], first: int, last: int) -> str:
    letters = [re.escape(chr(code)) for code, byte in table.items() if first <= byte <= last]
    return f"[{''.join(letters)}]"


_CYRILLIC = re.compile("[\u0400-\u0480]")
_RUSSIAN = re.compile("[А-Яа-яЁё]+")


def _only_marks(word: str, made: str) -> bool:
    new = set(made) - set(word)
    return bool(new) and new <= set(CALM)


@lru_cache
def half_blank(read: str) -> str:
    """Return a pattern for a blank that was a no-break space, and that the second half of a letter.

    The letter is Р (D0 A0) at the head of a word, or a no-break space (C2 A0) behind a figure: a first byte
    alone, and behind the blank a whole letter. No other text has that.

    >>> bool(re.search(half_blank("cp1251"), "Рудный".encode().decode("cp1251").replace("\u00a0", " ")))
    True
    """
    table = to_bytes(read)
    capital, space = characters(read)[0xD0], characters(read)[0xC2]
    first, second = _class(table, 0xD0, 0xD3), _class(table, 0x80, 0xBF)
    return f"(?:(?<=(?<![^\\W_]){capital})|(?<=(?<=[0-9]){space})) (?={first}(?![а-яё]){second})"


def _utf8_back(read: str) -> Callable[[str], str]:
    table = to_bytes(read)
    follow = _class(table, 0x80, 0xBF)
    two, three, four = _class(table, 0xC2, 0xDF), _class(table, 0xE0, 0xEF), _class(table, 0xF0, 0xF4)
    pair = f"{two}{follow}"
    if characters(read)[0xA0] == _NO_BREAK:
        pair = f"{pair}|{two} (?={two}{follow})"  # ``half_blank`` has said where that may be
    whole = f"(?:{pair}|{three}{follow}{{2}}|{four}{follow}{{3}})+"
    sure = re.compile(f"({whole})|(?:{two}|{three}{follow}?)(\ufffd)")
    # A character whose second byte was lost stays a lost character: which one it was is not known.
    torn = re.compile(f"({whole})|(?:{two}|{three}{follow}?)([{LOST}])")

    cyrillic = ord("а") in table

    def decode(match: re.Match[str]) -> str:
        if match[2]:
            return match[2]
        try:
            return match[1].replace(" ", _NO_BREAK).translate(table).encode("latin-1").decode("utf-8")
        except UnicodeError:
            return match[1]

    def back(word: str) -> str:
        made = sure.sub(decode, word)
        if made == word:
            return word
        if cyrillic and 3 * len(made) >= 2 * len(word):
            # Less than half of the letters came of two each; but such a reading leaves no letter as it was:
            # Рјазанскаја is no мазанскаја, and вАСТАНЕ, a blank lost, is no ‑ТАНЕ.
            left = len(_CYRILLIC.findall(torn.sub("", word)))
            if left >= len(word) - len(made) and (_RUSSIAN.fullmatch(word) or not _only_marks(word, made)):
                return word
        return torn.sub(decode, word) if "?" in made else made

    return back


def _single_byte_back(written: str, read: str) -> Callable[[str], str]:
    target = characters(written)
    table = {code: target[byte] for code, byte in to_bytes(read).items()}
    known = "".join(re.escape(chr(code)) for code in table)
    possible = re.compile(f"[\x00-\x7f\ufffd{re.escape(CALM)}{known}]+")

    outer = "".join(
        mark
        for mark in QUOTES
        if (made := table.get(ord(mark), mark)) != mark and (mark in "«»" or not made.isalpha())
    )

    def back(word: str) -> str:
        if not possible.fullmatch(word):
            return word
        made = word.translate(table)
        if word[0] in outer or word[-1] in outer:
            # The marks may stand there by right: only the name between them was read wrongly.
            inside = word.strip(outer)
            kept = word.replace(inside, inside.translate(table), 1) if inside else word
            return kept if ours().bits(kept) + _MARK_KEPT < ours().bits(made) else made
        return made

    return back


def name_of(written: str, read: str) -> str:
    """Name the rule of one reading.

    >>> name_of("utf-8", "cp1251")
    'mojibake-utf8-as-cp1251'
    """
    return f"mojibake-{_short(written)}-as-{_short(read)}"


def _short(encoding: str) -> str:
    return encoding.replace("utf-8", "utf8").replace("_", "-")


# Written, read, margin in bits. UTF-8 has a structure that correct text does not fall into, so it needs
# the least; a reading that only swaps letters of one script needs the most.
_KNOWN: tuple[tuple[str, str, float], ...] = (
    *(("utf-8", read, 11.0) for read in ("cp1252", "cp1251", "kz1048")),
    *(("utf-8", read, 16.0) for read in ("cp866", "koi8-r", "mac-cyrillic")),
    *(("utf-8", read, 16.0) for read in ("mac-roman", "cp437", "cp1250", "iso8859-5")),
    ("cp1251", "cp1252", 16.0),
    ("kz1048", "cp1252", 17.0),
    ("kz1048", "cp1251", 18.0),
    ("cp1251", "koi8-r", 15.0),
    ("cp1251", "cp866", 18.0),
    ("koi8-r", "cp1251", 15.0),
    ("cp866", "cp1251", 18.0),
    *((written, "cp1252", 26.0) for written in ("koi8-r", "cp866")),
)
RULES: dict[str, str] = {
    name_of(written, read): f"Text written in {written} had been read as {read}"
    + (" or Latin-1" if read == "cp1252" else "")
    + "; it was read anew."
    for written, read, _ in _KNOWN
}


@lru_cache(maxsize=1)
def readings() -> tuple[Reading, ...]:
    """Return every reading that is known, the likelier first; built once when first needed."""
    return tuple(
        Reading(
            written,
            read,
            margin,
            _utf8_back(read) if written == "utf-8" else _single_byte_back(written, read),
            name_of(written, read),
            written == "utf-8" or read == "cp1252",
        )
        for written, read, margin in _KNOWN
    )
