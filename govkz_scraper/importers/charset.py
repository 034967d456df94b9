"""Charset detection for saved files."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a prefix of it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<meta[^<>]{0,200}?charset\s{0,3}=\s{0,3}["']?\s{0,3}([A-Za-z0-9_:.-]{2,30})""", re.IGNORECASE
)
_ASCII = b"<meta charset='x'> Aa0"
# Codecs of Python that also decode escape sequences: no page is written in them.
_NOT_CHARSETS = {"utf-7", "unicode-escape", "raw-unicode-escape", "idna", "punycode", "hz"}
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 26, 27})
_CYRILLIC_RUN = re.compile("[а-яёА-ЯЁ]{3}")
_MIN_VALID = 0.9  # share of valid non-ASCII letters in UTF-8 with damaged bytes


def decode(data: bytes) -> str | None:
    """Decode the bytes of a saved page; None for a binary file.

    Tried in order: a byte-order mark, UTF-8 (a truncated last letter is dropped), the charset that the page
    declares, cp1251 if that gives Cyrillic words, cp1252.

    >>> decode("Аким области".encode("cp1251")), decode(b"\\x89PNG\\r\\n\\x1a\\n\\x00\\x00")
    ('Аким области', None)
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace").lstrip("\ufeff")
    if _is_binary(data):
        return _utf16_without_bom(data)
    text = _utf8(data)
    if text is not None:
        return text
    declared = _DECLARED.search(data[:4096])
    for name in (_usable(declared[1].decode("ascii")) if declared else "", "cp1251"):
        try:
            text = data.decode(name) if name else ""
        except (LookupError, UnicodeError):
            continue
        if _CYRILLIC_RUN.search(text) or (name and name != "cp1251"):
            return text
    return data.decode("cp1252", "replace")


def _usable(label: str) -> str:
    """Return a declared charset that can be true of a page whose declaration reads as ASCII, else ""."""
    try:
        codec = codecs.lookup(label)
        is_charset = _ASCII.decode(label) == _ASCII.decode("ascii")  # not so for UTF-16, EBCDIC, base64
    except (LookupError, UnicodeError):
        return ""
    return label if is_charset and codec.name not in _NOT_CHARSETS else ""


def _is_binary(data: bytes) -> bool:
    head = data[:65536]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return head.startswith((b"%PDF", b"\x89PNG", b"PK\x03\x04")) or controls * 500 > len(head)


def _utf16_without_bom(data: bytes) -> str | None:
    """Decode UTF-16 without a byte-order mark: every second byte of markup and digits is zero."""
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
    return text if beyond - bad > beyond * _MIN_VALID else None
