# ruff: noqa: S608 - the queries are built from the constants of this file
"""Integrity checks of a database, each with the message for `doctor`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pipelines.items import Repair, undo
from pipelines.language.codes import LANGUAGES
from pipelines.sqlite.read_only import named_rows

_DATE = "____-__-__"
# Message of `doctor` -> query for the ids of the faulty rows.
_ROWS: dict[str, str] = {
    "stories without a sighting": "SELECT id FROM stories t WHERE NOT EXISTS"
    " (SELECT 1 FROM sightings s WHERE s.story_id = t.id)",
    "stories with an empty text where there should be NULL": "SELECT id FROM stories"
    " WHERE title IN ('', '-') OR body IN ('', '-') OR byline = '' OR url = ''",
    "stories whose date is not YYYY-MM-DD": f"SELECT id FROM stories WHERE published NOT LIKE '{_DATE}'"
    " OR (published IS NOT NULL AND date(published, '+0 days') IS NOT published)",
    "stories in an unknown language": "SELECT id FROM stories"
    f" WHERE lang NOT IN ({', '.join(repr(lang) for lang in LANGUAGES)})",
    "stories with a text but without its hash": "SELECT id FROM stories"
    " WHERE (title IS NOT NULL OR body IS NOT NULL) AND text_hash IS NULL",
    "stories last seen before they were first seen": "SELECT id FROM stories"
    " WHERE julianday(last_seen) < julianday(first_seen)",
    "stories that share a gov.kz id and language and were not split by hand": "SELECT max(id) FROM stories t"
    " WHERE news_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.story_id = t.id"
    " AND s.matched_by = 'hand') GROUP BY news_id, lang HAVING count(*) > 1",
    "stories whose shown text comes from a sighting of another story": "SELECT t.id FROM stories t"
    " JOIN sightings s ON s.id IN (t.title_from, t.body_from) WHERE s.story_id != t.id",
    "sightings whose repairs or problems are held for another story": "SELECT s.id FROM sightings s"
    " WHERE EXISTS (SELECT 1 FROM repairs r WHERE r.sighting_id = s.id AND r.story_id != s.story_id)"
    " OR EXISTS (SELECT 1 FROM problems p WHERE p.sighting_id = s.id AND p.story_id != s.story_id)",
    "sightings with an unknown reason in matched_by": "SELECT id FROM sightings"
    " WHERE matched_by NOT IN ('new', 'address', 'text', 'near-text', 'hand')",
    "sightings with a text that cannot be found again": "SELECT s.id FROM sightings s"
    " WHERE s.text_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sightings o WHERE o.id = s.text_id)",
    "stories with media whose URL is no absolute web address": "SELECT DISTINCT story_id FROM story_media"
    " WHERE url NOT LIKE 'http://%' AND url NOT LIKE 'https://%'",
    "stories with media or topics that none of their sightings has": "SELECT story_id FROM ("
    "SELECT story_id FROM story_media UNION SELECT story_id FROM story_topics) AS e WHERE NOT EXISTS"
    " (SELECT 1 FROM sightings s WHERE s.story_id = e.story_id AND s.extras IS NOT NULL)",
    "stories that lack the media or topics of a sighting": "SELECT story_id FROM sightings s"
    " WHERE extras IS NOT NULL AND NOT EXISTS (SELECT 1 FROM story_media m WHERE m.story_id = s.story_id)"
    " AND NOT EXISTS (SELECT 1 FROM story_topics t WHERE t.story_id = s.story_id)",
    "stories whose text is in an unknown language": "SELECT id FROM stories"
    f" WHERE text_lang NOT IN ({', '.join(repr(lang) for lang in LANGUAGES)})",
    "links from a story to itself": "SELECT story_id FROM story_links WHERE story_id = other_id",
    "revisions equal to the text that the story shows": "SELECT r.id FROM revisions r"
    " JOIN stories t ON t.id = r.story_id WHERE r.title IS t.title AND r.body IS t.body",
}
_UNDO_SAMPLE = 2000  # stories whose repairs are undone; checking a whole archive would take an hour


def check(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield a sentence for each fault; nothing for a sound database."""
    yield from _integrity(conn)
    for what, query in _ROWS.items():
        ids = [row[0] for row in conn.execute(f"{query} LIMIT 6").fetchall()]
        if ids:
            yield f"{what}: {_list(ids)}"
    yield from _repairs(conn)


def _integrity(conn: sqlite3.Connection) -> Iterator[str]:
    for (line,) in conn.execute("PRAGMA integrity_check(5)").fetchall():
        if line != "ok":
            yield f"the file is damaged: {line}"
    for table, row_id, parent, _ in conn.execute("PRAGMA foreign_key_check").fetchmany(6):
        yield f"row {row_id} of {table} points to a row of {parent} that does not exist"
    stories = conn.execute("SELECT count(*) FROM stories").fetchone()[0]
    indexed = conn.execute("SELECT count(*) FROM stories_fts_docsize").fetchone()[0]
    if stories != indexed:
        yield f"the search index holds {indexed} stories, the table {stories}"


def check_search_index(conn: sqlite3.Connection) -> Iterator[str]:
    """Compare the full-text index with the stories, word by word, on a writable connection.

    Raise the error that prevented the comparison, such as a lock of another program.
    """
    try:
        conn.execute("INSERT INTO stories_fts (stories_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:  # the higher bits are the extended code
            raise
        yield f"the search index differs from the stories ({error}): run `govkz reclean`, which rebuilds it"


def _repairs(conn: sqlite3.Connection) -> Iterator[str]:
    """Undo the repairs of shown texts; the result must be the received text."""
    for part in ("title", "body"):
        query = (
            f"SELECT t.id, t.{part} AS text, s.raw_{part} AS raw, s.id AS sighting_id"
            f" FROM stories t JOIN sightings s ON s.id = t.{part}_from"
            f" WHERE t.{part} IS NOT NULL AND EXISTS"
            f" (SELECT 1 FROM repairs r WHERE r.sighting_id = s.id AND r.field = '{part}')"
            f" ORDER BY t.id DESC LIMIT {_UNDO_SAMPLE}"
        )
        wrong = [
            row["id"]
            for row in named_rows(conn, query)
            if _undone(conn, row["text"], row["sighting_id"], part) != row["raw"]
        ]
        if wrong:
            what = f"stories whose repairs of the {part} cannot be undone to the received text"
            yield f"{what}: {_list(wrong[:6])}"


def _undone(conn: sqlite3.Connection, text: str, sighting_id: int, part: str) -> str | None:
    query = "SELECT rule, before, after, start FROM repairs WHERE sighting_id = ? AND field = ? ORDER BY id"
    try:
        return undo(text, [Repair(**dict(row)) for row in named_rows(conn, query, (sighting_id, part))])
    except ValueError:
        return None


def _list(ids: list[int]) -> str:
    return ", ".join(map(str, ids[:5])) + (" and more" if len(ids) > 5 else "")
