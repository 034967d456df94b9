"""``govkz show``, ``split`` and ``join``: inspect a story, and correct the matching by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govkz_scraper.commands.options import ROW_ID, db_option
from govkz_scraper.terminal import escape_control_chars

if TYPE_CHECKING:
    from pipelines.sqlite.story_history import StoryHistory

_WHY = {
    "new": "the first of this story",
    "address": "the same gov.kz address",
    "text": "the same text once cleaned",
    "near-text": "a copy that differs by damage or a small edit",
    "hand": "assigned by hand",
}
_MAX_REPAIRS = 30  # shown per sighting; `govkz export --with repairs` has all
_CONTEXT = 40  # characters of unchanged text shown on each side of a change


@click.command(name="show")
@click.argument("story_id", metavar="ID", type=ROW_ID)
@db_option
def show(story_id: int, db: Path) -> None:
    """Show the story ID with its history.

    Lists its sightings and why each belongs to the story, repairs and problems, the publisher's changes word
    by word, and linked stories.

    \b
    Example:
      govkz show 1
    """
    from pipelines.sqlite.read_only import reading
    from pipelines.sqlite.story_history import load_history

    with reading(db) as connection:
        life = load_history(connection, story_id)
    for lines in (_story, _sightings, _findings, _revisions, _links):
        for line in lines(life):
            click.echo(line)


def safe(value: object, most: int | None = None) -> str:
    """Return stored text with its control characters escaped, cut to ``most`` characters.

    >>> safe("a\\x1b[31mb")
    'a\\\\x1b[31mb'
    """
    text = "" if value is None else str(value)
    if most is not None and len(text) > most:
        text = text[:most] + "…"
    return escape_control_chars(text, kept="\n")


def _heading(text: str) -> str:
    return "\n" + click.style(text, bold=True)


def _story(life: StoryHistory) -> Iterator[str]:
    story = life.story
    yield click.style(safe(story["title"]) or "(no title)", bold=True)
    facts = [f"story {story['id']}", story["lang"], story["published"], story["entity"], story["byline"]]
    yield safe(" · ".join(str(fact) for fact in facts if fact))
    for url in life.urls:
        yield safe(url["url"])
    if story["gone_at"]:
        yield f"no longer in its publisher's listing since {story['gone_at']}"
    yield ""
    yield safe(story["body"]) or "(no body)"


def _sightings(life: StoryHistory) -> Iterator[str]:
    yield _heading(f"Sightings ({len(life.sightings)})")
    for seen in life.sightings:
        place = [seen["section"], f"item {seen['position']}" if seen["position"] else None]
        where = ", ".join(str(part) for part in [seen["page_url"] or seen["site"], *place] if part)
        yield safe(f"  {seen['id']}: {seen['seen_at']}  {where}")
        gives = [name for name in ("title", "body") if life.story[f"{name}_from"] == seen["id"]]
        shows = f"; source of the {' and the '.join(gives)}" if gives else ""
        yield f"      {_WHY.get(seen['matched_by'], seen['matched_by'])}{_like(seen)}{shows}"
    for correction in life.corrections:
        yield f"  {'joined' if correction['same'] else 'split'} by hand on {correction['at']}"


def _like(seen: dict[str, Any]) -> str:
    other = seen["like_sighting"]
    return f" ({seen['likeness']:.0%} similar to {other})" if other and other != seen["id"] else ""


def _findings(life: StoryHistory) -> Iterator[str]:
    if life.repairs:
        yield _heading(f"Repairs ({len(life.repairs)})")
        shown: Counter[int] = Counter()
        for row in life.repairs:
            shown[row["sighting_id"]] += 1
            if shown[row["sighting_id"]] <= _MAX_REPAIRS:
                change = f"{_quoted(row['before'])} → {_quoted(row['after'])}"
                yield f"  {row['sighting_id']}: {row['field']} at {row['start']}, {row['rule']}: {change}"
        for sighting, count in shown.items():
            if count > _MAX_REPAIRS:
                yield f"  {sighting}: and {count - _MAX_REPAIRS} more"
    if life.problems:
        yield _heading(f"Problems (not changed) ({len(life.problems)})")
        for row in life.problems:
            yield f"  {row['sighting_id']}: {row['field']}, {row['kind']}: {safe(row['detail'], 200)}"


def _quoted(value: str) -> str:
    return "“" + safe(value, 60).replace("\n", "⏎") + "”"


def _revisions(life: StoryHistory) -> Iterator[str]:
    texts: list[dict[str, Any]] = [*life.revisions, life.story]
    for old, new in pairwise(texts):
        yield _heading(f"Changed by its publisher; previous text seen on {old['seen_at']}")
        for field in ("title", "body"):
            if old[field] != new[field]:
                yield f"  {field}: " + _changes(old[field], new[field])


def _changes(before: str | None, after: str | None) -> str:
    from pipelines.sqlite.story_history import word_changes

    parts = []
    for tag, old, new in word_changes(before, after):
        if tag == "equal":
            short = old if len(old) <= 2 * _CONTEXT else f"{old[:_CONTEXT]} … {old[-_CONTEXT:]}"
            parts.append(safe(short))
            continue
        if old.strip():
            parts.append(click.style(f"[-{safe(old)}-]", fg="red"))
        if new.strip():
            parts.append(click.style(f"{{+{safe(new)}+}}", fg="green"))
    return "".join(parts)


def _links(life: StoryHistory) -> Iterator[str]:
    if life.links:
        yield _heading(f"Linked stories ({len(life.links)})")
        for row in life.links:
            kind = "update of" if row["kind"] == "update" and row["outward"] else row["kind"]
            facts = " · ".join(str(fact) for fact in (row["lang"], row["published"]) if fact)
            yield f"  {kind} {row['id']}: {safe(row['title'], 80) or '(no title)'}  {facts}"


@click.command(name="split")
@click.argument("sightings", metavar="SIGHTING...", type=ROW_ID, nargs=-1, required=True)
@db_option
def split(sightings: tuple[int, ...], db: Path) -> None:
    """Move SIGHTINGs out of their story, permanently.

    Later runs and `govkz reclean` keep the correction; `govkz join` reverts it. `govkz show STORY` lists the
    sightings of a story.

    \b
    Example:
      govkz split 17 18
    """
    from pipelines.sqlite import open_store

    with open_store(db, create=False) as store:
        stories = store.split(sightings)
    click.echo(f"now in {'story' if len(stories) == 1 else 'stories'} {', '.join(map(str, stories))}")


@click.command(name="join")
@click.argument("first", metavar="STORY", type=ROW_ID)
@click.argument("second", metavar="STORY", type=ROW_ID)
@db_option
def join(first: int, second: int, db: Path) -> None:
    """Merge two stories, permanently.

    Later runs and `govkz reclean` keep the correction; `govkz split` reverts it.

    \b
    Example:
      govkz join 4 9
    """
    from pipelines.sqlite import open_store

    with open_store(db, create=False) as store:
        story = store.join(first, second)
    click.echo(f"now story {story}")
