"""The replica's API, GraphQL endpoint and feeds: pure functions from a library and a request to a body."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from govkz_scraper.replica.stories import Item, Library
from pipelines.urls import SITE, canonical_url

ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /uploads/\nDisallow: /memleket/actualities\n"
_GRAPHQL = re.compile(
    r'projects:"eq:(?P<slug>[\w-]+)",_lang:"(?P<lang>\w+)",_page:(?P<page>\d+),_size:(?P<size>\d+)'
)


def api(library: Library, target: str, language: str) -> tuple[int, str]:
    """Return the content API's response: status and JSON."""
    query = {name: values[-1] for name, values in parse_qs(urlsplit(target).query).items()}
    operator, _, slug = query.get("projects", "").partition(":")
    if operator != "eq" or not slug:
        return 400, json.dumps({"error": "projects must be eq:<slug>"})
    items = library.of(slug, language)
    since = query.get("created_date", "")
    if since.startswith("gte:"):
        return 500, json.dumps({"status": 500, "error": "Internal Server Error"})
    if since.startswith("gt:"):
        bound = datetime.fromisoformat(since[3:])
        items = [item for item in items if item.day().replace(tzinfo=bound.tzinfo) > bound]
    page, size = max(1, int(query.get("page", 1))), min(100, int(query.get("size", 10)))
    chosen = items[(page - 1) * size : page * size]
    return 200, json.dumps([as_json(item, language) for item in chosen], ensure_ascii=False)


def as_json(item: Item, language: str) -> dict[str, Any]:
    """Convert an item to the content API's JSON."""
    version = item.versions[language]
    row = {
        "id": item.id,
        "title": version.title,
        "slug": None,
        "body": version.body or None,
        "short_description": version.summary,
        "created_date": item.created,
        "projects": " ".join(item.projects),
        "sys_lang": language,
        "heropic": _picture(item),
        "alt_image": version.title,
        "directions": [{"id": number, "title": title} for number, title in enumerate(item.directions, 1)],
        "activities": {"items": []},
        "gosorgan": {"items": [{"project_name": slug} for slug in item.projects]},
        "hint": None,
        "comments_on": False,
    }
    if not version.body:
        del row["body"]
    return row


def _picture(item: Item) -> str:
    """Return the path of an invented picture, in the form of the site's uploads; nothing is served there."""
    day = item.day()
    return f"/uploads/{day.year}/{day.month}/{day.day}/{item.id:032x}_original.{item.id % 900_000}.jpg"


def graphql(library: Library, body: bytes) -> tuple[int, str]:
    """Return the response to the GraphQL query that the route sends, or an error for any other."""
    try:
        match = _GRAPHQL.search(json.loads(body)["query"])
    except (ValueError, KeyError, TypeError):
        match = None
    if match is None:
        return 200, json.dumps({"errors": [{"message": "Cannot read the query"}]})
    page, size = int(match["page"]), min(50, int(match["size"]))
    items = library.of(match["slug"], match["lang"])[(page - 1) * size : page * size]
    rows = [as_json(item, match["lang"]) | {"id": str(item.id)} for item in items]
    return 200, json.dumps({"data": {"news": rows}}, ensure_ascii=False)


def rss(library: Library, slug: str, language: str, *, most: int = 200) -> str:
    """Return a publisher's newest items as RSS 2.0, with the full text in content:encoded."""
    entries = []
    for item in library.of(slug, language)[:most]:
        version = item.versions[language]
        link = canonical_url(slug, item.id, language)
        entries.append(
            f"<item><title>{_xml(version.title)}</title><link>{_xml(link)}</link><guid>{_xml(link)}</guid>"
            f"<pubDate>{format_datetime(item.day())}</pubDate>"
            f"<description>{_xml(version.summary)}</description>"
            + (f"<content:encoded>{_xml(version.body)}</content:encoded>" if version.body else "")
            + "".join(f"<category>{_xml(title)}</category>" for title in item.directions)
            + f'<enclosure url="{_picture(item)}" type="image/jpeg"/>'
            + "</item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{_xml(slug)}</title><link>{SITE}/memleket/entities/{slug}</link>"
        f"<description>{_xml(slug)}</description>{''.join(entries)}</channel></rss>"
    )


def _xml(text: str) -> str:
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"), quote=False)
