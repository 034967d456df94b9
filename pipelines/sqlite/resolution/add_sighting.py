"""Add one item: a known record, a new story, or a case for resolving its component."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from pipelines.dedupe import Match, compare, text_of
from pipelines.dedupe.texts import offices_of
from pipelines.items import MatchedBy, ProcessedStory
from pipelines.sqlite.resolution.candidate_index import candidates, equal_letters, index_text
from pipelines.sqlite.resolution.match_component import has_corrections, known_matches, store_matches
from pipelines.sqlite.resolution.resolve import insert_story_row, resolve
from pipelines.sqlite.resolution.story_extras import add_later, insert_extras
from pipelines.sqlite.resolution.story_links import relink
from pipelines.sqlite.rows import INSERT_SIGHTING, TEXT, Prepared, day_number, insert_findings, prepare

Outcome = Literal["new", "copy", "better", "revision", "known"]


@dataclass(frozen=True, slots=True)
class Added:
    """The stored sighting of one item, and why it belongs to its story."""

    story_id: int
    sighting_id: int
    outcome: Outcome
    matched_by: MatchedBy


def add_item(conn: sqlite3.Connection, given: ProcessedStory | Prepared, crawl_id: int, now: str) -> Added:
    """Add one item within the open transaction; ``now`` is used if it has no ``seen_at``."""
    item = prepare(given)
    seen_at = item.seen_at or now
    added = _add(conn, item, crawl_id, seen_at)
    if item.on_govkz and added.outcome != "new":
        conn.execute(_BACK, (added.story_id, seen_at))
    return added


_KNOWN = (
    "SELECT id, story_id, seen_at, last_seen_at, on_govkz, matched_by, extras"
    " FROM sightings WHERE record_hash = ?"
)
# A story that had gone and is seen again.
_BACK = "UPDATE stories SET gone_at = NULL WHERE id = ? AND gone_at <= ?"


def _add(conn: sqlite3.Connection, item: Prepared, crawl_id: int, seen_at: str) -> Added:
    known = conn.execute(_KNOWN, (item.digest,)).fetchone()
    if known is not None:
        add_later(conn, known, item)
        return _seen_again(conn, known, seen_at)
    story_id, sighting_id = _next_ids(conn)
    text_id, matches = match_text(conn, item, sighting_id)
    unlike = text_id in (None, sighting_id) and not matches
    if not _news_known(conn, item.news_id) and (unlike or _stands_alone(conn, item, text_id)):
        _insert_story(conn, item, story_id, sighting_id, seen_at)
        _insert_sighting(conn, item, (sighting_id, story_id, crawl_id), seen_at, text_id)
        insert_extras(conn, story_id, item)
        if not unlike:
            relink(conn, story_id)
        return Added(story_id, sighting_id, "new", "new")
    return _join(conn, item, (sighting_id, crawl_id), seen_at, text_id)


def _seen_again(conn: sqlite3.Connection, known: sqlite3.Row, seen_at: str) -> Added:
    """Update when a known record was seen; on gov.kz that can make an earlier text current."""
    story_id, sighting_id = known["story_id"], known["id"]
    added = Added(story_id, sighting_id, "known", known["matched_by"])
    first, last = min(known["seen_at"], seen_at), max(known["last_seen_at"], seen_at)
    if (first, last) == (known["seen_at"], known["last_seen_at"]):
        return added
    conn.execute(
        "UPDATE sightings SET seen_at = ?, last_seen_at = ? WHERE id = ?", (first, last, sighting_id)
    )
    query = "UPDATE stories SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?"
    conn.execute(query, (first, last, story_id))
    if known["on_govkz"]:
        query = "SELECT count(*) FROM (SELECT 1 FROM sightings WHERE story_id = ? AND on_govkz LIMIT 2)"
        if conn.execute(query, (story_id,)).fetchone()[0] > 1:
            changes, _ = resolve(conn, [sighting_id], seen_at)
            if changes.get(story_id) in ("better", "revision"):  # the publisher restored this text
                _, matched_by = _story_of(conn, sighting_id)
                return Added(story_id, sighting_id, "revision", matched_by)
    return added


def match_text(
    conn: sqlite3.Connection, item: Prepared, sighting_id: int
) -> tuple[int | None, dict[int, Match]]:
    """Return the id of the item's text and the texts newly found to match it; None without a text.

    A text is known by its first sighting. It is compared on each date on which it is new: with texts seen
    at most ``DAYS_APART`` from then, and with those that have the same letters.
    """
    if item.title is None and item.body is None:
        return None, {}
    equal = equal_letters(conn, item.fingerprint)
    text_id = next((one for one in sorted(equal) if _is_same_text(conn, item, one)), sighting_id)
    if day_number(item.published) in equal.get(text_id, ()):
        return text_id, {}
    found = {*candidates(conn, item.fingerprint, item.published), *equal} - {text_id}
    if text_id != sighting_id:
        found -= known_matches(conn, text_id)
    mine = text_of(item.title, item.body, item.byline)
    matches: dict[int, Match] = {}
    for candidate in sorted(found):
        title, body, byline, _ = conn.execute(TEXT, (candidate,)).fetchone()
        match = compare(mine, text_of(title, body, byline)).match
        if match is not None:
            matches[candidate] = match
    index_text(conn, item.fingerprint, item.published, text_id)
    if matches:
        store_matches(conn, text_id, matches)
    return text_id, matches


def _is_same_text(conn: sqlite3.Connection, item: Prepared, text_id: int) -> bool:
    """Return whether a text is the item's: title, body, and the office that the byline names."""
    title, body, byline, text_hash = conn.execute(TEXT, (text_id,)).fetchone()
    return (text_hash, title, body, offices_of(byline)) == (
        item.text_hash,
        item.title,
        item.body,
        offices_of(item.byline),
    )


