"""Measure the cost of cleaning a story of 2 kB, by repairer, compared with plain ftfy.

Run by hand: ``python tests/bench/clean_cost.py``. Goal: 0.15 ms for a clean story, 3 ms for a damaged one.
Each figure is the best of several rounds, in milliseconds a story; the stories come from the shared corpus.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import ftfy  # noqa: E402 - the checkout has to be on the path first

from pipelines.clean.repair_order import REPAIRERS, clean_text  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
SIZE = 2048  # bytes of UTF-8
ROUNDS = 7


def stories(name: str) -> list[str]:
    """Join sentences of the corpus to stories of about 2 kB."""
    made, story = [], ""
    for line in (CORPUS / name).read_text("utf-8").splitlines():
        if len(f"{story} {line}".encode()) > SIZE:
            made.append(story)
            story = ""
        story = f"{story} {line}".strip()
    return made


def damages(clean: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Damage whole stories in every way that this bench prices."""
    yield "clean", clean
    yield "stand-ins <<>>", [story.replace("«", "<<").replace("»", ">>") for story in clean]
    yield "glued sentences", [story.replace(". ", ".") for story in clean]
    yield "non-breaking spaces", [story.replace(" ", "\u00a0") for story in clean]
    yield "marks dropped", [story.replace("»", "") for story in clean]
    yield "UTF-8 read as cp1252", [ftfy_damage(story) for story in clean]


def ftfy_damage(story: str) -> str:
    """Read UTF-8 as cp1252 the way browsers do, with the undefined bytes passed through."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
        for byte in story.encode("utf-8")
    )


def cost(function: Callable[[str], object], texts: list[str]) -> float:
    """Return the milliseconds that one text costs, best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for text in texts:
            function(text)
        best = min(best, time.perf_counter() - begun)
    return best / len(texts) * 1000


def plain_ftfy(text: str) -> str:
    """Repair with ftfy alone, with the one setting that this project also needs."""
    return ftfy.fix_text(text, uncurl_quotes=False)


def main() -> None:
    """Print one table per corpus."""
    for name in ("kk_news_sentences.txt", "ru_sentences.txt"):
        clean = stories(name)[:40]
        print(f"\n{name}: {len(clean)} stories of {sum(len(s.encode()) for s in clean) // len(clean)} bytes")
        print(f"{'damage':24} {'ours, ms':>10} {'ftfy, ms':>10} {'ratio':>7}")
        for label, texts in damages(clean):
            ours, theirs = cost(clean_text, texts), cost(plain_ftfy, texts)
            print(f"{label:24} {ours:10.4f} {theirs:10.4f} {theirs / ours:7.1f}")
        print("by repairer, clean stories:")
        for repairer in REPAIRERS:
            print(f"  {repairer.fix.__name__:22} {cost(repairer.fix, clean):10.4f}")


if __name__ == "__main__":
    main()
