"""A text as the words that copying does not change: no quotes, apostrophes, case, spacing or punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

# Marks that pages strip, double or exchange. Deleted, not replaced: `city's` and `citys` are one word.
_MARKS = re.compile("['\"«»“”„‟‘’‚‛ʼʹ`´‹›\u00ad]+")
# A number keeps its sign and its decimals (1.5 is not 15); a word is a run of letters or digits.
_WORD = re.compile(r"(?:(?<![^\s(])[-−–](?=\d))?[^\W_]+(?:(?<=\d)[.,]\d+)*")
_PLAIN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_ENDS_SENTENCE = re.compile(r"[.!?…\n]")
_PLAIN_NUMBER = str.maketrans({",": ".", "−": "-", "–": "-"})


def plain_words(text: str) -> list[str]:
    """Give the words alone, quickly: what fingerprints are made of.

    >>> plain_words("The city's «Akimat» – №5")
    ['the', 'citys', 'akimat', '5']
    """
    return _PLAIN.findall(_folded(text))


def _folded(text: str) -> str:
    return _MARKS.sub("", text).lower().replace("ё", "е")


def words(text: str) -> list[str]:
    """Part a text into words that compare equal in every copy; numbers with sign and decimals.

    >>> words("Құны 1,5 млн, −5 °C, 2023–2024")
    ['құны', '1.5', 'млн', '-5', 'c', '2023', '2024']
    """
    found: list[str] = _WORD.findall(_folded(text))
    if _NUMBER.search(text):
        return [word.translate(_PLAIN_NUMBER) if not word.isalnum() else word for word in found]
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How one word stands in its text."""

    telling: bool  # has a digit or a capital: a number, a name, a place or the start of a sentence
    starts: bool  # first of a sentence or paragraph, as far as the punctuation says


def standings(text: str) -> list[Standing]:
    """How each of ``words(text)`` stands, in the same order.

    >>> [(s.telling, s.starts) for s in standings("Құны 1,5 млн. Ашық")]
    [(True, True), (True, False), (False, False), (True, True)]
    """
    found: list[Standing] = []
    text = _MARKS.sub("", text)
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        starts = not found or _ENDS_SENTENCE.search(text, end, match.start()) is not None
        found.append(Standing(word != word.lower() or _NUMBER.search(word) is not None, starts))
        end = match.end()
    return found


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
    def body_words(self) -> list[str]:
        """Words of the body; none without a body."""
        return words(self.body) if self.body else []

    @cached_property
    def numbers(self) -> list[str]:
        """The digits of the body, run by run: cheap to make, and enough to tell most stories apart."""
        return _NUMBER.findall(self.body) if self.body else []

    @cached_property
    def body_standings(self) -> list[Standing]:
        """How each word of the body stands."""
        return standings(self.body) if self.body else []

    @cached_property
    def title_standings(self) -> list[Standing]:
        """How each word of the title stands."""
        return standings(self.title) if self.title else []

    @cached_property
    def title_letters(self) -> str:
        """Everything of the title that damage leaves alone, in one string."""
        return "".join(self.title_words)

    @cached_property
    def body_letters(self) -> str:
        """Everything of the body that damage leaves alone, in one string: immune to glue and quotes."""
        return "".join(self.body_words)
