"""Run Datasette over one read-only database file, on a socket opened here."""

from __future__ import annotations

import asyncio
import importlib
import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from govkz_scraper.datasette_app import plugin
from govkz_scraper.datasette_app.metadata import metadata
from pipelines.errors import BadInput

_SETTINGS = {
    "default_page_size": 50,
    "sql_time_limit_ms": 5000,  # for facets and searches over a large archive
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,  # it tries every column of every table, which is slow
    "allow_download": False,
    "truncate_cells_html": 400,
    "num_sql_threads": 2,
}


def build_site(path: Path) -> Any:  # noqa: ANN401 - datasette has no types
    """Build the Datasette application of a database, which is opened with mode=ro."""
    if not pm.has_plugin("govkz"):
        pm.register(plugin, "govkz")
    # With rich installed, Datasette prints every failed query with all its variables.
    importlib.import_module("datasette.handle_exception").rich = None  # type: ignore[attr-defined]
    static = str(Path(__file__).parent / "static")
    about = metadata(path.stem)
    return Datasette([str(path)], metadata=about, settings=_SETTINGS, static_mounts=[("site", static)])


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket before the server starts. Raises BadInput when that fails."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        why = f"cannot listen on {host}:{port} ({error.strerror})"
        raise BadInput(f"{why}: choose another --host or --port") from error
    return listener


def serve_site(path: Path, listener: socket.socket) -> None:
    """Serve requests until the process is interrupted."""
    site = build_site(path)
    asyncio.run(site.invoke_startup())
    config = uvicorn.Config(site.app(), log_level="warning", lifespan="on", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
