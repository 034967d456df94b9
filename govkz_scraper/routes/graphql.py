"""The undocumented GraphQL endpoint, used only when the user names the route."""

from __future__ import annotations

import json

from govkz_scraper.routes.api_items import listing_url, read_items
from govkz_scraper.routes.responses import Listing, Paging, RouteRequest, load_json, no_listing
from pipelines.language.codes import to_site_code

PAGING = Paging(page_size=50, max_page_size=50, sizes_adjustable=True)
PATH = "/graphql"
_QUERY = (
    'query{{news(projects:"eq:{slug}",_lang:"{lang}",_page:{page},_size:{size},_sort:"created_date:desc")'
    "{{id title slug body created_date heropic short_description projects directions{{id title}}}}}}"
)


def build_request(slug: str, lang: str, page: int, *, size: int = PAGING.page_size) -> RouteRequest:
    """Build the request for a page. Slug and language are checked by the source list: nothing to escape."""
    wanted = to_site_code(lang)
    query = _QUERY.format(slug=slug, lang=wanted, page=page, size=size)
    headers = {"Accept": "application/json", "Accept-Language": wanted, "Content-Type": "application/json"}
    return RouteRequest(PATH, "POST", headers, json.dumps({"query": query}).encode())


def parse_body(body: bytes, *, slug: str, lang: str, page: int) -> Listing:
    """Parse a page; raises AccessDenied or UnexpectedResponse with the server's message."""
    answer = load_json(body)
    if not isinstance(answer, dict):
        raise no_listing(answer, "not an object")
    data = answer.get("data")
    if answer.get("errors") or not isinstance(data, dict) or "news" not in data:
        raise no_listing(answer.get("errors") or answer, "no news")
    return read_items(data["news"], slug, lang, listing_url(PATH))
