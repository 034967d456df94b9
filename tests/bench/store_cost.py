# ruff: noqa: E501 - sample texts stay whole
"""Benchmark of matching and storing: cost of one more record by archive size, and memory.

Fills one database and measures at each size the processor time of 600 further records: new stories, damaged
copies and instances of one template (the worst case, because they share most of their words). The figures do
not include cleaning.

Run by hand: ``python tests/bench/store_cost.py --sizes 1000 10000 100000``.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.items import ProcessedStory, RawStory, hash_text
from pipelines.sqlite import open_store
from tests.bench.generate import story

_DAY = date(2020, 1, 1)
_WEATHER = (
    "{day} в городе {place} ночью ожидается {a} градусов мороза, днём {b} градусов. Скорость ветра достигнет {c} "
    "метров в секунду. Жителей просят быть осторожными, водителей — соблюдать дистанцию. На дорогах возможен гололёд."
)


def item(title: str, body: str, day: str, news_id: int | None, position: int) -> ProcessedStory:
    """Return a cleaned item: from gov.kz if it has an id, otherwise a reprint."""
    url = (
        f"https://www.gov.kz/memleket/entities/almaty/press/news/details/{news_id}?lang=ru"
        if news_id
        else None
    )
    page = "https://www.gov.kz/api" if news_id else "https://paper.example/"
    raw = RawStory(url=url, news_id=news_id, title=title, body=body, date=day, page_url=page, position=position,
                   seen_at="2025-12-21T06:00:00+05:00")  # fmt: skip
    site = "www.gov.kz" if news_id else "paper.example"
    addresses = ((url, "gov.kz"),) if url else ()
    return ProcessedStory(raw, title, body, day, None, None, "ru", url, "almaty" if url else None, news_id, site,
                      bool(news_id), addresses, text_hash=hash_text(title, body))  # fmt: skip


def items(templates: float) -> Iterator[ProcessedStory]:
    """Yield an endless archive: a fifth are copies of recent stories; a share follows one template."""
    dice = random.Random(3)
    recent: list[ProcessedStory] = []
    for number in count():
        day = (_DAY + timedelta(days=dice.randrange(2000))).isoformat()
        if recent and number % 5 == 4:
            old = dice.choice(recent)
            body = old.body or ""
            copy = (
                body.translate(dict.fromkeys(map(ord, "«»\"'"))) if number % 2 else body[: len(body) * 3 // 4]
            )
            yield item(old.title or "", copy, old.published or day, None, number)
            continue
        if dice.random() < templates:
            text = _WEATHER.format(day=day, place=dice.choice(("Тараз", "Семей", "Актау")), a=dice.randint(1, 30),
                                   b=dice.randint(1, 20), c=dice.randint(1, 25))  # fmt: skip
            new = item("Погода", text, day, None, number)
        else:
            record = story(number)
            new = item(record["title"], record["body"], day, 100_000 + number, number)
        recent = [*recent[-500:], new]
        yield new


def main() -> None:
    """Fill the database to each size; measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument(
        "--templates", type=float, default=0.1, help="share of records that follow one template"
    )
    options = parser.parse_args()
    source = items(options.templates)
    print(f"{'stored':>9}{'µs a record':>13}{'kB a record':>13}{'memory, MB':>12}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cost.db")
        with open_store(path) as store:
            crawl = store.begin_crawl("bench", {})
            stored = 0
            for size in options.sizes:
                while stored < size:
                    batch = list(islice(source, min(500, size - stored)))
                    store.add_all(batch, crawl)
                    stored += len(batch)
                more = list(islice(source, 600))
                gc.collect()
                start = time.process_time()
                store.add_all(more, crawl)
                cost = (time.process_time() - start) / len(more)
                stored += len(more)
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(
                    f"{size:9}{cost * 1e6:13.0f}{path.stat().st_size / stored / 1e3:13.1f}{memory:12.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
