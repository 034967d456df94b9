"""The options that pick stories, shared by the commands that read the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import click

from govkz_scraper.commands.options import db_option as db_option
from pipelines.records import LANGUAGES

_DAY = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d)\.(?P<m2>\d\d)\.(?P<y2>\d{4})")


class Day(click.ParamType):
    """A date as 2025-12-20 or 20.12.2025; becomes YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read a date strictly; an impossible one ends the command."""
        if found := _DAY.fullmatch(str(value).strip()):
            year, month, day = found.group("y", "m", "d") if found["y"] else found.group("y2", "m2", "d2")
            with suppress(ValueError):
                return date(int(year), int(month), int(day)).isoformat()
        raise click.BadParameter(f"{value!r} is no date; write it like 2025-12-20", ctx, param)


class Several(click.ParamType):
    """One value or several, parted by commas; ``known`` names those that exist."""

    name = "list"

    def __init__(self, known: tuple[str, ...] = ()) -> None:
        self.known = known

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Part a list at its commas."""
        if isinstance(value, tuple):
            return value
        parts = tuple(part.strip() for part in str(value).split(",") if part.strip())
        for part in parts:
            if self.known and part not in self.known:
                self.fail(f"unknown {part!r}; use {', '.join(self.known)}", param, ctx)
        if not parts:
            self.fail("names nothing", param, ctx)
        return parts


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--since --until --source --lang``."""
    for option in (
        click.option("--lang", type=Several((*LANGUAGES, "none")), help="Languages, such as kk,ru."),
        click.option("--source", type=Several(), help="Publishers by gov.kz slug, such as almobl,kostanay."),
        click.option("--until", type=Day(), help="Last day of publication, included."),
        click.option("--since", type=Day(), help="First day of publication."),
    ):
        function = option(function)
    return function


def check_period(since: str | None, until: str | None) -> None:
    """Say so when a period ends before it begins."""
    if since and until and since > until:
        raise click.BadParameter(f"--since {since} lies after --until {until}")
