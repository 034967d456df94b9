"""The replica's press pages: a JavaScript shell without text, and the data that its script renders."""

from __future__ import annotations

import json
import re
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from govkz_scraper.replica.stories import Item, Library

_LIST = re.compile(r"/memleket/entities/(?P<slug>[\w-]+)/press/news(?:/(?P<page>\d+))?/?$")
_ITEM = re.compile(r"/memleket/entities/(?P<slug>[\w-]+)/press/news/details/(?P<id>\d+)/?$")
_CARDS = 10
_ZONE = ZoneInfo("Asia/Almaty")
_MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def answer(library: Library, target: str) -> tuple[int, str, str]:
    """Return the shell for a press page, the data for the shell's own requests, or a 404."""
    parts = urlsplit(target)
    lang = parse_qs(parts.query).get("lang", ["ru"])[-1]
    path = parts.path.removeprefix("/replica-data")
    data: dict[str, Any] | None = None
    if match := _LIST.match(path):
        data = _listing(library, match["slug"], lang, int(match["page"] or 1))
    elif match := _ITEM.match(path):
        data = _item(library, match["slug"], lang, int(match["id"]))
    if data is None:
        return 404, "<!doctype html><title>404</title><h1>404</h1>", "text/html"
    if parts.path.startswith("/replica-data"):
        return 200, json.dumps(data, ensure_ascii=False), "application/json"
    return 200, files("govkz_scraper.replica").joinpath("shell.html").read_text("utf-8"), "text/html"


def printed(day: datetime, lang: str, *, clock: bool = False) -> str:
    """Format an instant as the site's pages do: local time, the month by name."""
    local = day.astimezone(_ZONE)
    months = _MONTHS.get(lang, _MONTHS["ru"])
    text = f"{local.day} {months[local.month - 1]} {local.year}"
    return f"{text} {local:%H:%M}" if clock else text


def _listing(library: Library, slug: str, lang: str, page: int) -> dict[str, Any]:
    items = library.of(slug, lang)
    chosen = items[(page - 1) * _CARDS : page * _CARDS]
    cards = [_card(item, slug, lang) for item in chosen]
    return {"cards": cards, "next": page + 1 if page * _CARDS < len(items) else None}


def _card(item: Item, slug: str, lang: str) -> dict[str, str]:
    title = escape(item.versions[lang].title)
    href = f"/memleket/entities/{slug}/press/news/details/{item.id}?lang={lang}"
    return {"title": title, "href": href, "date": printed(item.day(), lang)}


def _item(library: Library, slug: str, lang: str, news_id: int) -> dict[str, Any] | None:
    item = library.find(news_id)
    if item is None or lang not in item.versions or slug not in item.projects:
        return None
    others = [_card(other, slug, lang) for other in library.of(slug, lang) if other.id != news_id][:5]
    version = item.versions[lang]
    return {
        "title": escape(version.title),
        "date": printed(item.day(), lang, clock=True),
        "body": version.body,
        "directions": ", ".join(item.directions),
        "others": others,
    }
