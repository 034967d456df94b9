"""Apply the current cleaning and matching to everything ever received, in one transaction.

One transaction, because half of the work would leave two sets of rules in one index. A killed run changes
nothing, and readers see the old state until the commit. Stories keep their ids: each new group continues the
id that most of its sightings had.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipelines.items import ProcessedStory, RawStory
from pipelines.sqlite import fts_index
from pipelines.sqlite.resolution.add_sighting import match_text
from pipelines.sqlite.resolution.candidate_index import FLUSH_INTERVAL, clear_index, flush_recent
from pipelines.sqlite.resolution.resolve import Change, resolve
from pipelines.sqlite.resolution.story_links import relink
from pipelines.sqlite.rows import ITEM_COLUMNS, Prepared, prepare, raw_story, write_findings

# In order. It may use worker processes, which then also prepare the rows.
Normalise = Callable[[Iterable[RawStory]], Iterator[ProcessedStory | Prepared]]
# Columns that cleaning computes. Not record_hash, which identifies what was received.
_CLEANED = (
    *("site", "entity", "news_id", "url", "lang", "published", "published_at", "byline", "addresses"),
    *("raw_more", "on_govkz", "complete", "title_damage", "body_damage", "text_hash"),
    *("text_lang", "extras"),
)
_SET = " = ?, ".join((*_CLEANED, "text_id"))
_UPDATE = f"UPDATE sightings SET {_SET} = ? WHERE id = ?"  # noqa: S608 - constants
_BATCH = 2_000  # enough to keep several worker processes busy


@dataclass(slots=True)
class Recleaned:
    """What a reclean changed."""

    sightings: int = 0  # read
    changed: int = 0  # with changed cleaned values
    new: int = 0  # new stories
    gone: int = 0  # stories merged into another
    better: int = 0  # stories with a changed title or body
    revision: int = 0  # stories with a new revision
    moved: int = 0  # stories that gained or lost sightings, or changed in another field


def reclean(
    conn: sqlite3.Connection,
    normalise: Normalise,
    now: str,
    progress: Callable[[int], None] = lambda done: None,
) -> Recleaned:
    """Reprocess everything within the open transaction; ``progress`` counts each sighting twice.

    ``now`` is the timestamp of every change.
    """
    result = Recleaned()
    clear_index(conn)
    for table in ("_near", "_texts"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
    for rows, items in _batches(conn, normalise):
        for row, item in zip(rows, items, strict=True):
            result.sightings += 1
            result.changed += _update_sighting(conn, row, item)
        if result.sightings % FLUSH_INTERVAL == 0:
            flush_recent(conn)
        progress(len(rows))
    _resolve_all(conn, result, now, progress)
    for (story_id,) in conn.execute("SELECT id FROM stories").fetchall():
        relink(conn, story_id)
    fts_index.flush_pending(conn)
    fts_index.rebuild(conn)
    return result


def _batches(
    conn: sqlite3.Connection, normalise: Normalise
) -> Iterator[tuple[list[sqlite3.Row], list[Prepared]]]:
    """Yield batches of sightings by id with their items as processed by the current rules.

    Each batch is read before it is written: a cursor over rows that change is undefined.
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


def _update_sighting(conn: sqlite3.Connection, row: sqlite3.Row, item: Prepared) -> bool:
    """Update the cleaned values of one sighting; True if any changed."""
    sighting_id = row["id"]
    text_id, _ = match_text(conn, item, sighting_id)
    if text_id is not None and (item.title, item.body) != (row["title"], row["body"]):
        conn.execute("INSERT OR IGNORE INTO _texts VALUES (?, ?, ?)", (text_id, item.title, item.body))
    named = dict(zip(ITEM_COLUMNS.split(", "), item.sighting, strict=True))
    new = tuple(named[name] for name in _CLEANED)
    changed = new != tuple(row[name] for name in _CLEANED)
    if changed or text_id != row["text_id"]:
        conn.execute(_UPDATE, (*new, text_id, sighting_id))
    return write_findings(conn, item, sighting_id, row["story_id"]) or changed


def _resolve_all(
    conn: sqlite3.Connection, result: Recleaned, now: str, progress: Callable[[int], None]
) -> None:
    resolved: set[int] = set()  # sightings still to come whose component is resolved already
    last = 0
    while True:
        query = "SELECT id FROM sightings WHERE id > ? ORDER BY id LIMIT ?"
        ids = [sighting_id for (sighting_id,) in conn.execute(query, (last, _BATCH)).fetchall()]
        if not ids:
            return
        last = ids[-1]
        for sighting_id in ids:
            if sighting_id not in resolved:
                changes, members = resolve(conn, [sighting_id], now, whole=True)
                resolved.update(members)
                for change in changes.values():
                    _count(result, change)
        resolved = {one for one in resolved if one > last}
        progress(len(ids))


def _count(result: Recleaned, change: Change) -> None:
    setattr(result, change, getattr(result, change) + 1)
