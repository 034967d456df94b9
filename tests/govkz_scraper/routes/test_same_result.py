"""All four routes return the same stories: over real HTTP, and for pages as a browser shows them."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest

from govkz_scraper.replica.server import Replica
from govkz_scraper.routes import Listing, api, graphql, rendered, rss
from pipelines.items import ProcessedStory, RawStory
from pipelines.process import process_story
from tests.asking import rendered_item, rendered_list, send

SLUGS = ("almobl", "kostanay", "shymkent", "kostanai-kalasy-akimat", "mangystau")
LANGS = ("ru", "kk", "en")


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with Replica() as running:
        yield running


def walk(replica: Replica, route: object, slug: str, lang: str, size: int) -> list[RawStory]:
    """Request page after page until the route has no more."""
    stories: list[RawStory] = []
    page, more = route.PAGING.first_page, True
    while more:
        status, _, body = send(replica.base_url, route.build_request(slug, lang, page, size=size))
        assert status == 200
        listing: Listing = route.parse_body(body, slug=slug, lang=lang, page=page)
        assert listing.problems == []
        stories += listing.stories
        page, more = page + 1, listing.more
    return stories


def by_pages(replica: Replica, slug: str, lang: str) -> list[RawStory]:
    """Read the list pages, then the page of each card."""
    stories: list[RawStory] = []
    page, more = rendered.PAGING.first_page, True
    while more:
        listing = rendered.parse_body(
            rendered_list(replica.library, slug, lang, page), slug=slug, lang=lang, page=page
        )
        assert listing.problems == []
        for card in listing.stories:
            assert card.news_id is not None
            item = replica.library.find(card.news_id)
            assert item is not None
            body = rendered_item(replica.library, slug, lang, item)
            stories.append(rendered.parse_item(body, slug=slug, lang=lang, news_id=card.news_id))
        page, more = page + 1, listing.more
    return stories


def essence(story: ProcessedStory) -> tuple[object, ...]:
    return story.url, story.news_id, story.lang, story.entity, story.title, story.body, story.published


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", SLUGS)
def test_every_route_gives_the_same_stories(replica: Replica, slug: str, lang: str) -> None:
    found = {
        "api": walk(replica, api, slug, lang, 7),
        "rss": walk(replica, rss, slug, lang, 0),
        "graphql": walk(replica, graphql, slug, lang, 7),
        "pages": by_pages(replica, slug, lang),
    }
    expected = [item.id for item in replica.library.of(slug, lang)]
    assert expected
    for route, stories in found.items():
        assert [story.news_id for story in stories] == expected, route
        assert all(story.complete for story in stories if story.body_html), route
    results = {
        route: [essence(process_story(story)) for story in stories] for route, stories in found.items()
    }
    for route in ("rss", "graphql", "pages"):
        assert results[route] == results["api"], route


def test_the_api_and_the_feed_give_what_was_published_letter_by_letter(replica: Replica) -> None:
    for route in (api, rss, graphql):
        for story in walk(replica, route, "shymkent", "ru", 50):
            assert story.news_id is not None
            item = replica.library.find(story.news_id)
            assert item is not None
            assert (story.body_html or "") == item.versions["ru"].body
            assert unescape(story.title or "") == unescape(item.versions["ru"].title)


@pytest.mark.browser
def test_the_pages_that_a_browser_renders_read_like_the_api(replica: Replica, browser: object) -> None:
    page = browser.new_page()
    try:
        listing = api.parse_body(
            send(replica.base_url, api.build_request("mangystau", "kk", 1))[2],
            slug="mangystau",
            lang="kk",
            page=1,
        )
        page.goto(replica.base_url + rendered.build_request("mangystau", "kk", 1).path)
        page.wait_for_selector(rendered.CARD)
        cards = rendered.parse_body(page.content().encode(), slug="mangystau", lang="kk", page=1)
        assert cards.more
        assert [card.url for card in cards.stories] == [story.url for story in listing.stories[:10]]
        for story in listing.stories[:6]:
            assert story.news_id is not None
            page.goto(replica.base_url + rendered.build_item_request("mangystau", story.news_id, "kk").path)
            page.wait_for_selector(rendered.HEADING)
            shown = rendered.parse_item(
                page.content().encode(), slug="mangystau", lang="kk", news_id=story.news_id
            )
            assert essence(process_story(shown)) == essence(process_story(story))
    finally:
        page.close()