def _news_known(conn: sqlite3.Connection, news_id: int | None) -> bool:
    if news_id is None:
        return False
    return (
        conn.execute("SELECT 1 FROM sightings WHERE news_id = ? LIMIT 1", (news_id,)).fetchone() is not None
    )


_WITHOUT_ID = "SELECT 1 FROM sightings WHERE text_id = ? AND news_id IS NULL LIMIT 1"
_CORRECTED = """
SELECT 1 FROM sightings AS s WHERE s.text_id = ? AND (
    s.news_id IS NULL OR s.id IN (SELECT sighting_id FROM _hand) OR s.id IN (SELECT other_id FROM _hand)
) LIMIT 1
"""


def _stands_alone(conn: sqlite3.Connection, item: Prepared, text_id: int | None) -> bool:
    """True for a new gov.kz id whose text only other ids have: a new story that changes no other.

    Without this check, a notice that hundreds of publishers print would resolve all its stories each time.
    """
    if item.news_id is None:
        return False
    near = conn.execute("SELECT other_id FROM _near WHERE text_id = ?", (text_id,)).fetchall()
    hinder = _CORRECTED if has_corrections(conn) else _WITHOUT_ID
    texts = [text_id, *(other for (other,) in near)]
    return all(conn.execute(hinder, (one,)).fetchone() is None for one in texts)


_NEXT_IDS = """
SELECT 1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'stories'), 0),
    1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'sightings'), 0)
"""


def _next_ids(conn: sqlite3.Connection) -> tuple[int, int]:
    """Return the next AUTOINCREMENT ids; a text is identified by its first sighting."""
    story_id, sighting_id = conn.execute(_NEXT_IDS).fetchone()
    return story_id, sighting_id


