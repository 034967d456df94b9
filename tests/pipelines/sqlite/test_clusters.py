# ruff: noqa: E501 - sample texts stay whole
"""Which story a copy belongs to: its own copies decide, the nearest date, and nothing that contradicts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import Store, open_store
from pipelines.sqlite.integrity import check

DAY = date(2025, 3, 1)
NOTE = (
    "В городе Рудный ночью ожидается туман, ветер слабый, на дорогах местами гололёд. Жителей просят быть"
    " внимательными и не выезжать за город без необходимости. Дежурная служба работает круглосуточно."
)
GOVKZ = "https://www.gov.kz/api/v1/public/content-manager/news"
FEED = "https://www.gov.kz/api/v1/public/rss/almaty/news/ru"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "a.db") as opened:
        opened.begin_crawl("test", {})
        yield opened
        assert list(check(opened.db.conn)) == []


def paper(body: str, days: int = 0, number: int = 1, **more: Any) -> RawStory:
    day = (DAY + timedelta(days=days)).strftime("%d.%m.%Y")
    values: dict[str, Any] = {"title": "Погода", "body": body, "date": day, "position": 1} | more
    return RawStory(page_url=f"https://paper{number}.example/", seen_at="2025-12-01T00:00:00+05:00", **values)


def item(body: str, news_id: int, days: int = 0, page: str = GOVKZ, seen: int = 1, **more: Any) -> RawStory:
    day = (DAY + timedelta(days=days)).strftime("%d.%m.%Y")
    values: dict[str, Any] = {
        "title": "Погода",
        "body": body,
        "date": day,
        "entity": "almaty",
        "lang": "ru",
    } | more
    return RawStory(page_url=page, news_id=news_id, seen_at=f"2025-12-{seen:02}T00:00:00+05:00", **values)


def stories(store: Store, raws: list[RawStory]) -> list[set[int]]:
    """Add records; return the places in ``raws`` that each story holds."""
    added = [store.add(process_story(raw), 1).sighting_id for raw in raws]
    found: dict[int, set[int]] = {}
    for place, sighting in enumerate(added):
        row = store.db.execute("SELECT story_id FROM sightings WHERE id = ?", (sighting,)).fetchone()
        found.setdefault(row[0], set()).add(place)
    return sorted(found.values(), key=min)


def in_every_order(tmp_path: Path, raws: list[RawStory]) -> list[set[int]]:
    """Return the stories, which must be the same in every order of arrival."""
    found = []
    for number, order in enumerate(itertools.permutations(range(len(raws)))):
        with open_store(tmp_path / f"{number}.db") as store:
            store.begin_crawl("test", {})
            groups = stories(store, [raws[place] for place in order])
            found.append(sorted(({order[at] for at in group} for group in groups), key=min))
    assert all(one == found[0] for one in found)
    return found[0]


def test_a_reprint_belongs_to_the_item_of_its_day(store: Store) -> None:
    raws = [item(NOTE, 100 + number, number) for number in range(10)]
    raws += [paper(NOTE.replace("туман", "«туман»"), number, number) for number in range(10)]
    assert stories(store, raws) == [{number, 10 + number} for number in range(10)]


def test_reprints_form_no_chain_over_weeks(tmp_path: Path) -> None:
    raws = [item(NOTE, 100), *(paper(NOTE, days, days) for days in (12, 25, 37))]
    assert in_every_order(tmp_path, raws) == [{0, 1}, {2, 3}]


@pytest.mark.parametrize("centre", ["item", "paper"])
def test_a_copy_without_the_figure_joins_no_two_figures(tmp_path: Path, centre: str) -> None:
    front = "Синоптики рассказали о погоде на ближайшие дни и призвали к осторожности на дорогах. "
    poor = front + NOTE
    raws = [
        item(poor, 100) if centre == "item" else paper(poor, number=1),
        paper(f"{NOTE} Температура ночью 5 градусов мороза.", number=2),
        paper(f"{NOTE} Температура ночью 25 градусов мороза.", number=3),
    ]
    assert in_every_order(tmp_path, raws) == [{0}, {1}, {2}]


@pytest.mark.parametrize("original", [True, False])
def test_papers_with_their_own_words_around_a_story_are_one_story(tmp_path: Path, original: bool) -> None:
    raws = [
        paper(f"РУДНЫЙ, 1 марта – {NOTE}", number=1),
        paper(f"{NOTE}\n\nЧитайте нас в Telegram.", number=2),
        paper(f"{NOTE}\n\nПодписывайтесь на наш Instagram.", number=3),
        paper(f"{NOTE}\n\nФото: Алия Омарова", number=4),
        item(NOTE, 100) if original else paper(f"{NOTE}\n\nИсточник: акимат", number=5),
    ]
    assert in_every_order(tmp_path, raws) == [{0, 1, 2, 3, 4}]


def test_an_item_that_is_split_from_a_join_has_its_own_later_edits(store: Store) -> None:
    one, other = "В районе открыли школу на триста мест.", "В районе закрыли старый мост на ремонт до осени."
    stories(store, [item(one, 100, title="Школа"), item(other, 101, title="Мост")])
    joined = store.join(1, 2)
    assert store.split([2]) != [joined]
    store.add(process_story(item(other.replace("осени", "зимы"), 101, title="Мост", seen=5)), 1)
    shown = store.db.execute("SELECT news_id, body FROM stories ORDER BY id").fetchall()
    assert [tuple(row) for row in shown] == [(100, one), (101, other.replace("осени", "зимы"))]
    assert store.db.execute("SELECT body FROM revisions").fetchall()[0][0] == other


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_correction_read_from_a_feed_stays_a_revision(store: Store, order: tuple[int, ...]) -> None:
    front = "В посёлке Горный сошла лавина. "
    raws = [
        item(front + "Погибли 3 человека.", 100, page=FEED, seen=1),
        item(front + "Погибли 15 человек.", 100, page=FEED, seen=2),
        item(front + "Погибли 15 человек. Спасатели продолжают поиски.", 100, seen=3),
    ]
    stories(store, [raws[place] for place in order])
    told = [body for (body,) in store.db.execute("SELECT body FROM revisions ORDER BY seen_at").fetchall()]
    assert told == [front + "Погибли 3 человека."]


def test_links_are_the_same_whichever_story_comes_last(tmp_path: Path) -> None:
    raws = [item(NOTE, 100), item(f"{NOTE} Школы работают.", 101, 1), item(NOTE[:-30], 102, 2)]
    found = []
    for number, order in enumerate(itertools.permutations(raws)):
        with open_store(tmp_path / f"{number}.db") as store:
            store.begin_crawl("test", {})
            stories(store, list(order))
            query = (
                "SELECT kind, min(a.news_id, b.news_id), max(a.news_id, b.news_id), score FROM story_links"
                " JOIN stories a ON a.id = story_id JOIN stories b ON b.id = other_id GROUP BY story_id, other_id ORDER BY 2, 3"
            )
            found.append([tuple(row) for row in store.db.execute(query).fetchall()])
    assert found[0] and all(links == found[0] for links in found)
