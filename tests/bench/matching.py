# ruff: noqa: E501 - sample texts stay whole
"""Benchmark of matching accuracy: generated copies and hard negatives from templates in three languages.

Stories follow templates of the government press (weather, prices, receptions, openings); pairs of stories
differ in exactly one number, name, place or date. Each story has several damaged copies without a URL. The
output is pairwise precision and recall, the adjusted Rand index, the number of stories merged into another
story, and the number of copies left unmatched.

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
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from templates import LANGUAGES, TemplateStory, make_story, vary

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import open_store

Damage = Callable[[str, random.Random], str]
_BYLINES = {
    "kk": "Әкімдіктің баспасөз қызметі",
    "ru": "Пресс-служба акимата",
    "en": "Press service of the akimat",
}
_EXTRA_SENTENCES = {
    "kk": "Толық ақпаратты әкімдіктің ресми сайтынан алуға болады.",
    "ru": "Подробную информацию можно получить на официальном сайте акимата.",
    "en": "More information can be found on the official website of the akimat.",
}


# A stop, with a closing quote after it, before a capital or a digit. The stop of an initial ends nothing.
_BETWEEN_SENTENCES = re.compile(
    r"(?<![A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]\.)(?<![A-Z][a-z]\.)(?:(?<=[.!?])|(?<=[.!?][»\"”])) (?=[\"«“]?[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ0-9])"
)


def _sentences(text: str) -> list[str]:
    """Split a text into whole sentences.

    >>> _sentences('Came on 5 May. R.Zh. Asan said: "It is open." So it is.')
    ['Came on 5 May.', 'R.Zh. Asan said: "It is open."', 'So it is.']
    """
    return _BETWEEN_SENTENCES.split(text)


def _drop_sentence(text: str, dice: random.Random) -> str:
    parts = _sentences(text)
    if len(parts) > 2:
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
    "one less": _drop_sentence,
}


def copies(story: TemplateStory, dice: random.Random) -> list[RawStory]:
    """Return damaged copies of a story, as newspapers print them; the section names the damage."""
    result = []
    for name in dice.sample([*DAMAGES, "byline", "one more", "title"], 3):
        body, title = story.body, story.title
        if name in DAMAGES:
            body = DAMAGES[name](body, dice)
        elif name == "byline":
            body = f"{body} {_BYLINES[story.lang]}"
        elif name == "one more":
            body = f"{body} {_EXTRA_SENTENCES[story.lang]}"
        else:
            title = dice.choice(LANGUAGES[story.lang]["other_titles"])
        day = date.fromisoformat(story.published) + timedelta(days=dice.choice((0, 0, 1, 3)))
        result.append(RawStory(title=title, body=body, date=day.strftime("%d.%m.%Y"), section=name))
    return result


def _is_decidable(copy: RawStory, story: TemplateStory, twin: TemplateStory | None) -> bool:
    """Return False if the damage removed every word that distinguishes the story from its twin."""
    if twin is None or copy.section not in ("cut", "one less"):
        return True
    own_words = set(re.findall(r"\w+", story.body)) - set(re.findall(r"\w+", twin.body))
    return bool(own_words & set(re.findall(r"\w+", copy.body or "")))


def mixed(stories: int, dice: random.Random) -> list[tuple[int, RawStory]]:
    """Return pairs (story number, record), shuffled: stories, one-slot variants of a third of them, copies."""
    originals = [make_story(dice) for _ in range(stories)]
    originals += [vary(story, dice) for story in originals[: stories // 3]]
    twins = {story: originals[stories + index] for index, story in enumerate(originals[: stories // 3])}
    twins |= {twin: story for story, twin in twins.items()}
    records: list[tuple[int, RawStory]] = []
    numbers: dict[tuple[str, str], int] = {}
    for story in originals:
        # Templates have few slots: stories with equal text and date are one story.
        number = numbers.setdefault((story.body, story.published), len(numbers))
        day = date.fromisoformat(story.published).strftime("%d.%m.%Y")
        records.append((number, RawStory(title=story.title, body=story.body, date=day, section="original")))
        records += [
            (number, copy) for copy in copies(story, dice) if _is_decidable(copy, story, twins.get(story))
        ]
    dice.shuffle(records)
    return records


def measure(records: list[tuple[int, RawStory]], path: Path) -> tuple[list[int], float]:
    """Store the records; return the story id of each, and the seconds spent on matching and storing."""
    items = [
        process_story(
            replace(
                raw,
                position=position,
                page_url="https://paper.example/",
                seen_at="2025-12-31T00:00:00+05:00",
            )
        )
        for position, (_, raw) in enumerate(records)
    ]
    with open_store(path) as store:
        crawl = store.begin_crawl("bench", {})
        start = time.perf_counter()
        store.add_all(items, crawl)
        seconds = time.perf_counter() - start
        rows = store.db.conn.execute("SELECT story_id FROM sightings ORDER BY position").fetchall()
    return [row["story_id"] for row in rows], seconds


def pair_count(counts: Counter[object]) -> int:
    """Return the number of pairs within groups of these sizes."""
    return sum(n * (n - 1) // 2 for n in counts.values())


def report(truth: list[int], found: list[int]) -> tuple[dict[str, float], int]:
    """Return pairwise precision, recall and ARI, and the number of stories merged into another story."""
    both, true, predicted = (pair_count(Counter(x)) for x in (zip(truth, found, strict=True), truth, found))
    every = len(truth) * (len(truth) - 1) // 2
    chance = true * predicted / every
    true_stories = defaultdict(set)
    for number, story_id in zip(truth, found, strict=True):
        true_stories[story_id].add(number)
    swallowed = sum(len(numbers) - 1 for numbers in true_stories.values())
    scores = {"precision": both / predicted if predicted else 1.0, "recall": both / true if true else 1.0}
    scores["ARI"] = (both - chance) / ((true + predicted) / 2 - chance)
    return scores, swallowed


def main() -> None:
    """Run the benchmark and print the scores, then the unmatched copies by kind of damage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show", type=int, default=0, help="print this many unmatched copies and merged stories"
    )
    parser.add_argument("--hide", nargs="*", default=[], help="kinds of damage that are not printed")
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
