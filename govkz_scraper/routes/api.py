"""The content API: JSON listings with full text, one listing per publisher and language, newest first."""

from __future__ import annotations

from urllib.parse import urlencode

from govkz_scraper.routes import Listing, RouteRequest, load_json, no_listing
from govkz_scraper.routes.api_items import listing_url, read_items

FIRST_PAGE = 1
PATH = "/api/v1/public/content-manager/news"


def ask(slug: str, lang: str, page: int, *, size: int = 100) -> RouteRequest:
    """Ask for one page of a listing. There is no total count: one walks until a page is empty."""
    query = {"projects": f"eq:{slug}", "sort-by": "created_date:DESC", "page": page, "size": size}
    headers = {"Accept": "application/json", "Accept-Language": "qq" if lang == "kk-Latn" else lang}
    return RouteRequest(f"{PATH}?{urlencode(query, safe=':')}", headers=headers)


def read(body: bytes, *, slug: str, lang: str, page: int) -> Listing:
    """Read one page: a bare list, or a list under ``content``; raises NotAllowed or NotUnderstood."""
    answer = load_json(body)
    items = answer.get("content") if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        raise no_listing(answer, "neither a list nor a content list")
    return read_items(items, slug, lang, listing_url(ask(slug, lang, page).path))
