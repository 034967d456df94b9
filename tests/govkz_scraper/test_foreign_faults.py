"""One crawl over thirty sources, each with another fault: what fails, what is reported, what follows."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from govkz_scraper.sources import load_sources
from tests.crawls import crawl, rows
from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

# No patience and small limits; no browser, so that auto ends with the feed.
LIMITS = {
    "GOVKZ_TIMEOUT": "0.8",
    "GOVKZ_RETRY_PAUSE": "0.01",
    "GOVKZ_MAX_BYTES": "300000",
    "GOVKZ_MAX_PAGES": "6",
    "GOVKZ_CHROMIUM": "/no/such",
}
FILTER = "<html><body>Доступ на интернет-ресурс временно ограничен</body></html>".encode()
BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>
<rss><channel><title>&b;</title></channel></rss>"""
SHORT = {"Content-Length": "99999", "Connection": "close"}
numbers = count()


def halved(body: bytes) -> bytes:
    return body[: len(body) // 2]


def in_cp1251(body: bytes) -> bytes:
    return body.decode().encode("cp1251", "replace")


def ever_more(body: bytes) -> bytes:
    number = next(numbers) * 100
    news = [{"id": 9_000_000 + number + n, "title": f"Сообщение {number + n}"} for n in range(100)]
    return json.dumps(news).encode()


def ever_the_same(body: bytes) -> bytes:
    return json.dumps([{"id": 8_000_000 + n, "title": f"Сводка {n}"} for n in range(10)]).encode()


@dataclass(frozen=True)
class Case:
    """A fault and its expected effect: outcome by route, words of the message, maximum number of requests."""

    trouble: dict[str, Any]
    said: str
    outcome: str = "failed"
    most: int = 3
    routes: tuple[str, ...] = ("api", "rss", "auto")


REFUSED = {"outcome": "refused", "most": 1}
PAGED = ("api",)  # a feed has one page
CASES = {
    "healthy": Case({"times": 0}, "1 pages, 5 items|4 pages, 5 items", "done", 4),
    "stalls": Case({"act": "stall"}, "no response in time", most=2),
    "resets": Case({"act": "reset"}, "the connection broke", most=4),
    "500": Case({"status": 500, "body": b"oops"}, "status 500"),
    "504 once": Case({"status": 504, "body": b"", "times": 1}, "pages, 5 items", "done", 5),
    "reset once": Case({"act": "reset", "times": 1}, "pages, 5 items", "done", 5),
    "404": Case({"status": 404, "body": b"none"}, "status 404"),
    "204": Case({"status": 204, "body": b""}, "status 204"),
    "nothing": Case({"body": b""}, "not JSON|not a feed"),
    "cut off": Case({"body": halved}, "not JSON|breaks off"),
    "connection cut": Case({"body": halved, "headers": SHORT}, "the response broke off"),
    "foreign": Case({"body": b'{"hello": 1}'}, "neither a list|not a feed"),
    "content of null": Case({"body": b'{"content": null}'}, "neither a list|not a feed"),
    "numbers": Case({"body": b"[1, 2, 3]"}, "none of 3 items|not a feed"),
    "deep": Case({"body": b"[" * 50_000}, "RecursionError|not a feed"),
    "HTML": Case({"body": b"<html><h1>Hi</h1></html>"}, "not JSON.*<h1>Hi|not a feed.*<h1>Hi"),
    "wrong letters": Case({"body": in_cp1251}, "UnicodeDecodeError|not in the encoding"),
    "damaged gzip": Case(
        {"body": gzip.compress(b"x" * 9999)[:30] + b"junk", "headers": {"Content-Encoding": "gzip"}},
        "not JSON|not a feed|compression of the response is damaged",
    ),
    "no gzip": Case({"headers": {"Content-Encoding": "gzip"}}, "compression of the response is damaged"),
    "endless": Case({"body": ever_more}, "no end after 6 pages", most=6, routes=PAGED),
    "repeating": Case({"body": ever_the_same}, "no end", most=6, routes=PAGED),  # told by different requests
    "loop": Case({"status": 302, "headers": {"Location": "{self}"}}, "max redirections", most=6),
    "sent away": Case(
        {"status": 301, "headers": {"Location": "http://127.0.0.2:9/"}}, "redirected off site", most=1
    ),
    "oversized": Case({"body": b"[" + b" " * 400_000}, "too large", most=1),
    "packed bomb": Case(
        {"body": gzip.compress(b"[" + b" " * 9_000_000), "headers": {"Content-Encoding": "gzip"}},
        "too large",
        most=1,
    ),
    "bomb": Case({"body": BOMB}, "declares entities", routes=("rss",)),
    "filter page": Case({"body": FILTER}, "page of the state filter", **REFUSED),
    "notAllowed": Case({"status": 400, "body": b'{"error": "notAllowed"}'}, "notAllowed", **REFUSED),
    "401": Case({"status": 401, "body": b""}, "requires a login", **REFUSED),
    "403": Case({"status": 403, "body": b"no"}, "forbids access", **REFUSED),
}
SLUGS = dict(zip(CASES, load_sources(), strict=False))
BASES = {name: 1_000_000 + 100 * number for number, name in enumerate(CASES)}


@dataclass
class Swept:
    """A crawl with every fault of a route, and the healthy one after it."""

    code: int
    summary: dict[str, Any]
    said: str
    lines: list[str]
    later: tuple[int, dict[str, Any], str]
    stored: set[int]
    outcomes: list[str]
    listings: dict[str, dict[str, Any]] = field(default_factory=dict)


def items_of(name: str) -> Iterator[dict[str, Any]]:
    newest = datetime(2026, 6, 1, 8, tzinfo=UTC)
    for number in range(5):
        news_id = BASES[name] + number
        version = {"title": f"Сводка № {news_id}", "body": f"<p>Сдано {news_id} домов.</p>"}
        yield {
            "id": news_id,
            "projects": SLUGS[name],
            "created_date": (newest - timedelta(hours=30 * (5 - number))).isoformat(),
            "versions": {"ru": version},
        }


@cache
def sweep(route: str) -> Swept:
    names = [name for name, case in CASES.items() if route in case.routes]
    hit = r"/rss/{0}/" if route == "rss" else r"projects=eq:{0}&"
    troubles = [Trouble(hit.format(SLUGS[name]), **CASES[name].trouble) for name in names]
    ask = (*(SLUGS[name] for name in names), "--lang", "ru", "--route", route)
    items = [item for name in names for item in items_of(name)]
    with TemporaryDirectory() as folder, ForeignSite(items, troubles) as site:
        db = Path(folder) / "a.db"
        code, summary, said = crawl(site.url, db, *ask, **LIMITS)
        lines = site.lines()
        site.troubles = ()
        later = crawl(site.url, db, *ask, **LIMITS)
        stored = {row[0] for row in rows(db, "SELECT news_id FROM stories")}
        outcomes = [row[0] for row in rows(db, "SELECT outcome FROM crawls ORDER BY id")]
    return Swept(
        code, summary, said, lines, later, stored, outcomes, {n["slug"]: n for n in summary["listings"]}
    )


PAIRS = [(route, name) for route in ("api", "rss", "auto") for name in CASES if route in CASES[name].routes]


@pytest.mark.parametrize(("route", "name"), PAIRS)
def test_a_fault_hits_its_own_source_and_is_said_on_one_line(route: str, name: str) -> None:
    case, slug, swept = CASES[name], SLUGS[name], sweep(route)
    made_good = route == "auto" and case.outcome != "done"
    listing = swept.listings[slug]
    assert listing["outcome"] == ("done" if made_good else case.outcome)
    assert listing["route"] == ("rss" if made_good else "api" if route == "auto" else route)
    own = [line for line in swept.said.splitlines() if line.startswith(f"{slug} ru")]
    assert any(re.search(case.said, line) for line in own), own
    asked = [line for line in swept.lines if re.search(rf"[:/]{slug}[&/]", line)]
    assert len(asked) <= case.most + made_good, asked
    records = swept.summary["refusals" if case.outcome == "refused" else "failures"]
    assert (slug in {one["slug"] for one in records}) == (case.outcome != "done")
    if case.outcome != "done" and not made_good:
        assert not listing["complete"]
        assert name in ("endless", "repeating") or not listing["items"]


@pytest.mark.parametrize("route", ["api", "rss", "auto"])
def test_a_later_crawl_brings_what_was_missing(route: str) -> None:
    swept = sweep(route)
    assert swept.code == 1 and swept.outcomes == ["failed", "done"]
    code, summary, said = swept.later
    assert code == 0, said
    names = [name for name in CASES if route in CASES[name].routes]
    assert {BASES[name] + n for name in names for n in range(5)} <= swept.stored
    if route == "auto":  # a refusal is remembered, a failure is not
        refused = {SLUGS[name] for name in names if CASES[name].outcome == "refused"}
        assert {n["slug"] for n in summary["listings"] if n["route"] == "rss"} == refused
        assert "read by rss instead" in swept.said
