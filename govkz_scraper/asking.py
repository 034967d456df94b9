"""What a listing's next request is, and what its answer holds: the routes behind one pair of functions."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from govkz_scraper.errands import Errand
from govkz_scraper.routes import (
    Listing,
    ListingNotFound,
    RouteRequest,
    UnexpectedResponse,
    api,
    check_refusal,
    graphql,
    rendered,
    rss,
)

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w-]{2,30})""", re.IGNORECASE)
_READERS = {"api": api, "graphql": graphql, "rss": rss, "pages": rendered}


def ask_listing(errand: Errand) -> RouteRequest:
    """Give the request for the window that the walk wants."""
    window, note = errand.walk.window, errand.note
    assert window is not None  # noqa: S101 - only asked while the walk goes on
    reader: Any = _READERS[note.route]
    ask: RouteRequest = reader.ask(note.slug, note.lang, window.number, size=window.size)
    return ask


def read_listing(status: int, body: bytes, errand: Errand, kind: str = "", *, led: bool = False) -> Listing:
    """Read an answer; raises NotAllowed for a refusal, NotUnderstood for anything but a listing,
    NotThere where a publisher has no feed.

    ``kind`` is its Content-Type; the word for data that is not in UTF-8, and for nothing else. ``led`` is
    True when the site led us to another address, whose absence says nothing about the listing.
    """
    note, window = errand.note, errand.walk.window
    assert window is not None  # noqa: S101 - an answer to a window that was asked for
    if note.route == "pages":
        return _read_rendered(status, body, errand)
    check_refusal(status, body, most=len(body))  # where data is due, no page is a story
    if status == 404 and window.page > 1 and not led:
        return Listing([])  # some servers say so when there are no further pages
    if status in (404, 410) and note.route == "rss" and not led:
        raise ListingNotFound(f"status {status}: there is no feed")
    if status != 200:
        raise UnexpectedResponse(f"status {status}")
    reader: Any = _READERS[note.route]
    listing: Listing = reader.read(in_utf8(body, kind), slug=note.slug, lang=note.lang, page=window.number)
    return listing


def _read_rendered(status: int, body: bytes, errand: Errand) -> Listing:
    """Read a rendered list. A refusal is what is none: a card may speak of sites that were closed."""
    note, window = errand.note, errand.walk.window
    assert window is not None  # noqa: S101 - as above
    try:
        if status != 200:
            raise UnexpectedResponse(f"status {status}")
        return rendered.read(body, slug=note.slug, lang=note.lang, page=window.number)
    except UnexpectedResponse:
        check_refusal(status, body)
        raise


def in_utf8(body: bytes, kind: str) -> bytes:
    """Give data in UTF-8; ``kind`` is the Content-Type of the answer."""
    named = _CHARSET.search(kind)
    declares = b"encoding" in body[:200] and body.lstrip().startswith(b"<?xml")  # a feed's own word
    if named and not declares and not named[1].lower().startswith("utf"):
        with contextlib.suppress(UnicodeDecodeError):
            body.decode()
            return body  # servers that send UTF-8 under the name of another encoding are many
        with contextlib.suppress(UnicodeError, LookupError):
            return body.decode(named[1]).encode()
    return body


def request_meta(errand: Errand) -> dict[str, Any]:
    """Give the meta that a request of this route needs: a browser, or nothing."""
    if errand.note.route != "pages":
        return {}
    from govkz_scraper.rendering import meta

    return dict(meta())
