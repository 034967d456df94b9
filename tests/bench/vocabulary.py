"""Vocabulary of generated stories: spelling by letter bigrams, frequencies by the Zipf-Mandelbrot law.

The number of distinct words in a text determines the cost of a full-text index. The frequencies are fitted to
30,585 words of Kazakh television news (KazNERD, tests/bench/heaps.py), which contain 2,507 distinct words in
the first 5,000, 5,519 in 15,000 and 8,936 in 30,000; the generated text is within 3 % of these figures. The
average word has 5.9 letters (6.2 and 6.1 in the corpora), the average distinct word 7.5 (7.6 and 7.5);
English words are shorter, as in real text.
"""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import accumulate

from pipelines.language.bigrams import language_models

_WORDS = 300_000  # per language; a million stories use half of them only once or twice
_OFFSET, _EXPONENT = 80, 1.3
_MIXED = {"kk": 300, "ru": 300, "en": 100}  # weight of chance against length in the frequency rank
_LETTERS = {
    "kk": "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі",
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "en": "abcdefghijklmnopqrstuvwxyz",
}


@lru_cache(maxsize=3)
def vocabulary(lang: str) -> tuple[list[str], list[float]]:
    """Return the words of a language and their cumulative weights."""
    rng, pairs, letters = random.Random(lang), dict(language_models()[lang]), f"{_LETTERS[lang]} "
    pairs[" ", " "] = 99.0  # no empty words
    chances = {first: list(accumulate(2 ** -pairs[first, last] for last in letters)) for first in letters}
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        word = " "
        while len(word) < 16 and (len(word) == 1 or word[-1] != " "):
            word += rng.choices(letters, cum_weights=chances[word[-1]])[0]
        words[word.strip()] = None
    # Frequent words are mostly short, but not always.
    ranked = sorted(words, key=lambda word: len(word) + rng.random() * _MIXED[lang])
    return ranked, list(accumulate((rank + _OFFSET) ** -_EXPONENT for rank in range(_WORDS)))
