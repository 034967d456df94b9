"""The replica's HTTP server on loopback, with a log of requests and faults on demand."""

from __future__ import annotations

import contextlib
import re
import threading
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from govkz_scraper.replica import api, newspaper, press_pages
from govkz_scraper.replica.faults import PROFILES, Fault
from govkz_scraper.replica.stories import Item, Library, bundled
from pipelines.errors import BadInput

_RSS = re.compile(r"/api/v1/public/rss/(?P<slug>[\w-]+)/news/(?P<lang>\w+)$")


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request received."""

    method: str
    target: str  # path with query
    headers: dict[str, str]  # names in lower case
    at: float  # monotonic seconds


@dataclass
class Replica:
    """A press site on loopback. Use as a context manager, which sets ``base_url``."""

    library: Library = field(default_factory=bundled)
    faults: str | Fault | None = "none"
    port: int = 0
    requests: list[ReceivedRequest] = field(default_factory=list)
    base_url: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.faults, str):
            if self.faults not in PROFILES:
                raise BadInput(f"unknown fault profile {self.faults!r} (use {', '.join(PROFILES)})")
            self.faults = PROFILES[self.faults]
        self.closing = threading.Event()
        self.counts: dict[str, int] = {}
        self.guard = threading.Lock()

    def __enter__(self) -> Self:
        """Start the server in a thread."""
        replica = self

        class Bound(Handler):
            owner: Replica = replica

        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Bound)
        except OSError as error:
            raise BadInput(
                f"port {self.port} cannot be used: {error.strerror}; choose another --port"
            ) from None
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and end stalled responses."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def seen(self, request: ReceivedRequest) -> tuple[int, int]:
        """Log a request; return the number of earlier ones for the same URL, and its number among all."""
        with self.guard:
            self.requests.append(request)
            key = f"{request.method} {request.target} {request.headers.get('accept-language', '')}"
            earlier = self.counts.get(key, 0)
            self.counts[key] = earlier + 1
            return earlier, len(self.requests)

    def publish_one_more(self, slug: str) -> None:
        """Publish a copy of a source's newest item under a new id, as may happen during a crawl."""
        with self.guard:
            own = [item for item in self.library.items if slug in item.projects]
            if own:
                newest = max(own, key=lambda item: (item.day(), item.id))
                new_id = max(item.id for item in self.library.items) + 1
                self.library.items.append(_renumbered(newest, new_id))


def _renumbered(item: Item, new_id: int) -> Item:
    versions = {
        lang: replace(version, title=f"{version.title} ({new_id})", body=f"{version.body}<p>№ {new_id}</p>")
        for lang, version in item.versions.items()
    }
    return replace(item, id=new_id, versions=versions)


class Handler(BaseHTTPRequestHandler):
    """Request handler of a replica."""

    owner: Replica
    protocol_version = "HTTP/1.1"
    server_version = "replica"

    def handle(self) -> None:
        """Serve a connection until it ends; a reset by the client is no error."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Do nothing: requests are logged in ``Replica.requests``."""

    def do_GET(self) -> None:
        """Send the good response, or that of the fault."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        earlier, number = self.owner.seen(ReceivedRequest(self.command, self.path, headers, monotonic()))
        fault = self.owner.faults
        with contextlib.suppress(ConnectionError):
            if isinstance(fault, Fault) and fault.applies(self.path, earlier, number):
                fault.act(self, fault, body)
            else:
                self.send(*self.answer(self.path, body, self.owner.library))

    do_POST = do_GET

    def answer(self, target: str, body: bytes, library: Library) -> tuple[int, str, str]:
        """Return the good response: status, text and content type."""
        path = unquote(urlsplit(target).path)
        language = (self.headers.get("Accept-Language") or "ru").split(",")[0].strip()
        if path == "/robots.txt":
            return 200, api.ROBOTS, "text/plain"
        if path.endswith("/content-manager/news"):
            return *api.api(library, target, language), "application/json"
        if path == "/graphql" and self.command == "POST":
            return *api.graphql(library, body), "application/json"
        if match := _RSS.match(path):
            return 200, api.rss(library, match["slug"], match["lang"]), "application/rss+xml"
        if path.startswith("/digest"):
            return newspaper.answer(path, self.owner.base_url)
        return press_pages.answer(library, target)

    def send(self, status: int, text: str | bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        """Send a response, or 304 if the client has it already (``If-None-Match``)."""
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        fields = {"Content-Type": f"{kind}; charset=utf-8"}
        if status == 200:
            fields["ETag"] = f'"{blake2b(data, digest_size=12).hexdigest()}"'
            if fields["ETag"] in (self.headers.get("If-None-Match") or ""):
                status, data = 304, b""
        fields |= {"Content-Length": str(len(data))} | (headers or {})
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
