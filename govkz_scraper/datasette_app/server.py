"""Starting the site: Datasette over one file, opened read-only, on a socket of our own."""

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
    "sql_time_limit_ms": 5000,  # a facet or a search over a large archive; a person would not wait longer
    "facet_time_limit_ms": 1000,
    "suggest_facets": False,  # tries every column of every table: slow, and ours are chosen
    "allow_download": False,
    "truncate_cells_html": 400,
    "num_sql_threads": 2,
}


def make_site(path: Path) -> Any:  # noqa: ANN401 - datasette has no types
    """Make the Datasette application over one database. It is opened with mode=ro and cannot be written."""
    if not pm.has_plugin("govkz"):
        pm.register(plugin, "govkz")
    # Where rich happens to be installed Datasette prints every mistyped query with all its variables.
    importlib.import_module("datasette.handle_exception").rich = None  # type: ignore[attr-defined]
    static = str(Path(__file__).parent / "static")
    about = metadata(path.stem)
    return Datasette([str(path)], metadata=about, settings=_SETTINGS, static_mounts=[("site", static)])


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything starts. Raises BadInput when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        taken = socket.socket(family, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(128)
    except OSError as error:
        why = f"cannot listen on {host}:{port} ({error.strerror})"
        raise BadInput(f"{why}: choose another --host or --port") from error
    return taken


def serve(path: Path, taken: socket.socket) -> None:
    """Answer requests until the process is told to end."""
    site = make_site(path)
    asyncio.run(site.invoke_startup())
    config = uvicorn.Config(site.app(), log_level="warning", lifespan="on", server_header=False)
    uvicorn.Server(config).run(sockets=[taken])
