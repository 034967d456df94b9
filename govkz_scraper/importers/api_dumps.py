"""Saved responses of the press API: a list, a list under ``content``, or a GraphQL response."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from govkz_scraper.importers.raw_records import Unread, read_record
from govkz_scraper.routes import UnexpectedResponse, no_value
from govkz_scraper.routes.api_items import projects_of, read_item
from pipelines.errors import BadInput
from pipelines.items import RawStory

_REQUESTED = re.compile(r"projects=eq(?::|%3A)([a-z0-9_-]+)", re.IGNORECASE)
_REFUSED = "notAllowed"


def read_api_dump(text: str, path: Path, place: str, modified: float) -> Iterator[RawStory | Unread]:
    """Parse a saved response. Raises BadInput for invalid JSON, a refusal, or a missing list of items.

    ``modified``, the Unix time at which the file was written, becomes the time of the sightings.
    """
    try:
        answer = json.loads(text.lstrip("\ufeff"), parse_constant=no_value)
    except json.JSONDecodeError as error:
        raise BadInput(f"{path}, line {error.lineno}: invalid JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: JSON is nested too deeply or too large") from error
    items = _items(answer, text, path)
    if not items:
        raise BadInput(f"{path}: the response contains no items")
    seen_at = datetime.fromtimestamp(modified, UTC).isoformat()
    requested = _REQUESTED.search(place)
    for position, item in enumerate(items, 1):
        if isinstance(item, dict) and "id" not in item:
            story, errors = read_record(item)
            yield from (Unread(f"item {position}: {message}") for message in errors)
            if story is not None:
                yield replace(story, page_url=story.page_url or place, position=story.position or position)
            continue
        try:
            yield _read_seen_item(item, requested[1].lower() if requested else None, place, position, seen_at)
        except UnexpectedResponse as error:
            yield Unread(f"item {position}: {error}")


def _items(answer: object, text: str, path: Path) -> list[object]:
    items = answer
    if isinstance(answer, dict):
        data = answer.get("data")
        items = data.get("news") if isinstance(data, dict) else answer.get("content")
        if not isinstance(items, list) and ("title" in answer or "body" in answer or "body_html" in answer):
            items = [answer]
    if isinstance(items, list):
        return items
    if _REFUSED in text[:10_000]:
        raise BadInput(f"{path} is a refusal of the site (notAllowed), not a listing")
    raise BadInput(f"{path}: neither a list of items nor an object with content or data.news")


def _read_seen_item(item: object, slug: str | None, place: str, position: int, seen_at: str) -> RawStory:
    """Parse one item; its publisher is the requested one, else the first that the item names."""
    named = projects_of(item.get("projects")) if isinstance(item, dict) else ()
    slug = slug or (named[0].lower() if named else "")
    story = read_item(item, slug, "", place, position)
    return replace(
        story,
        url=story.url if slug else None,
        entity=slug or None,
        lang=story.lang or None,
        seen_at=seen_at,
    )
