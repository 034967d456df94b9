"""A text as the words that copying does not change: no quotes, apostrophes, case, spacing or punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

# Marks that pages strip, double or exchange. Deleted, not replaced: `city's` and `citys` are one word.
_MARKS = dict.fromkeys(map(ord, "'\"«»“”„‟‘’‚‛ʼʹ`´‹›\u00ad"))
_FOLD = _MARKS | {ord("ё"): "е", ord("Ё"): "Е"}
# A number keeps its sign and its decimals (1.5 is not 15); a word is a run of letters or digits.
_WORD = re.compile(r"(?:(?<=[\s(])|^)[-−–](?=\d)\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)+|[^\W_]+")
_ENDS_SENTENCE = re.compile(r"[.!?…\n]")


def plain_words(text: str) -> list[str]:
    """Give the words alone, quickly: what fingerprints are made of.

    >>> plain_words("The city's «Akimat» – №5")
    ['the', 'citys', 'akimat', '5']
    """
    return _PLAIN.findall(text.translate(_FOLD).lower())


_PLAIN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, folded, with what the folding hid."""

    text: str  # folded: no case, no marks; a number with its sign, decimals after a point
    telling: bool  # has a digit or a capital: a number, a name, a place or the start of a sentence
    starts: bool  # first of a sentence or paragraph, as far as the punctuation says


@dataclass(frozen=True)
class Text:
    """Title and body of one copy, with their words made once."""

    title: str | None
    body: str | None

    @cached_property
    def title_words(self) -> list[Word]:
        """Words of the title; none without a title."""
        return words(self.title or "")

    @cached_property
    def body_words(self) -> list[Word]:
        """Words of the body; none without a body."""
        return words(self.body or "")

    @cached_property
    def title_letters(self) -> str:
        """Everything of the title that damage leaves alone, in one string."""
        return "".join(word.text for word in self.title_words)

    @cached_property
    def body_letters(self) -> str:
        """Everything of the body that damage leaves alone, in one string: immune to glue and quotes."""
        return "".join(word.text for word in self.body_words)


def words(text: str) -> list[Word]:
    """Part a text into words that say whether they are telling and whether they start a sentence.

    >>> [(w.text, w.telling, w.starts) for w in words("Құны 1,5 млн. Ашық")]
    [('құны', True, True), ('1.5', True, False), ('млн', False, False), ('ашық', True, True)]
    """
    found: list[Word] = []
    text = text.translate(_FOLD)
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        number = any(letter.isdigit() for letter in word)
        starts = not found or _ENDS_SENTENCE.search(text, end, match.start()) is not None
        folded = (
            word.lower().replace(",", ".").replace("−", "-").replace("–", "-") if number else word.lower()
        )
        found.append(Word(folded, number or word != folded, starts))
        end = match.end()
    return found


def letters(text: str | None) -> str:
    """Everything of a text that damage leaves alone: equal letters mean that only marks and spaces differ.

    >>> letters("region.The city's 1,5 %") == letters("region. The citys 1.5%")
    True
    """
    return "".join(word.text for word in words(text)) if text else ""
