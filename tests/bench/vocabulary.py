"""Words for generated stories: spelt after the letter pairs of a language, used as unevenly as words are.

How many different words a text has decides what a full-text index costs. So the words are used by the law of
Zipf and Mandelbrot, fitted to 30,585 words of Kazakh television news (KazNERD, tests/bench/heaps.py), which
have 2,507 different ones among the first 5,000, 5,519 among 15,000 and 8,936 among 30,000: the generated
ones are within three per cent of that. Words have 5.9 letters on average (6.2 and 6.1 in the corpora), and
different ones 7.5 (7.6 and 7.5); English ones are shorter, as they are.
"""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import accumulate

from pipelines.language.bigrams import language_models

_WORDS = 300_000  # of a language; half of those that a million stories use come once or twice
_OFFSET, _EXPONENT = 80, 1.3
_MIXED = {"kk": 300, "ru": 300, "en": 100}  # how little length counts beside chance
_LETTERS = {
    "kk": "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "en": "abcdefghijklmnopqrstuvwxyz",
}


@lru_cache(maxsize=3)
def vocabulary(lang: str) -> tuple[list[str], list[float]]:
    """Make the words of a language and how often, added up, each is used."""
    dice, pairs, letters = random.Random(lang), dict(language_models()[lang]), f"{_LETTERS[lang]} "
    pairs[" ", " "] = 99.0  # no word is empty
    chances = {first: list(accumulate(2 ** -pairs[first, last] for last in letters)) for first in letters}
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        word = " "
        while len(word) < 16 and (len(word) == 1 or word[-1] != " "):
            word += dice.choices(letters, cum_weights=chances[word[-1]])[0]
        words[word.strip()] = None
    # The most used words are short, not all of them.
    ranked = sorted(words, key=lambda word: len(word) + dice.random() * _MIXED[lang])
    return ranked, list(accumulate((rank + _OFFSET) ** -_EXPONENT for rank in range(_WORDS)))
