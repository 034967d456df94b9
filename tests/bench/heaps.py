"""How many different words a text has as it grows: real news beside the generated stories of the benchmarks.

Run by hand, with the shared corpora beside the checkout: ``python tests/bench/heaps.py``. Real text has new
words for ever; a generated one that runs out of them makes a full-text index too cheap.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from generate import SENTENCES, story

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
REAL = {"kk": "kk_news_sentences.txt", "ru": "ru_sentences.txt"}
MARKS = (2_000, 5_000, 7_000, 15_000, 30_000, 100_000, 300_000, 1_000_000)  # words in all
_WORD = re.compile(r"\w+")


def different(words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Give how many different words there are among the first so many."""
    seen: set[str] = set()
    for count, word in enumerate(words, 1):
        seen.add(word.lower())
        if count in MARKS:
            yield count, len(seen)


def real(lang: str) -> Iterator[str]:
    """Give the words of a corpus."""
    yield from _WORD.findall(Path(CORPUS, REAL[lang]).read_text("utf-8"))


def generated(lang: str) -> Iterator[str]:
    """Give the words of generated stories of one language, as many as are asked for."""
    number = list(SENTENCES).index(lang)
    while True:
        yield from _WORD.findall(story(number)["body"])
        number += len(SENTENCES)


def row(name: str, counts: dict[int, int]) -> None:
    """Print one line of the table."""
    print(f"{name:16}" + "".join(f"{counts.get(mark, ''):>10}" for mark in MARKS))


def main() -> None:
    """Print the table."""
    print(f"{'words in all':16}" + "".join(f"{mark:>10}" for mark in MARKS))
    for lang in SENTENCES:
        if lang in REAL:
            row(f"{lang}, real", dict(different(real(lang))))
        words = different(generated(lang))
        row(f"{lang}, generated", dict(next(words) for _ in MARKS))


if __name__ == "__main__":
    sys.exit(main())
