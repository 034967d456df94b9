"""Benchmark of matching on written pairs: copies that are one story, and stories that only look alike.

Prints how many pairs of other stories are merged and how many copies are missed, beside MinHash LSH at the
threshold with the smallest sum of both shares in each file, and with ``--against`` beside the comparison of
another checkout. Every text is cleaned as `ingest` does before it is compared, in both orders; a pair counts
as merged if one order merges it, and as missed if one order misses it.

``pairs_tuned.jsonl`` is for tuning. Nobody looks at the single pairs of ``pairs_held_out.jsonl`` when
changing a rule: ``--show`` leaves that file out unless it is named.

Run by hand: ``python tests/bench/pairs.py --kinds --against ../older``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comparing import ROOT, Compared, ask

from pipelines.items import RawStory
from pipelines.process import process_story

_HERE = Path(__file__).parent
_GIVEN = ROOT.parent / "shared" / "cases" / "same_story_pairs.jsonl"
_HELD_OUT = _HERE / "pairs_held_out.jsonl"
_FILES = (_GIVEN, _HERE / "pairs_tuned.jsonl", _HELD_OUT)
_PERMUTATIONS, _SHINGLE = 128, 3  # as in speed.py
_THRESHOLDS = [percent / 100 for percent in range(20, 100, 5)]


@dataclass(frozen=True)
class Pair:
    """Two texts, and whether they are one story."""

    kind: str
    join: bool
    texts: Compared
    why: str = ""

    @property
    def name(self) -> str:
        """Return the kind of the pair after what is wanted."""
        return f"{'join' if self.join else 'apart'}: {self.kind}"


def read(path: Path) -> list[Pair]:
    """Return the pairs of a file."""
    with path.open(encoding="utf-8") as lines:
        return [_pair(json.loads(line)) for line in lines]


def _pair(row: dict[str, Any]) -> Pair:
    kind = row["kind"] if "why" in row else row["label"].partition(" | ")[0]
    texts = (*row["a"], *row["b"], row.get("days", 0))
    return Pair(kind, row["want"] == "join", texts, row.get("why", ""))


def wrong(pairs: list[Pair], answers: str) -> list[bool]:
    """Return for each pair whether it was merged or missed."""
    return [answer != ("b" if pair.join else "n") for pair, answer in zip(pairs, answers, strict=True)]


def min_hash(pairs: list[Pair]) -> tuple[float, str]:
    """Return the best threshold of MinHash LSH, and its answers."""
    from datasketch import MinHash, MinHashLSH

    def sketch(title: str | None, body: str | None) -> MinHash:
        story = process_story(RawStory(title=title, body=body))
        words = f"{story.title or ''} {story.body or ''}".lower().split()
        rows = (" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1)))
        made = MinHash(num_perm=_PERMUTATIONS)
        made.update_batch([row.encode() for row in rows])
        return made

    ones = [sketch(*pair.texts[:2]) for pair in pairs]
    others = [sketch(*pair.texts[2:4]) for pair in pairs]
    of, found = Counter(pair.join for pair in pairs), []
    for threshold in _THRESHOLDS:
        index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
        for number, one in enumerate(ones):
            index.insert(number, one)
        answers = "".join("b" if n in index.query(other) else "n" for n, other in enumerate(others))
        wrongs = Counter(pair.join for pair, bad in zip(pairs, wrong(pairs, answers), strict=True) if bad)
        found.append((sum(wrongs[wanted] / of[wanted] for wanted in of), threshold, answers))
    _, threshold, answers = min(found)
    return threshold, answers


def totals(pairs: list[Pair], wrongs: list[bool]) -> str:
    """Format the numbers of merged and missed pairs."""
    count = Counter((pair.join, is_wrong) for pair, is_wrong in zip(pairs, wrongs, strict=True))
    apart, join = (count[wanted, False] + count[wanted, True] for wanted in (False, True))
    return f"merged {count[False, True]:3} of {apart:3}, missed {count[True, True]:3} of {join:3}"


def report(path: Path, against: Path | None, *, kinds: bool, show: int) -> None:
    """Print the figures of one file."""
    pairs = read(path)
    texts = [pair.texts for pair in pairs]
    answers = ask(ROOT, texts)
    columns = {"this version": wrong(pairs, answers)}
    if against:
        columns["other version"] = wrong(pairs, ask(against, texts))
    threshold, of_sketches = min_hash(pairs)
    columns[f"MinHash LSH {threshold:.2f}"] = wrong(pairs, of_sketches)
    print(f"{path.name}: {len(pairs)} pairs, {answers.count('o')} depend on the order")
    for name, wrongs in columns.items():
        print(f"  {name:16} {totals(pairs, wrongs)}")
    if kinds:
        of = Counter(pair.name for pair in pairs)
        print(f"  {'kind':58}{'of':>4}" + "".join(f"{name.split()[0]:>9}" for name in columns))
        counts = [
            Counter(pair.name for pair, is_wrong in zip(pairs, wrongs, strict=True) if is_wrong)
            for wrongs in columns.values()
        ]
        for name in sorted(of):
            print(f"  {name:58}{of[name]:4}" + "".join(f"{count[name]:9}" for count in counts))
    missed = [pair for pair, is_wrong in zip(pairs, columns["this version"], strict=True) if is_wrong]
    for pair in missed[:show]:
        title, body, its_title, its_body, _ = pair.texts
        print(f"{pair.name} ({pair.why})\n  {title} | {body}\n  {its_title} | {its_body}")


def main() -> None:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="files of pairs; otherwise those at hand")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout of the project")
    parser.add_argument("--kinds", action="store_true", help="also count by kind of pair")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N wrong pairs of each file")
    options = parser.parse_args()
    against = options.against and options.against.resolve()
    for path in options.files or [path for path in _FILES if path.exists()]:
        closed = path == _HELD_OUT and not options.files
        report(path, against, kinds=options.kinds, show=0 if closed else options.show)


if __name__ == "__main__":
    main()
