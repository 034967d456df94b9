"""``govkz doctor --live``: robots.txt and one request a route, and what the site answers today."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from scrapy.robotstxt import ProtegoRobotParser

from govkz_scraper import __version__
from govkz_scraper.routes import (
    AccessDenied,
    RouteRequest,
    UnexpectedResponse,
    api,
    check_refusal,
    evidence,
    graphql,
    rendered,
    rss,
)
from govkz_scraper.routes import to_utf8 as in_utf8
from govkz_scraper.spider_arguments import on_loopback
from govkz_scraper.terminal import escape_control_chars

State = Literal["works", "refused", "closed by robots.txt", "failed", "shell"]
_SECONDS = 10.0  # for each answer: five of them fit into a minute
_MOST = 8_000_000  # bytes read of an answer
_REDIRECTS = 5  # RFC 9309, 2.3.1.2: so many at least are followed to robots.txt
_TELLING = ("Location", "Retry-After")  # headers that say what to do next


@dataclass(frozen=True, slots=True)
class Finding:
    """What one address answers."""

    name: str
    state: State
    detail: str

    @property
    def good(self) -> bool:
        """Whether a crawl could use it."""
        return self.state in ("works", "shell")


@dataclass(frozen=True, slots=True)
class _Got:
    """What came: an answer, or in ``trouble`` what kept it from coming."""

    status: int = 0
    body: bytes = b""
    kind: str = ""  # its Content-Type
    location: str = ""
    says: str = ""  # its status, and the headers that say what to do next
    trouble: str = ""


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: where the site sends one is part of the finding."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Refuse."""


def look(base_url: str, slug: str, contact: str = "") -> Iterator[Finding]:
    """Ask robots.txt and every route once, with a pause between; yield a finding each."""
    agent = f"govkz-scraper/{__version__}" + (f" (+{contact})" if contact else "")
    got = _rules(base_url, agent)
    # The crawl's own parser: Python's knows no wildcards, and would ask what a crawl must not.
    robots = ProtegoRobotParser(got.body if got.status == 200 else b"", spider=None)
    # RFC 9309: 4xx is a site without rules; no answer, or a server's error, closes it.
    if not 200 <= got.status < 500 or got.status == 429:
        yield Finding("robots.txt", "failed", f"{got.trouble or got.says}: a crawl would ask nothing")
        return
    yield Finding("robots.txt", "works", got.says)
    asks = {
        "rss": rss.build_request(slug, "ru"),
        "api": api.build_request(slug, "ru", 1, size=5),
        "graphql": graphql.build_request(slug, "ru", 1, size=5),
        "pages": rendered.build_request(slug, "ru", 1),
    }
    for name, ask in asks.items():
        if not robots.allowed(base_url + ask.path, agent):
            yield Finding(name, "closed by robots.txt", ask.path)
            continue
        if not on_loopback(base_url):
            time.sleep(1.0)
        yield _judge(name, slug, _get(base_url, ask, agent))


def _rules(base_url: str, agent: str) -> _Got:
    """Get robots.txt, from where the site leads on the same host."""
    url = base_url + "/robots.txt"
    for _ in range(_REDIRECTS + 1):
        place = urlsplit(url)
        path = place.path + (f"?{place.query}" if place.query else "")
        got = _get(f"{place.scheme}://{place.netloc}", RouteRequest(path or "/"), agent)
        if not (300 <= got.status < 400 and got.location):
            break
        try:
            onward = urljoin(url, got.location)
        except ValueError:  # no address: http://[
            break
        if urlsplit(onward)[:2] != place[:2]:
            break
        url = onward
    return got


def _judge(name: str, slug: str, got: _Got) -> Finding:
    if got.trouble:
        return Finding(name, "failed", got.trouble)
    try:
        if name == "pages":
            check_refusal(got.status, got.body)
        else:
            check_refusal(got.status, got.body, most=len(got.body))  # as a crawl does
        if got.status != 200:
            return Finding(name, "failed", f"{got.says}: {evidence(got.body)}")
        if name == "pages":
            shell = b'id="root"' in got.body
            said = "the shell, as it should: a browser fills it"
            return Finding(
                name, "shell" if shell else "failed", said if shell else f"no shell: {evidence(got.body)}"
            )
        reader = {"rss": rss, "api": api, "graphql": graphql}[name]
        found = reader.parse_body(in_utf8(got.body, got.kind), slug=slug, lang="ru", page=1)
    except AccessDenied as refusal:
        return Finding(name, "refused", str(refusal))
    except UnexpectedResponse as error:
        return Finding(name, "failed", str(error))
    full = sum(story.complete and story.body_html is not None for story in found.stories)
    newest = next((story.date for story in found.stories if story.date), "no date")
    return Finding(name, "works", f"{len(found.stories)} items, {full} with full text, newest {newest}")


def _get(base_url: str, ask: RouteRequest, agent: str) -> _Got:
    """Ask once, and follow nothing."""
    headers = {"User-Agent": agent, **ask.headers}
    request = Request(base_url + ask.path, ask.body or None, headers, method=ask.method)  # noqa: S310 - read_base_url lets http and https through
    opener = build_opener(_Stay, HTTPSHandler(context=ssl.create_default_context()))
    try:
        try:
            answer = opener.open(request, timeout=_SECONDS)
        except HTTPError as error:
            answer = error
        with answer:
            told = "".join(
                f", {name}: {escape_control_chars(answer.headers[name])}"
                for name in _TELLING
                if answer.headers[name]
            )
            return _Got(
                answer.status,
                answer.read(_MOST),
                answer.headers.get("Content-Type", ""),
                answer.headers.get("Location", ""),
                f"status {answer.status}{told}",
            )
    except (URLError, OSError, HTTPException) as error:
        return _Got(trouble=f"no answer: {getattr(error, 'reason', error)}")
