"""Applies today's cleaning and matching to everything ever received, in one transaction.

One transaction, because a half-recleaned archive has two sets of rules in one index: killed at any moment it
is as it was, and readers see the old state until the new one is whole. Story ids stay where stories stay,
because each new group goes on with the id that most of its sightings had.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipelines.items import ProcessedStory, RawStory
from pipelines.sqlite import fts_index
from pipelines.sqlite.resolution.add_sighting import place_text
from pipelines.sqlite.resolution.candidate_index import LOOKED_AFTER, forget, put_away
from pipelines.sqlite.resolution.resolve import Change, settle
from pipelines.sqlite.resolution.story_links import relink
from pipelines.sqlite.rows import OF_ITEM, Prepared, prepare, raw_story, write_findings

# In order; may use several processes, which then do all the pure work.
Normalise = Callable[[Iterable[RawStory]], Iterator[ProcessedStory | Prepared]]
# What cleaning decides of a sighting. Not record_hash: it says what was received, under the rules of that
# day.
_CLEANED = (
    *("site", "entity", "news_id", "url", "lang", "published", "published_at", "byline", "addresses"),
    *("raw_more", "on_govkz", "complete", "title_damage", "body_damage", "text_hash"),
)
_SET = " = ?, ".join((*_CLEANED, "text_id"))
_UPDATE = f"UPDATE sightings SET {_SET} = ? WHERE id = ?"  # noqa: S608 - constants
_BATCH = 2_000  # enough for several processes


@dataclass(slots=True)
class Recleaned:
    """What a reclean changed."""

    sightings: int = 0  # read
    changed: int = 0  # whose cleaned values are others than before
    new: int = 0  # stories parted off
    gone: int = 0  # stories that are now part of another
    better: int = 0  # stories with another title or body
    revision: int = 0  # stories with a further earlier text
    moved: int = 0  # stories that gained or lost sightings, or changed in another field


def reclean(
    conn: sqlite3.Connection,
    normalise: Normalise,
    now: str,
    progress: Callable[[int], None] = lambda done: None,
) -> Recleaned:
    """Do the whole work within the open transaction; ``progress`` hears of sightings done, each one twice.

    ``now`` dates what is decided otherwise than before.
    """
    result = Recleaned()
    forget(conn)
    for table in ("_near", "_texts"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
    for rows, items in _batches(conn, normalise):
        for row, item in zip(rows, items, strict=True):
            result.sightings += 1
            result.changed += _renew(conn, row, item)
        if result.sightings % LOOKED_AFTER == 0:
            put_away(conn)
        progress(len(rows))
    _settle_all(conn, result, now, progress)
    for (story_id,) in conn.execute("SELECT id FROM stories").fetchall():
        relink(conn, story_id)
    fts_index.feed(conn)
    fts_index.rebuild(conn)
    return result


def _batches(
    conn: sqlite3.Connection, normalise: Normalise
) -> Iterator[tuple[list[sqlite3.Row], list[Prepared]]]:
    """Sightings in the order of their ids with what normalising makes of them today.

    Read batch by batch before they are written: a cursor over rows that change under it is undefined.
    """
    last = 0
    while True:
        query = (
            "SELECT s.*, t.title, t.body FROM sightings s JOIN stories t ON t.id = s.story_id"
            " WHERE s.id > ? ORDER BY s.id LIMIT ?"
        )
        rows = conn.execute(query, (last, _BATCH)).fetchall()
        if not rows:
            return
        yield rows, [prepare(item) for item in normalise([raw_story(row) for row in rows])]
        last = rows[-1]["id"]


def _renew(conn: sqlite3.Connection, row: sqlite3.Row, item: Prepared) -> bool:
    """Write one sighting's cleaned values; True when they are others than before."""
    sighting_id = row["id"]
    text_id, _ = place_text(conn, item, sighting_id)
    if text_id is not None and (item.title, item.body) != (row["title"], row["body"]):
        conn.execute("INSERT OR IGNORE INTO _texts VALUES (?, ?, ?)", (text_id, item.title, item.body))
    named = dict(zip(OF_ITEM.split(", "), item.sighting, strict=True))
    new = tuple(named[name] for name in _CLEANED)
    changed = new != tuple(row[name] for name in _CLEANED)
    if changed or text_id != row["text_id"]:
        conn.execute(_UPDATE, (*new, text_id, sighting_id))
    return write_findings(conn, item, sighting_id, row["story_id"]) or changed


def _settle_all(
    conn: sqlite3.Connection, result: Recleaned, now: str, progress: Callable[[int], None]
) -> None:
    settled: set[int] = set()  # of those still to come: a neighbourhood is decided about once
    last = 0
    while True:
        query = "SELECT id FROM sightings WHERE id > ? ORDER BY id LIMIT ?"
        ids = [sighting_id for (sighting_id,) in conn.execute(query, (last, _BATCH)).fetchall()]
        if not ids:
            return
        last = ids[-1]
        for sighting_id in ids:
            if sighting_id not in settled:
                changes, members = settle(conn, [sighting_id], now)
                settled.update(members)
                for change in changes.values():
                    _count(result, change)
        settled = {one for one in settled if one > last}
        progress(len(ids))


def _count(result: Recleaned, change: Change) -> None:
    setattr(result, change, getattr(result, change) + 1)
