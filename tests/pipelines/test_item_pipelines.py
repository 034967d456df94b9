"""Each item pipeline by itself, with its neighbours missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from pipelines.clean.pipeline import CleanPipeline
from pipelines.dates.pipeline import DatesPipeline
from pipelines.dedupe.pipeline import DedupePipeline, RepeatedStory
from pipelines.dedupe.run_index import RunIndex
from pipelines.items import FinishedWalk, RawStory
from pipelines.press_items import ListingCheckpoint, PressItem
from pipelines.sqlite.pipeline import PageStored, SqlitePipeline
from tests.crawls import rows

BODY = "Қала әкімі жаңа мектепті ашты.Оған 4,7 миллиард теңге жұмсалды. Мектепте 600 оқушы оқиды."
SQLITE = {"pipelines.sqlite.pipeline.SqlitePipeline": 800}


class PageSpider(Spider):
    name = "pages"
    yields_pages = True


class PlainSpider(Spider):
    name = "plain"


def crawler_of(spider: type[Spider], **settings: Any) -> Crawler:
    crawler = get_crawler(spider, settings)
    crawler.spider = crawler._create_spider()
    return crawler


def item(**values: Any) -> PressItem:
    given = {"title": "Мектеп <<ашылды>>", "body": BODY, "date": "20.12.2025", "lang": "kk"} | values
    return PressItem.from_raw(RawStory(**given))


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqlitePipeline]:
    pipeline = SqlitePipeline.from_crawler(crawler_of(PageSpider, GOVKZ_DB=str(tmp_path / "a.db")))
    yield pipeline
    pipeline.close()


def test_cleaning_alone_keeps_what_was_received_and_counts_repairs() -> None:
    crawler = crawler_of(PlainSpider)
    cleaned = CleanPipeline.from_crawler(crawler).process_item(item())
    assert (cleaned.title, cleaned.published) == ("Мектеп «ашылды»", None)
    assert cleaned.raw["title"] == "Мектеп <<ашылды>>" and cleaned.raw["seen_at"]
    assert {repair["rule"] for repair in cleaned.repairs} >= {"quote-stand-in", "glued-sentences"}
    assert crawler.stats.get_value("govkz/repairs/glued-sentences") == 1


def test_dates_alone_are_read_and_bad_ones_reported() -> None:
    crawler = crawler_of(PlainSpider)
    dates = DatesPipeline.from_crawler(crawler)
    assert dates.process_item(item()).published == "2025-12-20"
    assert dates.process_item(item()).title == "Мектеп <<ашылды>>"
    wrong = dates.process_item(item(date="00.12.2025"))
    assert wrong.published is None and wrong.problems[0]["kind"] == "impossible-date"
    assert crawler.stats.get_value("govkz/problems/impossible-date") == 1


def test_dedupe_alone_drops_repeats() -> None:
    dedupe = DedupePipeline.from_crawler(crawler_of(PlainSpider, ITEM_PIPELINES={}))
    assert dedupe.process_item(item()).matched_by == "new"
    with pytest.raises(RepeatedStory):
        dedupe.process_item(item(section="Қоғам"))
    assert dedupe.process_item(item(body=BODY.replace("600", "900"))).matched_by == "new"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"news_id": 7, "entity": "almobl"}, {"news_id": 7, "entity": "aktobe", "body": "Басқа"}, "address"),
        ({"news_id": 7, "lang": "kk"}, {"news_id": 7, "lang": "ru"}, "new"),
        ({"news_id": 7}, {"news_id": 8}, "new"),
        ({}, {}, "text"),
        ({"body": f"{BODY} " * 3 + "Жаңа мектеп қала шетінде тұр."}, {"body": f"{BODY} " * 3}, "near-text"),
    ],
)
def test_dedupe_drops_nothing_while_sqlite_follows(
    first: dict[str, Any], second: dict[str, Any], reason: str
) -> None:
    crawler = crawler_of(PlainSpider, ITEM_PIPELINES=SQLITE)
    dedupe, clean = DedupePipeline.from_crawler(crawler), CleanPipeline.from_crawler(crawler)
    seen = {"seen_at": "2025-12-20T10:00:00+05:00"}
    dedupe.process_item(clean.process_item(item(**seen | first)))
    assert dedupe.process_item(clean.process_item(item(**seen | second))).matched_by == reason


def test_sqlite_alone_stores_a_page_with_its_checkpoint(sqlite: SqlitePipeline, tmp_path: Path) -> None:
    sqlite.open()
    stored = sqlite.process_item(item(news_id=5, entity="almobl"))
    assert (stored.outcome, stored.matched_by, stored.story_id) == ("new", "new", 1)
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM stories") == [(0,)], "not before the checkpoint"
    progress = FinishedWalk("2025-12-20T00:00:00+00:00", "2025-12-20", complete=True)
    with pytest.raises(PageStored):
        sqlite.process_item(ListingCheckpoint("almobl", "kk", "api", "replica", progress))
    assert rows(tmp_path / "a.db", "SELECT title FROM stories") == [("Мектеп <<ашылды>>",)]
    assert rows(tmp_path / "a.db", "SELECT slug, newest FROM _coverage") == [("almobl", "2025-12-20")]


def test_an_item_error_holds_the_checkpoint_back(sqlite: SqlitePipeline, tmp_path: Path) -> None:
    sqlite.open()
    sqlite.process_item(item())
    sqlite._on_item_error(item())
    progress = FinishedWalk("2025-12-20T00:00:00+00:00", None, complete=True)
    with pytest.raises(PageStored):
        sqlite.process_item(ListingCheckpoint("almobl", "kk", "api", "replica", progress))
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM stories") == [(1,)]
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM _coverage") == [(0,)]


def test_a_page_without_its_checkpoint_is_undone(sqlite: SqlitePipeline, tmp_path: Path) -> None:
    sqlite.open()
    sqlite.process_item(item())
    sqlite.close()
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM sightings") == [(0,)]


def test_items_of_a_spider_without_pages_are_stored_one_by_one(tmp_path: Path) -> None:
    sqlite = SqlitePipeline.from_crawler(crawler_of(PlainSpider, GOVKZ_DB=str(tmp_path / "a.db")))
    assert not (tmp_path / "a.db").exists(), "not before the first item"
    sqlite.process_item(item())
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM stories") == [(1,)]
    sqlite.close()


def test_other_items_pass_through_untouched(sqlite: SqlitePipeline) -> None:
    crawler = crawler_of(PlainSpider)
    given = {"title": "<<x>>"}
    for pipeline in (
        CleanPipeline.from_crawler(crawler),
        DatesPipeline.from_crawler(crawler),
        DedupePipeline.from_crawler(crawler),
        sqlite,
    ):
        assert pipeline.process_item(given) is given
    assert sqlite.crawl_id is None, "the database is not opened for it"


def test_an_item_is_plain_values_all_the_way(sqlite: SqlitePipeline) -> None:
    crawler = crawler_of(PageSpider, ITEM_PIPELINES=SQLITE)
    done = item(news_id=5, entity="almobl", rest='{"heropic": "/uploads/a.jpg"}')
    for kind in (CleanPipeline, DatesPipeline, DedupePipeline):
        done = kind.from_crawler(crawler).process_item(done)
    sqlite.open()
    done = sqlite.process_item(done)
    assert json.loads(json.dumps(ItemAdapter(done).asdict()))["story_id"] == done.story_id
    assert issubclass(PageStored, DropItem)


def test_an_index_with_a_limit_forgets_the_oldest_texts() -> None:
    stories = [item(body=BODY.replace("600", str(600 + n))).to_story() for n in range(4)]
    bounded, whole = RunIndex(limit=2), RunIndex()
    for index in (bounded, whole):
        assert [index.match(story) for story in stories] == ["new"] * 4
    assert (bounded.match(stories[0]), whole.match(stories[0])) == ("new", "text")
    assert bounded.match(stories[3]) == "text"
    assert len(bounded._latest) == 2 and sum(map(len, bounded._texts.values())) == 2
