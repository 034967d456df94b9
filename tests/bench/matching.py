# ruff: noqa: E501 - sample texts stay whole
"""How well stories are told apart: generated copies and hard negatives from templates in three languages.

Stories follow templates as government press does: weather, prices, receptions, openings, and pairs that
differ in exactly one number, name, place or date. Each gets some damaged copies without an address. Printed:
pairwise precision and recall, adjusted Rand index, stories swallowed (merged into another), copies left
apart.

Run by hand: ``python tests/bench/matching.py --stories 600 --seed 1``.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from templates import LANGUAGES, Telling, make_story, vary

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import open_store

Damage = Callable[[str, random.Random], str]
_BYLINES = {
    "kk": "Әкімдіктің баспасөз қызметі",
    "ru": "Пресс-служба акимата",
    "en": "Press service of the akimat",
}
_MORE = {
    "kk": "Толық ақпаратты әкімдіктің ресми сайтынан алуға болады.",
    "ru": "Подробную информацию можно получить на официальном сайте акимата.",
    "en": "More information can be found on the official website of the akimat.",
}


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?»\"]) ", text)


def _less(text: str, dice: random.Random) -> str:
    parts = _sentences(text)
    if len(parts) > 4:
        del parts[dice.randrange(1, len(parts))]
    return " ".join(parts)


DAMAGES: dict[str, Damage] = {
    "as it is": lambda t, d: t,
    "marks lost": lambda t, d: re.sub("[\"'«»“”’]", "", t),
    "glued": lambda t, d: re.sub(r"([.!?]) ", lambda m: m[1] if d.random() < 0.4 else m[0], t),
    "paragraphs": lambda t, d: re.sub(r"([.!?]) ", lambda m: m[1] + ("\n\n" if d.random() < 0.3 else " "), t),
    "mojibake": lambda t, d: t.encode("utf-8").decode("cp1251", errors="replace"),
    "entities": lambda t, d: t.replace('"', "&quot;").replace("«", "&laquo;").replace("»", "&raquo;"),
    "cut": lambda t, d: t[: int(len(t) * d.uniform(0.5, 0.95))],
    "one less": _less,
}


def copies(story: Telling, dice: random.Random) -> list[RawStory]:
    """Damaged copies of one story as a newspaper prints them; the damage's name is the section."""
    made = []
    for name in dice.sample([*DAMAGES, "byline", "one more", "title"], 3):
        body, title = story.body, story.title
        if name in DAMAGES:
            body = DAMAGES[name](body, dice)
        elif name == "byline":
            body = f"{body} {_BYLINES[story.lang]}"
        elif name == "one more":
            body = f"{body} {_MORE[story.lang]}"
        else:
            title = dice.choice(LANGUAGES[story.lang]["other_titles"])
        day = date.fromisoformat(story.day) + timedelta(days=dice.choice((0, 0, 1, 3)))
        made.append(RawStory(title=title, body=body, date=day.strftime("%d.%m.%Y"), section=name))
    return made


def _decidable(copy: RawStory, story: Telling, twin: Telling | None) -> bool:
    """False when a cut or a lost sentence took all that tells the story from its twin: nobody could say whose it is."""
    if twin is None or copy.section not in ("cut", "one less"):
        return True
    own = set(re.findall(r"\w+", story.body)) - set(re.findall(r"\w+", twin.body))
    return bool(own & set(re.findall(r"\w+", copy.body or "")))


