"""Asks a replica over real HTTP, as a spider would, and builds its pages as a browser shows them."""

from __future__ import annotations

from html import escape
from http.client import HTTPConnection
from urllib.parse import urlsplit

from govkz_scraper.replica.press_pages import printed
from govkz_scraper.replica.stories import Item, Library
from govkz_scraper.routes import RouteRequest

TIMEOUT = 10  # seconds; an answer that takes longer fails the test


def send(base_url: str, ask: RouteRequest) -> tuple[int, dict[str, str], bytes]:
    """Send one request on a connection of its own: status, headers (names in lower case) and body."""
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=TIMEOUT)
    try:
        connection.request(ask.method, ask.path, ask.body or None, ask.headers)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read()
    finally:
        connection.close()


def rendered_list(library: Library, slug: str, lang: str, page: int = 1, size: int = 10) -> bytes:
    """Build the list page as the browser shows it."""
    items = library.of(slug, lang)
    cards = "".join(_card(item, slug, lang) for item in items[(page - 1) * size : page * size])
    more = '<button aria-label="Next page">›</button>' if page * size < len(items) else ""
    return _page(f"<div class='list'>{cards}</div>{more}")


def rendered_item(library: Library, slug: str, lang: str, item: Item) -> bytes:
    """Build the page of one item as the browser shows it, with other stories and their dates below."""
    version = item.versions[lang]
    others = "".join(_card(other, slug, lang) for other in library.of(slug, lang)[:5])
    return _page(
        f"<div><h1>{escape(version.title)}</h1>"
        f"<div><span>{printed(item.day(), lang, clock=True)}</span>"
        "<span>Количество просмотров: 61</span></div>"
        f"</div><section>{version.body}</section>"
        f"<div><h4>Направления деятельности</h4><ul><li>{', '.join(item.directions)}</li></ul></div>"
        f"<aside><h2>Читайте также</h2>{others}<a href='./'>Все новости</a></aside>"
    )


def _card(item: Item, slug: str, lang: str) -> str:
    href = f"/memleket/entities/{slug}/press/news/details/{item.id}?lang={lang}"
    title = escape(item.versions[lang].title)
    return (
        f'<div class="card-news-list__item"><a title="{title}" href="{href}">…</a>'
        f'<p class="categories__item color_grey">{printed(item.day(), lang)}</p></div>'
    )


def _page(main: str) -> bytes:
    return (
        f'<html><body><div id="root"><header>gov.kz</header><main>{main}</main></div></body></html>'.encode()
    )
