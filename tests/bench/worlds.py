# ruff: noqa: E501 - patterns of sentences stay whole
"""Benchmark of matching in a world: many stories with twins and damaged copies, stored as `ingest` does.

A story is made of sentences with slots, half of them with sentences of their own words besides. Two in three
have one to three twins, which differ from it in exactly one place: a word, number, unit, sign, name, place,
tense, sex or denial, a word before the last stop, or one of these in the title. A third of the stories are
items of gov.kz, the others stand in a paper. Each has up to three copies in papers, with another damage each;
only stories without twins lose words, and those with a twin by title keep their title, because a copy without
what differs fits all twins.

Prints the stories swallowed (originals in the story of another original), by the kind of their twins; the
copies in their story of all copies (recall) and in a story of others (0 is right) by damage; the time and
the peak memory of cleaning and storing. Another process makes the records, so its memory does not count.

Run by hand: ``python tests/bench/worlds.py --records 50000 --seed 1``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import Store, open_store

_BATCH = 2_000  # as `govkz ingest`
_NEWEST = date(2025, 12, 20)
_SEEN_AT = "2025-12-21T06:00:00+05:00"
# A slot is {kind}, {kind:one|other|…} or {num:lowest-highest}. `sign` stands before a number.
_SLOT = re.compile(r"\{(\w+)(?::([^}]*))?\}")
WORLDS: dict[str, dict[str, Any]] = {
    "ru": {
        "place": "Аксай Хромтау Эмба Шалкар Темир Жем Алга Уил Байганин Каргалы Хобда Иргиз".split(),
        "name": "А.Б. Сатов|А.К. Сатов|Б.Т. Ережепов|М.С. Ли|Д.А. Ким|Н.Ж. Оразов|Г.Р. Пак".split("|"),
        "titles": ["Вести района", "Мост снова {word:открыт|закрыт} для машин", "{place}: новости недели", "Ярмарка {deny:|не }состоится в субботу"],
        "sentences": [
            "В {place} {tense:открыли|откроют} {word:школу|больницу|пекарню|мастерскую} на {num} мест.",
            "{name} {tense:посетил|посетит} {word:цех|склад|музей|приют} и {deny:|не }поручил начать ремонт.",
            "Грамоты {tense:вручили|вручат} {sex:выпускникам|выпускницам}, их было {num}.",
            "Уровень реки за сутки изменился на {sign:+|−|}{num} см, движение по мосту {deny:|не }разрешено.",
            "Цена угля составила {num} {unit:тенге|рублей|долларов} за тонну, она {word:выросла|снизилась|удержалась}.",
            "Соревнования среди {sex:юношей|девушек} {tense:завершились|завершатся} в {place}.",
            "Температура ночью {sign:−|+}{num:2-30} градусов, днём {sign:−|+}{num:2-30}, ветер {word:слабый|сильный}.",
            "На ремонт {deny:|не }выделили {num} {unit:млн|млрд} тенге, подрядчиком {deny:|не }назначен {name}.",
            "Приём проведёт {name}, вход {word:свободный|платный|закрытый}, телефон {num}-{num}.",
        ],
        "syllables": "ба ве ги до же за ки лу мо не па ро си ту фе хо ца чи шу ря".split(),
        "last": ["сегодня", "вечером", "повторно", "частично"],
        "byline": "Пресс-служба акимата",
        "more": "Подробную информацию можно получить на официальном сайте.",
        "headlines": ["Коротко", "Новости недели", "Из почты редакции"],
        "dateline": "АКТОБЕ, {day} декабря – ",
        "clause": "Об этом сообщает ИА «Степь-Информ».",
        "footer": "Подписывайтесь на наш канал в Telegram!",
    },
    "kk": {
        "place": "Ақсай Хромтау Ембі Шалқар Темір Жем Алға Ойыл Байғанин Қарғалы Қобда Ырғыз".split(),
        "name": "А.Б. Сатов|А.Қ. Сатов|Б.Т. Ережепов|М.С. Ли|Д.А. Ким|Н.Ж. Оразов|Г.Р. Пак".split("|"),
        "titles": ["Аудан тынысы", "Көпір қайтадан {word:ашылды|жабылды}", "{place} ауылының жаңалықтары", "Жәрмеңке сенбіде {deny:өтеді|өтпейді}"],
        "sentences": [
            "{place} елді мекенінде {num} орындық {word:мектеп|аурухана|наубайхана} {tense:ашылды|ашылады}.",
            "Жөндеу жұмысы {tense:аяқталды|аяқталады}, оған {num} {unit:миллион|миллиард} теңге {deny:бөлінді|бөлінбеді}.",
            "Мадақтамалар {sex:ұлдарға|қыздарға} {tense:берілді|беріледі}, олардың саны {num}.",
            "Су деңгейі тәулікте {sign:+|−|}{num} см өзгерді, көпірмен жүруге рұқсат {deny:бар|жоқ}.",
            "Көмірдің тоннасы {num} {unit:теңге|рубль|доллар} болды, баға {word:өсті|төмендеді|сақталды}.",
            "Жарыста {sex:ерлер|әйелдер} сынға {tense:түсті|түседі}, бәйгені {name} тағайындады.",
            "Түнде {sign:−|+}{num:2-30} градус, күндіз {sign:−|+}{num:2-30} градус болады, жел {word:баяу|қатты}.",
            "{name} {word:цехты|қойманы|мұражайды} аралады, ал тұрғындар {deny:қатысты|қатыспады}.",
            "Қабылдауды {name} өткізеді, кіру {word:тегін|ақылы|шектеулі}, телефон {num}-{num}.",
        ],
        "syllables": "ба ге қы до же зі ке лұ мө не па ры сі тү ға хо ұл шы шу рә".split(),
        "last": ["бүгін", "қайта", "емес", "ішінара"],
        "byline": "Әкімдіктің баспасөз қызметі",
        "more": "Толық ақпаратты ресми сайттан алуға болады.",
        "headlines": ["Қысқаша", "Апта жаңалықтары", "Редакция поштасынан"],
        "dateline": "АҚТӨБЕ, {day} желтоқсан – ",
        "clause": "Бұл туралы «Дала-Ақпарат» агенттігі хабарлады.",
        "footer": "Біздің Telegram арнамызға жазылыңыз!",
    },
    "en": {
        "place": "Aksai Khromtau Emba Shalkar Temir Zhem Alga Oiyl Baiganin Kargaly Khobda Yrgyz".split(),
        "name": "A.B. Satov|A.K. Satov|B.T. Yerezhepov|M.S. Li|D.A. Kim|N.Zh. Orazov|G.R. Pak".split("|"),
        "titles": ["News of the district", "Bridge is {word:open|closed} to cars again", "News of the week from {place}", "Fair will {deny:|not }take place on Saturday"],
        "sentences": [
            "A {word:school|hospital|bakery|workshop} for {num} people {tense:opened|opens} in {place}.",
            "{name} {tense:visited|visits} the {word:plant|depot|museum} and {deny:praised|did not praise} its workers.",
            "Prizes {tense:went|go} to {num} {sex:boys|girls} from {place}.",
            "The river changed by {sign:+|−|}{num} cm in a day, and the bridge is {deny:|not }open to lorries.",
            "Coal cost {num} {unit:tenge|roubles|dollars} a ton, and the price {word:rose|fell|held}.",
            "The {sex:men's|women's} race {tense:ended|ends} in {place}.",
            "It will be {sign:−|+}{num:2-30} degrees at night and {sign:−|+}{num:2-30} by day with {word:light|strong} wind.",
            "The akimat has {deny:|not }set aside {num} {unit:million|billion} tenge, and {name} will {deny:|not }lead the work.",
            "{name} will receive citizens, entrance is {word:free|paid|closed}, telephone {num}-{num}.",
        ],
        "syllables": "ba ven gi dor je zan ki lum mo nes pa rol si tur fe hon ca chi shu ray".split(),
        "last": ["today", "again", "partly", "late"],
        "byline": "Press service of the akimat",
        "more": "More information can be found on the official website.",
        "headlines": ["In brief", "News of the week", "From our mail"],
        "dateline": "AKTOBE, {day} December – ",
        "clause": "This was reported by Steppe News.",
        "footer": "Follow us on Telegram!",
    },
}  # fmt: skip
KINDS = ("word", "num", "unit", "sign", "name", "place", "tense", "sex", "deny", "last word", "title")


@dataclass(frozen=True)
class Slot:
    """A place of a story where a twin may differ."""

    kind: str
    value: str
    others: tuple[str, ...]  # values that make another story


@dataclass(frozen=True)
class Story:
    """A story as its pieces: fixed text and slots."""

    lang: str
    title: tuple[str | Slot, ...]
    body: tuple[str | Slot, ...]
    published: date

    def texts(self) -> tuple[str, str]:
        """Return the title and the body."""
        title, body = (
            "".join(piece if isinstance(piece, str) else piece.value for piece in pieces)
            for pieces in (self.title, self.body)
        )
        return title, body


def _pieces(pattern: str, words: dict[str, Any], dice: random.Random) -> Iterator[str | Slot]:
    at = 0
    for match in _SLOT.finditer(pattern):
        yield pattern[at : match.start()]
        at = match.end()
        kind, given = match[1], match[2]
        if kind == "num":
            number = dice.randint(*map(int, (given or "12-980").split("-")))
            yield Slot(kind, str(number), (str(number - 1), str(number + 1), str(number + 10)))
            continue
        values = given.split("|") if given is not None else words[kind]
        value = dice.choice(values)
        yield Slot(kind, value, tuple(other for other in values if other != value))
    yield pattern[at:]


def make_story(dice: random.Random) -> Story:
    """Return a story, with sentences of its own words or without."""
    lang = dice.choice(list(WORLDS))
    words = WORLDS[lang]
    sentences = [list(_pieces(pattern, words, dice)) for pattern in dice.sample(words["sentences"], 4)]
    if dice.random() < 0.5:
        for _ in range(3):
            row = ["".join(dice.choices(words["syllables"], k=dice.randint(2, 4))) for _ in range(9)]
            sentences.insert(dice.randrange(len(sentences) + 1), [" ".join(row).capitalize() + "."])
    body = [piece for sentence in sentences for piece in (*sentence, " ")][:-1]
    title = tuple(_pieces(dice.choice(words["titles"]), words, dice))
    return Story(lang, title, tuple(body), _NEWEST - timedelta(days=dice.randrange(60)))


def make_twin(story: Story, dice: random.Random) -> tuple[str, Story]:
    """Return a kind of difference, and the story with it in one place."""
    kinds = sorted({piece.kind for piece in story.body if isinstance(piece, Slot)})
    kind = dice.choice([*kinds, "last word", *(["title"] if len(story.title) > 1 else [])])
    title, body = story.title, story.body
    if kind == "title":
        title = _exchanged(title, None, dice)
    elif kind == "last word":
        last = body[-1]
        assert isinstance(last, str)
        body = (*body[:-1], f"{last[:-1]} {dice.choice(WORLDS[story.lang]['last'])}.")
    else:
        body = _exchanged(body, kind, dice)
    published = story.published + timedelta(days=dice.randrange(3))
    return kind, replace(story, title=title, body=body, published=published)


def _exchanged(
    pieces: tuple[str | Slot, ...], kind: str | None, dice: random.Random
) -> tuple[str | Slot, ...]:
    """Return the pieces with another value in one slot of a kind, or of any."""
    slots = [
        (place, piece)
        for place, piece in enumerate(pieces)
        if isinstance(piece, Slot) and kind in (None, piece.kind)
    ]
    place, slot = dice.choice(slots)
    return (*pieces[:place], replace(slot, value=dice.choice(slot.others)), *pieces[place + 1 :])


Damage = Callable[[str, Story, random.Random], str]


def _mojibake(body: str, story: Story, dice: random.Random) -> str:
    made = body.encode("utf-8").decode("cp1251", errors="replace")
    return body if "\ufffd" in made else made  # with lost letters it might fit a twin


def _one_less(body: str, story: Story, dice: random.Random) -> str:
    """Lose a sentence, not the first: stops of initials stand before a capital too, hence the lower case."""
    parts = re.split(r"(?<=[^\W\d_]{2}[.])\s(?=[^\W\d_])|(?<=\d[.])\s(?=[^\W\d_])", body)
    del parts[dice.randrange(1, len(parts))]
    return " ".join(parts)


HARMLESS: dict[str, Damage] = {
    "as it is": lambda b, s, d: b,
    "marks lost": lambda b, s, d: re.sub("[\"'«»“”’]", "", b),
    "glued": lambda b, s, d: re.sub(r"([^\W\d_]{3}\.) ", lambda m: m[1] if d.random() < 0.4 else m[0], b),
    "paragraphs": lambda b, s, d: re.sub(r"([^\W\d_]{3}\.) ", r"\1\n\n", b),
    "mojibake": _mojibake,
    "byline": lambda b, s, d: f"{b}\n\n{WORLDS[s.lang]['byline']}",
    "one more": lambda b, s, d: f"{b} {WORLDS[s.lang]['more']}",
    "dateline": lambda b, s, d: WORLDS[s.lang]["dateline"].format(day=d.randint(1, 20)) + b,
    "agency": lambda b, s, d: f"{b} {WORLDS[s.lang]['clause']}",
    "footer": lambda b, s, d: f"{b}\n\n{WORLDS[s.lang]['footer']}",
    "title": lambda b, s, d: b,
}
LOSING: dict[str, Damage] = {
    "cut": lambda b, s, d: b[: int(len(b) * d.uniform(0.6, 0.95))],
    "one less": _one_less,
}


def copies(story: Story, damages: dict[str, Damage], dice: random.Random) -> Iterator[dict[str, Any]]:
    """Yield up to three damaged copies as raw records; the section names the damage."""
    for name in dice.sample(sorted(damages), dice.randint(0, 3)):
        title, body = story.texts()
        if name == "title":
            title = dice.choice(WORLDS[story.lang]["headlines"])
        day = story.published + timedelta(days=dice.choice((0, 0, 1, 3)))
        yield _record(title, damages[name](body, story, dice), day, name)


def _record(title: str, body: str, day: date, section: str) -> dict[str, Any]:
    record = {"title": title, "body": body, "date": day.strftime("%d.%m.%Y"), "section": section}
    return record | {"page_url": "https://paper.example/news", "seen_at": _SEEN_AT}


def _on_govkz(record: dict[str, Any], number: int, lang: str) -> dict[str, Any]:
    news_id = 100_000 + number
    url = f"https://www.gov.kz/memleket/entities/aktobe/press/news/details/{news_id}?lang={lang}"
    page = "https://www.gov.kz/api/v1/public/content-manager/news"
    return record | {"url": url, "entity": "aktobe", "news_id": news_id, "lang": lang, "page_url": page}


def world(count: int, dice: random.Random) -> list[tuple[int, str, dict[str, Any]]]:
    """Return shuffled records, each with the number of its story and the kind of twin that the story is."""
    records: list[tuple[int, str, dict[str, Any]]] = []
    number = 0
    while len(records) < count:
        story = make_story(dice)
        family = {story.texts(): ("base", story)}
        for _ in range(dice.choice((0, 0, 1, 1, 2, 3))):
            kind, twin = make_twin(story, dice)
            family.setdefault(twin.texts(), (kind, twin))
        damages = dict(HARMLESS)
        if len(family) == 1:
            damages |= LOSING
        elif any(kind == "title" for kind, _ in family.values()):
            del damages["title"]
        for kind, one in family.values():
            record = _record(*one.texts(), one.published, "original")
            if dice.random() < 1 / 3:
                record = _on_govkz(record, number, one.lang)
            records.append((number, kind, record))
            records += [(number, kind, copy) for copy in copies(one, damages, dice)]
            number += 1
    del records[count:]
    dice.shuffle(records)
    return records


def _generated(count: int, seed: int) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the records of a world that another process makes."""
    line = [sys.executable, str(Path(__file__)), "--records", str(count), "--seed", str(seed), "--emit"]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        yield from map(json.loads, maker.stdout)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a record."""

    number: int  # of its story
    twin: str
    section: str


def fill(store: Store, count: int, seed: int) -> tuple[list[Truth], float]:
    """Store a world; return the truth of each record by its position, and the seconds."""
    truth: list[Truth] = []
    seconds, made = 0.0, _generated(count, seed)
    crawl = store.begin_crawl("bench", {})
    while batch := list(islice(made, _BATCH)):
        raws = []
        for number, twin, record in batch:
            raws.append(RawStory(**record, position=len(truth)))
            truth.append(Truth(number, twin, record["section"]))
        start = time.perf_counter()
        store.add_all(map(process_story, raws), crawl)
        seconds += time.perf_counter() - start
    store.finish_crawl(crawl, "done", {})
    return truth, seconds


def report(store: Store, truth: list[Truth], show: int) -> None:
    """Print what was swallowed and the recall by kind."""
    rows = store.db.conn.execute("SELECT story_id FROM sightings ORDER BY position").fetchall()
    found = [row[0] for row in rows]
    originals: dict[int, set[int]] = defaultdict(set)  # of each stored story
    home: dict[int, int] = {}
    for story, known in zip(found, truth, strict=True):
        if known.section == "original":
            originals[story].add(known.number)
            home[known.number] = story
    twin_of = {known.number: known.twin for known in truth}
    of_twins = Counter(twin_of.values())
    swallowed = Counter[str]()
    for numbers in originals.values():
        kinds = sorted(twin_of[number] for number in numbers)
        others = [kind for kind in kinds if kind != "base"] or kinds
        swallowed.update(others[: len(numbers) - 1])
    print(f"stories swallowed: {sum(swallowed.values())} of {len(twin_of)}")
    for kind in (*KINDS, "base"):
        print(f"  {kind:12}{swallowed[kind]:7} of {of_twins[kind]:6}")
    total, right, strange = Counter[str](), Counter[str](), Counter[str]()
    for story, known in zip(found, truth, strict=True):
        if known.section != "original" and known.number in home:
            total[known.section] += 1
            right[known.section] += story == home[known.number]
            strange[known.section] += bool(originals[story] - {known.number})
    every = sum(total.values())
    print(
        f"copies in their story: {sum(right.values()) / every:.4f}; in one of others: {sum(strange.values())}"
    )
    for section in sorted(total):
        print(f"  {section:12}{right[section]:7} of {total[section]:6}{strange[section]:7}")
    for story in [story for story, numbers in originals.items() if len(numbers) > 1][:show]:
        print("SWALLOWED")
        query = "SELECT section, published, raw_title, raw_body FROM sightings WHERE story_id = ?"
        for section, day, title, body in store.db.conn.execute(query, [story]):
            print(f"  [{section} {day}] {title} | {body}")


def main() -> None:
    """Store one world and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N stories that swallowed one")
    parser.add_argument("--db", type=Path, help="keep the database here")
    parser.add_argument("--emit", action="store_true", help="only write the records")
    options = parser.parse_args()
    if options.emit:
        for record in world(options.records, random.Random(options.seed)):
            print(json.dumps(record, ensure_ascii=False))
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(options.db or Path(folder, "world.db"), bulk=True) as store,
    ):
        truth, seconds = fill(store, options.records, options.seed)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{len(truth)} records in {seconds:.0f} s, {seconds / len(truth) * 1e6:.0f} µs each")
        print(f"peak memory {peak:.0f} MB")
        report(store, truth, options.show)


if __name__ == "__main__":
    main()
