"""Render the report: fill the template with counts from the database."""

from __future__ import annotations

import sqlite3
from html import escape
from importlib.resources import files
from string import Template

from govkz_scraper import __version__
from govkz_scraper.html_report.charts import COLOURS, bar_chart, daily_chart, format_number, table
from pipelines.sqlite.statistics import Daily, Numbers, count, daily, silences

_LANGUAGES = {"kk": "Kazakh", "ru": "Russian", "en": "English", "kk-Latn": "Kazakh in Latin letters"}
# Characters that HTML does not allow, which the name of a publisher may contain.
_NO_CHARACTERS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])
_NAMES = "SELECT slug, coalesce(name_ru, name_kk, name_en, slug) FROM sources"
_MEANINGS = "SELECT name, explanation FROM dictionary WHERE kind = ? AND part_of = ?"


def render(db: sqlite3.Connection) -> str:
    """Render the report of a database."""
    numbers, days = count(db), daily(db)
    names = dict(db.execute(_NAMES).fetchall()) | {"unknown": "unknown publisher"}
    shown = _largest(days)
    values = {
        "version": escape(__version__),
        "style": _file("style.css"),
        "lead": _lead(numbers),
        "tiles": _tiles(numbers),
        "days": daily_chart(days.days, shown, names | {"other": "other publishers"}),
        "days_table": _days_table(days),
        "publishers": bar_chart(_named(numbers.sources, names)),
        "languages": bar_chart({_LANGUAGES.get(lang, lang): n for lang, n in numbers.languages.items()}),
        "times_seen": bar_chart({f"seen {times} ×": n for times, n in numbers.times_seen.items()}),
        "matched_by": bar_chart(numbers.matched_by, notes=_meanings(db, "value", "sightings.matched_by")),
        "repairs": bar_chart(numbers.repairs_by_rule, notes=_meanings(db, "rule", "repairs"), most=40),
        "problems": bar_chart(numbers.problems_by_kind, notes=_meanings(db, "problem", "problems"), most=40),
        "lacks": bar_chart(_lacks(numbers)),
        "silence": _silence(db),
        "footer": _footer(numbers),
    }
    return Template(_file("page.html")).substitute(values).translate(_NO_CHARACTERS)


def _file(name: str) -> str:
    return files("govkz_scraper.html_report").joinpath(name).read_text("utf-8")


def _meanings(db: sqlite3.Connection, kind: str, part_of: str) -> dict[str, str]:
    return dict(db.execute(_MEANINGS, (kind, part_of)).fetchall())


def _lead(numbers: Numbers) -> str:
    if not numbers.stories:
        return "The database contains no story yet."
    if numbers.first_published is None:
        return f"{format_number(numbers.stories)} stories, none of them dated."
    return (
        f"{format_number(numbers.stories)} stories published from {escape(numbers.first_published)} to "
        f"{escape(numbers.last_published or '')}, each kept once."
    )


def _tiles(numbers: Numbers) -> str:
    tiles = {
        "stories": numbers.stories,
        "sightings": numbers.sightings,
        "repeats collapsed": numbers.sightings - numbers.stories,
        "publishers": len(numbers.sources.keys() - {"unknown"}),
        "repairs": numbers.repairs,
        "problems": numbers.problems,
        "revisions": numbers.revisions,
    }
    return "".join(f'<div class="tile"><b>{format_number(n)}</b>{name}</div>' for name, n in tiles.items())


def _named(counts: dict[str, int], names: dict[str, str]) -> dict[str, int]:
    """Return counts by name instead of slug; names that are not unique include the slug."""
    shown = [names.get(slug, slug) for slug in counts]
    labels = [n if shown.count(n) == 1 else f"{n} ({s})" for n, s in zip(shown, counts, strict=True)]
    return dict(zip(labels, counts.values(), strict=True))


def _largest(days: Daily) -> dict[str, tuple[int, ...]]:
    """Return the largest publishers, one per colour, and the sum of the others."""
    slugs = list(days.by_source)
    shown = {slug: days.by_source[slug] for slug in slugs[: len(COLOURS)]}
    rest = [days.by_source[slug] for slug in slugs[len(COLOURS) :]]
    if rest:
        shown["other"] = tuple(map(sum, zip(*rest, strict=True)))
    return shown


def _days_table(days: Daily) -> str:
    totals = zip(days.days, zip(*days.by_source.values(), strict=True), strict=True)
    return table(("day", "stories"), [(day, sum(values)) for day, values in totals] if days.days else [])


def _lacks(numbers: Numbers) -> dict[str, int]:
    lacks = {
        "a title": numbers.without_title,
        "a body": numbers.without_body,
        "a date": numbers.without_date,
        "a known language": numbers.without_language,
        "a known publisher": numbers.without_publisher,
        "a place in their listing any more": numbers.gone,
    }
    return {name: n for name, n in lacks.items() if n}


def _silence(db: sqlite3.Connection) -> str:
    header = ("publisher", "stories", "newest story", "days without a story")
    return table(header, [(one.name, one.stories, one.newest_story, one.days) for one in silences(db, 50)])


def _footer(numbers: Numbers) -> str:
    crawl = numbers.last_crawl
    if crawl is None:
        return f"govkz-scraper {escape(__version__)}; the database is empty."
    ended = f"{crawl['outcome'] or 'not finished'}"
    return (
        f"govkz-scraper {escape(__version__)}. Latest run: {escape(str(crawl['spider']))}, "
        f"{escape(str(crawl['started_at']))}, {escape(ended)}."
    )
