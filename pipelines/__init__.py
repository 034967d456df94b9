"""Cleaning, dating, matching and storage of press stories.

The public entries, ``clean_text`` and ``parse_date``, are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.clean import clean_text
    from pipelines.dates import parse_date

__all__ = ["clean_text", "parse_date"]

_PACKAGES = {"clean_text": "pipelines.clean", "parse_date": "pipelines.dates"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol of Python (PEP 562)
    # `import pipelines.items` must not load the repair of text.
    if name in _PACKAGES:
        return getattr(import_module(_PACKAGES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
