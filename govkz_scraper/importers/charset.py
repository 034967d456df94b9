"""Bytes of a saved file to text. UTF-8 unless the bytes say otherwise; None for what is no text."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<meta[^<>]{0,200}?charset\s{0,3}=\s{0,3}["']?\s{0,3}([A-Za-z0-9_:.-]{2,30})""", re.IGNORECASE
)
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 26, 27})
_CYRILLIC_RUN = re.compile("[а-яёА-ЯЁ]{3}")
_LEAST_GOOD = 0.9  # of the letters beyond ASCII, for UTF-8 with damaged bytes to be UTF-8


def decode(data: bytes) -> str | None:
    """Turn the bytes of a saved page into text; None when they are no text at all.

    A mark at the beginning decides, then UTF-8 if the bytes are that (a last letter cut in two is left
    out), then what the page declares, then cp1251 where that gives Cyrillic words, else cp1252.

    >>> decode("Аким области".encode("cp1251")), decode(b"\\x89PNG\\r\\n\\x1a\\n\\x00\\x00")
    ('Аким области', None)
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace").lstrip("\ufeff")
    if _is_binary(data):
        return _without_mark(data)
    text = _utf8(data)
    if text is not None:
        return text
    declared = _DECLARED.search(data[:4096])
    for name in (declared[1].decode("ascii") if declared else "", "cp1251"):
        try:
            text = data.decode(name) if name else ""
        except (LookupError, UnicodeError):
            continue
        if _CYRILLIC_RUN.search(text) or (name and name != "cp1251"):
            return text
    return data.decode("cp1252", "replace")


def _is_binary(data: bytes) -> bool:
    head = data[:65536]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return head.startswith((b"%PDF", b"\x89PNG", b"PK\x03\x04")) or controls * 500 > len(head)


def _without_mark(data: bytes) -> str | None:
    """Read UTF-16 without its mark: every second byte of a page's markup and digits is zero."""
    for name, zeros in (("utf-16-le", data[1:2000:2]), ("utf-16-be", data[0:2000:2])):
        if len(zeros) > 8 and zeros.count(0) * 5 > len(zeros):
            try:
                text = data[: len(data) // 2 * 2].decode(name)
            except UnicodeError:
                continue
            return text if "\0" not in text else None
    return None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:
            return data[: error.start].decode("utf-8")
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    beyond = sum(letter > "\x7f" for letter in text)
    return text if beyond - bad > beyond * _LEAST_GOOD else None
