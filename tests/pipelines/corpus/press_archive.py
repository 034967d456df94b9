"""A small press archive with every kind of case, in parts as several machines would have received it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import Store, open_store
from tests.pipelines.sqlite.test_order import mixed_set

SITE = "https://www.gov.kz/api"
ITEM = "https://www.gov.kz/memleket/entities/almobl/press/news/details/{}?lang={}"
NOTICE = (
    "Напоминаем жителям области, что приём граждан ведётся ежедневно в рабочие часы по адресу: улица Абая, "
    "дом двенадцать, первый этаж. При себе необходимо иметь документ, удостоверяющий личность."
)
WEATHER = (
    "По области ожидается переменная облачность, ветер юго-западный {} метров в секунду, температура воздуха "
    "ночью {} градусов мороза, днём {} градусов. Водителей просят соблюдать дистанцию на дорогах."
)
SPEECH = (
    "Глава области открыл завод «Надежда» и вручил ключи от квартир. «Это важный шаг», сказал он. "
    "Работу получат {} человек, а продукцию повезут в соседние страны."
)
NOON = "2025-12-21T12:00:00+05:00"
ROAD = (
    "В районе отремонтировали дорогу длиной {} километров. Работы заняли два года, сообщили в акимате района."
)


def archive() -> list[RawStory]:
    """Return copies, templates, a notice on many dates, translations, changed texts, files and topics."""
    found = []
    for raw in (one.raw for one in mixed_set()):
        printed = date.fromisoformat(raw.date).strftime("%d.%m.%Y") if raw.date else None
        found.append(replace(raw, date=printed))
    begin = date(2025, 1, 1)
    for number in range(24):
        day = (begin + timedelta(days=9 * number)).strftime("%d.%m.%Y")
        seen = f"2025-12-{1 + number % 28:02}T06:00:00+05:00"
        page = {"page_url": f"https://paper.example/{number}", "position": 1, "seen_at": seen}
        site = {
            "page_url": SITE,
            "url": ITEM.format(7000 + number, "ru"),
            "entity": "almobl",
            "seen_at": seen,
        }
        found += [
            RawStory(title="Приём граждан", body=NOTICE, date=day, **page),
            RawStory(title="Погода", body=WEATHER.format(3 + number, number, number + 2), date=day, **page),
            RawStory(title="Погода", body=WEATHER.format(3 + number, number, number + 2), date=day, **site),
        ]
    for number in range(24):
        speech = SPEECH.format(number + 100)
        for place, body in enumerate((speech, speech.replace("«", "").replace("»", "")), 1):
            page = f"https://paper.example/speech/{number}"
            found.append(RawStory(body=body, date="20.12.2025", page_url=page, position=place, seen_at=NOON))
    for number in range(8):
        lines = {"page_url": SITE, "date": "20.12.2025", "entity": "almobl"}
        for lang, title in (("ru", "Ремонт дороги"), ("kk", "Жол жөндеу")):
            url, body = ITEM.format(8000 + number, lang), ROAD.format(number + 10)
            picture = f'{{"heropic": "/uploads/2025/12/20/{number}{lang}_original.9.png"}}'
            for day, text in enumerate((body, body.replace("два", "три"), body + " Дорогу открыли."), 20):
                seen = f"2025-12-{day}T06:00:00+05:00"
                found.append(
                    RawStory(url=url, title=title, body=text, lang=lang, rest=picture, seen_at=seen, **lines)
                )
    return found


def clock(day: int) -> datetime:
    return datetime(2026, 1, day, tzinfo=UTC)


def fill(path: Path, items: Sequence[RawStory], day: int = 1) -> Path:
    """Store items as one run."""
    with open_store(path, clock=lambda: clock(day)) as store:
        crawl = store.begin_crawl("test", {"path": path.name})
        store.add_all(map(process_story, items), crawl)
        store.finish_crawl(crawl, "done", {"items": len(items)})
    return path


def parts(folder: Path, count: int = 3) -> list[Path]:
    """Store the archive in parts that overlap, in a mixed order."""
    items = archive()
    rng = random.Random(24)
    rng.shuffle(items)
    chosen: list[list[RawStory]] = [[] for _ in range(count)]
    for item in items:
        for number in rng.sample(range(count), 2 if rng.random() < 0.2 else 1):
            chosen[number].append(item)
    return [fill(folder / f"part{number}.db", part, number + 1) for number, part in enumerate(chosen)]


def story_of(store: Store, record: bytes) -> int:
    query = "SELECT story_id FROM sightings WHERE record_hash = ?"
    return int(store.db.conn.execute(query, (record,)).fetchone()[0])


def sighting_of(store: Store, record: bytes) -> int:
    query = "SELECT id FROM sightings WHERE record_hash = ?"
    return int(store.db.conn.execute(query, (record,)).fetchone()[0])


def records_of(path: Path, query: str) -> list[bytes]:
    """Return the record hashes that a query finds."""
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute(query)]
