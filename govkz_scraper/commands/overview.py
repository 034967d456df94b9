"""``govkz stats``: what the database holds, in numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.commands.options import db_option
from govkz_scraper.terminal import escape_control_chars

if TYPE_CHECKING:
    from pipelines.sqlite.statistics import Numbers

_MOST = 12  # lines a list may have on the terminal; --json has all


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@db_option
def command(as_json: bool, db: Path) -> None:
    """Count stories, sightings, repairs and problems, by kind, language and publisher."""
    from pipelines.sqlite.read_only import reading
    from pipelines.sqlite.statistics import count

    with reading(db) as connection:
        numbers = count(connection)
    if as_json:
        click.echo(json.dumps(numbers.as_json(), ensure_ascii=False, indent=2))
        return
    for line in _lines(numbers):
        click.echo(line)


def _lines(numbers: Numbers) -> Iterator[str]:
    """The table for a terminal."""
    yield from _block(
        "The database holds",
        {
            "stories": numbers.stories,
            "sightings": numbers.sightings,
            "revisions": numbers.revisions,
            "repairs": numbers.repairs,
            "problems": numbers.problems,
        },
    )
    if numbers.first_published:
        yield f"\nPublished from {numbers.first_published} to {numbers.last_published}"
    yield from _block("Stories without", _lacks(numbers))
    yield from _block("Languages", numbers.languages)
    yield from _block("Publishers", numbers.sources)
    yield from _block("Stories by times seen", numbers.times_seen)
    yield from _block("Sightings belong by", numbers.matched_by)
    yield from _block("Repairs", numbers.repairs_by_rule)
    yield from _block("Problems", numbers.problems_by_kind)
    yield from _block("Links between stories", numbers.links)
    if numbers.last_crawl:
        crawl = numbers.last_crawl
        said = f"{crawl['spider']}, {crawl['started_at']}, {crawl['outcome'] or 'not finished'}"
        yield f"\nLast run: {escape_control_chars(said)}"


def _lacks(numbers: Numbers) -> dict[str, int]:
    lacks = {
        "title": numbers.without_title,
        "body": numbers.without_body,
        "date": numbers.without_date,
        "language": numbers.without_language,
        "publisher": numbers.without_publisher,
    }
    return {name: number for name, number in lacks.items() if number}


def _block(heading: str, counts: dict[str, int]) -> Iterator[str]:
    if not counts:
        return
    yield f"\n{heading}"
    shown = [(escape_control_chars(name), number) for name, number in counts.items()][:_MOST]
    width = max(len(name) for name, _ in shown)
    digits = max(len(f"{number:,}") for _, number in shown)
    for name, number in shown:
        yield f"  {name:<{width}}  {number:>{digits},}"
    if len(counts) > _MOST:
        yield f"  … and {len(counts) - _MOST} more (--json shows all)"
