"""A press site written from the description of the feeds alone, independent of the bundled replica.

A parser and a replica by one author share their mistakes. Content, formats and faults of this site are
data of the test that starts it.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.govkz_scraper.foreign_feeds import feed
from tests.govkz_scraper.foreign_pages import item_page, list_page

_ASKED_GRAPH = re.compile(
    r'projects:\s*"eq:([\w-]+)".*_lang:\s*"(\w+)".*_page:\s*(\d+).*_size:\s*(\d+)', re.DOTALL
)
_FEED = re.compile(r"/api/v1/public/rss/([\w-]+)/news/(\w+)$")
_PAGE = re.compile(r"/memleket/entities/([\w-]+)/press/news/(details/)?(\d+)$")
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Trouble:
    """A faulty response, for requests whose ``METHOD path lang`` matches ``where``."""

    where: str
    status: int = 200
    body: bytes | Callable[[bytes], bytes] | None = None  # None: the good one
    headers: Mapping[str, str | Callable[[], str]] = field(default_factory=dict)  # {self}: the path asked for
    act: str = ""  # reset; stall: no answer; wait: the good answer, once the test has set ``opened``
    times: int | None = None  # how often; None: always


@dataclass(frozen=True)
class Asked:
    """One request: what a test may look at."""

    line: str  # "METHOD path lang"
    headers: Mapping[str, str]
    at: float  # Unix time


@dataclass
class ForeignSite:
    """Serves ``items`` on loopback while the ``with`` block lasts."""

    items: list[Item]
    troubles: Sequence[Trouble] = ()
    wrapped: bool = False  # {"content": […]} in place of a bare list
    text_ids: bool = False
    kind: str = "application/json"
    packed: bool = False  # gzip
    bom: bool = False
    most: int = 1000  # items to an answer, whatever was asked for
    cards: int = 10  # to a rendered list page
    twice: bool = False  # every item is listed twice
    moving: Callable[[ForeignSite, int], None] | None = None  # called before the n-th answer of a listing
    feed: str = "encoded"  # encoded, description, excerpts, atom
    robots: str = "User-agent: *\nDisallow: /search\n"
    asked: list[Asked] = field(default_factory=list)
    promised: list[tuple[float, str]] = field(default_factory=list)  # when and which Retry-After was sent

    def __enter__(self) -> Self:
        site = self

        class Bound(_Handler):
            owner: ForeignSite = site

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._met: dict[int, int] = {}
        self._listings = 0
        self.closing, self.opened = threading.Event(), threading.Event()
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def lines(self, pattern: str = "") -> list[str]:
        """Return the requests that match a pattern."""
        return [one.line for one in self.asked if re.search(pattern, one.line)]

    def meet(self, line: str) -> Trouble | None:
        """Return the fault for a request, and count it."""
        for number, trouble in enumerate(self.troubles):
            met = self._met.get(number, 0)
            if re.search(trouble.where, line) and (trouble.times is None or met < trouble.times):
                self._met[number] = met + 1
                return trouble
        return None

    def of(self, slug: str, lang: str) -> list[Item]:
        """Return the items of a listing, newest first; those without a date at the end."""
        own = [i for i in self.items if slug in i["projects"].split() and lang in i["versions"]]
        return sorted(own, key=lambda i: (i["created_date"] or "", i["id"]), reverse=True)

    def answer(self, line: str, target: str, lang: str, body: bytes) -> tuple[int, str, str]:
        """Return the correct response: status, text and content type."""
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return 200, self.robots, "text/plain"
        if parts.path == "/api/v1/public/content-manager/news":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            assert query["sort-by"] == "created_date:DESC" and query["projects"].startswith("eq:"), target
            chosen = self._page(query["projects"][3:], lang, int(query["page"]), int(query["size"]))
            return 200, _json({"content": chosen} if self.wrapped else chosen), self.kind
        if parts.path == "/graphql":
            slug, lang, page, size = _ASKED_GRAPH.search(json.loads(body)["query"]).groups()  # type: ignore[union-attr]
            return (
                200,
                json.dumps({"data": {"news": self._page(slug, lang, int(page), int(size))}}),
                self.kind,
            )
        if found := _FEED.match(parts.path):
            slug, lang = found.groups()
            return 200, feed(self.feed, slug, lang, self.of(slug, lang)[: self.most]), "text/xml"
        if found := _PAGE.match(parts.path):
            slug, details, number = found.groups()
            lang = parse_qs(parts.query)["lang"][0]
            place = self.of(slug, lang), slug, lang, int(number)
            return 200, item_page(*place) if details else list_page(*place, self.cards), "text/html"
        return 404, "nothing here", "text/plain"

    def _page(self, slug: str, lang: str, page: int, size: int) -> list[dict[str, Any]]:
        self._listings += 1
        if self.moving:
            self.moving(self, self._listings)
        size, first = min(size, self.most), max(page, 1) - 1  # page 0 is page 1
        rows = [self._row(item, lang) for item in self.of(slug, lang)[first * size : (first + 1) * size]]
        return [row for row in rows for _ in range(1 + self.twice)]

    def _row(self, item: Item, lang: str) -> dict[str, Any]:
        row = {name: item[name] for name in ("id", "created_date", "projects", "sys_lang") if name in item}
        if self.text_ids:
            row["id"] = str(row["id"])
        return row | item["versions"][lang] | {"short_description": "", "directions": None, "surprise": [1]}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Handler(BaseHTTPRequestHandler):
    owner: ForeignSite
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body would wait for an answer to the head

    def handle(self) -> None:
        """Handle a connection; a crawler may close it at any time."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: ``asked`` is the log."""

    def do_GET(self) -> None:
        site, lang = self.owner, self.headers.get("Accept-Language", "")
        given = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = f"{self.command} {self.path} {lang}"
        site.asked.append(Asked(line, {k.lower(): v for k, v in self.headers.items()}, time()))
        trouble = site.meet(line)
        if trouble and trouble.act == "wait":
            site.opened.wait(60)
        elif trouble and trouble.act:
            self._break_off(trouble.act)
            return
        status, text, kind = site.answer(line, self.path, lang, given)
        body, headers = text.encode(), {"Content-Type": kind}
        if site.bom and kind != "text/plain":
            body = b"\xef\xbb\xbf" + body
        if trouble:
            made = trouble.body(body) if callable(trouble.body) else trouble.body
            body, status = body if made is None else made, trouble.status
            headers |= {name: self._value(value) for name, value in trouble.headers.items()}
            if "Retry-After" in headers:
                site.promised.append((time(), headers["Retry-After"]))
        if site.packed:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def _value(self, given: str | Callable[[], str]) -> str:
        return given.replace("{self}", self.path) if isinstance(given, str) else given()

    def _break_off(self, act: str) -> None:
        self.close_connection = True
        if act == "stall":
            self.owner.closing.wait(60)
        else:  # the connection is reset and not closed
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
