"""How far each listing is covered: read before a crawl of it, written with a page's items or not at all."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from pipelines.items import FinishedWalk, UnfinishedWalk


@dataclass(frozen=True, slots=True)
class ListingCoverage:
    """A row of ``_coverage``: what is known of one listing by one route."""

    route: str
    complete_at: str | None  # when a walk last reached the end; None: never
    newest: str | None  # from this day down nothing is missing; None: no item had a date
    caught_up_at: str | None  # when the walk began that made sure of that; None: none has
    walk: UnfinishedWalk | None  # None: no crawl of it was interrupted


_READ = """
SELECT route, complete_at, newest, caught_up_at,
    walk_started_at, walk_position, walk_goal, walk_newest
FROM _coverage WHERE slug = ? AND lang = ? AND site = ? ORDER BY updated_at DESC
"""
_UNFINISHED = """
INSERT INTO _coverage (
    slug, lang, route, site, walk_started_at, walk_position, walk_goal, walk_newest, paging, updated_at
) VALUES (:slug, :lang, :route, :site, :started, :position, :goal, :newest, '{}', :now)
ON CONFLICT (slug, lang, route, site) DO UPDATE SET
    walk_started_at = excluded.walk_started_at, walk_position = excluded.walk_position,
    walk_goal = excluded.walk_goal, walk_newest = excluded.walk_newest,
    updated_at = excluded.updated_at
"""
_FINISHED = """
INSERT INTO _coverage (slug, lang, route, site, newest, caught_up_at, paging, updated_at)
VALUES (:slug, :lang, :route, :site, :newest, :started, '{}', :now)
ON CONFLICT (slug, lang, route, site) DO UPDATE SET
    newest = coalesce(excluded.newest, newest), caught_up_at = excluded.caught_up_at,
    walk_started_at = NULL, walk_position = NULL, walk_goal = NULL, walk_newest = NULL,
    updated_at = excluded.updated_at
"""
_COMPLETE = """
UPDATE _coverage SET complete_at = :now, complete_from = :started
WHERE slug = :slug AND lang = :lang AND route = :route AND site = :site
"""
# Missing from this full walk and from the one before: last seen on the site before the earlier one began.
# An item of several publishers is not gone while another one's listing may hold it still: as long as that was
# not walked to its end since it showed the item.
_GONE = """
UPDATE stories SET gone_at = :now WHERE gone_at IS NULL AND lang = :lang AND id IN (
    SELECT g.story_id FROM sightings AS g WHERE g.on_govkz AND g.entity = :slug AND g.raw_lang = :lang
) AND (
    SELECT max(g.last_seen_at) FROM sightings AS g WHERE g.story_id = stories.id AND g.on_govkz
) < :earlier AND NOT EXISTS (
    SELECT 1 FROM sightings AS g WHERE g.story_id = stories.id AND g.on_govkz AND g.entity != :slug
    AND g.last_seen_at >= coalesce((
        SELECT max(c.complete_from) FROM _coverage AS c
        WHERE c.slug = g.entity AND c.lang = :lang AND c.site = :site
    ), '')
)
"""


def read_coverage(db: sqlite3.Connection, slug: str, lang: str, site: str) -> list[ListingCoverage]:
    """Return what is known of a listing, one entry per route, the one used last first."""
    found = []
    for route, complete_at, newest, caught_up_at, *walk in db.execute(_READ, (slug, lang, site)):
        unfinished = UnfinishedWalk(*walk) if walk[0] else None
        found.append(ListingCoverage(route, complete_at, newest, caught_up_at, unfinished))
    return found


def holds_other(db: sqlite3.Connection, site: str) -> bool:
    """Return whether any listing was read on another site than this one."""
    return db.execute("SELECT 1 FROM _coverage WHERE site != ? LIMIT 1", (site,)).fetchone() is not None


def refused_routes(db: sqlite3.Connection, since: str) -> dict[tuple[str, str], set[str]]:
    """Return the routes that refused crawls started after ``since``, by slug and language."""
    query = (
        "SELECT DISTINCT json_extract(l.value, '$.slug'), json_extract(l.value, '$.lang'), r.value "
        "FROM crawls, json_each(stats, '$.listings') AS l, json_each(l.value, '$.refused_by') AS r "
        "WHERE started_at > ?"
    )
    found: dict[tuple[str, str], set[str]] = {}
    for slug, lang, route in db.execute(query, (since,)):
        found.setdefault((slug, lang), set()).add(route)
    return found


def seen_since(db: sqlite3.Connection, slug: str, lang: str, ids: list[int], since: str) -> frozenset[int]:
    """Return those of the ids that were seen in this listing since an instant."""
    query = (
        "SELECT DISTINCT news_id FROM sightings WHERE on_govkz AND entity = ? AND raw_lang = ? "
        "AND last_seen_at >= ? AND news_id IN (SELECT value FROM json_each(?))"
    )
    return frozenset(news_id for (news_id,) in db.execute(query, (slug, lang, since, json.dumps(ids))))


def unchanged_titles(db: sqlite3.Connection, slug: str, lang: str, ids: list[int]) -> dict[int, set[str]]:
    """Return the titles under which each of the ids was seen in full on the site."""
    query = (
        "SELECT news_id, raw_title FROM sightings WHERE on_govkz AND complete AND entity = ? "
        "AND raw_lang = ? AND news_id IN (SELECT value FROM json_each(?))"
    )
    found: dict[int, set[str]] = {}
    for news_id, title in db.execute(query, (slug, lang, json.dumps(ids))):
        found.setdefault(news_id, set()).add(title or "")
    return found


def write_progress(
    db: sqlite3.Connection, place: dict[str, str], progress: UnfinishedWalk | FinishedWalk, now: str
) -> None:
    """Write how far a listing is covered; ``place`` has its slug, lang, route and site."""
    values = place | {"now": now, "started": progress.started_at, "newest": progress.newest}
    if isinstance(progress, UnfinishedWalk):
        db.execute(_UNFINISHED, values | {"position": progress.position, "goal": progress.goal})
        return
    db.execute(_FINISHED, values)
    if progress.complete:
        query = (
            "SELECT complete_from FROM _coverage "
            "WHERE slug = :slug AND lang = :lang AND route = :route AND site = :site"
        )
        (earlier,) = db.execute(query, place).fetchone()
        db.execute(_COMPLETE, values)
        if earlier is not None:
            db.execute(_GONE, {**place, "earlier": earlier, "now": now})
