"""Datasette plugin: the search of this project in every search box, and security headers."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from pipelines.search.query_parser import match_text, parse_query

# Datasette escapes stored text; if that ever fails, the page still cannot contact another host. Datasette
# has inline scripts, and the chart plugin (Vega) compiles its expressions with eval.
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
    """Convert typed text to an FTS5 query; never raises."""
    return match_text(parse_query(words or "").terms) or '""'


@hookimpl(trylast=True)  # type: ignore[untyped-decorator] # runs last, to replace the escape_fts of Datasette
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Replace ``escape_fts``, so that search boxes fold letters and match inflected words."""
    conn.create_function("escape_fts", 1, search_text, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator] # datasette has no types
def asgi_wrapper() -> Callable[[App], App]:
    """Add the security headers to every response."""

    def wrap(app: App) -> App:
        async def with_headers(scope: dict[str, Any], receive: Any, send: Send) -> None:  # noqa: ANN401 - ASGI
            async def add(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    event = {**event, "headers": [*event.get("headers", []), *HEADERS]}
                await send(event)

            await app(scope, receive, add)

        return with_headers

    return wrap
