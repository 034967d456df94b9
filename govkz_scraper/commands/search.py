"""``govkz search``: find stories by words, a gov.kz id or a URL."""

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
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Maximum results.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per story.")
@click.option("--color/--no-color", default=None, help="Highlight matches. [default: on a terminal]")
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
    """Find stories that contain all words of QUERY in any inflected form, best match first.

    "Words in quotes" match a phrase, word* matches a prefix; a gov.kz URL or id finds its story. Case, ё/е
    and Kazakh letters are not distinguished.

    \b
    Examples:
      govkz search жаңа мектеп
      govkz search '"су құбыры"' --lang kk --since 2025-12-01
      govkz search 1129425 --json
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
        click.echo("no story contains all words; these contain some of them", err=True)
    for hit in hits:
        _print_hit(hit, color)


def _print_hit(hit: Hit, color: bool | None) -> None:
    from pipelines.search.snippets import to_single_line

    title = _highlighted(to_single_line(hit.title), hit.title_marks) if hit.title else "(no title)"
    facts = [to_single_line(fact) for fact in (hit.published, hit.lang, hit.entity) if fact]
    click.echo(f"{click.style(str(hit.id), bold=True):>8}  {title}", color=color)
    if facts or hit.url:
        click.echo(
            f"          {' · '.join([*facts, to_single_line(hit.url or '')]).rstrip(' ·')}", color=color
        )
    if hit.excerpt:
        click.echo(f"          {_highlighted(hit.excerpt, hit.excerpt_marks)}", color=color)


def _highlighted(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    """Highlight the matches; click removes the colours where there is no terminal."""
    parts, position = [], 0
    for start, end in marks:
        parts += [text[position:start], click.style(text[start:end], fg="yellow", bold=True)]
        position = end
    return "".join([*parts, text[position:]])
