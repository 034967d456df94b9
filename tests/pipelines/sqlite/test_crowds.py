"""Texts with more sightings than one item loads, and revisions that share a text: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import Store, open_store
from pipelines.sqlite.integrity import check
from pipelines.sqlite.resolution import match_component
from pipelines.sqlite.rows import SELECT_SIGHTING
from tests.pipelines.sqlite.items import BODY, item

CRAWL = 1
STRIPPED = BODY.replace('"', "").replace("'", "")
ITEM = "https://www.gov.kz/memleket/entities/almobl/press/news/details/7?lang=ru"
TEXT = (
    "В районе открыта новая школа. Она рассчитана на триста мест, строили её два года, и вот она готова "
    "принять учеников."
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(match_component, "MAX_SIGHTINGS", 5)
    with open_store(tmp_path / "a.db") as opened:
        assert opened.begin_crawl("test", {}) == CRAWL
        yield opened
        assert list(check(opened.db.conn)) == []


def take(store: Store, *items: Any) -> list[str]:
    return [store.add(one, CRAWL).outcome for one in items]


def rows(store: Store, query: str, *values: object) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.db.conn.execute(query, values)]


def test_the_best_of_many_copies_stays_the_best(store: Store) -> None:
    take(store, *(item(position=number, body=STRIPPED) for number in range(1, 9)))
    best = item(position=20, seen_at="2025-12-22T00:00:00+00:00")
    assert take(store, best, item(position=21, body=STRIPPED)) == ["better", "copy"]
    assert rows(store, "SELECT body, last_seen FROM stories") == [(BODY, "2025-12-22T00:00:00+00:00")]
    assert rows(store, f"SELECT body FROM ({SELECT_SIGHTING}) WHERE id = 9") == [(BODY,)]


def test_a_text_that_another_story_needs_is_kept(store: Store) -> None:
    take(store, *(item(news_id=1000 + number, on_govkz=True) for number in range(8)))
    changed = item(
        news_id=5000, on_govkz=True, body=BODY.replace("136", "140"), seen_at="2025-12-23T06:00:00+00:00"
    )
    assert take(store, item(news_id=5000, on_govkz=True), changed, item(position=9)) == [
        "new",
        "revision",
        "copy",
    ]
    again = item(
        news_id=5000, on_govkz=True, body=BODY.replace("136", "150"), seen_at="2025-12-24T06:00:00+00:00"
    )
    assert take(store, again) == ["revision"]
    told = [body for (body,) in rows(store, "SELECT body FROM revisions ORDER BY seen_at")]
    assert told == [BODY, BODY.replace("136", "140")]


def versions(**feed: Any) -> list[RawStory]:
    """Return an item from the feed, from the API, and from the API after a change."""
    known = {"url": ITEM, "entity": "almobl", "news_id": 7, "lang": "ru", "title": "Школа"}
    api = RawStory(
        **known,
        body_html=f"<p>{TEXT}</p>",
        date="2025-12-20T05:00:00.000+0000",
        page_url="https://www.gov.kz/api/v1/public/content-manager/news",
        seen_at="2025-12-21T06:00:00+00:00",
    )
    of_feed = {
        "body": TEXT,
        "body_html": None,
        "page_url": "https://www.gov.kz/api/v1/public/rss/almobl/news/ru",
        "seen_at": "2025-12-20T06:00:00+00:00",
    }
    shown = replace(api, **(of_feed | feed))
    changed = replace(
        api,
        title="Открыта школа",
        body_html=f"<p>{TEXT} Открыл её аким района.</p>",
        seen_at="2025-12-22T06:00:00+00:00",
    )
    return [shown, api, changed]


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (2, 0, 1)])
def test_an_excerpt_and_a_complete_copy_of_one_text_are_one_revision(
    store: Store, order: tuple[int, ...], complete: bool
) -> None:
    given = versions(complete=complete)
    take(store, *(process_story(given[number]) for number in order))
    assert rows(store, "SELECT title, body FROM revisions") == [("Школа", TEXT)]
    assert rows(store, "SELECT title FROM stories") == [("Открыта школа",)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 0, 1)])
def test_an_item_seen_first_in_the_feed_is_not_an_excerpt_in_the_api(
    store: Store, order: tuple[int, ...]
) -> None:
    shown, api, changed = versions(body_html=f"<p>{TEXT}</p>", body=None)
    longer = replace(changed, title=api.title)
    given = [process_story(one) for one in (shown, api, longer)]
    take(store, *(given[number] for number in order))
    assert len(rows(store, "SELECT 1 FROM revisions")) == 1


def test_a_further_publisher_of_an_item_makes_another_record(store: Store) -> None:
    _, api, _ = versions()
    assert take(
        store, *(process_story(replace(api, projects=names)) for names in (("a",), ("a", "b"), ("b", "a")))
    ) == [
        "new",
        "copy",
        "known",
    ]


def test_a_story_that_is_seen_again_is_no_longer_gone(store: Store) -> None:
    take(store, item(news_id=5, on_govkz=True, seen_at="2025-12-01T00:00:00+00:00"))
    store.db.conn.execute("UPDATE stories SET gone_at = '2025-12-10T00:00:00+00:00'")
    take(store, item(news_id=5, on_govkz=True, seen_at="2025-12-05T00:00:00+00:00"))
    assert rows(store, "SELECT gone_at IS NULL FROM stories") == [(0,)]
    take(store, item(news_id=5, on_govkz=True, seen_at="2025-12-20T00:00:00+00:00"))
    assert rows(store, "SELECT gone_at IS NULL FROM stories") == [(1,)]
