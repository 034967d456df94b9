"""Generator of raw records for benchmarks: any number, reproducible, distributed like a press archive.

A quarter of the records repeat an earlier story, half of those damaged (quotes lost, paragraphs glued, text
truncated) and all on another page. Three per cent are mojibake. The others are new stories of about 2 kB in
Kazakh, Russian or English. A quarter of their sentences are templates with slots, because stories of the
government press share phrases. The other sentences consist of 300,000 words per language with the frequency
distribution of news (vocabulary.py), so that an index does as much work as with real text. The words follow
the letter bigrams of the language and have no meaning.

Run by hand: ``python tests/bench/generate.py 10000 > records.jsonl``; a second argument is the number of the
first story.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.vocabulary import vocabulary

PLACES = {
    "kk": [
        "Алматы",
        "Қостанай",
        "Шымкент",
        "Түркістан",
        "Ақтөбе",
        "Тараз",
        "Қызылорда",
        "Өскемен",
        "Павлодар",
    ],
    "ru": [
        "Алматы",
        "Костанай",
        "Шымкент",
        "Туркестан",
        "Актобе",
        "Тараз",
        "Кызылорда",
        "Экибастуз",
        "Павлодар",
    ],
    "en": [
        "Almaty",
        "Kostanay",
        "Shymkent",
        "Turkistan",
        "Aktobe",
        "Taraz",
        "Kyzylorda",
        "Ekibastuz",
        "Pavlodar",
    ],
}
THINGS = {
    "kk": [
        "мектеп",
        "аурухана",
        "кітапхана",
        "көпір",
        "балабақша",
        "саябақ",
        "жол",
        "су құбыры",
        "стадион",
        "көше жарығы",
        "автобус бағыты",
        "жылыжай",
        "қазандық",
        "мұражай",
        "дәріхана",
        "емхана",
    ],
    "ru": [
        "школа",
        "больница",
        "библиотека",
        "мост",
        "детский сад",
        "парк",
        "дорога",
        "водопровод",
        "стадион",
        "уличное освещение",
        "автобусный маршрут",
        "теплица",
        "котельная",
        "музей",
        "аптека",
        "поликлиника",
    ],
    "en": [
        "school",
        "hospital",
        "library",
        "bridge",
        "kindergarten",
        "park",
        "road",
        "water main",
        "stadium",
        "street lighting",
        "bus route",
        "greenhouse",
        "boiler house",
        "museum",
        "pharmacy",
        "clinic",
    ],
}
SENTENCES = {
    "kk": [
        "{p} қаласында биыл {n} {t} жөнделді, жұмыс {m} айға созылды.",
        "Өңір әкімдігі бұл мақсатқа {n} миллион теңге бөлді.",
        "«Жоспар бойынша {t} құрылысы келесі жылы аяқталады», — деді басқарма өкілі.",
        "Тұрғындар {n} рет өтініш берген, олардың басым бөлігі {t} туралы болды.",
        "Жиында {p} өңірінің даму жоспары талқыланып, {n} ұсыныс қабылданды.",
        "Мердігер компания {m} ай ішінде {n} шақырым аумақты абаттандыруға міндеттенді.",
        "Осы бағдарлама аясында ауылдық жерлерде {n} жаңа жұмыс орны ашылады.",
        "Ғимараттың көлемі {n} шаршы метр, мұнда {m} бөлме бар.",
        "Үкіметтің қолдауымен {p} маңында {t} пайдалануға берілді.",
        "Қысқы маусымға дайындық {n} пайызға орындалды, {t} толық тексерілді.",
    ],
    "ru": [
        "В городе {p} в этом году отремонтировали {n} объектов, работы длились {m} месяцев.",
        "Акимат региона выделил на эти цели {n} миллионов тенге.",
        "«По плану {t} будет завершён в следующем году», — сообщили в управлении.",
        "Жители обратились {n} раз, большая часть вопросов касалась темы «{t}».",
        "На совещании обсудили план развития региона {p} и приняли {n} предложений.",
        "Подрядчик обязался за {m} месяцев благоустроить {n} километров территории.",
        "В рамках программы в сёлах откроют {n} новых рабочих мест.",
        "Площадь здания составляет {n} квадратных метров, в нём {m} помещений.",
        "При поддержке правительства вблизи города {p} введён в строй объект: {t}.",
        "Подготовка к зимнему сезону выполнена на {n} процентов, {t} проверен полностью.",
    ],
    "en": [
        "In {p} this year {n} sites were repaired, and the work took {m} months.",
        "The regional akimat set aside {n} million tenge for this purpose.",
        '"The {t} will be finished next year according to the plan," the department said.',
        "Residents wrote {n} times, and most of their questions were about the {t}.",
        "The meeting discussed the development plan of {p} and accepted {n} proposals.",
        "The contractor has {m} months to improve {n} kilometres of the district's territory.",
        "Under the programme {n} new jobs will be created in the villages.",
        "The building covers {n} square metres and has {m} rooms.",
        "With the government's support a new {t} was opened near {p}.",
        "Preparation for the winter season is {n} percent complete, and the {t} has been checked.",
    ],
}
TITLES = {
    "kk": "{p}: {t} бойынша {n} жұмыс аяқталды",
    "ru": "{p}: завершено {n} работ по объекту «{t}»",
    "en": "{p}: {n} works finished at the {t}",
}
SLUGS = [
    "almaty",
    "kostanay",
    "shymkent",
    "ontustik",
    "aktobe",
    "zhambyl",
    "kyzylorda",
    "akimvko",
    "pavlodar",
]
NEWEST = date(2025, 12, 20)


def _prose(lang: str, rng: random.Random) -> str:
    words, uses = vocabulary(lang)
    return " ".join(rng.choices(words, cum_weights=uses, k=rng.randint(6, 18))).capitalize() + "."


def _fill(pattern: str, lang: str, rng: random.Random) -> str:
    return pattern.format(
        p=rng.choice(PLACES[lang]),
        t=rng.choice(THINGS[lang]),
        n=rng.randint(2, 9999),
        m=rng.randint(2, 24),
    )


def story(number: int, size: int = 2000) -> dict[str, Any]:
    """Return story ``number``, about ``size`` characters long; reproducible."""
    rng = random.Random(number)
    lang = ("kk", "ru", "en")[number % 3]
    paragraphs, length = [], 0
    while length < size:
        sentences = [_fill(rng.choice(SENTENCES[lang]), lang, rng), *(_prose(lang, rng) for _ in range(3))]
        paragraph = " ".join(rng.sample(sentences, 4))
        paragraphs.append(paragraph)
        length += len(paragraph)
    slug, news_id = rng.choice(SLUGS), 100_000 + number
    return {
        "url": f"https://www.gov.kz/memleket/entities/{slug}/press/news/details/{news_id}?lang={lang}",
        "entity": slug,
        "news_id": news_id,
        "lang": lang,
        "title": _fill(TITLES[lang], lang, rng),
        "body": "\n\n".join(paragraphs),
        "date": (NEWEST - timedelta(days=rng.randint(0, 2000))).strftime("%d.%m.%Y"),
        "page_url": "https://www.gov.kz/api/v1/public/content-manager/news",
        "seen_at": "2025-12-21T06:00:00+05:00",
    }


def _damaged_copy(record: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    copy = {key: record[key] for key in ("title", "body", "date", "seen_at")}
    copy |= {"page_url": "https://paper.example/news", "position": rng.randint(1, 40), "section": "News"}
    damage = rng.randrange(6)
    if damage == 0:
        copy["body"] = copy["body"].translate(dict.fromkeys(map(ord, "«»\"'")))
    elif damage == 1:
        copy["body"] = copy["body"].replace("\n\n", "")
    elif damage == 2:
        copy["body"] = copy["body"][: int(len(copy["body"]) * 0.8)]
    return copy


def records(count: int, first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield ``count`` records: three new stories, then a copy of one of the last thousand; 3 % are mojibake.

    ``first`` is the number of the first story, so that an archive can be generated in several parts.
    """
    rng, next_number = random.Random(7 + first), first
    for index in range(count):
        if index % 4 == 3:
            number = rng.randint(max(first, next_number - 1000), next_number - 1)
            yield _damaged_copy(story(number), rng)
            continue
        record = story(next_number)
        next_number += 1
        if rng.random() < 0.03:
            for name in ("title", "body"):
                record[name] = record[name].encode("utf-8").decode("cp1251", errors="replace")
        yield record


if __name__ == "__main__":
    for item in records(*map(int, sys.argv[1:] or ["10000"])):
        sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
