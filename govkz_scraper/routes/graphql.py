"""The GraphQL address: undocumented, so it is asked only when the user names it."""

from __future__ import annotations

import json

from govkz_scraper.routes import Listing, RouteRequest, load_json, no_listing
from govkz_scraper.routes.api_items import listing_url, read_items

FIRST_PAGE = 1
PATH = "/graphql"
_QUERY = (
    'query{{news(projects:"eq:{slug}",_lang:"{lang}",_page:{page},_size:{size},_sort:"created_date:desc")'
    "{{id title slug body created_date heropic short_description projects directions{{id title}}}}}}"
)


def ask(slug: str, lang: str, page: int, *, size: int = 50) -> RouteRequest:
    """Ask for one page; slug and language come from the checked source list, so they need no escaping."""
    wanted = "qq" if lang == "kk-Latn" else lang
    query = _QUERY.format(slug=slug, lang=wanted, page=page, size=size)
    headers = {"Accept": "application/json", "Accept-Language": wanted, "Content-Type": "application/json"}
    return RouteRequest(PATH, "POST", headers, json.dumps({"query": query}).encode())


def read(body: bytes, *, slug: str, lang: str, page: int) -> Listing:
    """Read one page; raises NotAllowed or NotUnderstood with what the server said."""
    answer = load_json(body)
    if not isinstance(answer, dict):
        raise no_listing(answer, "not an object")
    data = answer.get("data")
    if answer.get("errors") or not isinstance(data, dict) or "news" not in data:
        raise no_listing(answer.get("errors") or answer, "no news")
    return read_items(data["news"], slug, lang, listing_url(PATH))
