"""The public entry of the routes: declared paging, and what a response's status and headers mean."""

from __future__ import annotations

import json

import pytest

from govkz_scraper.routes import ROUTES, AccessDenied, Listing, ListingNotFound, Paging, UnexpectedResponse

WORDS = "Доступ на интернет-ресурс временно ограничен"
CARD = (
    "<main><div class='card-news-list__item'><a href='/memleket/entities/almobl/press/news/details/7'"
    f" title='{WORDS}'>…</a></div></main>"
)


def parse(
    route: str, status: int, body: bytes, page: int = 1, content_type: str = "", redirected: bool = False
) -> Listing:
    return ROUTES[route].parse_listing(
        status,
        body,
        slug="almobl",
        lang="ru",
        page=page,
        content_type=content_type,
        redirected=redirected,
    )


def test_every_route_declares_its_paging() -> None:
    assert {name: route.paging for name, route in ROUTES.items()} == {
        "api": Paging(first_page=1, page_size=100, max_page_size=100, sizes_adjustable=True),
        "graphql": Paging(first_page=1, page_size=50, max_page_size=50, sizes_adjustable=True),
        "rss": Paging(first_page=1, single_page=True),
        "pages": Paging(first_page=1, page_size=10, max_page_size=10),
    }


def test_a_request_names_the_page_and_the_size() -> None:
    assert "page=3&size=99" in ROUTES["api"].build_request("almobl", "ru", 3, size=99).path
    assert b"_page:3,_size:49" in ROUTES["graphql"].build_request("almobl", "ru", 3, size=49).body
    assert "/press/news/3?lang=qq" in ROUTES["pages"].build_request("almobl", "kk-Latn", 3, size=10).path
    assert ROUTES["rss"].build_request("almobl", "ru", 1, size=0).path == "/api/v1/public/rss/almobl/news/ru"


def test_only_rendered_pages_need_a_browser() -> None:
    requests = {name: route.build_request("almobl", "ru", 1, size=10) for name, route in ROUTES.items()}
    assert [name for name, request in requests.items() if request.meta.get("playwright")] == ["pages"]


def test_a_404_after_the_first_page_is_the_end_of_the_listing() -> None:
    assert parse("api", 404, b"", page=2) == Listing([])
    with pytest.raises(UnexpectedResponse, match="status 404"):
        parse("api", 404, b"", page=1)
    with pytest.raises(UnexpectedResponse, match="status 404"):
        parse("api", 404, b"", page=2, redirected=True)


@pytest.mark.parametrize("status", [404, 410])
def test_a_publisher_may_have_no_feed(status: int) -> None:
    with pytest.raises(ListingNotFound):
        parse("rss", status, b"")
    with pytest.raises(UnexpectedResponse) as error:
        parse("rss", status, b"", redirected=True)
    assert not isinstance(error.value, ListingNotFound)


@pytest.mark.parametrize(
    "declared", ["application/json; charset=windows-1251", 'text/json; charset="cp1251"']
)
def test_the_charset_of_the_content_type_is_used(declared: str) -> None:
    answer = json.dumps([{"id": 7, "title": "Мост"}], ensure_ascii=False)
    for body in (answer.encode("cp1251"), answer.encode()):  # the second one contradicts its label
        assert parse("api", 200, body, content_type=declared).stories[0].title == "Мост"


def test_a_card_may_quote_a_refusal() -> None:
    assert parse("pages", 200, CARD.encode()).stories[0].title == WORDS
    with pytest.raises(AccessDenied):
        parse("pages", 200, f"<h1>{WORDS}</h1>".encode())
    with pytest.raises(AccessDenied):
        parse("pages", 403, CARD.encode())


def test_a_refusal_precedes_the_status() -> None:
    with pytest.raises(AccessDenied):
        parse("rss", 404, f"<h1>{WORDS}</h1>".encode())
    with pytest.raises(UnexpectedResponse, match="status 503"):
        parse("api", 503, b"busy")
