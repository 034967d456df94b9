"""RSS 2.0 feed of the stories, newest first; always well-formed XML."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime, time
from email.utils import format_datetime
from html import escape
from typing import BinaryIO
from zoneinfo import ZoneInfo

from pipelines.export.selection import SELECTED, Selection, newest_change

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Press stories of Kazakhstan's akimats</title>
<link>https://www.gov.kz/</link>
<description>Press stories of gov.kz, each once, with its text repaired (govkz-scraper)</description>
<docs>https://www.rssboard.org/rss-specification</docs>
"""
# Of the channel: the language of most stories, and the newest change, so that equal stories give equal bytes.
_CHANNEL = f"""
SELECT (SELECT s.lang FROM stories AS s WHERE s.lang IS NOT NULL AND {SELECTED}
    GROUP BY s.lang ORDER BY count(*) DESC, s.lang LIMIT 1)
"""  # noqa: S608 - SELECTED is a constant
_FOOT = "</channel>\n</rss>\n"
_STORIES = f"""
SELECT s.id, s.title, s.body, s.url, s.lang, s.published, s.published_at,
    coalesce(p.name_ru, p.name_kk, p.name_en, s.entity)
FROM stories AS s LEFT JOIN sources AS p ON p.slug = s.entity
WHERE {SELECTED} ORDER BY s.published DESC, s.id DESC
"""  # noqa: S608 - SELECTED is a constant
# Characters that XML 1.0 does not allow, not even escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DAY_ZONE = ZoneInfo("Asia/Almaty")  # a date without a time means the start of the local day


def write_rss(
    out: BinaryIO, db: sqlite3.Connection, selection: Selection, url: str = "feed.xml"
) -> tuple[int, tuple[str, ...]]:
    """Write the feed; return the number of items and notes for the reader.

    ``url`` is where the feed will be published, absolute or relative to itself.
    """
    values = selection.values(db)
    out.write(_HEAD.encode())
    out.write(f'<atom:link href="{escape(url)}" rel="self" type="application/rss+xml"/>\n'.encode())
    if lang := db.execute(_CHANNEL, values).fetchone()[0]:
        out.write(f"<language>{_xml(lang)}</language>\n".encode())
    if changed_at := newest_change(db, values):
        built = format_datetime(datetime.fromisoformat(changed_at))
        out.write(f"<lastBuildDate>{built}</lastBuildDate>\n".encode())
    count = replaced = 0
    for row in db.execute(_STORIES, values):
        item, changed = _NOT_XML.subn("\ufffd", _item(*row))
        replaced += changed
        out.write(item.encode())
        count += 1
    out.write(_FOOT.encode())
    note = f"{replaced} control characters, which XML does not allow, were replaced by U+FFFD"
    return count, (note,) if replaced else ()


def _item(
    story: int,
    title: str | None,
    body: str | None,
    url: str | None,
    lang: str | None,
    published: str | None,
    published_at: str | None,
    publisher: str | None,
) -> str:
    parts = [f"<title>{_xml(title or url or f'Story {story}')}</title>"]
    if url and re.match(r"https?://", url):
        parts.append(f"<link>{_xml(url)}</link>")
    # Feed readers parse the description as HTML: the text is escaped as HTML and then as XML.
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in (body or "").split("\n\n") if part)
    parts.append(f"<description>{_xml(paragraphs)}</description>")
    if publisher:
        parts.append(f"<dc:creator>{_xml(publisher)}</dc:creator>")
    if lang:
        parts.append(f"<dc:language>{_xml(lang)}</dc:language>")
    # Story ids never change and are never reused, so this identifier is permanent.
    parts.append(f'<guid isPermaLink="false">govkz:story:{story}</guid>')
    if when := _when(published, published_at):
        parts.append(f"<pubDate>{when}</pubDate>")
    return "<item>" + "\n".join(parts) + "</item>\n"


def _xml(text: str) -> str:
    return escape(text, quote=False)


def _when(published: str | None, published_at: str | None) -> str | None:
    """Format the publication date (RFC 822); None when it is unknown."""
    try:
        if published_at:
            return format_datetime(datetime.fromisoformat(published_at))
        if published:
            day = datetime.fromisoformat(published).date()
            return format_datetime(datetime.combine(day, time(), _DAY_ZONE))
    except ValueError:  # `govkz doctor` reports such rows; the date is optional in a feed
        return None
    return None
