"""Write the media and topics of a story: the merged entries of its sightings."""

from __future__ import annotations

import json
import sqlite3

from pipelines.extras import extras_of, merge_media, merge_topics, with_later
from pipelines.sqlite.rows import ITEM_COLUMNS, Prepared, raw_story

_NAMES = ITEM_COLUMNS.split(", ")
_MORE, _EXTRAS = _NAMES.index("raw_more"), _NAMES.index("extras")
_INSERT_MEDIA = (
    "INSERT INTO story_media (story_id, url, kind, caption, bytes, day, position)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_TOPIC = "INSERT INTO story_topics (story_id, kind, name, code) VALUES (?, ?, ?, ?)"


def insert_extras(conn: sqlite3.Connection, story_id: int, item: Prepared) -> None:
    """Insert the media and topics of a new story with one sighting."""
    if (extras := item.sighting[_EXTRAS]) is not None:
        _insert(conn, story_id, [extras])


def write_extras(conn: sqlite3.Connection, story_id: int) -> None:
    """Rewrite the media and topics of a story from its sightings."""
    query = "SELECT extras FROM sightings WHERE story_id = ? AND extras IS NOT NULL"
    extras = [found for (found,) in conn.execute(query, (story_id,)).fetchall()]
    delete_extras(conn, story_id)
    if extras:
        _insert(conn, story_id, extras)


def delete_extras(conn: sqlite3.Connection, story_id: int) -> None:
    """Delete the media and topics of a story."""
    conn.execute("DELETE FROM story_media WHERE story_id = ?", (story_id,))
    conn.execute("DELETE FROM story_topics WHERE story_id = ?", (story_id,))


def add_later(conn: sqlite3.Connection, known: sqlite3.Row, item: Prepared) -> None:
    """Keep what a later sighting of a known record says besides, if it has further media or topics."""
    extras = item.sighting[_EXTRAS]
    if extras is None or extras == known["extras"]:
        return
    row = dict(conn.execute("SELECT * FROM sightings WHERE id = ?", (known["id"],)).fetchone())
    more = row["raw_more"] = with_later(row["raw_more"], item.sighting[_MORE])
    merged = extras_of(raw_story(row))
    if merged == known["extras"]:
        return
    query = "UPDATE sightings SET raw_more = ?, extras = ? WHERE id = ?"
    conn.execute(query, (more, merged, known["id"]))
    write_extras(conn, known["story_id"])


def _insert(conn: sqlite3.Connection, story_id: int, extras: list[str]) -> None:
    parts = [json.loads(one) for one in extras]
    media = merge_media(entry for part in parts for entry in part.get("media", ()))
    topics = merge_topics(entry for part in parts for entry in part.get("topics", ()))
    conn.executemany(_INSERT_MEDIA, [(story_id, *entry) for entry in media])
    conn.executemany(_INSERT_TOPIC, [(story_id, *entry) for entry in topics])
