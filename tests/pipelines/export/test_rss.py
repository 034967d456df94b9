"""The feed: well-formed whatever the stories hold, read by a feed parser, with ids that stay."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from pipelines.export.rss import write_rss
from pipelines.export.selection import Selection
from pipelines.search.filters import Filters
from pipelines.sqlite.read_only import reading
from tests.databases import NASTY, nasty_database


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_database(tmp_path_factory.mktemp("nasty") / "nasty.db")


def feed(database: Path, selection: Selection | None = None) -> bytes:
    out = io.BytesIO()
    with reading(database) as db:
        write_rss(out, db, selection or Selection())
    return out.getvalue()


def test_a_feed_parser_reads_every_story(database: Path) -> None:
    parsed = feedparser.parse(feed(database))
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "rss20"
    assert len(parsed.entries) == len(NASTY) + 1
    assert all(entry.title and entry.id for entry in parsed.entries)


def test_what_rss_demands_of_each_item(database: Path) -> None:
    """RSS 2.0: required channel elements, a title or description, unique guids, RFC 822 dates."""
    channel = ElementTree.fromstring(feed(database)).find("channel")
    assert channel is not None
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    items = channel.findall("item")
    guids = [item.findtext("guid") for item in items]
    assert len(set(guids)) == len(items)
    assert all(item.find("guid").get("isPermaLink") == "false" for item in items)
    parsed = feedparser.parse(feed(database))
    assert sum(
        "published_parsed" in entry and entry.published_parsed is not None for entry in parsed.entries
    ) == len(NASTY)


def test_text_survives_both_escapes(database: Path) -> None:
    items = ElementTree.fromstring(feed(database)).findall("channel/item")
    descriptions = {item.findtext("title"): item.findtext("description") for item in items}
    assert descriptions["<script>alert(1)</script>"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" * 2


def test_newest_first_and_the_same_each_time(database: Path) -> None:
    entries = feedparser.parse(feed(database)).entries
    days = [entry.published_parsed for entry in entries if entry.get("published_parsed")]
    assert len(days) == len(NASTY)
    assert feed(database) == feed(database)


def test_filters_apply(database: Path) -> None:
    chosen = feedparser.parse(feed(database, Selection(Filters(langs=("kk",))))).entries
    assert chosen
    assert {entry.get("dc_language") or entry.get("language") for entry in chosen} == {"kk"}


def test_an_empty_feed_is_still_a_feed(database: Path) -> None:
    parsed = feedparser.parse(feed(database, Selection(Filters(since="2099-01-01"))))
    assert not parsed.bozo
    assert parsed.entries == []
