"""The press pages themselves, after a browser has rendered them: a list of cards, then an item each.

Seen in 2026: without a browser the site answers a shell of about 2.7 KB that holds no text; an item page
ends with five other stories under «Читайте также», whose titles and dates are not this story's.
"""

from __future__ import annotations

from parsel import Selector

from govkz_scraper.routes import SITE, Ask, Listing, NotUnderstood, evidence
from govkz_scraper.routes.items import listing_url
from govkz_scraper.routes.pages_blocks import blocks_after, date_at, end_of_story, one_line, views_at
from pipelines.addresses import canonical_url, parse_address
from pipelines.records import Problem, RawStory

FIRST_PAGE = 1
CARD = "div.card-news-list__item"
HEADING = "main h1"
NEXT = 'button[aria-label="Next page"]'
_LINK = 'a[title][href*="/press/news/details/"]'
_DATE = "p.categories__item.color_grey"


def ask(slug: str, lang: str, page: int, *, size: int = 0) -> Ask:
    """Ask for one page of the list; the site shows ten cards, whatever one asks for."""
    return Ask(f"/memleket/entities/{slug}/press/news/{page}?lang={'qq' if lang == 'kk-Latn' else lang}")


def ask_item(slug: str, news_id: int, lang: str) -> Ask:
    """Ask for the page of one item."""
    return Ask(canonical_url(slug, news_id, lang).removeprefix(SITE))


def read(body: bytes, *, slug: str, lang: str, page: int) -> Listing:
    """Read a rendered list: titles, dates and addresses, no texts. Raises NotUnderstood for the shell."""
    root = _parsed(body)
    if not root.css(f"{CARD}, main"):
        raise NotUnderstood(_not_a_press_page(root, body))
    page_url = listing_url(ask(slug, lang, page).path)
    stories: list[RawStory] = []
    problems: list[Problem] = []
    for position, card in enumerate(root.css(CARD), 1):
        story = _card(card, slug, lang, page_url, position)
        if story is None:
            detail = f"{slug} {lang}, card {position}: no address of an item: {evidence(card.get())}"
            problems.append(Problem("broken-item", detail, "item"))
        else:
            stories.append(story)
    button = root.css(NEXT)
    return Listing(stories, problems, more=bool(button) and "disabled" not in button[0].attrib)


def read_item(body: bytes, *, slug: str, lang: str, news_id: int) -> RawStory:
    """Read a rendered item page; raises NotUnderstood for the shell, an error page or another layout."""
    root = _parsed(body)
    main = root.css("main:has(h1)")
    if not main:
        raise NotUnderstood(_not_a_press_page(root, body))
    heading = main[0].css("h1")
    title = one_line(heading[0].root)
    blocks = blocks_after(heading[0].root, main[0].root)
    dated = date_at(blocks)
    if dated is None:
        raise NotUnderstood(f"no date under the heading: {evidence(title)}")
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


def _parsed(body: bytes) -> Selector:
    return Selector(text=body.decode("utf-8", "replace") or " ", type="html")


def _not_a_press_page(root: Selector, body: bytes) -> str:
    """Say what came instead: without a browser it is the shell."""
    kind = "the shell without its content" if root.css("#root") else "not a press page"
    return f"{kind} ({len(body)} bytes): {evidence(body)}"


def _card(card: Selector, slug: str, lang: str, page_url: str, position: int) -> RawStory | None:
    link = card.css(_LINK)
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
        title=link[0].attrib["title"] or None,
        date=(one_line(date[0].root) or None) if date else None,
        page_url=page_url,
        position=position,
        complete=False,
    )
