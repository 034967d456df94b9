"""Takes one item in: known already, a story of its own at little cost, or a matter for the matcher."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from pipelines.dedupe.tokens import text_of
from pipelines.dedupe.verification import Match, compare
from pipelines.items import MatchedBy, ProcessedStory
from pipelines.sqlite.resolution.candidate_index import candidates, index_new_text, index_text
from pipelines.sqlite.resolution.match_component import any_hand, write_verdicts
from pipelines.sqlite.resolution.resolve import insert_story_row, settle
from pipelines.sqlite.resolution.story_links import relink
from pipelines.sqlite.rows import INSERT_SIGHTING, TEXT, Prepared, insert_findings, prepare

Outcome = Literal["new", "copy", "better", "revision", "known"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one item."""

    story_id: int
    sighting_id: int
    outcome: Outcome
    matched_by: MatchedBy


def add(conn: sqlite3.Connection, given: ProcessedStory | Prepared, crawl_id: int, now: str) -> Added:
    """Write one item within the open transaction; ``now`` dates what does not say when it was seen."""
    item = prepare(given)
    seen_at = item.seen_at or now
    added = _place(conn, item, crawl_id, seen_at)
    if item.on_govkz and added.outcome != "new":
        conn.execute(_BACK, (added.story_id, seen_at))
    return added


_KNOWN = (
    "SELECT id, story_id, seen_at, last_seen_at, on_govkz, matched_by FROM sightings WHERE record_hash = ?"
)
# A story that was gone and is seen again.
_BACK = "UPDATE stories SET gone_at = NULL WHERE id = ? AND gone_at <= ?"


def _place(conn: sqlite3.Connection, item: Prepared, crawl_id: int, seen_at: str) -> Added:
    known = conn.execute(_KNOWN, (item.digest,)).fetchone()
    if known is not None:
        return _seen_again(conn, known, seen_at)
    story_id, sighting_id = _next_ids(conn)
    text_id, verdicts = place_text(conn, item, sighting_id)
    unlike = text_id in (None, sighting_id) and not verdicts
    if not _news_known(conn, item.news_id) and (unlike or _stands_alone(conn, item, text_id)):
        _insert_story(conn, item, story_id, sighting_id, seen_at)
        _insert_sighting(conn, item, (sighting_id, story_id, crawl_id), seen_at, text_id)
        if not unlike:
            relink(conn, story_id)
        return Added(story_id, sighting_id, "new", "new")
    return _join(conn, item, (sighting_id, crawl_id), seen_at, text_id)


def _seen_again(conn: sqlite3.Connection, known: sqlite3.Row, seen_at: str) -> Added:
    """An identical record: only when it was seen is new; on gov.kz that can make an old text current."""
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
            changes, _ = settle(conn, [sighting_id], seen_at)
            if changes.get(story_id) in ("better", "revision"):  # the publisher went back to this text
                _, matched_by = _story_of(conn, sighting_id)
                return Added(story_id, sighting_id, "revision", matched_by)
    return added


def place_text(
    conn: sqlite3.Connection, item: Prepared, sighting_id: int
) -> tuple[int | None, dict[int, Match]]:
    """Find the text among those known, or index it with verdicts on what is like it; None without a text."""
    if item.title is None and item.body is None:
        return None, {}
    verdicts: dict[int, Match] = {}
    for candidate in candidates(conn, item.fingerprint, item.published):
        title, body, text_hash = conn.execute(TEXT, (candidate,)).fetchone()
        if text_hash == item.text_hash and (title, body) == (item.title, item.body):
            index_text(conn, item.fingerprint, item.published, candidate)
            return candidate, {}
        verdict = compare(text_of(item.title, item.body), text_of(title, body))
        if verdict is not None:
            verdicts[candidate] = verdict
    index_new_text(conn, item.fingerprint, item.published, sighting_id)
    if verdicts:
        write_verdicts(conn, sighting_id, verdicts)
    return sighting_id, verdicts


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
    """True for a new id whose text only other ids have: it is a story of its own, and moves none.

    Without this, a notice that each of hundreds of publishers prints would be decided about anew, all of its
    stories together, at each of them.
    """
    if item.news_id is None:
        return False
    near = conn.execute("SELECT other_id FROM _near WHERE text_id = ?", (text_id,)).fetchall()
    hinder = _CORRECTED if any_hand(conn) else _WITHOUT_ID
    texts = [text_id, *(other for (other,) in near)]
    return all(conn.execute(hinder, (one,)).fetchone() is None for one in texts)


_NEXT_IDS = """
SELECT 1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'stories'), 0),
    1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'sightings'), 0)
"""


def _next_ids(conn: sqlite3.Connection) -> tuple[int, int]:
    """The ids that AUTOINCREMENT will give a story and a sighting: a text is known by its sighting."""
    story_id, sighting_id = conn.execute(_NEXT_IDS).fetchone()
    return story_id, sighting_id


def _insert_story(
    conn: sqlite3.Connection, item: Prepared, story_id: int, sighting_id: int, seen_at: str
) -> None:
    """Write a story that has one sighting: its best copy is no question."""
    row = (
        story_id,
        item.url,
        item.entity,
        item.news_id,
        item.lang,
        item.title,
        item.body,
        item.published,
        item.published_at,
        item.byline,
        item.text_hash or None,
        seen_at,
        seen_at,
        None if item.title is None else sighting_id,
        None if item.body is None else sighting_id,
    )
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
    """Put the sighting where it most likely belongs and let the matcher decide about the neighbourhood."""
    sighting_id, crawl_id = ids
    neighbour, reason = _likely_home(conn, item, text_id)
    if text_id is not None:  # the neighbour need not show it
        conn.execute("INSERT OR IGNORE INTO _texts VALUES (?, ?, ?)", (text_id, item.title, item.body))
    _insert_sighting(conn, item, (sighting_id, neighbour, crawl_id), seen_at, text_id, reason)
    changes, _ = settle(conn, [sighting_id], seen_at, fresh=[sighting_id])
    story_id, matched_by = _story_of(conn, sighting_id)
    change = changes.get(story_id)
    # Put in beside the right neighbour, it changed nothing; but its text may be another story's, too.
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


_HOMES: tuple[tuple[str, MatchedBy], ...] = (
    ("SELECT story_id FROM sightings WHERE news_id = :news AND lang IS :lang LIMIT 1", "address"),
    ("SELECT story_id FROM sightings WHERE text_id = :text AND :news IS NULL LIMIT 1", "text"),
    (
        "SELECT s.story_id FROM _near n JOIN sightings s ON s.id = n.other_id WHERE n.text_id = :text"
        " ORDER BY n.score DESC LIMIT 1",
        "near-text",
    ),
    ("SELECT story_id FROM sightings WHERE news_id = :news OR text_id = :text LIMIT 1", "new"),
)


def _likely_home(conn: sqlite3.Connection, item: Prepared, text_id: int | None) -> tuple[int, MatchedBy]:
    """A guess that is nearly always right, so that the long row need not be written twice."""
    values = {"news": item.news_id, "lang": item.lang, "text": text_id}
    for query, reason in _HOMES:
        row = conn.execute(query, values).fetchone()
        if row is not None:
            return row[0], reason
    raise AssertionError("no neighbour, though one was found")
