"""How far each listing has been walked: read before a walk, written with a page's items or not at all."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipelines.items import CleanPage, Paging, Progress, UnfinishedWalk

if TYPE_CHECKING:
    from pipelines.sqlite.store import Store


@dataclass(frozen=True, slots=True)
class ListingCoverage:
    """A row of ``_coverage``: what is known of one listing by one route."""

    route: str
    complete_at: str | None  # when a walk last reached the end; None: never
    newest: str | None  # from this day down nothing is missing; None: no item had a date
    caught_up_at: str | None  # when the walk began that made sure of that; None: none has
    walk: UnfinishedWalk | None  # None: no walk was interrupted
    paging: Paging


_READ = """
SELECT route, complete_at, newest, caught_up_at, paging,
    walk_started_at, walk_position, walk_goal, walk_newest
FROM _coverage WHERE slug = ? AND lang = ? AND site = ? ORDER BY updated_at DESC
"""
_UNDER_WAY = """
INSERT INTO _coverage (
    slug, lang, route, site, walk_started_at, walk_position, walk_goal, walk_newest, paging, updated_at
) VALUES (:slug, :lang, :route, :site, :started, :position, :goal, :newest, :paging, :now)
ON CONFLICT (slug, lang, route, site) DO UPDATE SET
    walk_started_at = excluded.walk_started_at, walk_position = excluded.walk_position,
    walk_goal = excluded.walk_goal, walk_newest = excluded.walk_newest,
    paging = excluded.paging, updated_at = excluded.updated_at
"""
_ARRIVED = """
INSERT INTO _coverage (slug, lang, route, site, newest, caught_up_at, paging, updated_at)
VALUES (:slug, :lang, :route, :site, :newest, :started, :paging, :now)
ON CONFLICT (slug, lang, route, site) DO UPDATE SET
    newest = coalesce(excluded.newest, newest), caught_up_at = excluded.caught_up_at,
    walk_started_at = NULL, walk_position = NULL, walk_goal = NULL, walk_newest = NULL,
    paging = excluded.paging, updated_at = excluded.updated_at
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
    """Give what is known of a listing, one entry a route, the one used last first."""
    found = []
    for route, complete_at, newest, caught_up_at, paging, *walk in db.execute(_READ, (slug, lang, site)):
        under_way = UnfinishedWalk(*walk) if walk[0] else None
        pages = Paging(**json.loads(paging))
        found.append(ListingCoverage(route, complete_at, newest, caught_up_at, under_way, pages))
    return found


def holds_other(db: sqlite3.Connection, site: str) -> bool:
    """Tell whether any listing was read on another site than this one."""
    return db.execute("SELECT 1 FROM _coverage WHERE site != ? LIMIT 1", (site,)).fetchone() is not None


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


def seen_since(db: sqlite3.Connection, slug: str, lang: str, ids: list[int], since: str) -> frozenset[int]:
    """Give those of the ids that were seen in this listing since a moment: by an earlier part of a walk."""
    query = (
        "SELECT DISTINCT news_id FROM sightings WHERE on_govkz AND entity = ? AND raw_lang = ? "
        "AND last_seen_at >= ? AND news_id IN (SELECT value FROM json_each(?))"
    )
    return frozenset(news_id for (news_id,) in db.execute(query, (slug, lang, since, json.dumps(ids))))


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
        if clean.page.progress:
            _write_progress(db, clean.page.progress, store.now())
    return tuple(outcomes)


def _write_progress(db: sqlite3.Connection, progress: Progress, now: str) -> None:
    place = {"slug": progress.slug, "lang": progress.lang, "route": progress.route, "site": progress.site}
    walk = progress.walk
    values = place | {"now": now, "started": walk.started_at}
    values["paging"] = json.dumps(asdict(progress.paging))
    if isinstance(walk, UnfinishedWalk):
        db.execute(_UNDER_WAY, values | {"position": walk.position, "goal": walk.goal, "newest": walk.newest})
        return
    db.execute(_ARRIVED, values | {"newest": walk.newest})
    if walk.complete:
        query = "SELECT complete_from FROM _coverage WHERE slug = ? AND lang = ? AND route = ? AND site = ?"
        (earlier,) = db.execute(query, tuple(place.values())).fetchone()
        db.execute(_COMPLETE, values)
        if earlier is not None:
            db.execute(_GONE, {**place, "earlier": earlier, "now": now})
