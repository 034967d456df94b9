"""Build ``pipelines/clean/mojibake/letter_triples.txt``: how usual a letter is after two others.

Letter pairs cannot distinguish a Kazakh word with swapped letters from a name of a neighbouring language;
triples can. Kept are only those that hold a letter which kz1048 and cp1251 have in one place, in
Kazakh and in the languages that write with such letters. Counted from the same halves as the pairs::

    python tests/bench/letter_triples.py unpacked

A line of the table is a language; a word of the line begins with the two letters before (``_`` is the edge
of a word) and the cost of a third one not listed, in quarter bits beyond what the pair costs; then follow
letters and costs.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from letter_pairs import ALPHABETS, LATIN, weighted  # on the path of a script beside it

from pipelines.clean.mojibake.kazakh_letters import SWAPPED
from pipelines.language.bigrams import language_models

TABLE = Path(__file__).parents[2] / "pipelines" / "clean" / "mojibake" / "letter_triples.txt"
LANGUAGES = ("kk", "uk", "be", "sr", "mk", "uz")
# Foreign names are written with rare letters in place of usual ones: Ґолда, Каррєр, Татауїн. Part of the
# words count once more with those.
STAND_FOR = {"uk": (("г", "ґ", 0.25), ("е", "є", 0.05), ("і", "ї", 0.03)), "be": (("у", "ў", 0.03),)}
SMOOTHING = 6.0  # how many occurrences the cost of the pair weighs
LEAST_COUNT, LEAST_BITS = 0.3, 0.75  # below this a triple adds nothing to its pair
MOST_BITS, STEPS = 14.0, 4


def texts_of(folder: Path, lang: str) -> Iterator[tuple[Iterable[str], float]]:
    """Yield what is counted, the words with rare letters in the place of usual ones included."""
    for lines, weight in list(weighted(folder, lang)):
        lower = [line.lower() for line in lines]
        yield lower, weight
        for usual, rare, part in STAND_FOR.get(lang, ()):
            yield [line.replace(usual, rare) for line in lower if usual in line], weight * part


def row(lang: str, texts: Iterable[tuple[Iterable[str], float]]) -> str:
    """Count the triples of one language and write its line."""
    word = re.compile(f"[{ALPHABETS[lang]}]+")
    special = set(SWAPPED.values() if lang == "kk" else SWAPPED) & set(ALPHABETS[lang])
    counts, contexts = Counter[str](), Counter[str]()
    for lines, weight in texts:
        for line in lines:
            for found in word.findall(line):
                edged = f"  {found} "
                for at in range(len(edged) - 2):
                    counts[edged[at : at + 3]] += weight  # type: ignore[assignment]  # weights are fractions
                    contexts[edged[at : at + 2]] += weight  # type: ignore[assignment]
    kept: dict[str, str] = defaultdict(str)
    for triple, count in sorted(counts.items()):
        before = triple[:2]
        known = contexts[before] + SMOOTHING
        pair = 2 ** -language_models()[lang][triple[1], triple[2]]
        cost = -math.log2((count + SMOOTHING * pair) / known)
        unlisted = -math.log2(SMOOTHING * pair / known)
        if special & set(triple) and count >= LEAST_COUNT and abs(unlisted - cost) >= LEAST_BITS:
            kept[before] += triple[2] + sign(cost)
    words = (
        before + sign(math.log2((contexts[before] + SMOOTHING) / SMOOTHING)) + rest
        for before, rest in kept.items()
    )
    return f"{lang} " + " ".join(word.replace(" ", "_") for word in words)


def sign(bits: float) -> str:
    """Write bits as one letter, small ones first."""
    return (LATIN + LATIN.upper() + "0123456789")[round(max(0.0, min(bits, MOST_BITS)) * STEPS)]


def main() -> None:
    """Write the table."""
    folder = Path(sys.argv[1])
    TABLE.write_text("".join(row(lang, texts_of(folder, lang)) + "\n" for lang in LANGUAGES), "utf-8")


if __name__ == "__main__":
    main()
