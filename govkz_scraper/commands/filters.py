"""The options that pick stories, shared by the commands that read the database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import click

from pipelines.language.codes import LANGUAGES

_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d)\.(?P<m2>\d\d)\.(?P<y2>\d{4})", re.ASCII)
Reader = Callable[[click.Context, click.Parameter, Any], Any]


def read_day(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Read 2025-12-20 or 20.12.2025, strictly, into YYYY-MM-DD. An impossible date ends the command."""
    if value is None:
        return None
    if found := _DAY.fullmatch(value.strip()):
        year, month, day = found.group("y", "m", "d") if found["y"] else found.group("y2", "m2", "d2")
        with suppress(ValueError):
            return date(int(year), int(month), int(day)).isoformat()
    raise click.BadParameter(f"{value!r} is no date; write it like 2025-12-20", ctx, param)


def read_list(known: tuple[str, ...] = ()) -> Reader:
    """Make a reader of lists parted by commas; ``known`` names what may stand in them, if not anything."""

    def read(
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
            raise click.BadParameter("names nothing", ctx, param)
        return parts

    return read


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--since --until --source --lang``: two dates as text or None, two tuples."""
    languages = read_list((*LANGUAGES, "none"))
    for option in (
        click.option(
            "--lang", callback=languages, multiple=True, metavar="LIST", help="Languages, such as kk,ru."
        ),
        click.option(
            "--source",
            callback=read_list(),
            multiple=True,
            metavar="LIST",
            help="Publishers by gov.kz slug, such as almobl,kostanay.",
        ),
        click.option("--until", callback=read_day, metavar="DATE", help="Last day of publication, included."),
        click.option("--since", callback=read_day, metavar="DATE", help="First day of publication."),
    ):
        function = option(function)
    return function


def check_period(since: str | None, until: str | None) -> None:
    """Say so when a period ends before it begins."""
    if since and until and since > until:
        raise click.BadParameter(f"--since {since} lies after --until {until}")


def known_sources(db: sqlite3.Connection, slugs: tuple[str, ...]) -> tuple[str, ...]:
    """Give publishers as the stories name them. BadInput: neither the registry nor a story has one."""
    from govkz_scraper.sources import find_source

    query = "SELECT 1 FROM stories WHERE entity = ? LIMIT 1"
    return tuple(slug if db.execute(query, (slug,)).fetchone() else find_source(slug).slug for slug in slugs)
