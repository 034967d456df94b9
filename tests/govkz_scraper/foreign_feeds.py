"""The feeds of the foreign site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

ITEM = "https://www.gov.kz/memleket/entities/{slug}/press/news/details/{id}?lang={lang}"
Item = Mapping[str, Any]


def feed(kind: str, slug: str, lang: str, items: Sequence[Item]) -> str:
    """Print the newest items as RSS 2.0 or Atom: full text, text as the description, or its beginning."""
    if kind == "atom":
        entries = "".join(_atom(item, slug, lang) for item in items)
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{slug}</title>{entries}</feed>'
    entries = "".join(_rss(kind, item, slug, lang) for item in items)
    space = 'xmlns:c="http://purl.org/rss/1.0/modules/content/"'
    return f'<?xml version="1.0"?><rss version="2.0" {space}><channel>{entries}</channel></rss>'


def _rss(kind: str, item: Item, slug: str, lang: str) -> str:
    version, link = item["versions"][lang], ITEM.format(slug=slug, lang=lang, **item)
    body = version.get("body") or ""
    short = re.sub(r"<[^>]+>", " ", body)[:20]
    texts = {
        "encoded": f"<description>{_xml(short)}…</description><c:encoded><![CDATA[{body}]]></c:encoded>",
        "description": f"<description>{_xml(body)}</description>",
        "excerpts": f"<description>{_xml(short)}…</description>",
    }
    when = item["created_date"]
    day = f"<pubDate>{format_datetime(_instant(when))}</pubDate>" if when else ""
    text = texts[kind] if body else ""
    head = f"<guid>{item['id']}</guid><title>{_xml(version['title'])}</title><link>{_xml(link)}</link>"
    return f"<item>{head}{day}{text}</item>"


def _atom(item: Item, slug: str, lang: str) -> str:
    version, link = item["versions"][lang], ITEM.format(slug=slug, lang=lang, **item)
    day = f"<updated>{item['created_date']}</updated>" if item["created_date"] else ""
    body = version.get("body")
    content = f'<content type="html">{_xml(body)}</content>' if body else ""
    title = f'<title type="html">{_xml(version["title"])}</title>'
    return f'<entry><id>{_xml(link)}</id>{title}<link href="{_xml(link)}"/>{day}{content}</entry>'


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _instant(printed: str) -> datetime:
    return datetime.fromisoformat(printed).astimezone(UTC)
