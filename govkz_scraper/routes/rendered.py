"""The press pages as rendered by a browser: lists of cards, and a page for each item.

In 2026 the site serves a shell of about 2.7 KB without text to clients other than browsers. An item page ends
with five other stories under «Читайте также», whose titles and dates are not those of the item.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from parsel import Selector, SelectorList

from govkz_scraper.routes.api_items import listing_url
from govkz_scraper.routes.rendered_blocks import blocks_after, date_at, end_of_story, one_line, views_at
from govkz_scraper.routes.responses import (
    ITEM_PATH,
    Listing,
    Paging,
    RouteRequest,
    UnexpectedResponse,
    check_refusal,
    evidence,
)
from pipelines.items import Problem, RawStory
from pipelines.language.codes import to_site_code
from pipelines.urls import SITE, canonical_url, parse_address

PAGING = Paging(page_size=10, max_page_size=10)
CARD = "div.card-news-list__item"
HEADING = "main h1"
NEXT = 'button[aria-label="Next page"]'
_LINK = f'a[href*="{ITEM_PATH}"]'
# Texts of a page whose own request for data failed: without cards, but not the end of the list.
_ERROR = re.compile(
    r"(?<!\w)(?:ошибк|қате(?:лік|сі)?(?!\w)|error(?!\w)|[45]\d\d(?![\w.,])|страница не найдена|бет табылмады"
    r"|page not found|недоступ|қолжетімсіз|запрещ|тыйым салын|forbidden|denied|попробуйте|қайталап көр"
    r"|try again|went wrong|пошло не так)",
    re.IGNORECASE,
)
_SHORT = 600  # characters; error pages are not longer
_DATE = "p.categories__item.color_grey"
_IN_BROWSER = {"playwright": True, "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"}}


def build_request(slug: str, lang: str, page: int, *, size: int = 0) -> RouteRequest:
    """Build the request for a page of the listing; the site sets the page size."""
    path = f"/memleket/entities/{slug}/press/news/{page}?lang={to_site_code(lang)}"
    return RouteRequest(path, headers=_headers(lang), meta=dict(_IN_BROWSER))


def build_item_request(slug: str, news_id: int, lang: str) -> RouteRequest:
    """Build the request for the page of an item."""
    path = canonical_url(slug, news_id, lang).removeprefix(SITE)
    return RouteRequest(path, headers=_headers(lang), meta=dict(_IN_BROWSER))


def _headers(lang: str) -> dict[str, str]:
    return {"Accept-Language": lang.removesuffix("-Latn")}


def leads_elsewhere(url: str, news_id: int, lang: str) -> bool:
    """Return whether the URL of a rendered page is not that of the item: scripts may redirect."""
    parts = urlsplit(url)
    address = parse_address(f"{SITE}{parts.path}?{parts.query}")
    if address is None or address.news_id != news_id:
        return True
    return address.lang is not None and address.lang != lang


def parse_body(body: bytes, *, slug: str, lang: str, page: int) -> Listing:
    """Parse a rendered listing page: titles, dates and URLs, no bodies.

    Raises UnexpectedResponse for the shell, and for an error message in place of the cards.
    """
    root = _parsed(body)
    cards, main = root.css(CARD), root.css("main")
    if not cards:
        if not main:
            raise UnexpectedResponse(_not_a_press_page(root, body))
        words = " ".join(" ".join(main[0].xpath(".//text()").getall()).split())
        if len(words) < _SHORT and _ERROR.search(words):
            raise UnexpectedResponse(f"an error in place of a listing: {evidence(words)}")
    page_url = listing_url(build_request(slug, lang, page).path)
    stories: list[RawStory] = []
    problems: list[Problem] = []
    for position, card in enumerate(cards, 1):
        story = _card(card, slug, lang, page_url, position)
        if story is None:
            detail = f"{slug} {lang}, card {position}: no URL of an item: {evidence(card.get())}"
            problems.append(Problem("broken-item", detail, "item"))
        else:
            stories.append(story)
    return Listing(stories, problems, more=_goes_on(root.css(NEXT), len(cards)))


def parse_item_response(
    status: int, body: bytes, url: str, *, slug: str, lang: str, news_id: int
) -> RawStory:
    """Parse the page of an item, rendered at ``url``; raises AccessDenied or UnexpectedResponse."""
    try:
        if status != 200:
            raise UnexpectedResponse(f"status {status}")
        if leads_elsewhere(url, news_id, lang):
            raise UnexpectedResponse(f"led to another page: {url}"[:300])
        return parse_item(body, slug=slug, lang=lang, news_id=news_id)
    except UnexpectedResponse:
        check_refusal(status, body)  # after parsing: a story may quote a refusal
        raise


def parse_item(body: bytes, *, slug: str, lang: str, news_id: int) -> RawStory:
    """Parse a rendered item page; raises UnexpectedResponse for the shell, an error or another layout."""
    root = _parsed(body)
    main = root.css("main:has(h1)")
    if not main:
        raise UnexpectedResponse(_not_a_press_page(root, body))
    heading = main[0].css("h1")
    title = one_line(heading[0].root)
    blocks = blocks_after(heading[0].root, main[0].root)
    dated = date_at(blocks)
    if dated is None:
        raise UnexpectedResponse(f"no date under the heading: {evidence(title)}")
    place, date = dated
    start = views_at(blocks, place + 1)
    end, section = end_of_story(blocks, start)
    url = canonical_url(slug, news_id, lang)
    return RawStory(
        url=url,
        entity=slug,
        news_id=news_id,
        lang=lang,
        title=title or None,
        body_html="".join(block.markup for block in blocks[start:end]).strip() or None,
        date=date,
        section=section,
        page_url=url,
    )


def _goes_on(button: SelectorList[Selector], cards: int) -> bool:
    """Return whether a further page may exist; without a known button, a full page suggests one."""
    if not button:
        return cards >= PAGING.page_size
    return "disabled" not in button[0].attrib and button[0].attrib.get("aria-disabled") != "true"


def _parsed(body: bytes) -> Selector:
    return Selector(text=body.decode("utf-8", "replace") or " ", type="html")


def _not_a_press_page(root: Selector, body: bytes) -> str:
    """Return a message that describes another page; without a browser it is the shell."""
    kind = "the shell without its content" if root.css("#root") else "not a press page"
    return f"{kind} ({len(body)} bytes): {evidence(body)}"


def _card(card: Selector, slug: str, lang: str, page_url: str, position: int) -> RawStory | None:
    link = card.css(f"{_LINK}[title]") or card.css(_LINK)
    href = link[0].attrib["href"] if link else ""
    address = parse_address(SITE + href if href.startswith("/") else href)
    if address is None or address.news_id is None:
        return None
    date = card.css(_DATE)
    return RawStory(
        url=canonical_url(slug, address.news_id, lang),
        entity=slug,
        news_id=address.news_id,
        lang=lang,
        title=link[0].attrib.get("title") or one_line(link[0].root) or None,
        date=(one_line(date[0].root) or None) if date else None,
        page_url=page_url,
        position=position,
        complete=False,
    )
