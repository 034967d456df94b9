"""The report: numbers from the database, put into the page's places."""

from __future__ import annotations

import sqlite3
from html import escape
from importlib.resources import files
from string import Template

from govkz_scraper import __version__
from govkz_scraper.html_report.charts import COLOURS, bars, columns, number, table
from pipelines.sqlite.statistics import Daily, Numbers, count, daily, silences

_LANGUAGES = {"kk": "Kazakh", "ru": "Russian", "en": "English", "kk-Latn": "Kazakh in Latin letters"}
# What HTML may not hold, and a publisher's name in a record may.
_NO_CHARACTERS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)])
_NAMES = "SELECT slug, coalesce(name_ru, name_kk, name_en, slug) FROM sources"
_MEANINGS = "SELECT name, explanation FROM dictionary WHERE kind = ? AND part_of = ?"


def render(db: sqlite3.Connection) -> str:
    """Make the whole page from what the database holds."""
    numbers, days = count(db), daily(db)
    names = dict(db.execute(_NAMES).fetchall()) | {"unknown": "publisher not known"}
    shown = _largest(days)
    values = {
        "version": escape(__version__),
        "style": _file("style.css"),
        "lead": _lead(numbers),
        "tiles": _tiles(numbers),
        "days": columns(days.days, shown, names | {"other": "other publishers"}),
        "days_table": _days_table(days),
        "publishers": bars(_named(numbers.sources, names)),
        "languages": bars({_LANGUAGES.get(lang, lang): n for lang, n in numbers.languages.items()}),
        "times_seen": bars({f"seen {times} ×": n for times, n in numbers.times_seen.items()}),
        "matched_by": bars(numbers.matched_by, notes=_meanings(db, "value", "sightings.matched_by")),
        "repairs": bars(numbers.repairs_by_rule, notes=_meanings(db, "rule", "repairs"), most=40),
        "problems": bars(numbers.problems_by_kind, notes=_meanings(db, "problem", "problems"), most=40),
        "lacks": bars(_lacks(numbers)),
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
        return "The database holds no story yet."
    if numbers.first_published is None:
        return f"{number(numbers.stories)} stories, none of them dated."
    return (
        f"{number(numbers.stories)} stories published from {escape(numbers.first_published)} to "
        f"{escape(numbers.last_published or '')}, each kept once."
    )


def _tiles(numbers: Numbers) -> str:
    tiles = {
        "stories": numbers.stories,
        "sightings": numbers.sightings,
        "repeats put together": numbers.sightings - numbers.stories,
        "publishers": len(numbers.sources.keys() - {"unknown"}),
        "repairs": numbers.repairs,
        "problems": numbers.problems,
        "revisions": numbers.revisions,
    }
    return "".join(f'<div class="tile"><b>{number(n)}</b>{name}</div>' for name, n in tiles.items())


def _named(counts: dict[str, int], names: dict[str, str]) -> dict[str, int]:
    """Counts by name instead of slug; two publishers of one name keep their slugs beside it."""
    shown = [names.get(slug, slug) for slug in counts]
    labels = [n if shown.count(n) == 1 else f"{n} ({s})" for n, s in zip(shown, counts, strict=True)]
    return dict(zip(labels, counts.values(), strict=True))


def _largest(days: Daily) -> dict[str, tuple[int, ...]]:
    """The largest publishers one by one, as many as there are colours, and the rest as one."""
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
        "a text": numbers.without_body,
        "a date": numbers.without_date,
        "a language that can be told": numbers.without_language,
        "a known publisher": numbers.without_publisher,
        "a place in their listing: they vanished": numbers.gone,
    }
    return {name: n for name, n in lacks.items() if n}


def _silence(db: sqlite3.Connection) -> str:
    header = ("publisher", "stories", "newest story", "days silent")
    return table(header, [(one.name, one.stories, one.newest_story, one.days) for one in silences(db, 50)])


def _footer(numbers: Numbers) -> str:
    crawl = numbers.last_crawl
    if crawl is None:
        return f"govkz-scraper {escape(__version__)}; nothing was received yet."
    ended = f"{crawl['outcome'] or 'not finished'}"
    return (
        f"govkz-scraper {escape(__version__)}. Newest run: {escape(str(crawl['spider']))}, "
        f"{escape(str(crawl['started_at']))}, {escape(ended)}."
    )
