"""`govkz doctor --live` against a foreign site: the state of each route, from one request each."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

ITEM = {
    "id": 1_200_000,
    "projects": "almobl",
    "created_date": "2026-05-01T05:00:00Z",
    "versions": {"ru": {"title": "Открыт мост", "body": "<p>Мост ведёт в новый район.</p>"}},
}
SEEN = {"robots.txt": "works", "rss": "works", "api": "works", "graphql": "works", "pages": "shell"}
LOOKS = {
    "healthy": ([], SEEN),
    "api refuses": ([Trouble("content-manager", 400, b"notAllowed")], SEEN | {"api": "refused"}),
    "filter page": ([Trouble("/rss/", 200, b"<a href='https://support.sts.kz'>")], SEEN | {"rss": "refused"}),
    "graphql breaks": ([Trouble("graphql", 504, b"")], SEEN | {"graphql": "failed"}),
    "no shell": ([Trouble("memleket", 200, b"<h1>Hi</h1>")], SEEN | {"pages": "failed"}),
    "api resets": ([Trouble("content-manager", act="reset")], SEEN | {"api": "failed"}),
    "redirected": ([Trouble("/rss/", 302, b"", {"Location": "/"})], SEEN | {"rss": "failed"}),
    "no robots.txt": ([Trouble("robots", 404, b"no")], SEEN),
    "robots.txt fails": ([Trouble("robots", 500, b"")], {"robots.txt": "failed"}),
    "closed API": (
        [Trouble("robots", 200, b"User-agent: *\nDisallow: /api/v1/public/content-manager\n")],
        SEEN | {"api": "closed by robots.txt"},
    ),
    "closed by a wildcard": (
        [Trouble("robots", 200, b"User-agent: *\nDisallow: /*/content-manager/\n")],
        SEEN | {"api": "closed by robots.txt"},
    ),
}


def probe(site: ForeignSite, **environment: str) -> tuple[int, dict[str, tuple[str, str]], str]:
    """Run the command: its exit code, state and detail by name, and its output."""
    done = subprocess.run(
        [sys.executable, "-m", "govkz_scraper.cli", "doctor", "--live", "--base-url", site.url],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == "", done.stderr
    findings = {}
    for line in done.stdout.splitlines()[1:]:
        assert line.startswith("  "), done.stdout
        state, _, detail = line[14:].partition(": ")
        findings[line[2:14].strip()] = (state, detail)
    return done.returncode, findings, done.stdout


def test_retry_after_and_redirect_are_reported() -> None:
    troubles = [
        Trouble("content-manager", 429, b"", {"Retry-After": "120"}),
        Trouble("/rss/", 302, b"", {"Location": "https://elsewhere.example/\x1b[31m"}),
    ]
    with ForeignSite([ITEM], troubles) as site:
        _, found, said = probe(site)
    assert found["api"][1].startswith("status 429, Retry-After: 120")
    assert "Location: https://elsewhere.example/" in found["rss"][1] and "\x1b" not in said


def test_redirects_of_robots_txt_are_followed() -> None:
    rules = b"User-agent: *\nDisallow: /api/v1/public/content-manager\n"
    troubles = [
        Trouble("/robots.txt", 301, b"", {"Location": "/files/rules.txt"}),
        Trouble("/files/rules.txt", 200, rules),
    ]
    with ForeignSite([ITEM], troubles) as site:
        _, found, _ = probe(site)
    assert {name: state for name, (state, _) in found.items()} == SEEN | {"api": "closed by robots.txt"}


@pytest.mark.parametrize("name", LOOKS)
def test_every_route_is_requested_once(name: str) -> None:
    troubles, states = LOOKS[name]
    with ForeignSite([ITEM], troubles) as site:
        code, found, said = probe(site, GOVKZ_CONTACT="press-archive@example.org")
    assert {name: state for name, (state, _) in found.items()} == states, said
    assert list(found) == [name for name in SEEN if name in found]
    assert all(detail for _, detail in found.values())
    assert code == (1 if "rss" not in found else 0)
    assert len(site.asked) <= len(SEEN)
    assert all("press-archive@example.org" in asked.headers["user-agent"] for asked in site.asked)


def test_without_robots_txt_nothing_more_is_requested_and_the_command_says_so() -> None:
    with ForeignSite([ITEM], [Trouble("robots", 503, b"")]) as site:
        code, _, said = probe(site)
    assert (code, len(site.asked)) == (1, 1), said
    assert "a crawl would request nothing" in said


def test_refused_api_and_feed_are_exit_code_3() -> None:
    with ForeignSite([ITEM], [Trouble("content-manager|/rss/", 403, b"")]) as site:
        code, found, said = probe(site)
    assert code == 3 and found["api"][0] == found["rss"][0] == "refused", said


def test_a_silent_site_is_exit_code_1() -> None:
    with ForeignSite([ITEM], [Trouble("robots", act="reset")]) as site:
        code, found, said = probe(site)
    assert code == 1 and found["robots.txt"][0] == "failed" and "no response" in said


def test_a_bad_setting_is_one_line() -> None:
    with ForeignSite([ITEM]) as site:
        done = subprocess.run(
            [sys.executable, "-m", "govkz_scraper.cli", "doctor", "--live", "--base-url", site.url],
            env={**os.environ, "GOVKZ_RETRIES": "many"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2 and not site.asked
    assert "GOVKZ_RETRIES=many" in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
