"""The press pages as rendered by a browser: lists of cards, and a page for each item.

In 2026 the site serves a shell of about 2.7 KB without text to clients other than browsers. An item page ends
with five other stories under «Читайте также», whose titles and dates are not those of the item.
The container of the text has no stable class name, so the text is found between markers: the date or the view
counter, and the directions or the heading of the other stories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from lxml.etree import iterwalk
from lxml.html import HtmlElement, tostring
from parsel import Selector, SelectorList

from govkz_scraper.routes.api_items import listing_url, rest_of
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
_CARD_CLASS = "card-news-list__item"
CARD = f"div.{_CARD_CLASS}"
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
_CARD_DATE = "p.categories__item.color_grey"
_IN_BROWSER = {"playwright": True, "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"}}
_MONTH = r"[^\W\d_]{3,12}"
_DAY = (  # «13 июля 2026» was seen; the others are usual in the three languages and in programs
    rf"(?:\d{{1,2}}\s{_MONTH}\.?,?\s\d{{4}}|\d{{4}}\s(?:жылғы|ж\.)\s\d{{1,2}}\s{_MONTH}"
    rf"|{_MONTH}\s\d{{1,2}},\s\d{{4}}|\d{{1,2}}\.\d\d\.\d{{4}}|\d{{4}}-\d\d-\d\d)"
)
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_DATE = re.compile(rf"{_DAY}(?:\s?(?:года|г\.?|жылы|ж\.?))?(?:,?\s(?:(?:в|сағат|at)\s)?{_CLOCK})?")
_VIEWS = re.compile(r"[^\W\d][^\d:]{2,60}:\s?\d[\d\s]{0,12}")
_DATE_AND_VIEWS = re.compile(rf"(?P<date>{_DATE.pattern})(?:\s{_VIEWS.pattern})?")
# Headings that end a story: the Russian ones as seen, the Kazakh and English ones translated.
_DIRECTIONS = ("направления деятельности", "қызмет бағыттары", "directions", "areas of activity")
_OTHERS = ("читайте также", "сондай-ақ оқыңыз", "сонымен қатар оқыңыз", "read also", "see also")
_ALL = ("все новости", "барлық жаңалықтар", "all news")  # the link under the other stories
_MARK_LENGTH = 90  # characters; dates, counters and headings are not longer
_LABEL_LENGTH = 400  # characters of all directions together
# Never split: a cell or an entry is meaningless without its table or list.
_WHOLE = frozenset({"table", "ul", "ol", "p", "blockquote"})
_SEARCHED = 2000  # characters; a longer element is no marker, though it may contain one
_NO_TEXT = frozenset({"script", "style", "noscript", "template"})


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
        story = _parse_card(card, slug, lang, page_url, position)
        if story is None:
            detail = f"{slug} {lang}, card {position}: no URL of an item: {evidence(card.get())}"
            problems.append(Problem("broken-item", detail, "item"))
        else:
            stories.append(story)
    return Listing(stories, problems, more=_has_next(root.css(NEXT), len(cards)))


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
    title = _one_line(heading[0].root)
    blocks = _blocks_after(heading[0].root, main[0].root)
    dated = _date_at(blocks)
    if dated is None:
        raise UnexpectedResponse(f"no date under the heading: {evidence(title)}")
    place, date = dated
    start = _text_start(blocks, place + 1)
    end, section = _end_of_story(blocks, start)
    url = canonical_url(slug, news_id, lang)
    beside = [block.text for block in blocks[place + 1 : start] if block.text]
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
        rest=rest_of({"directions": [{"title": section}] if section else [], "beside": beside}),
    )


def _has_next(button: SelectorList[Selector], cards: int) -> bool:
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


def _parse_card(card: Selector, slug: str, lang: str, page_url: str, position: int) -> RawStory | None:
    link = card.css(f"{_LINK}[title]") or card.css(_LINK)
    href = link[0].attrib["href"] if link else ""
    address = parse_address(SITE + href if href.startswith("/") else href)
    if address is None or address.news_id is None:
        return None
    date = card.css(_CARD_DATE)
    return RawStory(
        url=canonical_url(slug, address.news_id, lang),
        entity=slug,
        news_id=address.news_id,
        lang=lang,
        title=link[0].attrib.get("title") or _one_line(link[0].root) or None,
        date=(_one_line(date[0].root) or None) if date else None,
        page_url=page_url,
        position=position,
        complete=False,
    )


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the page that contains no marker, or is one."""

    text: str  # visible, on one line; empty for a picture or white space
    markup: str


def _one_line(element: HtmlElement) -> str:
    """Return the visible text of an element on one line."""
    return " ".join(str(element.text_content()).split())


def _blocks_after(heading: HtmlElement, main: HtmlElement) -> list[_Block]:
    """Return the blocks that follow the heading within ``main``, in page order."""
    for title in list(main.iter("title")):  # of a whole document pasted as a text; browsers do not show it
        title.drop_tree()
    parents = _marker_parents(main)
    found: list[_Block] = []
    place = heading
    while place is not main:
        found += _text_block(place.tail)
        for sibling in place.itersiblings():
            found += _split(sibling, parents)
            found += _text_block(sibling.tail)
        place = place.getparent()
    return found


def _date_at(blocks: Sequence[_Block]) -> tuple[int, str] | None:
    """Find the date in the first blocks below the heading: the block's index and the date as printed."""
    for number in [number for number, block in enumerate(blocks) if block.text][:4]:
        if _is_other_stories(blocks[number]):
            return None
        match = _DATE_AND_VIEWS.fullmatch(blocks[number].text[: _MARK_LENGTH + 1])
        if match:
            following = next((n for n in range(number + 1, len(blocks)) if blocks[n].text), number)
            if re.fullmatch(_CLOCK, blocks[following].text):
                return following, f"{match['date']} {blocks[following].text}"
            return number, match["date"]
    return None


