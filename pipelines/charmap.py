"""A code page of our own: text of the press of Kazakhstan as one byte a character.

Tables of 256 bytes then ask about every character of a text in C, at a tenth of the cost of a pattern. A text
with a rarer character is not of the page; whoever asks has another way for it.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

_SMALL = "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі"
_MARKS = "«»“”„‟‘’‚‛ʼʹ´‹›\u00ad–—−…№•€₸°§©®™×²³½·¬\u00a0\ufffd"
_NOTHING = "\ufffe"  # what codecs call a byte that stands for nothing


def lay_out(characters: Iterable[str]) -> tuple[str, Any]:
    """Lay out a page of at most 255 characters after NUL: them by their bytes, and the table to encode with.

    Without NUL in its first place the codec makes a table that is ten times as slow.
    """
    page = "".join(("\0", *characters)).ljust(256, _NOTHING)
    return page, codecs.charmap_build(page)


PAGE, _ENCODING = lay_out((*map(chr, range(1, 128)), *_SMALL, *_SMALL.upper(), *_MARKS))


@lru_cache(maxsize=8)
def to_page(text: str, errors: str = "strict") -> bytes:
    """Write a text in the page; ASCII is itself. Raises UnicodeEncodeError for a character that it lacks.

    The last few texts are remembered: one step after another asks about a title and its body.

    >>> to_page("A–б").translate(byte_table(lambda character: ord("x"))), len(to_page("Қала"))
    (b'xxx', 4)
    """
    return codecs.charmap_encode(text, errors, _ENCODING)[0]


def from_page(page: bytes) -> str:
    """Read what ``to_page`` wrote.

    >>> from_page(to_page("Қала – 5"))
    'Қала – 5'
    """
    return codecs.charmap_decode(page, "strict", PAGE)[0]


def byte_table(of: Callable[[str], int]) -> bytes:
    """Ask once about each character of the page; the answers are a table for ``bytes.translate``."""
    return bytes(0 if character == _NOTHING else of(character) for character in PAGE)


def bytes_of(wanted: Callable[[str], bool]) -> bytes:
    """Give the bytes of the characters that are wanted, for ``bytes.translate`` to delete."""
    return bytes(byte for byte, character in enumerate(PAGE) if character != _NOTHING and wanted(character))
