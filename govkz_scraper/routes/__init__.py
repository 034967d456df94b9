"""The four routes to gov.kz press items: pure functions that build requests and parse responses.

The facts (URLs, parameters, refusals) come from public material, 2018-2026; see docs/guides/crawling.md.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Protocol

from govkz_scraper.routes import api, graphql, rendered, rss
from govkz_scraper.routes.responses import (
    AccessDenied,
    Listing,
    ListingNotFound,
    Paging,
    RouteRequest,
    UnexpectedResponse,
    check_refusal,
    evidence,
    load_json,
    no_value,
    quotes_filter,
)

__all__ = [
    "ROUTES",
    "AccessDenied",
    "Listing",
    "ListingNotFound",
    "Paging",
    "Route",
    "RouteRequest",
    "UnexpectedResponse",
    "check_refusal",
    "evidence",
    "load_json",
    "no_value",
    "quotes_filter",
]

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w-]{2,30})""", re.IGNORECASE)


class RequestBuilder(Protocol):
    """Signature of a route's ``build_request``; routes that page by themselves ignore ``size``."""

    def __call__(self, slug: str, lang: str, page: int, *, size: int) -> RouteRequest:
        """Build the request for a page of a listing."""


class BodyParser(Protocol):
    """Signature of a route's ``parse_body``."""

    def __call__(self, body: bytes, *, slug: str, lang: str, page: int) -> Listing:
        """Parse the body of a successful response."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way to a publisher's listing: its paging, its request builder and its response parser."""

    name: str  # on the command line
    paging: Paging
    build_request: RequestBuilder
    parse_body: BodyParser
    rendered: bool = False  # responses are pages rendered by a browser

    def parse_listing(
        self,
        status: int,
        body: bytes,
        *,
        slug: str,
        lang: str,
        page: int,
        content_type: str = "",
        redirected: bool = False,
    ) -> Listing:
        """Parse a response; raises AccessDenied, UnexpectedResponse or ListingNotFound.

        ``redirected``: the response is from another URL, whose absence says nothing about the listing.
        """
        if self.rendered:
            return self._parse_rendered(status, body, slug, lang, page)
        check_refusal(status, body, most=len(body))  # data is expected here, so no page is a story
        if status == 404 and page > self.paging.first_page and not redirected:
            return Listing([])  # some servers answer 404 after the last page
        if status in (404, 410) and self.paging.single_page and not redirected:
            raise ListingNotFound(f"status {status}: there is no feed")
        if status != 200:
            raise UnexpectedResponse(f"status {status}")
        return self.parse_body(to_utf8(body, content_type), slug=slug, lang=lang, page=page)

    def _parse_rendered(self, status: int, body: bytes, slug: str, lang: str, page: int) -> Listing:
        try:
            if status != 200:
                raise UnexpectedResponse(f"status {status}")
            return self.parse_body(body, slug=slug, lang=lang, page=page)
        except UnexpectedResponse:
            check_refusal(status, body)  # after parsing: a card may quote a refusal
            raise


def to_utf8(body: bytes, content_type: str) -> bytes:
    """Convert data to UTF-8 from the charset of its Content-Type; other data is returned unchanged."""
    named = _CHARSET.search(content_type)
    declares = b"encoding" in body[:200] and body.lstrip().startswith(b"<?xml")  # the feed's own encoding
    if named and not declares and not named[1].lower().startswith("utf"):
        with contextlib.suppress(UnicodeDecodeError):
            body.decode()
            return body  # many servers send UTF-8 labelled as another charset
        with contextlib.suppress(UnicodeError, LookupError):
            return body.decode(named[1]).encode()
    return body


ROUTES: dict[str, Route] = {
    route.name: route
    for route in (
        Route("rss", rss.PAGING, rss.build_request, rss.parse_body),
        Route("api", api.PAGING, api.build_request, api.parse_body),
        Route("graphql", graphql.PAGING, graphql.build_request, graphql.parse_body),
        Route("pages", rendered.PAGING, rendered.build_request, rendered.parse_body, rendered=True),
    )
}
