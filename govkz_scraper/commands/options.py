"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DEFAULT_DB = "data/govkz.db"


class _RowId(click.IntRange):
    name = "number"


ROW_ID = _RowId(1, 2**63 - 1)  # as SQLite has them


def db_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--db F``; without it ``$GOVKZ_DB``, else ``data/govkz.db``. The command receives a Path."""
    return click.option(
        "--db",
        type=click.Path(readable=False, path_type=Path),  # whoever opens it says why that cannot be done
        default=lambda: Path(os.environ.get("GOVKZ_DB") or DEFAULT_DB),
        show_default=f"$GOVKZ_DB or {DEFAULT_DB}",
        help="The SQLite file.",
    )(function)