def _text_start(blocks: Sequence[_Block], start: int) -> int:
    """Return the index of the text's first block: after the view counter, if one follows the date."""
    first = next((number for number in range(start, len(blocks)) if blocks[number].text), start)
    return first + 1 if first < len(blocks) and _fits(_VIEWS, blocks[first].text) else start


def _end_of_story(blocks: Sequence[_Block], start: int) -> tuple[int, str | None]:
    """Return the index after the story, and the section named there; of several markers the last counts."""
    texts = [block.text.casefold() for block in blocks]
    ends = [
        number
        for marks in (_OTHERS, _ALL)
        for number in reversed(range(start, len(texts)))
        if texts[number] in marks or (texts[number][:-1] in marks and _is_colon_heading(blocks[number]))
    ]
    end = ends[0] if ends else _start_of_others(blocks, start)
    named = next((n for n in reversed(range(start, end)) if texts[n].startswith(_DIRECTIONS)), None)
    if named is None or not _is_directions(blocks[named:end]):
        return end, None
    words = " ".join(block.text for block in blocks[named:end] if block.text)
    label = next(label for label in _DIRECTIONS if words.casefold().startswith(label))
    return named, words[len(label) :].strip(" :") or None


def _is_other_stories(block: _Block) -> bool:
    """Return whether a block is the heading of other stories, one of their cards, or a list of links."""
    if block.text.casefold().removesuffix(":") in (*_OTHERS, *_ALL) or _CARD_CLASS in block.markup:
        return True
    return block.markup.count(ITEM_PATH) > 1 and not block.markup.startswith("<p")


def _start_of_others(blocks: Sequence[_Block], start: int) -> int:
    """Return the index where other stories begin at the end of a page, including an unknown heading."""
    end = len(blocks)
    for number in reversed(range(start, len(blocks))):
        block = blocks[number]
        if _is_other_stories(block):
            end = number
        elif block.text:
            heads = end < len(blocks) and re.match(r"<h\d", block.markup)
            return number if heads else end
    return end


def _is_directions(blocks: Sequence[_Block]) -> bool:
    """Return whether blocks list the directions; a paragraph may begin with the same word."""
    first, *others = (block for block in blocks if block.text)
    is_sentence = first.text.endswith((".", "!", "?")) or len(first.text) > _LABEL_LENGTH
    return not is_sentence and not any(
        b.markup.startswith("<p") or len(b.text) > _MARK_LENGTH for b in others
    )


def _is_colon_heading(block: _Block) -> bool:
    """Return whether a block is a heading with a colon, and not a paragraph with the same words."""
    return block.text.endswith(":") and not block.markup.startswith("<p")


def _marker_parents(main: HtmlElement) -> set[HtmlElement]:
    """Find the elements that contain a marker, in one bottom-up pass."""
    parents: set[HtmlElement] = set()
    sizes: dict[HtmlElement, int] = {}
    for _, element in iterwalk(main, events=("end",)):
        sizes[element] = len(element.text or "") + sum(
            sizes.get(child, 0) + len(child.tail or "") for child in element
        )
        if _begins_with_marker(element):
            _add_ancestors(element, parents)
        if sizes[element] <= _SEARCHED and _is_marker(element):
            _add_ancestors(element.getparent(), parents)
    return parents


def _add_ancestors(element: HtmlElement | None, parents: set[HtmlElement]) -> None:
    while element is not None and element not in parents:
        parents.add(element)
        element = element.getparent()


def _begins_with_marker(element: HtmlElement) -> bool:
    """Return whether an element begins with a marker and contains what the marker announces."""
    words = (element.text or "")[:_MARK_LENGTH].strip().casefold().removesuffix(":")
    return len(element) > 0 and words in _OTHERS


def _split(element: HtmlElement, parents: set[HtmlElement]) -> Iterator[_Block]:
    """Yield an element as one block, or its parts if it contains a marker."""
    waiting: list[HtmlElement | str | None] = [element]  # not by recursion: nesting may be arbitrarily deep
    while waiting:
        part = waiting.pop()
        if part is None or isinstance(part, str):
            yield from _text_block(part)
        elif not isinstance(part.tag, str) or part.tag in _NO_TEXT:
            continue
        elif part.tag in _WHOLE or part not in parents or _is_card(part):
            yield _Block(_one_line(part), tostring(part, encoding="unicode", with_tail=False))
        else:
            waiting += reversed([part.text, *(piece for child in part for piece in (child, child.tail))])


def _is_marker(element: HtmlElement) -> bool:
    text = _one_line(element)
    folded = text.casefold()
    named = folded.removesuffix(":") in (*_OTHERS, *_ALL) or folded.startswith(_DIRECTIONS)
    if _is_card(element):
        return True
    return element.tag not in _NO_TEXT and (named or _fits(_DATE_AND_VIEWS, text) or _fits(_VIEWS, text))


def _is_card(element: HtmlElement) -> bool:
    return _CARD_CLASS in (element.get("class") or "")


def _text_block(text: str | None) -> list[_Block]:
    """Convert text between elements to a block; whitespace is kept, because it separates words."""
    return [_Block(" ".join(text.split()), escape(text, quote=False))] if text else []


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _MARK_LENGTH and pattern.fullmatch(text) is not None
