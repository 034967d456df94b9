# ruff: noqa: E501 - sample texts stay whole
"""Benchmark of purity: one set of records in random orders gives the same stories, links and reasons.

The set has items of gov.kz with revisions and reprints, one notice on 60 dates, 300 copies of one story in many
damages, stories of one template, and corrections by hand. Each order is stored anew, half of them cleaned and
matched again (``reclean``). Prints how many orders differ from the first, and the time.

Run by hand: ``python tests/bench/orders.py --orders 200``.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import Store, open_store

_DAY = date(2025, 3, 1)
_SEEN_AT = "2025-12-01T00:00:00+05:00"
_STORY = (
    "В Аксуском районе завершился ремонт моста через реку Тобол. Работы вела местная компания, подрядчик сдал объект на"
    " месяц раньше. По словам акима, старый мост построили сорок лет назад и он давно стал опасен. На опоры ушло двести"
    " тонн бетона. Движение открыли в понедельник утром. Теперь школьники из соседнего села не будут объезжать паводок."
    " Рабочие ещё установят фонари и ограждения. Жители собрали подписи с благодарностью строителям. Следующим летом"
    " здесь отремонтируют подъездную дорогу. Деньги выделят из областного бюджета. Проект уже прошёл экспертизу."
)
_NOTICE = "Сегодня в акимате пройдёт приём граждан по вопросам жилья и земли, запись ведётся по телефону с девяти утра."
_TEMPLATE = (
    "В посёлке {place} {day} марта ожидается переменная облачность без осадков, ветер юго-западный {wind} м/с, температура"
    " воздуха ночью {frost} градусов мороза. Жителей просят быть внимательными на дорогах."
)
_BEFORE = ("КОСТАНАЙ, 3 марта – ", "Фото: акимат области\n\n", "#новости #мост\n\n", "")
_AFTER = (" Пресс-служба акимата", " Читайте нас в Telegram.", "\n\nПросмотров: 15", "")


def _damaged(dice: random.Random, text: str) -> str:
    sentences = re.split(r"(?<=\.) ", text)
    kind = dice.randrange(6)
    if kind == 0:
        return text[: dice.randrange(len(text) // 3, len(text))]
    if kind == 1:
        sentences.pop(dice.randrange(len(sentences)))
        return " ".join(sentences)
    if kind == 2:
        sentences.pop(dice.randrange(len(sentences)))
        return " ".join(sentences)[: dice.randrange(len(text) // 3, len(text))]
    if kind == 3:
        return dice.choice(_BEFORE) + text + dice.choice(_AFTER)
    return text.replace(". ", ".\n\n") if kind == 4 else text


def records(dice: random.Random, copies: int, dates: int) -> list[RawStory]:
    """Return the records of the set."""
    found: list[RawStory] = []

    def add(body: str, day: date, **more: Any) -> None:
        values: dict[str, Any] = {"title": "Новости", "date": day.strftime("%d.%m.%Y"), "seen_at": _SEEN_AT}
        values |= {"page_url": f"https://paper{len(found)}.example/", "position": 1, "body": body} | more
        found.append(RawStory(**values))

    for _ in range(copies):
        add(_damaged(dice, _STORY), _DAY + timedelta(days=dice.randrange(8)))
    for number in range(dates):
        add(_NOTICE, _DAY + timedelta(days=number))
    for number in range(12):
        day = _DAY + timedelta(days=number % 4)
        text = _TEMPLATE.format(
            place=f"Аул{number // 4}ский", day=day.day, wind=5 + number, frost=10 + number % 5
        )
        item = {
            "page_url": "https://www.gov.kz/api",
            "news_id": 900 + number,
            "entity": "almaty",
            "lang": "ru",
        }
        add(text, day, **item)
        if number % 3 == 0:
            add(text.replace("осадков", "снега"), day, **item | {"seen_at": "2025-12-02T00:00:00+05:00"})
        add(_damaged(dice, text), day)
        add(text, day + timedelta(days=1))
    return found


def _correct(store: Store, dice: random.Random) -> None:
    """Apply the same corrections in every order: sightings are named by their pages."""
    query = "SELECT id, story_id FROM sightings WHERE page_url = ? ORDER BY record_hash LIMIT 1"

    def of(number: int) -> tuple[int, int]:
        row = store.db.execute(query, (f"https://paper{number}.example/",)).fetchone()
        return row[0], row[1]

    for number in (1, 2):
        one, other = of(dice.randrange(3)), of(5 + number)
        if one[1] == other[1]:
            store.split([one[0]])
        else:
            store.join(one[1], other[1])


def stored(path: Path, raws: list[RawStory], *, again: bool) -> list[Any]:
    """Return stories, links and reasons without ids, after corrections by hand."""
    with open_store(path) as store:
        crawl = store.begin_crawl("bench", {})
        with store.transaction():
            for raw in raws:
                store.add(process_story(raw), crawl)
        _correct(store, random.Random(5))
        if again:
            store.reclean(lambda items: map(process_story, items))
        conn = store.db.conn
        names = "title, body, published, url, text_hash, first_seen, last_seen"
        shown = {row[0]: tuple(row)[1:] for row in conn.execute(f"SELECT id, {names} FROM stories")}
        members: dict[int, list[tuple[str, str]]] = {}
        for story, digest, reason in conn.execute(
            "SELECT story_id, hex(record_hash), matched_by FROM sightings"
        ):
            members.setdefault(story, []).append((digest, reason))
        links = conn.execute("SELECT story_id, other_id, kind, score FROM story_links").fetchall()
        linked = sorted(
            (kind, score, *sorted(map(repr, (shown[a], shown[b])))) for a, b, kind, score in links
        )
        revisions = sorted(
            map(repr, (tuple(row) for row in conn.execute("SELECT title, body, seen_at FROM revisions")))
        )
        return [sorted(((shown[s], sorted(m)) for s, m in members.items()), key=repr), linked, revisions]


def main() -> None:
    """Store the set in random orders and print how many differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--copies", type=int, default=300)
    parser.add_argument("--dates", type=int, default=60)
    options = parser.parse_args()
    raws = records(random.Random(1), options.copies, options.dates)
    begin, differ, first = time.perf_counter(), 0, None
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.orders):
            random.Random(number).shuffle(raws)
            found = stored(Path(folder) / f"{number}.db", raws, again=number % 2 == 1)
            first = first or found
            if found != first:
                differ += 1
                parts = [
                    name
                    for name, x, y in zip(("stories", "links", "revisions"), found, first, strict=True)
                    if x != y
                ]
                print(f"order {number}: other {', '.join(parts)}", flush=True)
            (Path(folder) / f"{number}.db").unlink()
    assert first is not None
    print(
        f"{len(raws)} records, {len(first[0])} stories, {len(first[1])} links: {differ} of {options.orders} orders differ"
    )
    print(f"{(time.perf_counter() - begin) / options.orders:.1f} s an order")


if __name__ == "__main__":
    main()
