"""The words of a text as bytes in a code page of our own: a quarter of the time that words as text take.

A fingerprint needs hashes of words, and a press text has hundreds of them. One table lowers the letters of
the page, drops what copying changes and makes a blank of all else, and a checksum of bytes needs no table of
words that it has met before.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from pipelines.charmap import PAGE, byte_table, bytes_of, from_page, to_page

LOST = "\ufffd"  # stands for a letter that was lost, so it is one
# Marks that pages strip, double or exchange. Dropped, not replaced: `city's` and `citys` are one word.
MARKS = "'\"«»“”„‟‘’‚‛ʼʹ`´‹›\u00ad"
_BLANK = ord(" ")
_SPELL_BEYOND = "govkz.spell"


class Words(NamedTuple):
    """What a text consists of for its fingerprint, in the order of the text."""

    spaced: bytes  # the words, with any number of blanks between them
    numbers: list[bytes]  # runs of digits, also those inside words

    @property
    def words(self) -> list[bytes]:
        """The words one by one, which takes longer than all the rest."""
        return self.spaced.split()

    @property
    def letters(self) -> bytes:
        """All words in a row."""
        return self.spaced.translate(None, b" ")


def words_of(text: str) -> Words:
    """Part a text into words without case, quotes, apostrophes and punctuation, and into runs of digits.

    Equal words become equal bytes, in every run and every process; beyond ASCII they say nothing to anybody.

    >>> words_of("The city's «Akimat» – №5").words
    [b'the', b'citys', b'akimat', b'5']
    >>> words_of("Әкім").words == words_of('"әкім"').words != words_of("аким").words
    True
    >>> words_of("4,7 млрд, 2023–2024").numbers
    [b'4', b'7', b'2023', b'2024']
    """
    try:
        page = to_page(text)
    except UnicodeEncodeError:
        page = to_page(text, _SPELL_BEYOND)
    return Words(page.translate(_AS_WORDS, _DROPPED), page.translate(_AS_NUMBERS).split())


def spaced_words(text: str, mark: re.Pattern[bytes]) -> str | None:
    """Leave the words of a text with blanks between, and ``mark`` read as a letter of the word.

    None: not all its letters are of the page.

    >>> spaced_words("Құны: 1,5 млн", in_page("(?<=[0-9])[,](?=[0-9])"))
    'құны  1_5 млн'
    """
    try:
        page = to_page(text).translate(_WITH_BLANKS, _DROPPED)
    except UnicodeEncodeError:
        return None
    return from_page(mark.sub(b"_", page).translate(_AS_WORDS))


def in_page(pattern: str) -> re.Pattern[bytes]:
    """Compile a pattern for text in the page, where each blank is a plain one."""
    return re.compile(to_page(pattern))


def _spell(error: UnicodeError) -> tuple[bytes, int]:
    """Write what has no byte: a letter as letters that spell its number, anything else as a blank."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return b"".join(map(_spelt, error.object[error.start : error.end].lower())), error.end


def _spelt(character: str) -> bytes:
    if not character.isalnum():
        return b" "
    return str(ord(character)).encode().translate(_DIGITS_TO_LETTERS)


def _as_word(character: str) -> int:
    if not (character.isalnum() or character in ("_", LOST)):
        return _BLANK
    return PAGE.index(character.lower().replace("ё", "е"))


_AS_WORDS = byte_table(_as_word)
_AS_NUMBERS = byte_table(lambda character: ord(character) if character in "0123456789" else _BLANK)
_WITH_BLANKS = byte_table(lambda character: _BLANK if character.isspace() else PAGE.index(character))
_DROPPED = bytes_of(MARKS.__contains__)
_DIGITS_TO_LETTERS = bytes.maketrans(b"0123456789", b"qrstuvwxyz")
codecs.register_error(_SPELL_BEYOND, _spell)
