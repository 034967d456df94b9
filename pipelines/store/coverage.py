"""How far each listing has been walked: read before a walk, written with a page's items or not at all."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.records import CleanPage, Progress

if TYPE_CHECKING:
    from pipelines.store.sqlite import Store


@dataclass(frozen=True, slots=True)
class Covered:
    """A row of ``_coverage``: what is known of one listing by one route."""

    route: str
    complete_at: str | None  # when a full walk last reached the end; None: never
    walk_started_at: str | None  # of the full walk that was interrupted; None: none was
    walk_position: int  # how far that one came
    newest: str | None
    updated_at: str


_COLUMNS = "route, complete_at, walk_started_at, walk_position, newest, updated_at"
_WRITE = """
INSERT INTO _coverage (slug, lang, route, site, walk_started_at, walk_position, newest, updated_at)
VALUES (:slug, :lang, :route, :site, :started, :position, :newest, :now)
ON CONFLICT (slug, lang, route, site) DO UPDATE SET walk_started_at = excluded.walk_started_at,
    walk_position = excluded.walk_position, updated_at = excluded.updated_at,
    newest = max(coalesce(newest, ''), coalesce(excluded.newest, newest, ''))
"""
_COMPLETE = """
UPDATE _coverage SET complete_at = :now, complete_from = :started, walk_started_at = NULL, walk_position = 0
WHERE slug = :slug AND lang = :lang AND route = :route AND site = :site
"""
# Missing from this full walk and from the one before: last seen on the site before the earlier one began.
_GONE = """
UPDATE stories SET gone_at = :now WHERE gone_at IS NULL AND lang = :lang AND id IN (
    SELECT g.story_id FROM sightings AS g WHERE g.on_govkz AND g.entity = :slug AND g.raw_lang = :lang
) AND (
    SELECT max(g.last_seen_at) FROM sightings AS g WHERE g.story_id = stories.id AND g.on_govkz
) < :earlier
"""
_BACK = "UPDATE stories SET gone_at = NULL WHERE id = ? AND gone_at IS NOT NULL"


def read_coverage(db: sqlite3.Connection, slug: str, lang: str, site: str) -> list[Covered]:
    """Give what is known of a listing, one entry a route, the one used last first."""
    query = (
        f"SELECT {_COLUMNS} FROM _coverage WHERE slug = ? AND lang = ? AND site = ? ORDER BY updated_at DESC"  # noqa: S608 - column names
    )
    return [Covered(*row) for row in db.execute(query, (slug, lang, site))]


def refused_routes(db: sqlite3.Connection, since: str) -> dict[tuple[str, str], set[str]]:
    """Give the routes that crawls begun after ``since`` were refused, by source and language."""
    query = (
        "SELECT DISTINCT json_extract(l.value, '$.slug'), json_extract(l.value, '$.lang'), r.value "
        "FROM crawls, json_each(stats, '$.listings') AS l, json_each(l.value, '$.refused_by') AS r "
        "WHERE started_at > ?"
    )
    found: dict[tuple[str, str], set[str]] = {}
    for slug, lang, route in db.execute(query, (since,)):
        found.setdefault((slug, lang), set()).add(route)
    return found


def known_ids(db: sqlite3.Connection, slug: str, lang: str, ids: list[int]) -> set[int]:
    """Give those of the ids that were seen in this listing before."""
    query = (
        "SELECT DISTINCT news_id FROM sightings WHERE on_govkz AND entity = ? AND raw_lang = ? "
        "AND news_id IN (SELECT value FROM json_each(?))"
    )
    return {row[0] for row in db.execute(query, (slug, lang, json.dumps(ids)))}


def shows_all(db: sqlite3.Connection, slug: str, lang: str, ids: list[int]) -> bool:
    """Tell whether these ids are all that is known of a source in a language."""
    query = (
        "SELECT NOT EXISTS (SELECT 1 FROM stories WHERE entity = ? AND lang = ? AND gone_at IS NULL "
        "AND news_id NOT IN (SELECT value FROM json_each(?)))"
    )
    return bool(db.execute(query, (slug, lang, json.dumps(ids))).fetchone()[0])


def unchanged_titles(db: sqlite3.Connection, slug: str, lang: str, ids: list[int]) -> dict[int, set[str]]:
    """Give the titles under which each of the ids was seen in full on the site."""
    query = (
        "SELECT news_id, raw_title FROM sightings WHERE on_govkz AND complete AND entity = ? "
        "AND raw_lang = ? AND news_id IN (SELECT value FROM json_each(?))"
    )
    found: dict[int, set[str]] = {}
    for news_id, title in db.execute(query, (slug, lang, json.dumps(ids))):
        found.setdefault(news_id, set()).add(title or "")
    return found


def store_page(store: Store, clean: CleanPage, crawl_id: int) -> tuple[str, ...]:
    """Write a page's items and the walk's progress, all or nothing; give each item's outcome.

    Raises DatabaseError when the file cannot take it: nothing of the page is stored then.
    """
    outcomes: list[str] = []
    db = store.db.conn
    with store.transaction():
        for item in clean.items:
            added = store.add(item, crawl_id)
            outcomes.append(added.outcome)
            if item.on_govkz:
                db.execute(_BACK, (added.story_id,))
        if clean.page.progress:
            _write_progress(db, clean.page.progress, store.now())
    return tuple(outcomes)


def _write_progress(db: sqlite3.Connection, progress: Progress, now: str) -> None:
    place = {"slug": progress.slug, "lang": progress.lang, "route": progress.route, "site": progress.site}
    values = place | {
        "started": progress.walk_started_at,
        "position": progress.walk_position,
        "newest": progress.newest,
        "now": now,
    }
    db.execute(_WRITE, values)
    if progress.completes:
        query = "SELECT complete_from FROM _coverage WHERE slug = ? AND lang = ? AND route = ? AND site = ?"
        (earlier,) = db.execute(query, tuple(place.values())).fetchone()
        db.execute(_COMPLETE, values)
        if earlier is not None:
            db.execute(_GONE, {**place, "earlier": earlier, "now": now})
