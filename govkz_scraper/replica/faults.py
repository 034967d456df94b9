"""Fault profiles of the replica: which requests they apply to, which response they get, how often."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import Literal

from govkz_scraper.routes.responses import FILTER_WORDS

API, RSS, LISTINGS = r"content-manager/news", r"/rss/", r"content-manager/news|/rss/|/graphql|/press/news/\d"
EVERY = LISTINGS + r"|/replica-data/|/press/news/details/"
Act = Literal[
    "answer",
    "stall",
    "slow",
    "reset",
    "truncate",
    "charset",
    "wrapped",
    "empty",
    "changed",
    "vanished",
    "endless",
    "shift",
]  # each has its function in ``fault_handlers.py``


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: the requests that it applies to, and their response."""

    note: str
    where: str = LISTINGS  # a pattern that the request's path must contain
    act: Act = "answer"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Callable[[], bytes] = b""
    times: int | None = None  # per URL; None: always
    every: int = 1  # only each n-th request to the replica

    def applies(self, target: str, earlier: int, number: int) -> bool:
        """Return whether the fault applies to the ``number``-th request, after ``earlier`` of its URL."""
        return (
            re.search(self.where, target) is not None
            and (self.times is None or earlier < self.times)
            and number % self.every == 0
        )

    def content(self) -> bytes:
        """Return the response body."""
        return self.body() if callable(self.body) else self.body


_FILTER = f"<html><body><h1>{FILTER_WORDS}</h1></body></html>".encode()
_NOT_ALLOWED = json.dumps({"code": "notAllowed", "message": "notAllowed"}).encode()
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><title>&c;</title></channel></rss>'
)
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_JSON = {"Content-Type": "application/json"}


def _damaged_gzip() -> bytes:
    whole = gzip.compress(b"[]" * 4000, mtime=0)
    return whole[:20] + b"\xff\x00\xff" + whole[23:]


def _big() -> bytes:
    return b"[" + b" " * 80_000_000


PROFILES: dict[str, Fault | None] = {
    "none": None,
    "slow": Fault("every listing takes half a second", act="slow"),
    "timeout": Fault("every listing stalls", act="stall"),
    "timeout-once": Fault("the first try of every listing stalls", act="stall", times=1),
    "reset": Fault("every connection is reset", act="reset"),
    "reset-once": Fault("the first connection of every listing is reset", act="reset", times=1),
    "500": Fault("every listing answers 500", status=500, body=b"Internal Server Error"),
    "500-once": Fault("the first try of every listing answers 500", status=500, body=b"oops", times=1),
    "500-some": Fault("every third request answers 500", status=500, body=b"oops", every=3),
    "429": Fault("429 with Retry-After in seconds, once", status=429, headers={"Retry-After": "2"}, times=1),
    "429-always": Fault("429 without end", status=429, headers={"Retry-After": "1"}),
    "503-date": Fault("503 with Retry-After as a date, once", status=503, times=1),
    "truncated": Fault("the JSON or XML breaks off", act="truncate"),
    "foreign-json": Fault("JSON of another kind", body=b'{"hello": "world"}', headers=_JSON),
    "html-for-json": Fault("a page in place of data", body=b"<html><h1>Welcome</h1></html>", headers=_HTML),
    "wrapped": Fault("the API wraps its list in content, as older answers did", where=API, act="wrapped"),
    "empty": Fault("known sources have nothing", act="empty"),
    "charset": Fault("the answer is in Windows' Cyrillic and says UTF-8", act="charset"),
    "gzip": Fault("damaged compression", headers={"Content-Encoding": "gzip"}, body=_damaged_gzip),
    "endless": Fault("pages repeat and never end", where=API, act="endless"),
    "redirect-loop": Fault("every listing redirects to itself", status=302, headers={"Location": "{self}"}),
    "redirect-away": Fault("redirects to another host", status=302, headers={"Location": "http://127.0.0.2:9/"}),
    "oversized": Fault("80 MB of blanks", body=_big, headers=_JSON),
    "xml-bomb": Fault("a feed that grows when read", where=RSS, body=_BOMB),
    "not-allowed-api": Fault("the API refuses", where=API, status=400, headers=_JSON, body=_NOT_ALLOWED),
    "not-allowed": Fault("every route refuses", status=400, headers=_JSON, body=_NOT_ALLOWED),
    "401": Fault("a login is wanted", status=401),
    "403": Fault("forbidden", status=403),
    "filter-page": Fault("the filter page, with status 200", headers=_HTML, body=_FILTER),
    "robots-api": Fault("robots.txt closes the API", where=r"^/robots\.txt",
                        body=b"User-agent: *\nDisallow: /api/v1/public/content-manager/\n"),
    "robots-every-api": Fault("robots.txt closes the API and the feeds", where=r"^/robots\.txt",
                              body=b"User-agent: *\nDisallow: /api/\n"),
    "robots-all": Fault("robots.txt closes everything", where=r"^/robots\.txt",
                        body=b"User-agent: *\nDisallow: /\n"),
    "shifting": Fault("a new item is published between two pages", where=API, act="shift"),
    "changed": Fault("every fifth item has one more sentence", act="changed", where=EVERY),
    "vanished": Fault("every fifth item is gone", act="vanished", where=EVERY),
    "404-details": Fault("the pages of items are gone", where=r"/press/news/details/", status=404),
    "one-source-fails": Fault("one source answers 500", where=r"kostanay\b|kostanay/", status=500),
    "one-source-refuses": Fault("one source is refused", where=r"kostanay\b|kostanay/", status=403),
}  # fmt: skip


def retry_after_date(seconds: int = 2) -> str:
    """Return a Retry-After date a few seconds ahead."""
    return formatdate(time() + seconds + 0.999, usegmt=True)