def mixed(stories: int, dice: random.Random) -> list[tuple[int, RawStory]]:
    """Stories, one-slot variants of a third of them, and copies: (which story, record), shuffled."""
    told = [make_story(dice) for _ in range(stories)]
    told += [vary(one, dice) for one in told[: stories // 3]]
    twins = {one: told[stories + place] for place, one in enumerate(told[: stories // 3])}
    twins |= {twin: one for one, twin in twins.items()}
    records: list[tuple[int, RawStory]] = []
    known: dict[tuple[str, str], int] = {}
    for one in told:
        # Slots are few: two tellings that say the same on the same day are one story.
        number = known.setdefault((one.body, one.day), len(known))
        day = date.fromisoformat(one.day).strftime("%d.%m.%Y")
        records.append((number, RawStory(title=one.title, body=one.body, date=day, section="original")))
        records += [(number, copy) for copy in copies(one, dice) if _decidable(copy, one, twins.get(one))]
    dice.shuffle(records)
    return records


def measure(records: list[tuple[int, RawStory]], path: Path) -> tuple[list[int], float]:
    """Store the records and give the story that each came into, with the seconds of matching and storing."""
    items = [
        process_story(RawStory(**{f: getattr(raw, f) for f in ("title", "body", "date", "section")}, position=place,
                           page_url="https://paper.example/", seen_at="2025-12-31T00:00:00+05:00"))
        for place, (_, raw) in enumerate(records)
    ]  # fmt: skip
    with open_store(path) as store:
        crawl = store.begin_crawl("bench", {})
        start = time.perf_counter()
        store.add_all(items, crawl)
        seconds = time.perf_counter() - start
        rows = store.db.conn.execute("SELECT story_id FROM sightings ORDER BY position").fetchall()
    return [story for (story,) in rows], seconds


def pairs(counts: Counter[object]) -> int:
    """Pairs within groups of these sizes."""
    return sum(n * (n - 1) // 2 for n in counts.values())


def report(truth: list[int], found: list[int]) -> tuple[dict[str, float], int]:
    """Pairwise precision, recall and ARI; the number of stories that share a found story with another."""
    both, true, made = (pairs(Counter(x)) for x in (zip(truth, found, strict=True), truth, found))
    every = len(truth) * (len(truth) - 1) // 2
    chance = true * made / every
    held = defaultdict(set)
    for real, story in zip(truth, found, strict=True):
        held[story].add(real)
    swallowed = sum(len(stories) - 1 for stories in held.values())
    scores = {"precision": both / made if made else 1.0, "recall": both / true if true else 1.0}
    scores["ARI"] = (both - chance) / ((true + made) / 2 - chance)
    return scores, swallowed


def main() -> None:
    """Measure once and print the scores, then what was missed, by damage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show", type=int, default=0, help="print this many missed copies and merged stories"
    )
    parser.add_argument("--hide", nargs="*", default=[], help="damages not shown")
    options = parser.parse_args()
    records = mixed(options.stories, random.Random(options.seed))
    with tempfile.TemporaryDirectory() as folder:
        found, seconds = measure(records, Path(folder, "bench.db"))
    truth = [number for number, _ in records]
    scores, swallowed = report(truth, found)
    print(f"{len(set(truth))} stories, {len(records)} records, {seconds / len(records) * 1e6:.0f} µs each")
    print(
        "  ".join(f"{name} {value:.4f}" for name, value in scores.items()), f" stories swallowed {swallowed}"
    )
    home = {}
    for (number, raw), story in zip(records, found, strict=True):
        if raw.section == "original":
            home[number] = story
    total, apart = Counter(), Counter()
    for (number, raw), story in zip(records, found, strict=True):
        total[raw.section] += 1
        apart[raw.section] += story != home[number]
    print("left apart:", ", ".join(f"{name} {apart[name]}/{total[name]}" for name in sorted(total)))
    texts: dict[int, dict[int, str]] = defaultdict(dict)
    for (number, raw), story in zip(records, found, strict=True):
        texts[story].setdefault(number, f"[{raw.section} {raw.date}] {raw.title} | {raw.body}")
    for merged in [list(t.values()) for t in texts.values() if len(t) > 1][: options.show]:
        print("MERGED\n  " + "\n  ".join(merged))
    missed = [(n, r) for (n, r), s in zip(records, found, strict=True) if s != home[n]]
    missed = [(n, r) for n, r in missed if r.section not in options.hide][: options.show]
    for number, raw in missed:
        original = next(r for n, r in records if n == number and r.section == "original")
        print(f"APART {raw.section} {raw.date}\n  {raw.body}\n  {original.body} {original.date}")


if __name__ == "__main__":
    main()
