"""What the routes share: requests, parsed listings, declared paging, and the detection of refusals."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from govkz_scraper.terminal import escape_control_chars
from pipelines.items import Problem, RawStory

ITEM_PATH = "/press/news/details/"  # in the URL of every press item, before its id
# The page that the state filter puts in place of content, with status 200: a refusal, never a story.
FILTER_WORDS = "Доступ на интернет-ресурс временно ограничен"
_FILTER_DESK = "support.sts.kz"
_FILTER_PAGE = (FILTER_WORDS.encode(), FILTER_WORDS.encode("cp1251"), _FILTER_DESK.encode())
_FILTER_PAGE_MOST = 40_000  # bytes; the words in a long page or in data are a story about such a page
_DATA = re.compile(rb"[\[{]|(?:<\?xml[^>]{0,200}\?>\s*)?<(?:rss|feed|rdf)\b", re.IGNORECASE)
_REFUSALS = {
    401: "the site requires a login",
    403: "the site forbids access",
    451: "unavailable for legal reasons",
}


@dataclass(frozen=True, slots=True)
class Paging:
    """How a route pages its listings, as its site documents or shows it."""

    first_page: int = 1
    page_size: int = 100  # items per page unless another size is requested
    max_page_size: int = 100
    sizes_adjustable: bool = False  # the request may name a page size up to ``max_page_size``
    single_page: bool = False  # the first page is the whole listing


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """An HTTP request relative to the base URL of the site or its replica."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    meta: dict[str, Any] = field(default_factory=dict)  # for scrapy.Request


@dataclass(frozen=True, slots=True)
class Listing:
    """One parsed page of a listing."""

    stories: list[RawStory]
    problems: list[Problem] = field(default_factory=list)  # items that could not be parsed
    more: bool = False  # a further page may exist


class AccessDenied(Exception):
    """The site refuses access. Raised by ``check_refusal`` and the parsers; the spider closes the route."""


class UnexpectedResponse(Exception):
    """The response is not a listing or an item. Raised by the parsers; the spider records a failed page."""


class ListingNotFound(UnexpectedResponse):
    """The publisher has no such listing. Raised for feeds; ``--route auto`` goes on to the next route."""


def evidence(body: bytes | str, most: int = 120) -> str:
    """Return the beginning of a response on one line, control characters escaped.

    >>> evidence(b"<html>\\n\\x1b[31mno")
    '<html>\\\\n\\\\x1b[31mno'
    """
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    return escape_control_chars(text[:most])


def check_refusal(status: int, body: bytes, *, most: int = _FILTER_PAGE_MOST) -> None:
    """Raise AccessDenied if a response, whatever its status, is a refusal.

    ``most`` is the size of a page in bytes beyond which the filter's words are taken for a story about it.
    """
    start = body[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not _DATA.match(start) and len(body) <= most and any(mark in body for mark in _FILTER_PAGE):
        raise AccessDenied("the response is the page of the state filter")
    if status in _REFUSALS:
        quoted = f": {evidence(body)}" if body.strip() else ""
        raise AccessDenied(f"{status}: {_REFUSALS[status]}{quoted}")
    if b"notAllowed" in body[:2000] and (status >= 400 or start[:1] == b"{"):
        raise AccessDenied(f"{status} notAllowed: {evidence(body)}")


def quotes_filter(text: str) -> bool:
    """Return whether a text has the words of the state filter's page."""
    return FILTER_WORDS in text or _FILTER_DESK in text


def no_listing(answer: object, what: str) -> AccessDenied | UnexpectedResponse:
    """Return the error for JSON that holds no listing: a refusal or an unknown response.

    >>> no_listing({"error": "Доступ на интернет-ресурс временно ограничен"}, "an object")
    AccessDenied('the response has the words of the state filter')
    >>> no_listing({"error": "projects is wanted"}, "an object")
    UnexpectedResponse('an object: {"error": "projects is wanted"}')
    """
    text = json.dumps(answer, ensure_ascii=False)
    if len(text) <= _FILTER_PAGE_MOST and quotes_filter(text):
        return AccessDenied("the response has the words of the state filter")
    if "notAllowed" in text[:2000] or "orbidden" in text[:200]:
        return AccessDenied(evidence(text))
    return UnexpectedResponse(f"{what}: {evidence(text)}")


def no_value(name: str) -> None:
    """Return None for NaN and Infinity: a ``parse_constant`` hook of ``json.loads``."""


def load_json(body: bytes) -> object:
    """Parse JSON; raises UnexpectedResponse with the beginning of what came instead."""
    try:
        return json.loads(body, parse_constant=no_value)
    except (ValueError, RecursionError) as error:
        raise UnexpectedResponse(f"not JSON ({type(error).__name__}): {evidence(body)}") from None
