"""How many different words a text has as it grows, and how long they are: real news beside generated stories.

Run by hand, with the shared corpora beside the checkout: ``python tests/bench/heaps.py``. Real text has new
words for ever; a generated one that runs out of them makes a full-text index too cheap.
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


def row(name: str, words: list[str]) -> None:
    """Print one line of the table; lengths are those of the first words."""
    counts = dict(different(words))
    first = words[: MARKS[4]]
    lengths = [sum(map(len, some)) / len(some) for some in (first, {*first})]
    print(
        f"{name:16}"
        + "".join(f"{counts.get(mark, ''):>10}" for mark in MARKS)
        + "".join(f"{length:>10.1f}" for length in lengths)
    )


def main() -> None:
    """Print the table."""
    print(f"{'words in all':16}" + "".join(f"{head:>10}" for head in (*MARKS, "letters", "in types")))
    for lang in SENTENCES:
        if lang in REAL:
            row(f"{lang}, real", list(real(lang)))
        row(f"{lang}, generated", list(islice(generated(lang), MARKS[-1])))


if __name__ == "__main__":
    sys.exit(main())
