"""Cleaning of text and of whole stories: one module per kind of repair, each a pure function.

``clean_text`` repairs one text, ``clean_story`` a received item.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.clean.repair_order import clean_text
    from pipelines.clean.story import clean_story

__all__ = ["clean_story", "clean_text"]

_MODULES = {"clean_story": "story", "clean_text": "repair_order"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol of Python (PEP 562)
    # Loaded on first use: importing one repair must not load the tables of all others.
    if name in _MODULES:
        return getattr(import_module(f"pipelines.clean.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
