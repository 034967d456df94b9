"""``govkz search``: find stories by their words, a number or an address."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.commands.options import check_period, db_option, filter_options, known_sources

if TYPE_CHECKING:
    from pipelines.search.ranking import Hit


@click.command()
@click.argument("query", nargs=-1, required=True)
@filter_options
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
@click.option("--color/--no-color", default=None, help="Mark the words found. [default: on a terminal]")
@db_option
def command(
    query: tuple[str, ...],
    since: str | None,
    until: str | None,
    source: tuple[str, ...],
    lang: tuple[str, ...],
    limit: int,
    as_json: bool,
    color: bool | None,
    db: Path,
) -> None:
    """Find stories that have all the words of QUERY in any form, best first.

    "Words in quotes" stand side by side, word* is a beginning; a gov.kz address or id finds its story.
    Case, ё/е and Kazakh letters make no difference.
    """
    from pipelines.search.ranking import search
    from pipelines.sqlite.read_only import reading

    check_period(since, until)
    with reading(db, mapped=True) as connection:
        sources = known_sources(connection, source)
        hits = search(
            connection, " ".join(query), source=sources, lang=lang, since=since, until=until, limit=limit
        )
    if as_json:
        for hit in hits:
            click.echo(json.dumps(asdict(hit), ensure_ascii=False))
        return
    if not hits:
        click.echo("no story matches", err=True)
    elif not any(hit.every_word for hit in hits):
        click.echo("no story has all these words; these have some of them", err=True)
    for hit in hits:
        _show(hit, color)


def _show(hit: Hit, color: bool | None) -> None:
    from pipelines.search.snippets import safe

    title = _marked(safe(hit.title), hit.title_marks) if hit.title else "(no title)"
    facts = [safe(fact) for fact in (hit.published, hit.lang, hit.entity) if fact]
    click.echo(f"{click.style(str(hit.id), bold=True):>8}  {title}", color=color)
    if facts or hit.url:
        click.echo(f"          {' · '.join([*facts, safe(hit.url or '')]).rstrip(' ·')}", color=color)
    if hit.excerpt:
        click.echo(f"          {_marked(hit.excerpt, hit.excerpt_marks)}", color=color)


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """Colour the marked places; click takes the colour out again where there is no terminal."""
    done, at = [], 0
    for start, end in marks:
        done += [text[at:start], click.style(text[start:end], fg="yellow", bold=True)]
        at = end
    return "".join([*done, text[at:]])
