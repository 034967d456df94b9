"""The SQLite file: its tables, the road of one item into it, and what keeps it sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.sqlite.resolution.add_sighting import Added
    from pipelines.sqlite.store import Counts, Store, open_store

__all__ = ["Added", "Counts", "Store", "open_store"]
_HOME = {"Added": "resolution.add_sighting"}


def __getattr__(name: str) -> object:
    """Import on first use: search and stats need no writer, and start faster without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"pipelines.sqlite.{_HOME.get(name, 'store')}"), name)
