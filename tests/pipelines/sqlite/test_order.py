# ruff: noqa: E501 - sample texts stay whole
"""The order of arrival does not change the stored stories."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from pipelines.items import ProcessedStory
from pipelines.sqlite import open_store
from tests.pipelines.sqlite.items import BODY, item

STRIPPED = BODY.replace('"', "").replace("'", "")
PRESS = "Press service of the akim of Shymkent."
WEATHER = (
    "In the city of {place} on {day} December no precipitation is expected, the wind is from the east at {wind} "
    "metres a second, the temperature at night is {night} degrees of frost and by day it is {noon} degrees. Drivers "
    "are asked to keep their distance, and walkers to be careful near roads and on stairs."
)


def mixed_set() -> list[ProcessedStory]:
    """Return copies of every kind, stories of one template, two ids with one text, links, a changed text."""
    found = [
        item(),
        item(position=2, body=STRIPPED),
        item(position=3, body=BODY[: len(BODY) * 2 // 3], complete=False),
        item(position=4, body=f"{BODY} {PRESS}"),
        item(
            position=5,
            body=BODY.replace(". ", ".\n\n"),
            title="Two plants in one day",
            published="2025-12-22",
        ),
        item(position=6, published="2026-03-01"),
        item(position=7, published=None),
        item(news_id=11, on_govkz=True, seen_at="2025-12-20T06:00:00+05:00"),
        item(news_id=11, on_govkz=True, body=BODY.replace("136", "140"), seen_at="2025-12-22T06:00:00+05:00"),
        item(news_id=12, on_govkz=True, entity="almaty", published="2025-12-24"),
        item(news_id=12, title=None, body=None, lang=None, position=8),
        item(news_id=13, title=None, body=None, lang="kk", position=9),
        item(
            news_id=13, on_govkz=True, lang="kk", body="Шымкентте екі зауыт ашылды. " * 5, title="Екі зауыт"
        ),
    ]
    for number, place in enumerate(("Almaty", "Taraz", "Aktobe")):
        for day in (11, 12):
            text = WEATHER.format(place=place, day=day, wind=3 + number, night=day, noon=number + 2)
            shown = f"2025-12-{day}"
            found.append(item(title=f"Weather in {place}", body=text, published=shown, position=20 + number))
            found.append(item(title="Weather", body=text[:-30], published=shown, position=30 + number))
    return found


def stored(path: Path, items: list[ProcessedStory]) -> list[tuple[Any, ...]]:
    """Return the stored stories without their ids."""
    with open_store(path) as store:
        crawl = store.begin_crawl("test", {})
        for one in items:
            store.add(one, crawl)
        conn = store.db.conn
        rows = []
        for story in conn.execute("SELECT * FROM stories").fetchall():
            ask = (story["id"],)
            members = conn.execute(
                "SELECT hex(record_hash) FROM sightings WHERE story_id = ? ORDER BY 1", ask
            )
            urls = conn.execute("SELECT url, kind FROM story_urls WHERE story_id = ? ORDER BY 1", ask)
            told = conn.execute(
                "SELECT title, body, seen_at FROM revisions WHERE story_id = ? ORDER BY 3", ask
            )
            links = conn.execute(
                "SELECT kind, score, o.url, o.body FROM story_links l JOIN stories o"
                " ON o.id IN (l.story_id, l.other_id) AND o.id != ?1 WHERE ?1 IN (l.story_id, l.other_id)",
                ask,
            )
            linked = sorted((tuple(row) for row in links), key=repr)
            parts = [tuple(tuple(row) for row in part.fetchall()) for part in (members, urls, told)]
            names = sorted(set(story.keys()) - {"id", "title_from", "body_from"})
            rows.append((tuple(story[n] for n in names), *parts, tuple(linked)))
    return sorted(rows, key=repr)


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    return stored(tmp_path_factory.mktemp("order") / "a.db", mixed_set())


def test_the_mixed_set_has_the_expected_stories(in_order: list[tuple[Any, ...]]) -> None:
    # 11, 12, 13, the text again in March, and the six weather notes.
    assert len(in_order) == 10, [len(row[1]) for row in in_order]


@pytest.mark.parametrize("seed", range(100))
def test_any_order_of_arrival_stores_the_same(
    seed: int, tmp_path: Path, in_order: list[tuple[Any, ...]]
) -> None:
    items = mixed_set()
    random.Random(seed).shuffle(items)
    assert stored(tmp_path / "b.db", items) == in_order


def test_links_follow_what_stories_show_whichever_of_three_items_is_last(tmp_path: Path) -> None:
    """A newspaper's copy of one item that names the URL of another makes no link: neither shows that text."""
    three = [
        item(news_id=11, on_govkz=True),
        item(news_id=12, on_govkz=True, title="Weather", body=WEATHER),
        item(news_id=11, title="Weather", body=WEATHER, position=4),
    ]
    found = [
        stored(tmp_path / f"{number}.db", list(order))
        for number, order in enumerate(itertools.permutations(three))
    ]
    assert all(one == found[0] for one in found)
    assert [row[4] for row in found[0]] == [(), ()]


def _any_text(dice: random.Random) -> str:
    place, day = dice.choice(("Almaty", "Taraz")), dice.choice((11, 12))
    text = dice.choice((BODY, BODY, WEATHER.format(place=place, day=day, wind=3, night=5, noon=6)))
    more = dice.choice(("Дом 5.", "Дом 57", "Приём вёл Ахметов.", "Приём вёл Ахметова.", PRESS))
    damages = (
        text[: -dice.randint(1, 60)],
        text.replace('"', "").replace("'", ""),
        f"{text} {more}",
        f"Встреча в Таразе. {text}",
        text.replace(". ", ".\n\n"),
        text[len(text) // 3 :],
    )
    return dice.choice((text, text, *damages))


def any_set(dice: random.Random) -> list[ProcessedStory]:
    """Return random copies with and without URLs, titles and dates, of one story or several."""
    found = []
    for position in range(dice.randint(3, 8)):
        values: dict[str, Any] = {
            "position": position,
            "body": _any_text(dice),
            "title": dice.choice((None, "Итоги за ноябрь", "Итоги за декабрь", "Weather", "Выпуск 5")),
            "published": dice.choice((None, "2025-12-20", "2025-12-22", "2026-01-02", "2026-01-20")),
            "complete": dice.random() < 0.8,
        }
        if dice.random() < 0.5:
            seen_at = f"2025-12-2{dice.randint(0, 9)}T06:00:00+05:00"
            values |= {"news_id": dice.choice((11, 12)), "on_govkz": dice.random() < 0.6, "seen_at": seen_at}
            values |= {"lang": dice.choice(("en", "en", "ru"))}
        if dice.random() < 0.1:
            values |= {"title": None, "body": None, "news_id": 11, "lang": dice.choice((None, "en"))}
        found.append(item(**values))
    return found


@pytest.mark.parametrize("seed", range(100))
def test_any_set_in_any_order_stores_the_same(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    items = any_set(dice)
    found = []
    for number in range(3):
        dice.shuffle(items)
        found.append(stored(tmp_path / f"{number}.db", items))
    assert found[0] == found[1] == found[2]
