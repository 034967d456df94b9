"""Which routes stay open after a refusal, and in which order they are tried."""

from __future__ import annotations

import pytest

from govkz_scraper.listings.route_fallback import AUTO, RouteBreaker, route_order


def test_a_refusal_closes_a_route_for_its_source_alone() -> None:
    breaker = RouteBreaker()
    assert not breaker.record_refusal("api", "almobl")
    assert not breaker.is_open("api", "almobl")
    assert breaker.is_open("api", "kostanay") and breaker.is_open("rss", "almobl")


def test_three_sources_refused_close_the_route_for_all_and_that_is_said_once() -> None:
    breaker = RouteBreaker()
    closes = [
        breaker.record_refusal("api", slug) for slug in ("almobl", "almobl", "kostanay", "shymkent", "aktobe")
    ]
    assert closes == [False, False, False, True, False]
    assert not breaker.is_open("api", "mangystau") and breaker.is_open("rss", "mangystau")


def test_a_route_that_answered_anyone_is_closed_source_by_source() -> None:
    breaker = RouteBreaker()
    breaker.record_success("api")
    assert not any(breaker.record_refusal("api", slug) for slug in ("almobl", "kostanay", "shymkent"))
    assert breaker.is_open("api", "mangystau") and not breaker.is_open("api", "almobl")


@pytest.mark.parametrize(
    ("route", "refused", "order"),
    [
        ("auto", set(), AUTO),
        ("auto", {"api"}, ("rss", "pages", "api")),
        ("auto", {"api", "rss"}, ("pages", "api", "rss")),
        ("auto", {"graphql"}, AUTO),
        ("api", {"api"}, ("api",)),
        ("graphql", set(), ("graphql",)),
    ],
)
def test_what_was_refused_lately_comes_last_unless_it_is_named(
    route: str, refused: set[str], order: tuple[str, ...]
) -> None:
    assert route_order(route, refused) == order
    assert "graphql" not in AUTO


def test_silence_counts_by_source_and_an_answer_ends_it() -> None:
    breaker = RouteBreaker()
    slugs = [f"source-{number}" for number in range(8)]
    assert not any(breaker.record_silence(slug) for slug in slugs[:7] * 2)
    breaker.record_response()
    assert [breaker.record_silence(slug) for slug in slugs] == [False] * 7 + [True]
