"""The SQLite database: its schema, how items become rows, full-text search and integrity checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.sqlite.resolution import Added
    from pipelines.sqlite.store import Counts, Store, open_store

__all__ = ["Added", "Counts", "Store", "open_store"]


def __getattr__(name: str) -> object:
    """Import the writing side on first use: commands that only read start faster without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("pipelines.sqlite.store"), name)
