"""What the site adds to Datasette: its own search in every search box, and headers that protect."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from pipelines.search.query_parser import match_text, understand

# Datasette escapes everything that stories contain; should something slip through, it can reach no other
# host. Scripts stand inline in Datasette's pages, and the chart plugin (Vega) compiles its expressions.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
)
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Any, Send], Awaitable[None]]


def search_text(words: str | None) -> str:
    """Turn what a person typed into a search box into what the index understands; never raises."""
    return match_text(understand(words or "").terms) or '""'


@hookimpl(trylast=True)  # type: ignore[untyped-decorator] # after Datasette's own escape_fts, to take its place
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Let every search box of Datasette fold letters and find inflected words."""
    conn.create_function("escape_fts", 1, search_text, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator] # datasette has no types
def asgi_wrapper() -> Callable[[App], App]:
    """Send the headers with every answer."""

    def wrap(app: App) -> App:
        async def with_headers(scope: dict[str, Any], receive: Any, send: Send) -> None:  # noqa: ANN401 - ASGI
            async def add(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    event = {**event, "headers": [*event.get("headers", []), *HEADERS]}
                await send(event)

            await app(scope, receive, add)

        return with_headers

    return wrap
