"""Fault profiles of the replica: which requests they apply to, how often, and what they get."""

from __future__ import annotations

import gzip
import json
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING

from govkz_scraper.replica.stories import Item, Library
from govkz_scraper.routes.responses import FILTER_WORDS

if TYPE_CHECKING:
    from govkz_scraper.replica.server import Handler

API, RSS, LISTINGS = r"content-manager/news", r"/rss/", r"content-manager/news|/rss/|/graphql|/press/news/\d"
EVERY = LISTINGS + r"|/replica-data/|/press/news/details/"
Act = Callable[["Handler", "Fault", bytes], None]  # sends the response to a request with that body
_STALL = 600.0  # seconds that a stalled response waits, unless the replica is closed
_SLOW = 0.5  # seconds before a slow response
_NAMED = re.compile(r"projects=eq(?::|%3A)([\w-]+)")


def _answer(handler: Handler, fault: Fault, body: bytes) -> None:
    headers = {name: value.replace("{self}", handler.path) for name, value in fault.headers.items()}
    if fault.status == 503:
        headers["Retry-After"] = retry_after_date()
    handler.send(fault.status, fault.content(), "text/plain", headers)


def _stall(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.owner.closing.wait(_STALL)
    handler.close_connection = True


def _slow(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.owner.closing.wait(_SLOW)
    handler.send(*handler.answer(handler.path, body, handler.owner.library))


def _reset(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _truncate(handler: Handler, fault: Fault, body: bytes) -> None:
    status, text, kind = handler.answer(handler.path, body, handler.owner.library)
    handler.send(status, text[: len(text) // 2], kind)


def _charset(handler: Handler, fault: Fault, body: bytes) -> None:
    status, text, kind = handler.answer(handler.path, body, handler.owner.library)
    handler.send(status, text.encode("cp1251", "replace"), kind)


def _wrapped(handler: Handler, fault: Fault, body: bytes) -> None:
    status, text, kind = handler.answer(handler.path, body, handler.owner.library)
    handler.send(status, json.dumps({"content": json.loads(text)}, ensure_ascii=False), kind)


def _empty(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.send(*handler.answer(handler.path, body, Library()))


def _changed(handler: Handler, fault: Fault, body: bytes) -> None:
    items = [_edited(item) for item in handler.owner.library.items]
    handler.send(*handler.answer(handler.path, body, Library(items)))


def _vanished(handler: Handler, fault: Fault, body: bytes) -> None:
    items = [item for item in handler.owner.library.items if item.id % 5]
    handler.send(*handler.answer(handler.path, body, Library(items)))


def _endless(handler: Handler, fault: Fault, body: bytes) -> None:
    first = re.sub(r"page=\d+", "page=1", handler.path)
    handler.send(*handler.answer(first, body, handler.owner.library))


def _shift(handler: Handler, fault: Fault, body: bytes) -> None:
    # Built before the new item and sent after it: the client's next page is shifted by one.
    answer = handler.answer(handler.path, body, handler.owner.library)
    named = _NAMED.search(handler.path)
    handler.owner.publish_one_more(named[1] if named else "")
    handler.send(*answer)


def _edited(item: Item) -> Item:
    """Add a sentence to every fifth item, as when a publisher extends a release."""
    if item.id % 5:
        return item
    versions = {
        lang: replace(version, body=f"{version.body}<p>+7 (7172) 00-00-00</p>")
        for lang, version in item.versions.items()
    }
    return replace(item, versions=versions)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: the requests that it applies to, and their response."""

    note: str
    where: str = LISTINGS  # a pattern that the request's path must contain
    act: Act = _answer
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
    "slow": Fault("every listing takes half a second", act=_slow),
    "timeout": Fault("every listing stalls", act=_stall),
    "timeout-once": Fault("the first request of every listing stalls", act=_stall, times=1),
    "reset": Fault("every connection is reset", act=_reset),
    "reset-once": Fault("the first connection of every listing is reset", act=_reset, times=1),
    "500": Fault("every listing answers 500", status=500, body=b"Internal Server Error"),
    "500-once": Fault("the first request of every listing answers 500", status=500, body=b"oops", times=1),
    "500-some": Fault("every third request answers 500", status=500, body=b"oops", every=3),
    "429": Fault("429 with Retry-After in seconds, once", status=429, headers={"Retry-After": "2"}, times=1),
    "429-always": Fault("429 for every request", status=429, headers={"Retry-After": "1"}),
    "503-date": Fault("503 with Retry-After as a date, once", status=503, times=1),
    "truncated": Fault("the JSON or XML breaks off", act=_truncate),
    "foreign-json": Fault("JSON of an unknown form", body=b'{"hello": "world"}', headers=_JSON),
    "html-for-json": Fault("HTML instead of JSON", body=b"<html><h1>Welcome</h1></html>", headers=_HTML),
    "wrapped": Fault("the API wraps its list in content, as older responses did", where=API, act=_wrapped),
    "empty": Fault("every listing is empty", act=_empty),
    "charset": Fault("the response is windows-1251 and declares UTF-8", act=_charset),
    "gzip": Fault("damaged compression", headers={"Content-Encoding": "gzip"}, body=_damaged_gzip),
    "endless": Fault("pages repeat and never end", where=API, act=_endless),
    "redirect-loop": Fault("every listing redirects to itself", status=302, headers={"Location": "{self}"}),
    "redirect-away": Fault("redirects to another host", status=302, headers={"Location": "http://127.0.0.2:9/"}),
    "oversized": Fault("a response of 80 MB", body=_big, headers=_JSON),
    "xml-bomb": Fault("a feed whose entities expand", where=RSS, body=_BOMB),
    "not-allowed-api": Fault("the API refuses", where=API, status=400, headers=_JSON, body=_NOT_ALLOWED),
    "not-allowed": Fault("every route refuses", status=400, headers=_JSON, body=_NOT_ALLOWED),
    "401": Fault("a login is required", status=401),
    "403": Fault("forbidden", status=403),
    "filter-page": Fault("the page of the state filter, with status 200", headers=_HTML, body=_FILTER),
    "robots-api": Fault("robots.txt disallows the API", where=r"^/robots\.txt",
                        body=b"User-agent: *\nDisallow: /api/v1/public/content-manager/\n"),
    "robots-every-api": Fault("robots.txt disallows the API and the feeds", where=r"^/robots\.txt",
                              body=b"User-agent: *\nDisallow: /api/\n"),
    "robots-all": Fault("robots.txt disallows everything", where=r"^/robots\.txt",
                        body=b"User-agent: *\nDisallow: /\n"),
    "shifting": Fault("a new item is published between two pages", where=API, act=_shift),
    "changed": Fault("every fifth item has one more sentence", act=_changed, where=EVERY),
    "vanished": Fault("every fifth item is gone", act=_vanished, where=EVERY),
    "404-details": Fault("the pages of items are gone", where=r"/press/news/details/", status=404),
    "one-source-fails": Fault("one source answers 500", where=r"kostanay\b|kostanay/", status=500),
    "one-source-refuses": Fault("one source is refused", where=r"kostanay\b|kostanay/", status=403),
}  # fmt: skip


def retry_after_date(seconds: int = 2) -> str:
    """Return a Retry-After date a few seconds ahead."""
    return formatdate(time() + seconds + 0.999, usegmt=True)
