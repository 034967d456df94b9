"""Which routes stay open after a refusal, and in which order they are tried."""

from __future__ import annotations

import pytest

from govkz_scraper.gates import AUTO, Gates, route_order


def test_a_refusal_closes_a_route_for_its_source_alone() -> None:
    gates = Gates()
    assert not gates.refused("api", "almobl")
    assert not gates.open("api", "almobl")
    assert gates.open("api", "kostanay") and gates.open("rss", "almobl")


def test_three_sources_refused_close_the_route_for_all_and_that_is_said_once() -> None:
    gates = Gates()
    closes = [gates.refused("api", slug) for slug in ("almobl", "almobl", "kostanay", "shymkent", "aktobe")]
    assert closes == [False, False, False, True, False]
    assert not gates.open("api", "mangystau") and gates.open("rss", "mangystau")


def test_a_route_that_answered_anyone_is_closed_source_by_source() -> None:
    gates = Gates()
    gates.answered("api")
    assert not any(gates.refused("api", slug) for slug in ("almobl", "kostanay", "shymkent"))
    assert gates.open("api", "mangystau") and not gates.open("api", "almobl")


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
    gates = Gates()
    slugs = [f"source-{number}" for number in range(8)]
    assert not any(gates.silent(slug) for slug in slugs[:7] * 2)
    gates.heard()
    assert [gates.silent(slug) for slug in slugs] == [False] * 7 + [True]
