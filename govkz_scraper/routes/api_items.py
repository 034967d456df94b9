"""One item of the content API, as JSON, into a raw story: shared by the ``api`` and ``graphql`` routes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from govkz_scraper.routes.responses import Listing, UnexpectedResponse, evidence
from pipelines.items import Problem, RawStory
from pipelines.language.codes import from_site_code
from pipelines.urls import SITE, canonical_url

_HALF = re.compile("[\ud800-\udfff]")
_TAKEN = {"id", "title", "body", "created_date", "projects", "sys_lang"}


def read_items(items: object, slug: str, lang: str, page_url: str) -> Listing:
    """Convert a list of items into raw stories; an item that is none becomes a problem, and the rest go on.

    Raises UnexpectedResponse if there is no list or nothing usable in it: empty would mean its end.
    """
    if not isinstance(items, list):
        raise UnexpectedResponse(f"no list of items but {type(items).__name__}: {evidence(repr(items))}")
    stories: list[RawStory] = []
    problems: list[Problem] = []
    for position, item in enumerate(items, 1):
        try:
            stories.append(read_item(item, slug, lang, page_url, position))
            problems += _lost_fields(item, f"{slug} {lang}, item {position}")
        except UnexpectedResponse as error:
            problems.append(Problem("broken-item", f"{slug} {lang}, item {position}: {error}", "item"))
    if items and not stories:
        raise UnexpectedResponse(f"none of {len(items)} items can be read, such as {problems[0].detail}")
    return Listing(stories, problems, more=bool(items))


def read_item(item: object, slug: str, lang: str, page_url: str, position: int) -> RawStory:
    """Convert an item into a raw story; raises UnexpectedResponse when it has no usable id."""
    if not isinstance(item, Mapping):
        raise UnexpectedResponse(f"not an object: {evidence(repr(item))}")
    news_id = _number(item.get("id"))
    if news_id is None:
        raise UnexpectedResponse(f"no id: {evidence(repr(item.get('id')))}")
    own_lang = from_site_code(_text(item.get("sys_lang"))) or lang
    return RawStory(
        url=canonical_url(slug, news_id, own_lang),
        entity=slug,
        news_id=news_id,
        lang=own_lang,
        title=_text(item.get("title")),
        body_html=_text(item.get("body")),
        date=_text(item.get("created_date")),
        section=_section(item.get("directions")),
        page_url=page_url,
        position=position,
        projects=projects_of(item.get("projects")),
        rest=rest_of({name: value for name, value in item.items() if name not in _TAKEN}),
    )


def rest_of(fields: Mapping[str, object]) -> str | None:
    """Return the fields without a column of their own as JSON; None if all are empty.

    >>> rest_of({"heropic": "/uploads/a.jpg", "hint": None, "comments_on": False, "short_description": ""})
    '{"heropic": "/uploads/a.jpg", "comments_on": false}'
    """
    present = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    if not present:
        return None
    try:
        text = json.dumps(present, ensure_ascii=False, allow_nan=False)
    except ValueError:  # an infinite number, which is no JSON: its name as text
        readable = json.loads(json.dumps(present), parse_constant=str)
        text = json.dumps(readable, ensure_ascii=False)
    return whole_letters(text)


def listing_url(path: str) -> str:
    """Return the URL stored for a listing: the live site's, even if a replica served it."""
    return SITE + path


def whole_letters(text: str) -> str:
    r"""Replace half a character by U+FFFD (``\ud800`` in JSON), which no file and no database can hold.

    >>> whole_letters("a\ud800b")
    'a�b'
    """
    try:
        text.encode()  # a third of the cost of looking for halves
    except UnicodeEncodeError:
        return _HALF.sub("\ufffd", text)
    return text


def _lost_fields(item: object, place: str) -> list[Problem]:
    """Report the text fields of an item that have another type; the item is kept without them."""
    given = item if isinstance(item, Mapping) else {}
    return [
        Problem("broken-item", f"{place}: {name} is no text: {evidence(repr(given[name]))}", "item")
        for name in ("title", "body", "created_date")
        if isinstance(given.get(name), bool | list | Mapping)
    ]


def _text(value: object) -> str | None:
    # A number in place of a text (a date as milliseconds) is kept, for the reader of dates to judge.
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return whole_letters(value) if isinstance(value, str) and value else None


def _number(value: object) -> int | None:
    # GraphQL gives the id as a string.
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**12 else None


def projects_of(value: object) -> tuple[str, ...]:
    """Return the publisher slugs of an item: one string of slugs, or a list of them.

    >>> projects_of("almobl almobl-talgar")
    ('almobl', 'almobl-talgar')
    """
    parts = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(slug for part in parts for slug in (_text(part) or "").split()))


def _section(directions: object) -> str | None:
    listed = directions if isinstance(directions, list) else []
    titles = [_text(direction.get("title")) for direction in listed if isinstance(direction, Mapping)]
    return "; ".join(title for title in titles if title) or None
