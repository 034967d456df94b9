"""What comes back of damaged text, per channel and language, beside plain ftfy in the same run.

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

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pydoc_data.topics import topics  # noqa: E402 - the checkout has to be on the path first

import ftfy  # noqa: E402

from pipelines.language import detect_language  # noqa: E402
from pipelines.text.encodings import characters  # noqa: E402
from pipelines.text.escapes import fix_escapes  # noqa: E402
from pipelines.text.lookalikes import fix_lookalikes  # noqa: E402
from pipelines.text.mojibake import fix_mojibake  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
READERS = ("cp1251", "cp1252", "latin-1", "cp866", "koi8-r", "mac-cyrillic", "kz1048")
PAIRS = [
    *(("cp1251", read) for read in ("cp1252", "latin-1", "koi8-r")),
    *(("kz1048", read) for read in ("cp1251", "cp1252", "latin-1")),
    *((written, "cp1251") for written in ("koi8-r", "cp866")),
]
Damage = Callable[[str], str]


def read_as(text: str, written: str, read: str, times: int = 1) -> str:
    """Write a text in one encoding and read it in another; undefined bytes become C1 controls."""
    for _ in range(times):
        table = characters(read)
        text = "".join(chr(byte) if byte < 128 else table[byte] for byte in text.encode(written))
    return text


def quoted_run(text: str, damage: Damage) -> str:
    """Damage only the first quoted name of a sentence; raise ``ValueError`` where it has none."""
    found = re.search("«([^«»]{5,})»", text)
    if found is None:
        raise ValueError("no quoted name")
    return text[: found.start(1)] + damage(found[1]) + text[found.end(1) :]


def entities(text: str, times: int = 1) -> str:
    """Write every character beyond ASCII as a numeric entity."""
    text = text.encode("ascii", "xmlcharrefreplace").decode()
    for _ in range(times - 1):
        text = text.replace("&", "&amp;")
    return text


def channels() -> dict[str, Damage]:
    """Name every channel."""
    made: dict[str, Damage] = {}
    for times in (1, 2):
        for read in READERS:
            made[f"UTF-8 as {read}" + " twice" * (times == 2)] = partial(
                read_as, written="utf-8", read=read, times=times
            )
    for written, read in PAIRS:
        made[f"{written} as {read}"] = partial(read_as, written=written, read=read)
    whole = dict(made)
    for name in (
        "UTF-8 as cp1251",
        "UTF-8 as latin-1",
        "cp1251 as cp1252",
        "kz1048 as cp1251",
        "koi8-r as cp1251",
    ):
        made[f"name only: {name}"] = partial(quoted_run, damage=whole[name])
    for name in (
        "UTF-8 as cp1251",
        "cp1251 as cp1252",
        "kz1048 as cp1251",
        "cp1251 as koi8-r",
        "koi8-r as cp1251",
    ):
        made[f"three words: {name}"] = lambda text, damage=whole[name]: damage(" ".join(text.split()[:3]))
    made["entities"] = entities
    made["entities twice"] = partial(entities, times=2)
    made["\\u escapes"] = lambda text: re.sub("[^\x00-\x7f]", lambda match: f"\\u{ord(match[0]):04x}", text)
    return made


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
    """Repair with this project's families of encodings and letters."""
    for family in (fix_escapes, fix_mojibake, fix_lookalikes):
        text = family(text).text
    return text


def recovery(lines: list[str], name: str, damage: Damage) -> tuple[int, float, float, str] | None:
    """Return how many sentences a channel damages, what part of them ours and ftfy recover, and a failure."""
    count = good = theirs = 0
    failure = ""
    for line in lines:
        try:
            damaged = damage(line)
        except (UnicodeError, ValueError):
            continue
        wanted = " ".join(line.split()[:3]) if name.startswith("three words") else line
        if damaged == wanted:
            continue
        count += 1
        made = ours(damaged)
        good += made == wanted
        theirs += ftfy.fix_text(damaged, uncurl_quotes=False) == wanted
        if made != wanted and not failure:
            failure = f"{wanted[:70]!r} <- {made[:70]!r}"
    return (count, good / count, theirs / count, failure) if count > 4 else None


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
            made.append(story)
            story = ""
    return made[:20]


def main() -> None:
    """Print recovery, what clean text suffers, cost, and how well languages are told apart."""
    unseen = sentences(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    rates: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    print(f"{'channel':36} {'lang':4} {'n':>5} {'ours':>7} {'ftfy':>7}  first failure")
    for name, damage in channels().items():
        for lang, lines in unseen.items():
            found = recovery(lines, name, damage)
            if found:
                count, good, theirs, failure = found
                rates[name.startswith("three words")].append((good, theirs))
                print(f"{name:36} {lang:4} {count:5} {good:7.3f} {theirs:7.3f}  {failure}")
    for short, label in ((False, "whole sentences and quoted names"), (True, "three words")):
        for who, which in (("ours", 0), ("ftfy", 1)):
            part = [rate[which] for rate in rates[short]]
            mean, worst = sum(part) / len(part), min(part)
            print(f"{label}, {who}: mean {mean:.4f}, worst {worst:.3f} over {len(part)} pairs")
    everything = sentences(10**6)
    for lang, lines in everything.items():
        changed = [line for line in lines if ours(line) != line]
        right = sum(detect_language(line) == lang for line in lines)
        whole = [" ".join(lines[at : at + 10]) for at in range(0, len(lines), 10)]
        right_whole = sum(detect_language(story) == lang for story in whole)
        print(f"{lang}: {len(lines)} clean sentences, {len(changed)} changed {changed[:2]}")
        print(f"    language right {right / len(lines):.4f}, of stories {right_whole / len(whole):.4f}")
    print("\nmilliseconds a story of 2 kB   clean  damaged   ftfy clean  ftfy damaged")
    for lang, lines in everything.items():
        clean = stories(lines)
        name = "UTF-8 as cp1251"
        bad = [channels()[name](story) for story in clean]
        plain = partial(ftfy.fix_text, uncurl_quotes=False)
        figures = [cost(ours, clean), cost(ours, bad), cost(plain, clean), cost(plain, bad)]
        print(f"{lang:28} " + " ".join(f"{figure:9.4f}" for figure in figures))


if __name__ == "__main__":
    main()
