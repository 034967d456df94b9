"""A look at what a site answers today: each route's state, told from one request."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from govkz_scraper.commands.doctor import command as doctor
from govkz_scraper.site_probe import look
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


def test_what_a_busy_site_and_a_redirect_say_is_told() -> None:
    troubles = [
        Trouble("content-manager", 429, b"", {"Retry-After": "120"}),
        Trouble("/rss/", 302, b"", {"Location": "https://elsewhere.example/\x1b[31m"}),
    ]
    with ForeignSite([ITEM], troubles) as site:
        found = {finding.name: finding.detail for finding in look(site.url, "almobl")}
    assert found["api"].startswith("status 429, Retry-After: 120")
    assert "Location: https://elsewhere.example/" in found["rss"] and "\x1b" not in found["rss"]


def test_rules_are_followed_to_where_the_site_keeps_them() -> None:
    rules = b"User-agent: *\nDisallow: /api/v1/public/content-manager\n"
    troubles = [
        Trouble("/robots.txt", 301, b"", {"Location": "/files/rules.txt"}),
        Trouble("/files/rules.txt", 200, rules),
    ]
    with ForeignSite([ITEM], troubles) as site:
        states = {finding.name: finding.state for finding in look(site.url, "almobl")}
    assert states == SEEN | {"api": "closed by robots.txt"}


@pytest.mark.parametrize("name", LOOKS)
def test_every_route_is_looked_at_once(name: str) -> None:
    troubles, states = LOOKS[name]
    with ForeignSite([ITEM], troubles) as site:
        findings = list(look(site.url, "almobl", contact="press-archive@example.org"))
    assert {finding.name: finding.state for finding in findings} == states
    assert all(finding.detail and "\n" not in finding.detail for finding in findings)
    assert len(site.asked) <= len(SEEN)
    assert all("press-archive@example.org" in asked.headers["user-agent"] for asked in site.asked)


def test_without_rules_nothing_more_is_asked_and_the_command_says_so() -> None:
    with ForeignSite([ITEM], [Trouble("robots", 503, b"")]) as site:
        said = CliRunner().invoke(doctor, ["--live", "--base-url", site.url])
    assert (said.exit_code, len(site.asked)) == (1, 1), said.output
    assert "a crawl would ask nothing" in said.output and not isinstance(said.exception, KeyError)
