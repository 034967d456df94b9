"""``govkz doctor --live``: robots.txt and one request a route, and what the site answers today."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from scrapy.robotstxt import ProtegoRobotParser

from govkz_scraper import __version__
from govkz_scraper.routes import (
    Ask,
    NotAllowed,
    NotUnderstood,
    api,
    check_refusal,
    evidence,
    graphql,
    pages,
    rss,
)
from govkz_scraper.wishes import on_loopback

State = Literal["works", "refused", "closed by robots.txt", "failed", "shell"]
_SECONDS = 10.0  # for each answer: five of them fit into a minute
_MOST = 8_000_000  # bytes read of an answer


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


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: where the site sends one is part of the finding."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Refuse."""


def look(base_url: str, slug: str, contact: str = "") -> Iterator[Finding]:
    """Ask robots.txt and every route once, with a pause between; yield a finding each."""
    agent = f"govkz-scraper/{__version__}" + (f" (+{contact})" if contact else "")
    status, body, detail = _get(base_url, Ask("/robots.txt"), agent)
    # The crawl's own parser: Python's knows no wildcards, and would ask what a crawl must not.
    robots = ProtegoRobotParser(body if status == 200 else b"", spider=None)
    # RFC 9309: 4xx is a site without rules; no answer, or a server's error, closes it.
    if not 200 <= status < 500 or status == 429:
        yield Finding("robots.txt", "failed", f"{detail or f'status {status}'}: a crawl would ask nothing")
        return
    yield Finding("robots.txt", "works", f"status {status}")
    asks = {
        "rss": rss.ask(slug, "ru"),
        "api": api.ask(slug, "ru", 1, size=5),
        "graphql": graphql.ask(slug, "ru", 1, size=5),
        "pages": pages.ask(slug, "ru", 1),
    }
    for name, ask in asks.items():
        if not robots.allowed(base_url + ask.path, agent):
            yield Finding(name, "closed by robots.txt", ask.path)
            continue
        if not on_loopback(base_url):
            time.sleep(1.0)
        yield _judge(name, slug, *_get(base_url, ask, agent))


def _judge(name: str, slug: str, status: int, body: bytes, detail: str) -> Finding:
    if detail:
        return Finding(name, "failed", detail)
    try:
        check_refusal(status, body)
        if status != 200:
            return Finding(name, "failed", f"status {status}: {evidence(body)}")
        if name == "pages":
            shell = b'id="root"' in body
            said = "the shell, as it should: a browser fills it" if shell else f"no shell: {evidence(body)}"
            return Finding(name, "shell" if shell else "failed", said)
        reader = {"rss": rss, "api": api, "graphql": graphql}[name]
        found = reader.read(body, slug=slug, lang="ru", page=1)
    except NotAllowed as refusal:
        return Finding(name, "refused", str(refusal))
    except NotUnderstood as error:
        return Finding(name, "failed", str(error))
    full = sum(story.complete and story.body_html is not None for story in found.stories)
    newest = next((story.date for story in found.stories if story.date), "no date")
    return Finding(name, "works", f"{len(found.stories)} items, {full} with full text, newest {newest}")


def _get(base_url: str, ask: Ask, agent: str) -> tuple[int, bytes, str]:
    """Give status, body, and what kept an answer from coming; empty: it came."""
    headers = {"User-Agent": agent, **ask.headers}
    request = Request(base_url + ask.path, ask.body or None, headers, method=ask.method)  # noqa: S310 - read_base_url lets http and https through
    opener = build_opener(_Stay, HTTPSHandler(context=ssl.create_default_context()))
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            return answer.status, answer.read(_MOST), ""
    except HTTPError as error:
        return error.code, error.read(_MOST), ""
    except (URLError, OSError, HTTPException) as error:
        return 0, b"", f"no answer: {getattr(error, 'reason', error)}"
