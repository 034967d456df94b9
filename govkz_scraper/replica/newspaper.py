"""The replica's newspaper: digest pages that reprint stories by section, with typical damage in repeats."""

from __future__ import annotations

import re
from html import escape, unescape
from zoneinfo import ZoneInfo

from govkz_scraper.replica.stories import Item, bundled
from pipelines.urls import canonical_url

_ZONE = ZoneInfo("Asia/Almaty")
_MARKS = dict.fromkeys(map(ord, "\"'«»“”’"))
_PER_PAGE = 6
Entry = tuple[str, str, str]  # title, date, body with its source line


def answer(path: str, base_url: str) -> tuple[int, str, str]:
    """Return the response for ``/digest`` (home), ``/digest/society`` (paged) or ``/digest/article``."""
    entries = _entries()
    if path in {"/digest", "/digest/"}:
        sections = [
            ("News", entries[:5]),
            ("Society", [_damaged(entry) for entry in entries[:3]] + entries[5:8]),
        ]
        lines = [line for name, part in sections for line in _home(name, part)]
        return 200, _page(lines, None), "text/html"
    if match := re.fullmatch(r"/digest/society(?:/(\d+))?", path):
        number = int(match[1] or 1)
        chosen = entries[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        following = f"{base_url}/digest/society/{number + 1}" if number * _PER_PAGE < len(entries) else None
        return (
            200,
            _page(["Society", *(line for entry in chosen for line in _category(entry))], following),
            "text/html",
        )
    if path == "/digest/article":
        title, day, body = entries[0]
        return 200, _page([title, f"{day} 09:15:00 117", body], None), "text/html"
    return 404, "<h1>404</h1>", "text/html"


def _entries() -> list[Entry]:
    """Return the stories that have an English version, each with its source line."""
    items = [item for item in bundled().items if "en" in item.versions]
    entries = [_entry(item) for item in sorted(items, key=lambda item: item.id, reverse=True)[:17]]
    # A link without title and text, as on real digest pages.
    lonely = next(item for item in bundled().items if set(item.versions) == {"kk"})
    return [*entries[:3], ("-", entries[2][1], _source(lonely, "kk").strip()), *entries[3:]]


def _entry(item: Item) -> Entry:
    version = item.versions["en"]
    text = unescape(re.sub(r"<[^>]+>", " ", version.body.replace("</p><p>", "\x00")))
    text = " ".join(text.split(" ")).replace("\x00", "").strip()
    day = item.day().astimezone(_ZONE).strftime("%d.%m.%Y")
    return unescape(version.title), day, " ".join(text.split()) + _source(item, "en")


def _source(item: Item, lang: str) -> str:
    return " Source : " + canonical_url(item.projects[0], item.id, lang)


def _damaged(entry: Entry) -> Entry:
    """Strip quotes, apostrophes and the source, for the copy in the second section."""
    title, day, body = entry
    if title == "-":
        return entry
    return title, day, body.partition(" Source : ")[0].translate(_MARKS)


def _home(name: str, entries: list[Entry]) -> list[str]:
    return [name, "More", *(line for entry in entries for line in entry)]


def _category(entry: Entry) -> tuple[str, str]:
    return f"{entry[0]} {entry[1]}", entry[2]


def _page(lines: list[str], following: str | None) -> str:
    body = "".join(f"<div>{escape(line, quote=False)}</div>\n" for line in lines)
    link = f'<a rel="next" href="{escape(following)}">Next</a>' if following else ""
    head = "<!doctype html><html><head><meta charset='utf-8'><title>Digest</title></head>"
    return f"{head}<body>{body}{link}</body></html>"
