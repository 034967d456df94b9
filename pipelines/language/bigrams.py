"""Bigram models of Kazakh, Russian and English letters: the cost of a word in bits.

The costs are in ``letter_pairs.txt`` and, for the most frequent words, in ``common_words.txt``, both built
by ``tests/bench/letter_pairs.py``. A probable text costs few bits, so two decodings of the same bytes are
compared by their cost.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pipelines.text_cache import cache_text

PROJECT_LANGUAGES = ("kk", "ru", "en", "kk-Latn")
NEIGHBOUR_LANGUAGES = (
    "uk",
    "be",
    "sr",
    "mk",
    "uz",
)  # Cyrillic with letters of its own; their names must stay as they are

# Marks that press texts are full of; they cost about as much as the edge of a word.
COMMON_MARKS = "«»“”„’—–…№•∙·\u00a0\u202f\u00ad\u200b\ufeff\u0301"
MARKS = COMMON_MARKS + "().,:;!?\"'"  # marks around words
_COSTLY = {
    "Cc": 20.0,  # C1 controls: no correct text has them
    "So": 11.0,
    "Sm": 11.0,
    "Sk": 11.0,
    "Co": 16.0,
}
_STRANGE = 30.0  # scripts and symbols that press texts of these languages do not use
# Press texts in these languages have no other characters: a decoding to Tibetan marks is wrong.
_USUAL = re.compile(
    "[\x00-\u024f\u0300-\u052f\u1e00-\u1eff\u2000-\u22ff\u2600-\u27bf\ufe0f\ufeff\ufffd\U0001f000-\U0001faff]"
)
_ALONE = "авикоусяАВИКОУСЯAaI"  # words of one letter; a letter of a list or an initial is rarer
_NOT_ALONE = 6.0
_MOST_CACHED = 40_000
LONGEST_CACHED = 40  # letters of a word whose cost is worth remembering; longer ones do not come again
_ODD_CASE = 14.0  # a capital inside a word that begins with a small letter
_MARK = 2.5  # a quotation mark, a dash
_NAME_CASE = 6.0  # СПбГПУ, ҚазМұнайГаз
# The letters of an abbreviation are random, so their pairs must not count in full.
_ABBREVIATION = re.compile("[А-ЯЁӘҒҚҢӨҰҮҺІ]{2,5}|[а-яё][А-ЯЁӘҒҚҢӨҰҮҺІ]{1,3}")  # ЕНПФ, мРНК, рН
_ABBREVIATION_BITS = 4.0

Pair = tuple[str, str]


class BigramModel(dict[Pair, float]):
    """Bits per pair of lower-case characters; a pair that was not counted gets a cost by its kind.

    The costs of such pairs are cached in the same dictionary, so its keys depend on the texts seen before.
    ``letters`` does not.
    """

    letters: frozenset[str] = frozenset()  # every pair of them was counted

    def __missing__(self, pair: Pair) -> float:
        cost = _uncounted(pair, self)
        if len(self) < _MOST_CACHED:
            self[pair] = cost
        return cost

    def bits(self, word: str) -> float:
        """Return what one word costs, its two edges included."""
        if len(word) == 1:
            letter = word.lower()[0]  # of İ two characters are made
            return (
                self[" ", letter] + self[letter, " "] + _NOT_ALONE * (word.isalpha() and word not in _ALONE)
            )
        lower = word.lower()
        edged = f" {lower} "
        bits = sum(map(self.__getitem__, itertools.pairwise(edged)))
        if lower == word:
            return bits
        bits += case_bits(word)
        if _ABBREVIATION.fullmatch(word):
            return min(bits, _ABBREVIATION_BITS * len(word) + 4 * (1 + word[0].islower()))
        return bits

    def per_letter(self, word: str) -> float:
        """Return the mean cost of a letter, so that words of different length compare."""
        return self.bits(word) / (len(word) + 1)


def case_bits(word: str) -> float:
    """Return what the pattern of capitals costs: none, the first, all, or odd."""
    if word.islower():
        return 0.0
    if word.istitle():
        return 1.0
    if word.isupper():
        return 3.0
    if word.upper() == word.lower():
        return 0.0
    return _NAME_CASE if word[0].isupper() else _ODD_CASE


def _uncounted(pair: Pair, known: dict[Pair, float]) -> float:
    first, second = pair
    first_is_mark, second_is_mark = first in COMMON_MARKS, second in COMMON_MARKS
    if first_is_mark or second_is_mark:
        return _MARK + known[(" " if first_is_mark else first, " " if second_is_mark else second)]
    if (first, second) == (" ", " "):
        return 1.0
    if second == " ":
        return 3.0
    if second.isascii():
        return 3.0 if not second.isalpha() or first.isascii() else 8.0 if first < "\u0250" else 14.0
    if not _USUAL.match(second):
        return _STRANGE
    category = unicodedata.category(second)
    if category in _COSTLY:
        return _COSTLY[category]
    if "\u00c0" <= second < "\u0250" or "\u1e00" <= second < "\u1f00":
        # One accented letter in a Latin word is a name; several in a row are another encoding.
        return 8.0 if first.isascii() else 13.0
    if "\u0400" <= second < "\u0530":
        foreign_first = first != " " and not "\u0400" <= first < "\u0530"
        return 12.0 + 4.0 * foreign_first
    return 8.0


@lru_cache(maxsize=1)
def language_models() -> dict[str, BigramModel]:
    """Return the counted pairs per language, read once when first needed."""
    found: dict[str, BigramModel] = {}
    lines = iter((Path(__file__).parent / "letter_pairs.txt").read_text("utf-8").splitlines())
    for line in lines:
        lang, _, alphabet = line.partition(" ")
        letters = f" {alphabet}"
        found[lang] = model = BigramModel(
            {
                (first, second): (ord(cost) - 35) / 4
                for first, row in zip(letters, lines, strict=False)
                for second, cost in zip(letters, row, strict=True)
            }
        )
        model.letters = frozenset(letters)
        model[" ", " "] = 1.0  # between two marks
    return found


@lru_cache(maxsize=1)
def project_model() -> BigramModel:
    """Return the cheapest cost of each pair over the languages of this project."""
    return merge_models(PROJECT_LANGUAGES)


def merge_models(languages: Iterable[str]) -> BigramModel:
    """Merge tables: a pair costs what it costs in the language where it is most usual."""
    merged = BigramModel()
    for lang in languages:
        model = language_models()[lang]
        for first in model.letters:
            for second in model.letters:
                pair = first, second
                merged[pair] = min(model[pair], merged.get(pair, 99.0))
    return merged


@lru_cache(maxsize=1)
def cyrillic_alphabets() -> tuple[frozenset[str], ...]:
    """Return the alphabets that words of Kazakh and Russian texts are written in, names of neighbours too."""
    lines = (Path(__file__).parent / "letter_pairs.txt").read_text("utf-8").splitlines()
    named = (line.partition(" ") for line in lines)
    return tuple(frozenset(alphabet) for lang, _, alphabet in named if lang in {"kk", *NEIGHBOUR_LANGUAGES})


@lru_cache(maxsize=1)
def common_words() -> dict[str, float]:
    """Return the costs of the most common Kazakh and Russian words: less than their letters cost."""
    lines = (Path(__file__).parent / "common_words.txt").read_text("utf-8").splitlines()
    return {word: float(bits) for bits, *words in map(str.split, lines) for word in words}


@cache_text(20_000, LONGEST_CACHED)
def word_bits(word: str) -> float:
    """Return what a word costs in our languages, by its letters or, where that is less, as a common word."""
    inside = word.strip(MARKS)
    marks = _MARK * (len(word) - len(inside))
    bits = project_model().bits(word)
    if marks and inside:
        bits = min(bits, project_model().bits(inside) + marks)
    common = common_words().get(inside.lower())
    return bits if common is None else min(bits, common + case_bits(inside) + marks)
