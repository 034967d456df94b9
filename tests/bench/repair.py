"""Measure how much damaged text is repaired, per channel and language, compared with plain ftfy.

Run by hand: ``python tests/bench/repair.py [N]``, N sentences per language at most. Measured on the odd
lines of the shared corpus, which the letter pairs were not counted from, and on English sentences of
Python's own manual with typographic marks. A channel that cannot write a sentence leaves it out.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pydoc_data.topics import topics  # noqa: E402 - the checkout has to be on the path first

import ftfy  # noqa: E402

from pipelines.clean.escapes import fix_escapes  # noqa: E402
from pipelines.clean.homoglyphs import fix_homoglyphs  # noqa: E402
from pipelines.clean.mojibake import fix_mojibake  # noqa: E402
from pipelines.clean.mojibake.misdecodings import characters  # noqa: E402
from pipelines.language import detect_language  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
READERS = ("cp1251", "cp1252", "latin-1", "cp866", "koi8-r", "mac-cyrillic", "kz1048")
PAIRS = [
    *(("cp1251", read) for read in ("cp1252", "latin-1", "koi8-r")),
    *(("kz1048", read) for read in ("cp1251", "cp1252", "latin-1")),
    *((written, "cp1251") for written in ("koi8-r", "cp866")),
]
KINDS = {
    "whole": "whole sentences",
    "name": "one quoted name in a clean sentence",
    "run": "two or three words in a clean sentence",
    "title": "three words and nothing else",
}
Damage = Callable[[str], str]
Place = tuple[str, int, int]  # a sentence as it should be, and the part of it that is damaged


class Channel(NamedTuple):
    """One way of damage, and what of a sentence it is done to."""

    kind: str
    place: Callable[[str, str], Place]
    name: str
    damage: Damage


def read_as(text: str, written: str, read: str, times: int = 1) -> str:
    """Write a text in one encoding and read it in another; undefined bytes become C1 controls."""
    for _ in range(times):
        table = characters(read)
        text = "".join(chr(byte) if byte < 128 else table[byte] for byte in text.encode(written))
    return text


def whole(text: str, _: str) -> Place:
    """Damage all of a sentence."""
    return text, 0, len(text)


def three_words(text: str, _: str) -> Place:
    """Damage the first words and leave nothing else, as in a short title."""
    short = " ".join(text.split()[:3])
    return short, 0, len(short)


def run_only(text: str, written: str) -> Place:
    """Damage two or three neighbouring words in the middle; raise ``ValueError`` where no such run is."""
    runs = [
        match.span()
        for match in re.finditer(r"(?<=[^\W\d_] )[^\W\d_]{2,}(?: [^\W\d_]{2,}){1,2}(?= [^\W\d_])", text)
        if can_write(match.group(), written) and not match.group().isascii()
    ]
    start, end = min(runs, key=lambda run: abs(sum(run) - len(text)))
    return text, start, end


def name_only(text: str, written: str) -> Place:
    """Damage a quoted name; where a sentence has none that can be, quote a run of words."""
    for match in re.finditer("«([^«»]{5,})»", text):
        if can_write(match[1], written):
            return text, *match.span(1)
    text, start, end = run_only(text, written)
    name = text[start].upper() + text[start + 1 : end]
    return f"{text[:start]}«{name}»{text[end:]}", start + 1, end + 1


def can_write(text: str, encoding: str) -> bool:
    """Return whether an encoding has all the characters of a text."""
    return text.encode(encoding, "ignore").decode(encoding) == text


def entities(text: str, times: int = 1) -> str:
    """Write every character beyond ASCII as a numeric entity."""
    text = text.encode("ascii", "xmlcharrefreplace").decode()
    return text.replace("&", "&amp;") if times == 2 else text


def channels() -> list[Channel]:
    """List every way to damage a sentence, with the part of it that is damaged."""
    utf8 = {
        f"UTF-8 as {read}" + " twice" * (times == 2): partial(
            read_as, written="utf-8", read=read, times=times
        )
        for times in (1, 2)
        for read in READERS
    }
    single = {f"{written} as {read}": partial(read_as, written=written, read=read) for written, read in PAIRS}
    made = [Channel("whole", whole, name, damage) for name, damage in (utf8 | single).items()]
    some = {name: utf8[name] for name in ("UTF-8 as cp1251", "UTF-8 as latin-1")} | single
    for kind, place in (("name", name_only), ("run", run_only), ("title", three_words)):
        made += [Channel(kind, place, name, damage) for name, damage in some.items()]
    escaped: dict[str, Damage] = {
        "entities": entities,
        "entities twice": partial(entities, times=2),
        "\\u escapes": lambda text: re.sub("[^\x00-\x7f]", lambda match: f"\\u{ord(match[0]):04x}", text),
    }
    return made + [Channel("whole", whole, name, damage) for name, damage in escaped.items()]


def sentences(limit: int) -> dict[str, list[str]]:
    """Return unseen sentences per language."""
    made = {
        lang: (CORPUS / name).read_text("utf-8").splitlines()[1::2]
        for lang, name in (("kk", "kk_news_sentences.txt"), ("ru", "ru_sentences.txt"))
    }
    made["en"] = english()
    return {lang: lines[:: max(1, len(lines) // limit)][:limit] for lang, lines in made.items()}


def english() -> list[str]:
    """Return sentences of Python's manual, their quotes, apostrophes and dashes made typographic."""
    found = []
    for topic in topics.values():
        for paragraph in re.split(r"\n\s*\n", topic):
            line = " ".join(paragraph.split())
            if re.fullmatch("[A-Z][^`*{}\\[\\]<>=_|\\\\&]{40,300}[.]", line):
                line = re.sub(r'"([^"]+)"', "“\\1”", line)
                found.append(re.sub(r"(?<=\w)'(?=\w)", "’", line).replace("--", "—"))
    return found


