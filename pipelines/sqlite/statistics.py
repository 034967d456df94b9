"""Counts over the whole database, for `govkz stats`, the report and the demo."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from pipelines.sqlite.read_only import named_rows

_TABLES = ("stories", "sightings", "revisions", "repairs", "problems")
_COUNTS = {
    "languages": "SELECT coalesce(lang, 'unknown'), count(*) FROM stories GROUP BY 1 ORDER BY 2 DESC, 1",
    "sources": "SELECT coalesce(entity, 'unknown'), count(*) FROM stories GROUP BY 1 ORDER BY 2 DESC, 1",
    "sites": "SELECT site, count(*) FROM sightings GROUP BY 1 ORDER BY 2 DESC, 1",
    "matched_by": "SELECT matched_by, count(*) FROM sightings GROUP BY 1 ORDER BY 2 DESC, 1",
    "repairs_by_rule": "SELECT rule, count(*) FROM repairs GROUP BY 1 ORDER BY 2 DESC, 1",
    "problems_by_kind": "SELECT kind, count(*) FROM problems GROUP BY 1 ORDER BY 2 DESC, 1",
    "links": "SELECT kind, count(*) FROM story_links GROUP BY 1 ORDER BY 2 DESC, 1",
}
_MISSING = """
SELECT coalesce(sum(title IS NULL), 0) AS without_title, coalesce(sum(body IS NULL), 0) AS without_body,
    coalesce(sum(published IS NULL), 0) AS without_date, coalesce(sum(lang IS NULL), 0) AS without_language,
    coalesce(sum(entity IS NULL), 0) AS without_publisher, coalesce(sum(gone_at IS NOT NULL), 0) AS gone,
    min(published) AS first_published, max(published) AS last_published
FROM stories
"""
_LAST_CRAWL = "SELECT id, spider, started_at, finished_at, outcome FROM crawls ORDER BY id DESC LIMIT 1"
_TIMES_SEEN = """
SELECT min(n, 5), count(*) FROM (SELECT count(*) AS n FROM sightings GROUP BY story_id) GROUP BY 1 ORDER BY 1
"""
_DAYS = """
SELECT published, coalesce(entity, 'unknown') AS slug, count(*) AS stories FROM stories
WHERE published BETWEEN ? AND ? GROUP BY 1, 2 ORDER BY 1, 2
"""
_SILENCE = """
SELECT slug, coalesce(publisher, slug) AS name, stories, newest_story, days_silent AS days
FROM source_coverage WHERE stories > 0 ORDER BY days_silent DESC, slug LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts over the whole database. Dicts are ordered by count, the largest first."""

    stories: int
    sightings: int
    revisions: int
    repairs: int
    problems: int
    without_title: int
    without_body: int
    without_date: int
    without_language: int
    without_publisher: int
    gone: int
    first_published: str | None  # None: no story has a date
    last_published: str | None
    times_seen: dict[str, int]  # "1" … "4", "5 or more": stories by number of sightings
    languages: dict[str, int]
    sources: dict[str, int]
    sites: dict[str, int]
    matched_by: dict[str, int]
    repairs_by_rule: dict[str, int]
    problems_by_kind: dict[str, int]
    links: dict[str, int]
    last_crawl: dict[str, Any] | None  # None: nothing was ever received

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return asdict(self)


def count(db: sqlite3.Connection) -> Numbers:
    """Count everything."""
    totals = {table: db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in _TABLES}  # noqa: S608
    missing: dict[str, Any] = dict(named_rows(db, _MISSING)[0])
    seen = {("5 or more" if n == 5 else str(n)): stories for n, stories in db.execute(_TIMES_SEEN)}
    counts: dict[str, Any] = {name: dict(db.execute(sql).fetchall()) for name, sql in _COUNTS.items()}
    last = next((dict(row) for row in named_rows(db, _LAST_CRAWL)), None)
    return Numbers(**totals, **missing, times_seen=seen, **counts, last_crawl=last)


@dataclass(frozen=True, slots=True)
class Daily:
    """Stories per day and publisher, for every day of a span that ends with the newest story."""

    days: tuple[str, ...]
    by_source: dict[str, tuple[int, ...]]  # slug → count per day; the largest publishers first


def daily(db: sqlite3.Connection, span: int = 60) -> Daily:
    """Count stories per day over the ``span`` days up to the newest story; days without one count 0."""
    (newest,) = db.execute("SELECT max(published) FROM stories").fetchone()
    if newest is None:
        return Daily((), {})
    last = date.fromisoformat(newest)
    days = tuple((last - timedelta(days=back)).isoformat() for back in range(span - 1, -1, -1))
    index_of = {day: index for index, day in enumerate(days)}
    counts: dict[str, list[int]] = {}
    for row in named_rows(db, _DAYS, (days[0], days[-1])):
        counts.setdefault(row["slug"], [0] * span)[index_of[row["published"]]] += row["stories"]
    largest = sorted(counts, key=lambda slug: (-sum(counts[slug]), slug))
    return Daily(days, {slug: tuple(counts[slug]) for slug in largest})


@dataclass(frozen=True, slots=True)
class Silence:
    """Days without a new story of one publisher, up to the newest run."""

    slug: str
    name: str
    stories: int
    newest_story: str | None
    days: int | None  # None: none of its stories has a date


def silences(db: sqlite3.Connection, limit: int = 20) -> list[Silence]:
    """Return the publishers with stories, the longest silent first."""
    return [Silence(**dict(row)) for row in named_rows(db, _SILENCE, (limit,))]
