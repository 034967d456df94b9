"""Prefilter: which repairs can apply to a text, from character-class bigrams. Most texts need few.

Every pair of neighbouring characters is examined once for all repairs, in C: each character becomes the
number of its class, two classes side by side are read as one character, and a page of pairs turns that into
what the pair may be a sign of. It has no false negatives, which
tests check.
"""

from __future__ import annotations

import codecs
from enum import IntEnum
from itertools import product

from pipelines.charmap import byte_table, lay_out, to_page


class Suspect(IntEnum):
    """Signs that a text may contain, by the repairs that handle them; bits of one number."""

    NOTHING = 0
    ESCAPE = 1  # a literal escape
    ENCODING = 2  # letters that were read in a wrong encoding, or lost
    SCRIPT = 4  # Latin and Cyrillic letters in one word, letters set apart
    SPACE = 8  # a special space, or one too many
    QUOTE = 16  # a quotation mark or a substitute
    LATIN = 32  # Latin letters
    SPACING = 64  # a missing space
    RARE = 128  # a character that press of Kazakhstan hardly ever has
    ANYTHING = 255


# The classes, each with the sign that denotes it below. A text with a character of no class is suspect of
# anything, so a character that is a defect by itself is in none.
_CLASSES = {
    "a": "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі",
    "A": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁӘҒҚҢӨҰҮҺІ",
    "z": "abcdefghijklmnopqrstuvwxyz",
    "Z": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0": "0123456789",
    " ": " ",
    "n": "\n",
    ".": ".!…",
    "?": "?&\\",  # rare ones that several repairers search for
    ",": ",:;%{]}^|~°§©®™×€₸•<>",  # a capital directly after one of these may lack a space
    ")": ")",
    "»": "»”",
    "«": "«„“\"'`",
    "-": "-–—([/№$_#@*+=’‘",  # a capital directly after one of these is normal
}
_SIGNS = tuple(_CLASSES)


def _of_pair(left: str, right: str) -> int:
    """Return what two neighbouring characters of these classes may be a sign of."""
    pair, found = left + right, 0
    if "?" in pair:
        found |= Suspect.ESCAPE | Suspect.ENCODING
    if pair in {"aA", "AA", "«a"}:  # a quoted name in small letters may have been one in capitals
        found |= Suspect.ENCODING
    if pair in {"az", "aZ", "Az", "AZ", "za", "zA", "Za", "ZA"}:
        found |= Suspect.SCRIPT
    if pair in {"  ", " n", "n "}:
        found |= Suspect.SPACE
    if "«" in pair or "»" in pair or pair == ",,":
        found |= Suspect.QUOTE
    if (left in ".?" and right in "aAzZ0)»«-") or (left in "az0,)»" and right in "AZ"):
        found |= Suspect.SPACING
    return found


# The number of a character's class, counted from 1. Two of them are a character of UTF-16; 0: it has none.
_TO_CLASS = byte_table(
    lambda character: next((n for n, sign in enumerate(_SIGNS, 1) if character in _CLASSES[sign]), 0)
)
_PAIRS = list(product(range(1, len(_SIGNS) + 1), repeat=2))
_TO_PAIR = lay_out(bytes(pair).decode("utf-16-le") for pair in _PAIRS)[1]
_TO_SUSPECT = bytes([0, *(_of_pair(_SIGNS[a - 1], _SIGNS[b - 1]) for a, b in _PAIRS)]).ljust(256, b"\0")
_UNSUSPICIOUS = bytes(byte for byte, found in enumerate(_TO_SUSPECT) if not found)
_LINE_END, _LATIN = bytes([_SIGNS.index("n") + 1]), bytes([_SIGNS.index("z") + 1])
_SMALL = bytes([_SIGNS.index("a") + 1])
_TITLE = 80  # characters
# Single Cyrillic letters between spaces, as many as the shortest word that is joined.
_TO_LETTERS = byte_table(
    lambda character: ord(
        "x" if character in _CLASSES["a"] + _CLASSES["A"] else " " if character == " " else "."
    )
)
_APART = b"x x x x x"


def suspects(text: str) -> int:
    """Return the sum of the ``Suspect`` values that may apply to a text; no other applies.

    >>> suspects("Қала әкімі жаңа мектепті ашты.") == Suspect.NOTHING
    True
    >>> suspects("Жиын өтті.Аким  келді") == Suspect.SPACE | Suspect.SPACING
    True
    >>> suspects("ќала") == Suspect.ANYTHING
    True
    """
    found = 0
    try:
        page = to_page(text)
        classes = page.translate(_TO_CLASS)
        # The end of a text is like that of a line: a space or a line end there is superfluous.
        lined = _LINE_END + classes + _LINE_END
        for one in set(_suspicious(lined) + _suspicious(lined[1:])):
            found |= one
    except UnicodeEncodeError:  # a character that is in no class
        return Suspect.ANYTHING
    if _LATIN in classes:
        found |= Suspect.LATIN
    if len(text) <= _TITLE and _SMALL in classes and text.islower():
        found |= Suspect.ENCODING  # it may have been wholly in capitals
    if _APART in page.translate(_TO_LETTERS):
        found |= Suspect.SCRIPT
    if "\n\n\n" in text or text[:1] == "\n" or text[-1:] == "\n":
        found |= Suspect.SPACE
    return found


def _suspicious(classes: bytes) -> bytes:
    """Return what pairs of classes may be signs of, without pairs that are signs of nothing."""
    pairs = classes[: len(classes) & ~1].decode("utf-16-le")
    return codecs.charmap_encode(pairs, "strict", _TO_PAIR)[0].translate(_TO_SUSPECT, _UNSUSPICIOUS)