def ours(text: str) -> str:
    """Repair with this project's repairers of encodings and letters."""
    for repair in (fix_escapes, fix_mojibake, fix_homoglyphs):
        text = repair(text).text
    return text


class Found(NamedTuple):
    """Counts of damaged sentences by outcome, and one failure."""

    damaged: int
    ours: int
    wrong: int  # neither as it was nor as it came
    ftfy: int
    failure: str


def recovery(lines: list[str], channel: Channel, most: int) -> Found:
    """Damage the first sentences that a channel can damage and count those that come back."""
    damaged, good, wrong, theirs, failure = 0, 0, 0, 0, ""
    for line in lines:
        try:
            wanted, start, end = channel.place(line, channel.name.split(" ")[0])
            broken = wanted[:start] + channel.damage(wanted[start:end]) + wanted[end:]
        except ValueError:  # of which UnicodeError is one
            continue
        if broken == wanted:
            continue
        if damaged == most:
            break
        damaged += 1
        made = ours(broken)
        good += made == wanted
        wrong += made not in {wanted, broken}
        theirs += ftfy.fix_text(broken, uncurl_quotes=False) == wanted
        if made != wanted and not failure:
            low = max(0, start - 5)
            failure = f"{wanted[low : end + 5][:50]!r} <- {made[low : end + 5][:50]!r}"
    return Found(damaged, good, wrong, theirs, failure)


def cost(function: Callable[[str], object], texts: list[str]) -> float:
    """Return the milliseconds that one text costs, best of several rounds."""
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for text in texts:
            function(text)
        best = min(best, time.perf_counter() - begun)
    return best / len(texts) * 1000


def stories(lines: list[str], size: int = 2048) -> list[str]:
    """Join sentences to stories of about ``size`` bytes of UTF-8."""
    made, story = [], ""
    for line in lines:
        story = f"{story} {line}".strip()
        if len(story.encode()) >= size:
            made, story = [*made, story], ""
    return made[:20]


def main() -> None:
    """Print recovery, changes to clean text, cost, and accuracy of language identification."""
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    unseen, everything = sentences(limit), sentences(10**6)
    rates: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    print(f"{'damaged':8} {'channel':26} {'lang':4} {'n':>5} {'ours':>7} {'wrong':>5} {'ftfy':>7}  failure")
    for channel in channels():
        # Few sentences have a part that a channel can encode, so all are tried.
        for lang, lines in (everything if channel.kind in {"name", "run"} else unseen).items():
            count, good, wrong, theirs, failure = recovery(lines, channel, limit)
            if count > 4:
                rates[channel.kind].append((good / count, theirs / count))
                row = f"{count:5} {good / count:7.3f} {wrong:5} {theirs / count:7.3f}"
                print(f"{channel.kind:8} {channel.name:26} {lang:4} {row}  {failure}")
    for kind, label in KINDS.items():
        for who, part in zip(("ours", "ftfy"), zip(*rates[kind], strict=True), strict=True):
            mean, worst = sum(part) / len(part), min(part)
            print(f"{label}, {who}: mean {mean:.4f}, worst {worst:.3f} over {len(part)} pairs")
    for lang, lines in everything.items():
        changed = [line for line in lines if ours(line) != line]
        right = sum(detect_language(line) == lang for line in lines)
        joined = [" ".join(lines[at : at + 10]) for at in range(0, len(lines), 10)]
        right_joined = sum(detect_language(story) == lang for story in joined)
        print(f"{lang}: {len(lines)} clean sentences, {len(changed)} changed {changed[:2]}")
        print(f"    language right {right / len(lines):.4f}, of stories {right_joined / len(joined):.4f}")
    print("\nmilliseconds a story of 2 kB   clean  damaged   ftfy clean  ftfy damaged")
    for lang, lines in everything.items():
        clean = stories(lines)
        bad = [read_as(story, "utf-8", "cp1251") for story in clean]
        plain = partial(ftfy.fix_text, uncurl_quotes=False)
        costs = [cost(function, texts) for function in (ours, plain) for texts in (clean, bad)]
        print(f"{lang:28} " + " ".join(f"{figure:9.4f}" for figure in costs))


if __name__ == "__main__":
    main()
