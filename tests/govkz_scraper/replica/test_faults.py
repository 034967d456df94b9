"""Each fault profile gives the trouble that it names, over a real connection."""

from __future__ import annotations

import gzip
import json
import zlib
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from types import ModuleType

import pytest
from click.testing import CliRunner

from govkz_scraper.commands.replica import command
from govkz_scraper.replica.faults import PROFILES, Fault
from govkz_scraper.replica.server import Replica
from govkz_scraper.routes import (
    AccessDenied,
    RouteRequest,
    UnexpectedResponse,
    api,
    check_refusal,
    graphql,
    rss,
)
from pipelines.errors import BadInput
from tests import asking
from tests.asking import send

LISTING = api.build_request("almobl", "ru", 1)
FEED = rss.build_request("almobl", "ru")


def answers(profile: str, *asks: RouteRequest) -> list[tuple[int, dict[str, str], bytes]]:
    with Replica(faults=profile) as replica:
        return [send(replica.base_url, ask) for ask in asks]


def test_without_faults_everything_works() -> None:
    assert [status for status, _, _ in answers("none", LISTING, FEED, RouteRequest("/robots.txt"))] == [
        200,
        200,
        200,
    ]


@pytest.mark.parametrize("profile", ["not-allowed", "401", "403", "filter-page"])
def test_refusals_are_refusals_on_every_route(profile: str) -> None:
    for status, _, body in answers(profile, LISTING, FEED, graphql.build_request("almobl", "ru", 1)):
        with pytest.raises(AccessDenied):
            check_refusal(status, body)


def test_an_api_that_refuses_leaves_the_feed_open() -> None:
    refused, feed = answers("not-allowed-api", LISTING, FEED)
    with pytest.raises(AccessDenied):
        check_refusal(refused[0], refused[2])
    assert rss.parse_body(feed[2], slug="almobl", lang="ru").stories


@pytest.mark.parametrize("profile", ["foreign-json", "html-for-json", "truncated", "charset", "xml-bomb"])
def test_foreign_and_damaged_answers_are_not_understood(profile: str) -> None:
    (status, _, body), (_, _, feed) = answers(profile, LISTING, FEED)
    assert status == 200
    check_refusal(status, body)
    if profile != "xml-bomb":
        with pytest.raises(UnexpectedResponse):
            api.parse_body(body, slug="almobl", lang="ru", page=1)
    with pytest.raises(UnexpectedResponse):
        rss.parse_body(feed, slug="almobl", lang="ru")


def test_damaged_compression_cannot_be_opened() -> None:
    _, headers, body = answers("gzip", LISTING)[0]
    assert headers["content-encoding"] == "gzip"
    with pytest.raises(zlib.error):
        gzip.decompress(body)


def test_an_oversized_answer_is_one() -> None:
    assert len(answers("oversized", LISTING)[0][2]) > 50_000_000


@pytest.mark.parametrize("route", [api, rss, graphql])
def test_a_silent_source_answers_in_each_route_s_own_shape(route: ModuleType) -> None:
    status, _, body = answers("empty", route.build_request("almobl", "ru", 1))[0]
    assert status == 200
    listing = route.parse_body(body, slug="almobl", lang="ru", page=1)
    assert (listing.stories, listing.problems, listing.more) == ([], [], False)


@pytest.mark.parametrize(("profile", "statuses"), [("500", [500, 500]), ("500-once", [500, 200])])
def test_server_errors_come_each_time_or_once_per_address(profile: str, statuses: list[int]) -> None:
    assert [status for status, _, _ in answers(profile, LISTING, LISTING)] == statuses
    assert [status for status, _, _ in answers(profile, LISTING, FEED)] == [500, 500]


def test_rests_are_asked_for_in_seconds_and_as_a_date() -> None:
    (first, headers, _), (second, _, _) = answers("429", LISTING, LISTING)
    assert (first, second) == (429, 200)
    assert int(headers["retry-after"]) > 0
    first, headers, _ = answers("503-date", LISTING)[0]
    assert first == 503
    sent, until = (parsedate_to_datetime(headers[name]) for name in ("date", "retry-after"))
    assert 0 < (until - sent).total_seconds() < 10


def test_redirects_lead_in_a_circle_or_away() -> None:
    status, headers, _ = answers("redirect-loop", LISTING)[0]
    assert (status, headers["location"]) == (302, LISTING.path)
    status, headers, _ = answers("redirect-away", LISTING)[0]
    assert status == 302
    assert not headers["location"].startswith("http://127.0.0.1")


def test_robots_close_one_route_or_all() -> None:
    assert (
        b"Disallow: /api/v1/public/content-manager/"
        in answers("robots-api", RouteRequest("/robots.txt"))[0][2]
    )
    assert answers("robots-all", RouteRequest("/robots.txt"))[0][2].endswith(b"Disallow: /\n")


