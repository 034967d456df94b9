"""The content API: JSON listings with full text, one listing per publisher and language, newest first."""

from __future__ import annotations

from urllib.parse import urlencode

from govkz_scraper.routes.api_items import listing_url, read_items
from govkz_scraper.routes.responses import Listing, Paging, RouteRequest, load_json, no_listing
from pipelines.language.codes import to_site_code

PAGING = Paging(sizes_adjustable=True)
PATH = "/api/v1/public/content-manager/news"


def build_request(slug: str, lang: str, page: int, *, size: int = PAGING.page_size) -> RouteRequest:
    """Build the request for a page. The API has no total count: the page after the last one is empty."""
    query = {"projects": f"eq:{slug}", "sort-by": "created_date:DESC", "page": page, "size": size}
    headers = {"Accept": "application/json", "Accept-Language": to_site_code(lang)}
    return RouteRequest(f"{PATH}?{urlencode(query, safe=':')}", headers=headers)


def parse_body(body: bytes, *, slug: str, lang: str, page: int) -> Listing:
    """Parse a page: a bare list, or a list under ``content``; raises AccessDenied or UnexpectedResponse."""
    answer = load_json(body)
    items = answer.get("content") if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        raise no_listing(answer, "neither a list nor a content list")
    return read_items(items, slug, lang, listing_url(build_request(slug, lang, page).path))
