"""The table of misdecodings: pairs of the true encoding and the one that was used to decode.

A misdecoding is reversed character by character: the decoded character identifies the byte, and the byte
the original character. Every reversal is one to one, so a repair can be undone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.clean.edits import Edit
from pipelines.language.bigrams import COMMON_MARKS, project_model

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
# cp1251 and cp1252 have these marks at the same bytes, so a single one is certain. Next to
# other such bytes it may be part of a letter.
_CONTROL = re.compile(f"[{''.join(map(chr, C1_MARKS))}](?<![\x80-\x9fÂ-ô].)(?![\x80-\x9f])", re.DOTALL)
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
class Misdecoding:
    """Bytes written in one encoding and decoded with another, and the reversal."""

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
    return bool(new) and new <= set(COMMON_MARKS)


@lru_cache
def half_space(read: str) -> str:
    """Return a pattern for a space that was a no-break space, and that the second byte of a letter.

    The letter is Р (D0 A0) at the beginning of a word, or a no-break space (C2 A0) after a digit: a single
    first byte, and after the space a whole letter. No other text has that.

    >>> bool(re.search(half_space("cp1251"), "Рудный".encode().decode("cp1251").replace("\u00a0", " ")))
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
        pair = f"{pair}|{two} (?={two}{follow})"  # ``half_space`` defines where that is possible
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
            # Рјазанскаја is not мазанскаја, and вАСТАНЕ, with a space lost, is not ‑ТАНЕ.
            left = len(_CYRILLIC.findall(torn.sub("", word)))
            if left >= len(word) - len(made) and (_RUSSIAN.fullmatch(word) or not _only_marks(word, made)):
                return word
        return torn.sub(decode, word) if "?" in made else made

    return back


def _single_byte_back(written: str, read: str) -> Callable[[str], str]:
    target = characters(written)
    table = {code: target[byte] for code, byte in to_bytes(read).items()}
    known = "".join(re.escape(chr(code)) for code in table)
    possible = re.compile(f"[\x00-\x7f\ufffd{re.escape(COMMON_MARKS)}{known}]+")

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
            # The marks may be correct: only the name between them was misdecoded.
            inside = word.strip(outer)
            kept = word.replace(inside, inside.translate(table), 1) if inside else word
            return kept if project_model().bits(kept) + _MARK_KEPT < project_model().bits(made) else made
        return made

    return back


def name_of(written: str, read: str) -> str:
    """Return the name of the rule of one misdecoding.

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
    "control-as-mark": "A quotation mark, a dash or the like of cp1251 or cp1252 was decoded as a control "
    "character of Latin-1; it is a mark again.",
} | {
    name_of(written, read): f"Text in {written} had been decoded as {read}"
    + (" or Latin-1" if read == "cp1252" else "")
    + "; it was decoded correctly."
    for written, read, _ in _KNOWN
}
# These two invert the case: what was written in lower case becomes capitals.
CASE_INVERTING: frozenset[str] = frozenset({name_of("koi8-r", "cp1251"), name_of("cp1251", "koi8-r")})


@lru_cache(maxsize=1)
def known_misdecodings() -> tuple[Misdecoding, ...]:
    """Return all known misdecodings, the likelier first; built on first use."""
    return tuple(
        Misdecoding(
            written,
            read,
            margin,
            _utf8_back(read) if written == "utf-8" else _single_byte_back(written, read),
            name_of(written, read),
            written == "utf-8" or read == "cp1252",
        )
        for written, read, margin in _KNOWN
    )


def restore_marks(text: str) -> Iterator[Edit]:
    """Restore marks from control characters that can be nothing else.

    >>> list(restore_marks("Проект \\x93Ауыл\\x94"))
    [(7, 8, '“', 'control-as-mark'), (12, 13, '”', 'control-as-mark')]
    """
    for match in _CONTROL.finditer(text):
        yield match.start(), match.end(), C1_MARKS[ord(match.group())], "control-as-mark"


# UTF-8 has a structure that no text has by chance. Where every byte of a text fits into it, and dozens of
# characters came from several bytes each, there is nothing to weigh, and a long text is decoded at once.
_ASCII = "".join(map(chr, range(128)))
_SAMPLE = 160  # characters by which most encodings are ruled out
# A character in bytes, all but the last of which arrived; what is left of it is one U+FFFD.
_TRUNCATED = re.compile("(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf])\ufffd")
_LOST = "\ufffd".encode().decode("latin-1")
_PROOF = 24  # continuation bytes; with fewer, the letters decide


def decode_whole(text: str) -> Edit | None:
    """Return the one change that decodes an entirely damaged text; None: there is none.

    >>> decode_whole("Жаңа мектеп ашылды, қатысқандар көп болды".encode().decode("latin-1"))
    (0, 76, 'Жаңа мектеп ашылды, қатысқандар көп болды', 'mojibake-utf8-as-cp1252')
    >>> decode_whole("Инженер Исаев открыл школу в Иле".encode().decode("cp1251", "replace"))[2]
    '\ufffdнженер \ufffdсаев открыл школу в \ufffdле'
    >>> decode_whole("Жаңа мектеп ашылды") is None
    True
    """
    end = len(text.rstrip(_ASCII))
    start = len(text) - len(text.lstrip(_ASCII))
    if end - start < 2 * _PROOF:
        return None
    damaged = text[start:end]
    space = damaged.rfind(" ", 0, _SAMPLE)
    sample = damaged[:space] if space > 0 else damaged
    for table, rule in _tables():
        if _decoded(sample, table) is None:
            continue
        made = _decoded(damaged, table)
        if made is not None and len(damaged) - len(made) >= _PROOF:
            return start, end, made, rule
    return None


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[dict[int, int], str], ...]:
    return tuple((to_bytes(one.read), one.rule) for one in known_misdecodings() if one.written == "utf-8")


def _decoded(damaged: str, table: dict[int, int]) -> str | None:
    read = damaged.translate(table)
    if "\ufffd" in read:
        read = _TRUNCATED.sub(_LOST, read)
    try:
        return read.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
