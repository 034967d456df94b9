"""Vocabulary growth (Heaps' law) and word length: real news compared with generated stories.

Real text never stops introducing new words. Generated text with too small a vocabulary makes a full-text
index look too cheap.

Run by hand, with the shared corpora beside the checkout: ``python tests/bench/heaps.py``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from generate import SENTENCES, story

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
REAL = {"kk": "kk_news_sentences.txt", "ru": "ru_sentences.txt"}
MARKS = (2_000, 5_000, 7_000, 15_000, 30_000, 100_000, 300_000, 1_000_000)  # number of words
_WORD = re.compile(r"\w+")


def vocabulary_sizes(words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield (number of words, number of distinct words) at each of MARKS."""
    seen: set[str] = set()
    for count, word in enumerate(words, 1):
        seen.add(word.lower())
        if count in MARKS:
            yield count, len(seen)


def corpus_words(lang: str) -> Iterator[str]:
    """Yield the words of a corpus."""
    yield from _WORD.findall(Path(CORPUS, REAL[lang]).read_text("utf-8"))


def generated_words(lang: str) -> Iterator[str]:
    """Yield the words of generated stories of one language, without end."""
    number = list(SENTENCES).index(lang)
    while True:
        yield from _WORD.findall(story(number)["body"])
        number += len(SENTENCES)


def row(name: str, words: list[str]) -> None:
    """Print one line of the table; the lengths are averages over the first words and their types."""
    counts = dict(vocabulary_sizes(words))
    first = words[: MARKS[4]]
    lengths = [sum(map(len, some)) / len(some) for some in (first, {*first})]
    print(
        f"{name:16}"
        + "".join(f"{counts.get(mark, ''):>10}" for mark in MARKS)
        + "".join(f"{length:>10.1f}" for length in lengths)
    )


def main() -> None:
    """Print the table."""
    print(f"{'words':16}" + "".join(f"{head:>10}" for head in (*MARKS, "letters", "in types")))
    for lang in SENTENCES:
        if lang in REAL:
            row(f"{lang}, real", list(corpus_words(lang)))
        row(f"{lang}, generated", list(islice(generated_words(lang), MARKS[-1])))


if __name__ == "__main__":
    sys.exit(main())
