"""Measure the repair of quotation marks: substitutes and dropped marks, compared with ftfy.

Run by hand: ``python tests/bench/quotes.py``. Goals: every substitute exact; at most 1 % wrong restorations;
no dropped mark unreported; missing spaces between sentences restored, none inserted wrongly.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import ftfy  # noqa: E402 - the checkout has to be on the path first

from pipelines.clean import clean_text  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
STAND_INS = [
    ("<<", ">>", "«", "»"),
    ("&laquo;", "&raquo;", "«", "»"),
    ("``", "''", "“", "”"),
    (",,", "''", "„", "“"),
    (",,", '"', "„", "“"),
    (",,", "“", "„", "“"),
    ('""', '""', '"', '"'),
    ("''", "''", '"', '"'),
]


# Words of two alphabets are defects of the corpus itself, which cleaning repairs: no measure of quotes.
TWO_ALPHABETS = re.compile("[A-Za-z][а-яәғқңөұүһі]|[а-яәғқңөұүһі][A-Za-z]")


def sentences(name: str) -> list[str]:
    """Read one corpus."""
    lines = (CORPUS / name).read_text("utf-8").splitlines()
    return [line for line in lines if not TWO_ALPHABETS.search(line)]


def plain_ftfy(text: str) -> str:
    """Repair with ftfy alone."""
    return ftfy.fix_text(text, uncurl_quotes=False)


def ours(text: str) -> str:
    """Repair with the whole chain."""
    return clean_text(text).text


def exact(fix: Callable[[str], str], pairs: list[tuple[str, str]]) -> float:
    """Return the share of damaged texts that come back exactly, in per cent."""
    return 100 * sum(fix(damaged) == wanted for damaged, wanted in pairs) / len(pairs)


def stand_ins(quoted: list[str]) -> None:
    """Print how many substitutes are replaced by the right mark."""
    print(f"{'stand-in':22} {'texts':>6} {'ours, %':>9} {'ftfy, %':>9}")
    for opening, closing, start, end in STAND_INS:
        pairs = [
            (line.replace("«", opening).replace("»", closing), line.replace("«", start).replace("»", end))
            for line in quoted
        ]
        label = f"{opening}…{closing}"
        print(f"{label:22} {len(pairs):6} {exact(ours, pairs):9.2f} {exact(plain_ftfy, pairs):9.2f}")


def dropped(quoted: list[str]) -> None:
    """Print what becomes of a single dropped mark."""
    print(
        f"\n{'dropped mark of':22} {'drops':>6} {'restored':>9} {'wrongly':>9} {'reported':>9} {'silent':>7}"
    )
    for marks in ("«»", '""', "“”", "„“"):
        counts = {"right": 0, "wrong": 0, "reported": 0, "silent": 0}
        for line in quoted:
            text = line.replace("«", marks[0]).replace("»", marks[1])
            for at in (i for i, letter in enumerate(text) if letter in marks):
                counts[fate(text, text[:at] + text[at + 1 :])] += 1
        label = f"{marks[0]}…{marks[1]}"
        right, wrong, reported, silent = counts.values()
        print(f"{label:22} {sum(counts.values()):6} {right:9} {wrong:9} {reported:9} {silent:7}")


def fate(whole: str, damaged: str) -> str:
    """Return the outcome of cleaning for a text that lost one mark."""
    cleaned = clean_text(damaged)
    if cleaned.text == whole:
        return "right"
    if cleaned.text != damaged:
        return "wrong"
    return "reported" if any(p.kind == "unbalanced-quote" for p in cleaned.problems) else "silent"


def spacing() -> None:
    """Print how many pairs of sentences get their space back."""
    print(f"\n{'joined sentences':22} {'pairs':>6} {'parted':>9} {'wrongly':>9} {'ftfy':>9}")
    for name in ("kk_news_sentences.txt", "ru_sentences.txt"):
        lines = [line for line in sentences(name) if line[-1] in ".!?"]
        pairs = [(one + two, f"{one} {two}") for one, two in zip(lines, lines[7:], strict=False)]
        found = [(clean_text(damaged).text, damaged, wanted) for damaged, wanted in pairs]
        parted = sum(text == wanted for text, _, wanted in found)
        wrong = sum(text not in {damaged, wanted} for text, damaged, wanted in found)
        theirs = sum(plain_ftfy(damaged) == wanted for damaged, wanted in pairs)
        print(f"{name[:22]:22} {len(pairs):6} {parted:9} {wrong:9} {theirs:9}")


def main() -> None:
    """Print the three tables."""
    quoted = [
        line
        for name in ("kk_news_sentences.txt", "ru_sentences.txt")
        for line in sentences(name)
        if line.count("«") == line.count("»") > 0
    ]
    stand_ins(quoted)
    dropped(quoted)
    spacing()


if __name__ == "__main__":
    main()
