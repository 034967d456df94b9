"""Retry-After, robots.txt and refusals, checked by the requests and their times; and two crawls at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from govkz_scraper.sources import load_sources
from tests.crawls import crawl, rows, start
from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

SLUGS = ("almobl", "kostanay", "shymkent", "mangystau", "aktobe")
QUICK = {"GOVKZ_RETRY_PAUSE": "0.01", "GOVKZ_TIMEOUT": "0.8", "GOVKZ_CHROMIUM": "/no/such"}
ROBOTS = "GET /robots.txt"
LISTINGS = "content-manager|/rss/"


def site_with(*troubles: Trouble, **more: Any) -> ForeignSite:
    items = [
        {
            "id": 1_200_000 + number,
            "projects": slug,
            "created_date": "2026-05-01T05:00:00Z",
            "versions": {"ru": {"title": f"Новости {slug}", "body": f"<p>Открыт дом № {number}.</p>"}},
        }
        for number, slug in enumerate(SLUGS)
    ]
    return ForeignSite(items, troubles, **more)


def run(site: ForeignSite, folder: Path, *slugs: str, route: str = "auto") -> tuple[int, dict[str, Any], str]:
    return crawl(site.url, folder / "a.db", *slugs, "--lang", "ru", "--route", route, **QUICK)


def in_seconds() -> str:
    return "1"


def as_date() -> str:
    return formatdate(time.time() + 2, usegmt=True)


def test_no_request_is_sent_before_retry_after_has_passed(tmp_path: Path) -> None:
    """Retry-After of robots.txt, of a listing in seconds, of another as a date; each for the host."""
    waits = {ROBOTS: (503, in_seconds), "eq:almobl&": (429, in_seconds), "eq:kostanay&": (503, as_date)}
    troubles = [Trouble(w, s, b"", {"Retry-After": said}, times=1) for w, (s, said) in waits.items()]
    with site_with(*troubles) as site:
        code, summary, said = run(site, tmp_path, *SLUGS[:3])
    assert code == 0, said
    assert len(site.promised) == 3 and summary["totals"]["retries"] == 3
    for at, value in site.promised:
        over = at + int(value) if value.isdigit() else parsedate_to_datetime(value).timestamp()
        assert not [asked.line for asked in site.asked if at < asked.at < over]
    assert len(rows(tmp_path / "a.db", "SELECT 1 FROM stories")) == 3


def test_a_refusal_may_ask_for_a_rest_too(tmp_path: Path) -> None:
    refusal = Trouble("content-manager", 403, b"", {"Retry-After": in_seconds}, times=1)
    with site_with(refusal) as site:
        code, _, said = run(site, tmp_path, "almobl")
    assert code == 0 and "by rss instead" in said, said
    ((at, _),) = site.promised
    assert not [asked.line for asked in site.asked if at < asked.at < at + 1]


@pytest.mark.parametrize("route", ["api", "rss", "graphql"])
def test_every_route_says_which_language_it_wants(route: str, tmp_path: Path) -> None:
    with site_with() as site:
        assert run(site, tmp_path, "almobl", route=route)[0] == 0
        assert {line.split()[-1] for line in site.lines("^(?!GET /robots)")} == {"ru"}


def test_the_pause_that_robots_txt_wants_is_kept(tmp_path: Path) -> None:
    with site_with(robots="User-agent: *\nCrawl-delay: 0.4\n") as site:
        code, _, said = run(site, tmp_path, *SLUGS[:2], route="api")
    assert code == 0, said
    moments = [asked.at for asked in site.asked if ROBOTS not in asked.line]
    assert len(moments) > 1
    assert all(later - earlier >= 0.4 for earlier, later in pairwise(moments))


RULES = {  # what robots.txt is, the exit code, may listings be asked, words said
    "500": (Trouble(ROBOTS, 500, b"x"), 1, False, "could not be read (status 500)"),
    "silence": (Trouble(ROBOTS, act="stall"), 1, False, "could not be read (no response in time"),
    "a broken connection": (
        Trouble(ROBOTS, act="reset"),
        1,
        False,
        "could not be read (the connection broke",
    ),
    "404 with a page": (Trouble(ROBOTS, 404, b"User-agent: *\nDisallow: /"), 0, True, "by api"),
    "closed to the API": (
        "User-agent: *\nDisallow: /api/v1/public/content-manager",
        0,
        True,
        "by rss instead",
    ),
    "closed to all routes": ("User-agent: *\nDisallow: /api/\n", 3, False, "robots.txt disallows /api/v1"),
}


@pytest.mark.parametrize("name", RULES)
def test_robots_txt_is_kept_and_without_it_nothing_is_asked(name: str, tmp_path: Path) -> None:
    rules, code, asked, words = RULES[name]
    with site_with(rules) if isinstance(rules, Trouble) else site_with(robots=rules) as site:
        found, summary, said = run(site, tmp_path, *SLUGS[:2])
    assert found == code and words in said, said
    assert bool(site.lines(LISTINGS)) == asked
    assert rows(tmp_path / "a.db", "SELECT outcome FROM crawls") == [(summary["outcome"],)]
    assert len(rows(tmp_path / "a.db", "SELECT 1 FROM stories")) == (2 if asked else 0)


def test_three_refusals_close_a_route_and_the_refusal_is_remembered(tmp_path: Path) -> None:
    with site_with(Trouble("content-manager", 400, b'{"error": "notAllowed"}')) as site:
        code, _, said = run(site, tmp_path, *SLUGS)
        assert code == 0 and "api refused" in said and "read by rss instead" in said
        assert len(site.lines("content-manager")) == 3 and len(site.lines("/rss/")) == len(SLUGS)
        site.asked.clear()
        assert run(site, tmp_path, *SLUGS)[0] == 0
        assert not site.lines("content-manager")
    assert len(rows(tmp_path / "a.db", "SELECT 1 FROM stories")) == len(SLUGS)


def test_a_site_that_falls_silent_is_left_alone(tmp_path: Path) -> None:
    with site_with(Trouble(LISTINGS, act="reset")) as site:
        slugs = list(load_sources())[:10]
        code, summary, said = run(site, tmp_path, *slugs, route="api")
    assert code == 1 and f"not finished: {slugs[8]} ru, {slugs[9]} ru" in said, said
    assert [note["outcome"] for note in summary["listings"]] == ["failed"] * 8 + ["waiting"] * 2
    assert not site.lines(f"{slugs[8]}&|{slugs[9]}&")


OUTCOMES = {  # troubles by route, exit code, outcome of each source
    "refused, no feeds": ([Trouble("content-manager", 403, b""), Trouble("/rss/", 404, b"")], 3, "refused"),
    "failed, feeds refused": ([Trouble("content-manager", 500, b""), Trouble("/rss/", 403)], 1, "failed"),
    "all failed": ([Trouble(LISTINGS, 502, b"")], 1, "failed"),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_nothing_had_is_refused_when_the_best_route_said_no_and_else_failed(
    name: str, tmp_path: Path
) -> None:
    troubles, code, outcome = OUTCOMES[name]
    with site_with(*troubles) as site:
        found, summary, said = run(site, tmp_path, *SLUGS[:2])
    assert found == code, said
    assert {note["outcome"] for note in summary["listings"]} == {outcome}
    assert not rows(tmp_path / "a.db", "SELECT 1 FROM stories")


@pytest.mark.browser
def test_auto_ends_by_the_pages_where_the_api_refuses_and_there_is_no_feed(
    chromium: str, tmp_path: Path
) -> None:
    with site_with(Trouble("content-manager", 403), Trouble("/rss/", 404)) as site:
        browser = {"GOVKZ_CHROMIUM": chromium, "GOVKZ_TIMEOUT": "20"}
        code, summary, said = crawl(site.url, tmp_path / "a.db", "almobl", "--lang", "ru", **browser)
    assert code == 0 and "read by pages instead" in said, said
    assert not summary["failures"] and len(rows(tmp_path / "a.db", "SELECT 1 FROM stories")) == 1


def test_the_second_of_two_crawls_is_turned_away_and_the_first_goes_on(tmp_path: Path) -> None:
    with site_with(Trouble("content-manager", act="wait", times=1)) as site:
        first = start(site.url, tmp_path / "a.db", "almobl", "--lang", "ru", GOVKZ_TIMEOUT="30")
        wait_for(lambda: bool(site.lines("content-manager")))
        second = start(site.url, tmp_path / "a.db", "almobl", "--lang", "ru")
        said = second.communicate(timeout=30)[1]
        assert second.returncode == 4 and "being written to" in said and len(said.splitlines()) == 1
        site.opened.set()
        assert first.wait(timeout=30) == 0
        first.communicate()
    assert len(rows(tmp_path / "a.db", "SELECT 1 FROM stories")) == 1


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.browser
def test_what_a_browser_was_led_to_on_another_host_is_no_story(chromium: str, tmp_path: Path) -> None:
    with site_with() as elsewhere:
        away = Trouble("press/news/details/", 302, b"", {"Location": f"{elsewhere.url}{{self}}"})
        with site_with(away) as site:
            ask = ("almobl", "--lang", "ru", "--route", "pages")
            settings = {**QUICK, "GOVKZ_TIMEOUT": "20", "GOVKZ_CHROMIUM": chromium}
            code, summary, said = crawl(site.url, tmp_path / "a.db", *ask, **settings)
    assert code == 1, said
    assert rows(tmp_path / "a.db", "SELECT title FROM stories") == []
    assert "redirected off site" in summary["failures"][0]["why"]
