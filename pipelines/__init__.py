"""What a press story is, and how it becomes a row of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.clean.repair_order import clean_text
    from pipelines.dates import parse_date

__all__ = ["clean_text", "parse_date"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the module protocol of Python (PEP 562)
    # Found on first use: `import pipelines.items` must not load what repairs text.
    if name == "clean_text":
        from pipelines.clean.repair_order import clean_text

        return clean_text
    if name == "parse_date":
        from pipelines.dates import parse_date

        return parse_date
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
