"""The press pages of the foreign site: a small shell that its script fills after a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_SCRIPT = """<!doctype html><html><head><title>gov.kz</title></head><body><div id="root"></div><script>
setTimeout(() => { document.getElementById("root").innerHTML = %s; %s }, 30)</script></body></html>"""
Item = Mapping[str, Any]


def list_page(items: Sequence[Item], slug: str, lang: str, page: int, most: int) -> str:
    """Build a page of cards and, if there are more, the button to the next page."""
    cards = "".join(_card(item, slug, lang) for item in items[(page - 1) * most : page * most])
    more = '<button aria-label="Next page">&gt;</button>' if page * most < len(items) else ""
    return shell(f"<header>menu</header><main><h1>Пресс-центр</h1>{cards}{more}</main>")


def item_page(items: Sequence[Item], slug: str, lang: str, news_id: int) -> str:
    """Build an item: heading, date, counter, text, directions, then other items with their dates."""
    item = next(item for item in items if item["id"] == news_id)
    version = item["versions"][lang]
    others = "".join(_card(other, slug, lang) for other in items if other["id"] != news_id)
    return shell(
        f"<main><article><h1>{version['title']}</h1><span>{_printed(item, clock=True)}</span>"
        f"<span>Количество просмотров: 61</span><div class='text'>{version.get('body') or ''}</div>"
        "<p>Направления деятельности</p><a>Образование</a></article>"
        f"<section><h3>Читайте также</h3>{others}</section><a>Все новости</a></main>"
    )


def _card(item: Item, slug: str, lang: str) -> str:
    title = item["versions"][lang]["title"].replace('"', "&quot;")
    return (
        f'<div class="card card-news-list__item"><a class="x" title="{title}" '
        f'href="/memleket/entities/{slug}/press/news/details/{item["id"]}?lang={lang}">{title}</a>'
        f'<p class="categories__item color_grey">{_printed(item)}</p></div>'
    )


def _printed(item: Item, *, clock: bool = False) -> str:
    day = datetime.fromisoformat(item["created_date"]).astimezone(ZoneInfo("Asia/Almaty"))
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" + (f" {day:%H:%M}" if clock else "")


def shell(filled: str, then: str = "") -> str:
    """Build the page with the script that fills it, and what the script does after that."""
    return _SCRIPT % (json.dumps(filled).replace("</", "<\\/"), then)