def _insert_story(
    conn: sqlite3.Connection, item: Prepared, story_id: int, sighting_id: int, seen_at: str
) -> None:
    """Insert a story with one sighting, which is its best copy."""
    row = {
        "id": story_id,
        "url": item.url,
        "entity": item.entity,
        "news_id": item.news_id,
        "lang": item.lang,
        "title": item.title,
        "body": item.body,
        "published": item.published,
        "published_at": item.published_at,
        "byline": item.byline,
        "text_hash": item.text_hash or None,
        "first_seen": seen_at,
        "last_seen": seen_at,
        "title_from": None if item.title is None else sighting_id,
        "body_from": None if item.body is None else sighting_id,
        "text_lang": item.text_lang,
    }
    insert_story_row(conn, row)
    if item.addresses:
        rows = [(story_id, url, kind) for url, kind in item.addresses]
        conn.executemany("INSERT OR IGNORE INTO story_urls VALUES (?, ?, ?)", rows)


def _insert_sighting(
    conn: sqlite3.Connection,
    item: Prepared,
    ids: tuple[int, int, int],
    seen_at: str,
    text_id: int | None,
    matched_by: MatchedBy = "new",
) -> None:
    values = (*ids, seen_at, seen_at, text_id, item.digest, matched_by, *item.sighting)
    conn.execute(INSERT_SIGHTING, values)
    insert_findings(conn, item, ids[0], ids[1])


def _join(
    conn: sqlite3.Connection, item: Prepared, ids: tuple[int, int], seen_at: str, text_id: int | None
) -> Added:
    """Insert the sighting into its most likely story, then resolve its component."""
    sighting_id, crawl_id = ids
    neighbour, reason = _likely_story(conn, item, text_id)
    if text_id is not None:  # the story may show another text
        conn.execute("INSERT OR IGNORE INTO _texts VALUES (?, ?, ?)", (text_id, item.title, item.body))
    _insert_sighting(conn, item, (sighting_id, neighbour, crawl_id), seen_at, text_id, reason)
    changes, _ = resolve(conn, [sighting_id], seen_at, fresh=[sighting_id])
    story_id, matched_by = _story_of(conn, sighting_id)
    change = changes.get(story_id)
    # The guess was right and nothing changed, but another story may have the same text.
    if change is None and text_id is not None and not _shares_text(conn, text_id, sighting_id, story_id):
        relink(conn, story_id)
    outcome: Outcome = change if change in ("new", "better", "revision") else "copy"
    return Added(story_id, sighting_id, outcome, matched_by)


def _story_of(conn: sqlite3.Connection, sighting_id: int) -> tuple[int, MatchedBy]:
    query = "SELECT story_id, matched_by FROM sightings WHERE id = ?"
    story_id, matched_by = conn.execute(query, (sighting_id,)).fetchone()
    return story_id, matched_by


def _shares_text(conn: sqlite3.Connection, text_id: int, sighting_id: int, story_id: int) -> bool:
    query = "SELECT 1 FROM sightings WHERE text_id = ? AND story_id = ? AND id != ? LIMIT 1"
    return conn.execute(query, (text_id, story_id, sighting_id)).fetchone() is not None


_LIKELY_STORIES: tuple[tuple[str, MatchedBy], ...] = (
    ("SELECT story_id FROM sightings WHERE news_id = :news AND lang IS :lang LIMIT 1", "address"),
    ("SELECT story_id FROM sightings WHERE text_id = :text AND :news IS NULL LIMIT 1", "text"),
    (
        "SELECT s.story_id FROM _near n JOIN sightings s ON s.id = n.other_id WHERE n.text_id = :text"
        " ORDER BY n.score DESC LIMIT 1",
        "near-text",
    ),
    ("SELECT story_id FROM sightings WHERE news_id = :news OR text_id = :text LIMIT 1", "new"),
)


def _likely_story(conn: sqlite3.Connection, item: Prepared, text_id: int | None) -> tuple[int, MatchedBy]:
    """Guess the story; nearly always right, so that the long row is not written twice."""
    values = {"news": item.news_id, "lang": item.lang, "text": text_id}
    for query, reason in _LIKELY_STORIES:
        row = conn.execute(query, values).fetchone()
        if row is not None:
            return row["story_id"], reason
    raise AssertionError("no story found for a sighting that matches one")
