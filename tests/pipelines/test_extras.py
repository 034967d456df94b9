"""Media and topics of received items: what is read, what is refused, and merging in any order."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from govkz_scraper.importers.raw_records import read_record
from govkz_scraper.routes import rss
from govkz_scraper.routes.api_items import read_item, rest_of
from pipelines.extras import extras_of, merge_media
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import Store, open_store
from tests.pipelines.sqlite.test_store import rows, sound

SITE = "https://www.gov.kz"
PICTURE = "/uploads/2026/7/8/abc_original.1234.jpg"
API = {
    "id": 11,
    "title": "Открыт мост",
    "body": '<p>Мост через реку открыт для движения.</p><img src="/uploads/a.png" alt="Мост">'
    '<a href="/f.pdf">f</a>',
    "created_date": "2026-07-08T06:20:00.000+0000",
    "heropic": PICTURE,
    "alt_image": "Лента",
    "directions": [{"id": 5, "title": "Транспорт"}],
    "activities": {"items": [{"title": "Дороги"}]},
    "gosorgan": {"items": [{"project_name": "Управление дорог"}]},
}


def api_story(**changed: Any) -> RawStory:
    return read_item(API | changed, "almobl", "ru", f"{SITE}/api/v1/public/content-manager/news", 1)


def found(raw: RawStory) -> dict[str, list[list[Any]]]:
    result: dict[str, list[list[Any]]] = json.loads(extras_of(raw) or "{}")
    return result


def stored(store: Store) -> tuple[list[Any], list[Any]]:
    media = rows(store, "SELECT url, kind, caption, bytes, day, position FROM story_media ORDER BY 6, 1")
    return media, rows(store, "SELECT kind, name, code FROM story_topics ORDER BY 1, 2")


def store_all(path: Path, raws: list[RawStory]) -> Store:
    store = open_store(path)
    crawl = store.begin_crawl("press", {})
    for raw in raws:
        store.add(process_story(raw), crawl)
    return store


def test_an_api_item_gives_its_files_and_topics() -> None:
    extras = found(api_story())
    assert extras["media"] == [
        [SITE + PICTURE, "image", "Лента", 1234, "2026-07-08", 1],
        [f"{SITE}/uploads/a.png", "image", "Мост", None, None, 2],
        [f"{SITE}/f.pdf", "document", None, None, None, 3],
    ]
    assert extras["topics"] == [
        ["activity", "Дороги", None],
        ["department", "Управление дорог", None],
        ["direction", "Транспорт", "5"],
    ]


def test_a_feed_gives_its_enclosures_and_categories() -> None:
    entry = (
        "<item><title>Мост</title><link>https://www.gov.kz/memleket/entities/a/press/news/details/7</link>"
        f'<category>Транспорт</category><enclosure url="{PICTURE}" length="9"/><author>К. А.</author></item>'
    )
    feed = f'<rss version="2.0"><channel>{entry}</channel></rss>'.encode()
    (story,) = rss.parse_body(feed, slug="a", lang="ru", page=1).stories
    assert found(story) == {
        "media": [[SITE + PICTURE, "image", None, 1234, "2026-07-08", 1]],
        "topics": [["category", "Транспорт", None]],
    }
    assert json.loads(story.rest or "{}")["author"] == "К. А."


def test_a_raw_record_gives_its_files_and_topics() -> None:
    files = [{"file": PICTURE, "title": "Мост"}]
    story, _ = read_record({"title": "Мост", "entity": "a", "files": files, "categories": ["Дороги"]})
    assert story is not None
    assert found(story)["media"][0][:3] == [SITE + PICTURE, "image", "Мост"]
    assert found(story)["topics"] == [["category", "Дороги", None]]


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "http://[", "", 5, None),
        *({}, "java\nscript:x", "//", "https://", "/" * 5_000, ["a"], True, 10**40),
    ],
)
def test_what_is_no_web_address_is_no_file(address: object) -> None:
    assert "media" not in found(api_story(heropic=address, body=None))


def test_hostile_values_leave_the_rest_readable(tmp_path: Path) -> None:
    hint = {"huge": 10**300, "infinite": float("inf"), "nul": "a\0b"}
    raw = api_story(directions=[{"id": float("nan"), "title": "До\0роги\ud800"}, 5, None, []], hint=hint)
    with store_all(tmp_path / "a.db", [raw]) as store:
        assert ("direction", "До роги\ufffd", None) in [tuple(row) for row in stored(store)[1]]
        (valid,) = rows(store, "SELECT json_valid(raw_more) FROM sightings")[0]
        assert valid == 1
    assert rest_of({"a": float("inf")}) == '{"a": "Infinity"}'


def test_ten_thousand_files(tmp_path: Path) -> None:
    raw = api_story(files=[{"url": f"/uploads/{number}.pdf"} for number in range(10_000)], body=None)
    with store_all(tmp_path / "a.db", [raw]) as store:
        assert len(stored(store)[0]) == 10_001


def test_any_order_and_reclean_give_the_same_rows(tmp_path: Path) -> None:
    raws = [
        api_story(),
        api_story(heropic="/uploads/later.jpg"),  # the same record, seen again
        api_story(directions=[{"title": "Мосты"}], title="Открыт новый мост"),  # the publisher changed it
        RawStory(title="Мост", body="Мост через реку открыт.", url=None, page_url="https://paper.example/"),
    ]
    results = []
    for number in range(6):
        random.Random(number).shuffle(raws)
        with store_all(tmp_path / f"{number}.db", raws) as store:
            before = [[tuple(row) for row in part] for part in stored(store)]
            store.reclean(lambda given: map(process_story, given))
            assert [[tuple(row) for row in part] for part in stored(store)] == before
            sound(store)
            results.append(before)
    assert all(result == results[0] for result in results)
    assert any(row[0] == f"{SITE}/uploads/later.jpg" for row in results[0][0])


def test_merging_again_changes_nothing() -> None:
    url = "https://a.kz/1"
    once = merge_media([[url, "other", "b", None, None, 4], [url, "image", "", None, None, 2]])
    assert merge_media(once) == once == [[url, "image", "b", None, None, 1]]


def test_the_language_of_the_text_stands_beside_that_of_the_listing(tmp_path: Path) -> None:
    body = "<p>Қалада кітап жәрмеңкесі өтеді. Оған облыстың барлық ауданынан оқырмандар келеді.</p>"
    with store_all(tmp_path / "a.db", [api_story(title="Қалада кітап жәрмеңкесі", body=body)]) as store:
        assert [tuple(row) for row in rows(store, "SELECT lang, text_lang FROM stories")] == [("ru", "kk")]


def test_a_database_of_the_version_before_is_upgraded_and_filled_by_reclean(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with store_all(path, [api_story()]) as store:
        expected = [[tuple(row) for row in part] for part in stored(store)]
        store.db.execute("DROP VIEW stories_with_publisher")  # that of the version before had no text_lang
        store.db.execute("DELETE FROM _derived WHERE name = 'views'")
        for table in ("story_media", "story_topics"):
            store.db.execute(f"DROP TABLE {table}")
        for table, column in (("stories", "text_lang"), ("sightings", "text_lang"), ("sightings", "extras")):
            store.db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        store.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_media_and_topics'")
    with open_store(path) as store:
        assert stored(store) == ([], [])
        store.reclean(lambda given: map(process_story, given))
        assert [[tuple(row) for row in part] for part in stored(store)] == expected
        assert [tuple(row) for row in rows(store, "SELECT text_lang FROM stories")] == [("ru",)]
        assert [tuple(row) for row in rows(store, "SELECT text_lang FROM stories_with_publisher")] == [
            ("ru",)
        ]
        sound(store)


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="a > b" src="/a.png">',
        "<IMG SRC=/a.png ALT='a > b'>",
        '<p><img\n src="&#x2F;a.png"\n title="a &gt; b"/></p>',
        '</body></html><p><img class=x alt="a > b" src="/a.png">',
        "<p>" * 3000 + '<img alt="a > b" src="/a.png">',
    ],
)
def test_markup_in_any_writing_shows_its_picture(html: str) -> None:
    media = found(RawStory(entity="almobl", body_html=html))["media"]
    assert media == [[f"{SITE}/a.png", "image", "a > b", None, None, 1]]


@pytest.mark.parametrize(
    "html", ["<!-- <img src=/a.png> -->", "<script>'<img src=/a.png>'</script>", "<img>", "<img src>"]
)
def test_what_is_no_picture_of_the_page_is_none(html: str) -> None:
    assert extras_of(RawStory(entity="almobl", body_html=html)) is None