def test_pages_repeat_without_end() -> None:
    pages = answers("endless", *(api.build_request("almobl", "ru", page, size=5) for page in (1, 2, 900)))
    assert len({body for _, _, body in pages}) == 1


def test_items_move_to_the_next_page_while_one_walks() -> None:
    pages = answers("shifting", *(api.build_request("almobl", "ru", page, size=5) for page in (1, 2)))
    first, second = ([row["id"] for row in json.loads(body)] for _, _, body in pages)
    assert first[-1] == second[0]


@pytest.mark.parametrize(("profile", "other"), [("one-source-fails", 500), ("one-source-refuses", 403)])
def test_one_source_of_several_has_trouble(profile: str, other: int) -> None:
    statuses = [
        status
        for status, _, _ in answers(
            profile, LISTING, api.build_request("kostanay", "ru", 1), rss.build_request("kostanay", "ru")
        )
    ]
    assert statuses == [200, other, other]
    city = api.build_request("kostanai-kalasy-akimat", "ru", 1)
    assert answers(profile, city)[0][0] == 200


def test_connections_are_reset_always_or_once() -> None:
    with pytest.raises((OSError, HTTPException)):
        answers("reset", LISTING)
    with Replica(faults="reset-once") as replica:
        with pytest.raises((OSError, HTTPException)):
            send(replica.base_url, LISTING)
        assert send(replica.base_url, LISTING)[0] == 200


def test_an_answer_that_never_comes_ends_with_the_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TIMEOUT", 0.2)
    with Replica(faults="timeout-once") as replica:
        with pytest.raises(TimeoutError):
            send(replica.base_url, LISTING)
        monkeypatch.setattr(asking, "TIMEOUT", 10)
        assert send(replica.base_url, LISTING)[0] == 200


def test_a_fault_of_one_s_own_can_be_served() -> None:
    fault = Fault("teapot", where="robots", status=418, body=b"short and stout", times=1)
    with Replica(faults=fault) as replica:
        assert send(replica.base_url, RouteRequest("/robots.txt"))[::2] == (418, b"short and stout")
        assert send(replica.base_url, RouteRequest("/robots.txt"))[0] == 200


def test_every_profile_is_listed_and_an_unknown_one_names_them() -> None:
    shown = CliRunner().invoke(command, ["--faults", "list"]).stdout
    assert [line.split()[0] for line in shown.splitlines()] == list(PROFILES)
    with pytest.raises(BadInput, match=r"unknown fault profile 'earthquake' \(use none, slow, timeout"):
        Replica(faults="earthquake")


def test_every_third_request_fails() -> None:
    asks = [api.build_request("almobl", "ru", page, size=3) for page in range(1, 7)]
    assert [status for status, _, _ in answers("500-some", *asks)] == [200, 200, 500] * 2


def test_a_slow_site_answers_whole() -> None:
    assert api.parse_body(answers("slow", LISTING)[0][2], slug="almobl", lang="ru", page=1).stories


def test_a_wrapped_list_is_read_like_a_bare_one() -> None:
    (_, _, wrapped), (_, _, bare) = *answers("wrapped", LISTING), *answers("none", LISTING)
    assert b'"content"' in wrapped[:20]
    assert api.parse_body(wrapped, slug="almobl", lang="ru", page=1) == api.parse_body(
        bare, slug="almobl", lang="ru", page=1
    )


def test_some_items_are_changed_or_gone_on_every_route() -> None:
    for route, named in ((api, LISTING), (rss, FEED), (graphql, graphql.build_request("almobl", "ru", 1))):
        before, changed, left = (
            {
                story.news_id: story.body_html
                for story in route.parse_body(body, slug="almobl", lang="ru", page=1).stories
            }
            for profile in ("none", "changed", "vanished")
            for _, _, body in answers(profile, named)
        )
        assert changed.keys() == before.keys()
        assert 0 < sum(changed[number] != before[number] for number in before) < len(before)
        assert left.keys() < before.keys()
        assert {
            number for number in before if changed[number] != before[number]
        } == before.keys() - left.keys()


def test_item_pages_can_be_gone_while_their_list_stands() -> None:
    listed = RouteRequest("/replica-data/memleket/entities/almobl/press/news/1?lang=ru")
    with Replica(faults="404-details") as replica:
        status, _, body = send(replica.base_url, listed)
        href = json.loads(body)["cards"][0]["href"]
        assert (status, send(replica.base_url, RouteRequest(href))[0]) == (200, 404)
    assert answers("none", RouteRequest(href))[0][0] == 200


def test_robots_can_close_every_data_route() -> None:
    assert answers("robots-every-api", RouteRequest("/robots.txt"))[0][2].endswith(b"Disallow: /api/\n")
