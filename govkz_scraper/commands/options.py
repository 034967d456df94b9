"""Options that several commands share: the database, and the filters that choose stories."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from pipelines.language.codes import LANGUAGES

_DATE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d)\.(?P<m2>\d\d)\.(?P<y2>\d{4})", re.ASCII
)
OptionCallback = Callable[[click.Context, click.Parameter, Any], Any]
DEFAULT_DB = "data/govkz.db"


class _RowId(click.IntRange):
    name = "number"


ROW_ID = _RowId(1, 2**63 - 1)  # the range of ids in SQLite


def db_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--db F``, by default ``$GOVKZ_DB`` or ``data/govkz.db``. The command receives a Path."""
    return click.option(
        "--db",
        type=click.Path(readable=False, path_type=Path),  # opening it explains why it cannot be read
        default=lambda: Path(os.environ.get("GOVKZ_DB") or DEFAULT_DB),
        show_default=f"$GOVKZ_DB or {DEFAULT_DB}",
        help="The SQLite database file.",
    )(function)


def parse_date_option(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Convert 2025-12-20 or 20.12.2025 to YYYY-MM-DD. Raises click.BadParameter for anything else."""
    if value is None:
        return None
    if match := _DATE.fullmatch(value.strip()):
        year, month, day = match.group("y", "m", "d") if match["y"] else match.group("y2", "m2", "d2")
        with suppress(ValueError):
            return date(int(year), int(month), int(day)).isoformat()
    raise click.BadParameter(f"{value!r} is not a date; write it like 2025-12-20", ctx, param)


def parse_instant_option(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    """Parse an instant or a date, whose first instant it is; without an offset in Kazakhstan's time.

    Raises click.BadParameter for anything else.
    """
    if value is None:
        return None
    text = value.strip()
    try:
        if _DATE.fullmatch(text):
            text = parse_date_option(ctx, param, text) or ""
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"{value!r} is no date or instant; write it like 2025-12-20 or 2025-12-20T09:00:00+05:00"
        raise click.BadParameter(message, ctx, param) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("Asia/Almaty"))


def list_parser(known: tuple[str, ...] = ()) -> OptionCallback:
    """Return an option callback that parses comma-separated lists; ``known`` are the values allowed."""

    def parse(
        ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...] | None
    ) -> tuple[str, ...]:
        if not value and value != "":
            return ()
        given = value if isinstance(value, str) else ",".join(value)
        parts = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
        for part in parts:
            if known and part not in known:
                raise click.BadParameter(f"unknown {part!r}; use {', '.join(known)}", ctx, param)
        if not parts:
            raise click.BadParameter("the list is empty", ctx, param)
        return parts

    return parse


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--since --until --source --lang``: two dates as text or None, two tuples of text."""
    languages = list_parser((*LANGUAGES, "none"))
    for option in (
        click.option(
            "--lang",
            callback=languages,
            multiple=True,
            metavar="LIST",
            help="Languages, such as kk,ru.",
        ),
        click.option(
            "--source",
            "--publisher",
            "source",
            callback=list_parser(),
            multiple=True,
            metavar="LIST",
            help="Publisher slugs, for example almobl,kostanay.",
        ),
        click.option("--until", callback=parse_date_option, metavar="DATE", help="Last day of publication."),
        click.option("--since", callback=parse_date_option, metavar="DATE", help="First day of publication."),
    ):
        function = option(function)
    return function


def check_period(since: str | None, until: str | None) -> None:
    """Raise click.BadParameter if a period ends before it begins."""
    if since and until and since > until:
        raise click.BadParameter(f"--since {since} is later than --until {until}")


def known_sources(db: sqlite3.Connection, slugs: tuple[str, ...]) -> tuple[str, ...]:
    """Return publisher slugs as stored. Raises BadInput for one in neither the registry nor a story."""
    from govkz_scraper.sources import find_source

    query = "SELECT 1 FROM stories WHERE entity = ? LIMIT 1"
    return tuple(slug if db.execute(query, (slug,)).fetchone() else find_source(slug).slug for slug in slugs)
