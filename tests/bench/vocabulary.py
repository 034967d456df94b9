"""Words for generated stories: spelt after the letter pairs of a language, used as unevenly as words are."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import accumulate

from pipelines.text.letters import tables

_WORDS = 30_000  # of a language; a press archive has more, and most of them once
_LETTERS = {
    "kk": "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "en": "abcdefghijklmnopqrstuvwxyz",
}


@lru_cache(maxsize=3)
def vocabulary(lang: str) -> tuple[list[str], list[float]]:
    """Make the words of a language and how often, added up, each is used."""
    dice, pairs, letters = random.Random(lang), dict(tables()[lang]), f"{_LETTERS[lang]} "
    pairs[" ", " "] = 99.0  # no word is empty
    chances = {first: list(accumulate(2 ** -pairs[first, last] for last in letters)) for first in letters}
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        word = " "
        while len(word) < 16 and (len(word) == 1 or word[-1] != " "):
            word += dice.choices(letters, cum_weights=chances[word[-1]])[0]
        words[word.strip()] = None
    # The most used words are short.
    ranked = sorted(words, key=lambda word: len(word) + dice.random() * 12)
    return ranked, list(accumulate(1 / (rank + 3) for rank in range(_WORDS)))
