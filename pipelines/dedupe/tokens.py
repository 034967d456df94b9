"""A text as the words that copying does not change: no quotes, apostrophes, case, spacing or punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipelines.dedupe.byte_tokens import LOST, MARKS, in_page, spaced_words

_MARKS = re.compile(f"[{MARKS}]+")
# What belongs to a number: decimals (1.5 is not 15) and a sign. Written as a letter of the word.
# Led by one set of characters, which Python's engine searches fastest.
_SIGN_OR_DECIMAL = r"[.,\-−–](?=[0-9])(?:(?<=[0-9][.,])|(?<=[-−–])(?<![^\s(].))"
_OF_NUMBER, _OF_NUMBER_IN_PAGE = re.compile(_SIGN_OR_DECIMAL), in_page(_SIGN_OR_DECIMAL)
_WORD = re.compile(rf"[\w{LOST}]+")
_NUMBER = re.compile(r"[0-9]+")
_DIGITS_ALONE = bytes(byte if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
_ENDS_SENTENCE = re.compile(r"[.!?…\n]")
BRIEF_WORDS = 12  # equal texts shorter than this recur: "No traffic today"


def plain_numbers(text: str) -> list[str]:
    """Give the runs of digits. By way of bytes, which takes a third of the time of a pattern.

    >>> plain_numbers("4,7 млрд, 2023–2024")
    ['4', '7', '2023', '2024']
    """
    return text.encode("ascii", "replace").translate(_DIGITS_ALONE).decode("ascii").split()


def words(text: str) -> list[str]:
    """Part a text into words that compare equal in every copy; numbers with sign and decimals.

    >>> words("Құны 1,5 млн, −5 °C, 2023–2024")
    ['құны', '1_5', 'млн', '_5', 'c', '2023', '2024']
    """
    return _spaced(text).split()


def _spaced(text: str) -> str:
    """Leave the words, with any number of blanks between."""
    quickly = spaced_words(text, _OF_NUMBER_IN_PAGE)
    return " ".join(_words_of_any(text)) if quickly is None else quickly


def _words_of_any(text: str) -> list[str]:
    return _WORD.findall(_OF_NUMBER.sub("_", _MARKS.sub("", text)).lower().replace("ё", "е"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How one word stands in its text."""

    telling: bool  # has a digit or a capital: a number, a name, a place or the start of a sentence
    starts: bool  # first of a sentence or paragraph, as far as the punctuation says


class Standings:
    """How each of ``words(text)`` stands; looked at only where two texts differ."""

    def __init__(self, text: str) -> None:
        self._text = _OF_NUMBER.sub("_", _MARKS.sub("", text))
        self._spans = [match.span() for match in _WORD.finditer(self._text)]

    def of(self, place: int) -> Standing:
        """How one word stands.

        >>> standings = Standings("Құны 1,5 млн. Ашық")
        >>> [(standings.of(n).telling, standings.of(n).starts) for n in range(4)]
        [(True, True), (True, False), (False, False), (True, True)]
        """
        if place >= len(self._spans):
            return Standing(
                telling=True, starts=False
            )  # lower-casing made more words of one: rare, so be careful
        start, end = self._spans[place]
        word = self._text[start:end]
        before = self._spans[place - 1][1] if place else 0
        starts = place == 0 or _ENDS_SENTENCE.search(self._text, before, start) is not None
        return Standing(word != word.lower() or _NUMBER.search(word) is not None, starts)

    def tell(self, start: int, end: int) -> bool:
        """True when one of these words is telling."""
        return any(self.of(place).telling for place in range(start, end))


@dataclass(frozen=True)
class Text:
    """Title and body of one copy, with what comparing needs made at most once."""

    title: str | None
    body: str | None

    @cached_property
    def title_words(self) -> list[str]:
        """Words of the title; none without a title."""
        return words(self.title) if self.title else []

    @cached_property
    def _spaced_body(self) -> str:
        return _spaced(self.body) if self.body else ""

    @cached_property
    def body_words(self) -> list[str]:
        """Words of the body; none without a body."""
        return self._spaced_body.split()

    @cached_property
    def is_brief(self) -> bool:
        """True for a body of so few words that other stories may have the same."""
        return len(self._spaced_body.split(None, BRIEF_WORDS)) < BRIEF_WORDS

    @cached_property
    def numbers(self) -> list[str]:
        """The digits of the body, run by run: cheap to make, and enough to tell most stories apart."""
        return plain_numbers(self.body) if self.body else []

    @cached_property
    def body_standings(self) -> Standings:
        """How the words of the body stand."""
        return Standings(self.body or "")

    @cached_property
    def title_standings(self) -> Standings:
        """How the words of the title stand."""
        return Standings(self.title or "")

    @cached_property
    def title_letters(self) -> str:
        """Everything of the title that damage leaves alone, in one string."""
        return "".join(self.title_words)

    @cached_property
    def body_letters(self) -> str:
        """Everything of the body that damage leaves alone, in one string: immune to glue and quotes."""
        return self._spaced_body.replace(" ", "")  # a third of the time that parting and joining takes


_LONG = 20_000  # characters beyond which a text is not worth its memory


def text_of(title: str | None, body: str | None) -> Text:
    """Make a Text, or give the one that was made of the same strings a moment ago."""
    return Text(title, body) if body and len(body) > _LONG else _recent(title, body)


@lru_cache(maxsize=32)
def _recent(title: str | None, body: str | None) -> Text:
    return Text(title, body)
