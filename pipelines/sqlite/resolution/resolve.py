"""Writes what the matcher decided: which sightings are one story, what it shows, and how stories relate."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from pipelines.dedupe.canonical import CanonicalStory, best_copy
from pipelines.dedupe.clustering import Group, group
from pipelines.dedupe.sighting import Sighting
from pipelines.items import hash_text
from pipelines.sqlite import fts_index
from pipelines.sqlite.resolution.match_component import corrections, gather
from pipelines.sqlite.resolution.story_links import relink
from pipelines.sqlite.rows import INSERT_STORY, STORY, UPDATE_STORY

Change = Literal["new", "better", "revision", "moved", "gone"]


def settle(
    conn: sqlite3.Connection, start: Iterable[int], at: str, fresh: Iterable[int] = ()
) -> tuple[dict[int, Change], list[int]]:
    """Decide anew about the neighbourhood of these sightings and write the difference.

    ``at`` dates what a story becomes part of another by: when it was seen, or said by hand.
    ``fresh`` sightings were just put in beside a neighbour; they give no story a claim to its id.
    Returns the stories whose row or members changed with the most telling change of each, and the sightings
    that were decided about.
    """
    items, verdicts = gather(conn, start)
    by_hand = corrections(conn, [item.id for item in items])
    groups = [(one, best_copy(one)) for one in group(items, verdicts, by_hand)]
    _keep_texts(conn, groups)
    changes: dict[int, Change] = {}
    left: set[int] = set()  # stories that sightings went from
    for (one, best), old_id in zip(groups, _names([one for one, _ in groups], set(fresh)), strict=True):
        story_id, change = _write(conn, one, best, old_id)
        left.update(item.story_id for item in one.members if item.story_id != story_id)
        if change:
            changes[story_id] = change
    first = {item.story_id: item.id for item in sorted(items, key=lambda item: -item.id)}
    for story_id in sorted(first):
        if conn.execute("SELECT 1 FROM sightings WHERE story_id = ?", (story_id,)).fetchone() is None:
            _delete(conn, story_id, first[story_id], at)
            changes[story_id] = "gone"
    for story_id in sorted(left | changes.keys()):
        relink(conn, story_id)
    return changes, [item.id for item in items]


def _write(
    conn: sqlite3.Connection, one: Group, best: CanonicalStory, story_id: int | None
) -> tuple[int, Change | None]:
    """Write one story; with its id, the most telling change."""
    change: Change | None = None
    if story_id is None:
        story_id, change = insert_story(conn, best), "new"
    else:
        change = _update(conn, story_id, best)
    if _move(conn, one, story_id):
        change = change or "moved"
    if _revise(conn, story_id, best) and change != "new":
        change = "revision"
    _write_addresses(conn, story_id, best)
    return story_id, change


def _names(groups: list[Group], fresh: set[int]) -> list[int | None]:
    """Give each group the id of the story that it goes on, None for a new one; what a split left keeps it."""
    claims: dict[int, list[tuple[tuple[object, ...], int]]] = {}
    for number, one in enumerate(groups):
        count = Counter(m.story_id for m in one.members if m.id not in fresh)
        for story_id, members in count.items():
            first = min(m.id for m in one.members if m.story_id == story_id)
            claims.setdefault(story_id, []).append(
                ((one.parted, one.anchor is None, -members, first), number)
            )
    names: dict[int, int] = {}
    for story_id in sorted(claims):
        number = min(claims[story_id])[1]
        names.setdefault(number, story_id)
    return [names.get(number) for number in range(len(groups))]


# A text of hundreds of sightings is not gathered whole (``neighbourhood.MOST``): another story may need it.
_FORGET_TEXT = """
DELETE FROM _texts WHERE text_id = ?1 AND NOT EXISTS (
    SELECT 1 FROM sightings WHERE text_id = ?1 AND id NOT IN (SELECT value FROM json_each(?2))
)
"""


def _keep_texts(conn: sqlite3.Connection, groups: Iterable[tuple[Group, CanonicalStory]]) -> None:
    """Keep apart each cleaned text that some story will not show as it is, and no other."""
    kept: dict[int, tuple[int, str | None, str | None]] = {}
    shown: set[int] = set()
    seen: list[int] = []
    for one, best in groups:
        for item in one.members:
            seen.append(item.id)
            if item.text_id is None:
                continue
            shown.add(item.text_id)
            if (item.text.title, item.text.body) != (best.title, best.body):
                kept[item.text_id] = (item.text_id, item.text.title, item.text.body)
    conn.executemany("INSERT OR IGNORE INTO _texts VALUES (?, ?, ?)", kept.values())
    gone = [(text_id, json.dumps(seen)) for text_id in sorted(shown - kept.keys())]
    conn.executemany(_FORGET_TEXT, gone)


def story_values(best: CanonicalStory) -> tuple[object, ...]:
    """The values of INSERT_STORY after the id."""
    return (
        best.url,
        best.entity,
        best.news_id,
        best.lang,
        best.title,
        best.body,
        best.published,
        best.published_at,
        best.byline,
        best.text_hash,
        best.first_seen,
        best.last_seen,
        best.title_from,
        best.body_from,
    )


def insert_story_row(conn: sqlite3.Connection, values: tuple[Any, ...]) -> int:
    """Write a row of INSERT_STORY and let it become searchable: the trigger leaves those with a text."""
    story_id = conn.execute(INSERT_STORY, values).lastrowid
    assert story_id is not None  # noqa: S101 - an insert has a row id
    title, body = values[5:7]
    # Without a text there is no source, so the trigger has done it, where it was there to do it.
    there = "SELECT 1 FROM stories_fts_docsize WHERE id = ?"
    if title is not None or body is not None or conn.execute(there, (story_id,)).fetchone() is None:
        fts_index.put(conn, story_id, title, body)
    return story_id


def insert_story(conn: sqlite3.Connection, best: CanonicalStory) -> int:
    """Write a new story and return its id."""
    return insert_story_row(conn, (None, *story_values(best)))


def _update(conn: sqlite3.Connection, story_id: int, best: CanonicalStory) -> Change | None:
    values = story_values(best)
    query = f"SELECT {STORY} FROM stories WHERE id = ?"  # noqa: S608 - column names
    old = tuple(conn.execute(query, (story_id,)).fetchone())
    if old == values:
        return None
    if old[4:6] == values[4:6]:  # the text stays: the full-text index need not be told
        names = STORY.replace("title, body, ", "").replace(",", " = ?,")
        rest = (*values[:4], *values[6:], story_id)
        conn.execute(f"UPDATE stories SET {names} = ? WHERE id = ?", rest)  # noqa: S608 - column names
        return "moved" if old[:9] != values[:9] else None  # when it was seen changes with each copy
    fts_index.feed(conn)
    conn.execute(UPDATE_STORY, (*values, story_id))
    return "better"


def _move(conn: sqlite3.Connection, one: Group, story_id: int) -> bool:
    """Put every member into its story with the reason; True when one came from another story."""
    moved = False
    earlier: list[Sighting] = []
    for item in sorted(one.members, key=lambda m: m.id):
        reason = _reason(item, earlier, one)
        earlier.append(item)
        if item.story_id != story_id:
            moved = True
            conn.execute("UPDATE repairs SET story_id = ? WHERE sighting_id = ?", (story_id, item.id))
            conn.execute("UPDATE problems SET story_id = ? WHERE sighting_id = ?", (story_id, item.id))
        if (item.story_id, item.matched_by) != (story_id, reason):
            conn.execute(
                "UPDATE sightings SET story_id = ?, matched_by = ? WHERE id = ?", (story_id, reason, item.id)
            )
    return moved


def _reason(item: Sighting, earlier: list[Sighting], one: Group) -> str:
    """Why a sighting belongs to its story, by those that came before it."""
    if item.id in one.by_hand:
        return "hand"
    if not earlier:
        return "new"
    if item.news_id is not None and any(m.news_id == item.news_id for m in earlier):
        return "address"
    if item.text_id is not None and any(m.text_id == item.text_id for m in earlier):
        return "text"
    return "near-text"


def _revise(conn: sqlite3.Connection, story_id: int, best: CanonicalStory) -> bool:
    """Write the earlier texts of a story; True when there is one more."""
    rows = [
        (story_id, told.seen_at, told.title, told.body, hash_text(told.title, told.body))
        for told in best.revisions
    ]
    query = "SELECT story_id, seen_at, title, body, text_hash FROM revisions WHERE story_id = ? ORDER BY id"
    old = [tuple(row) for row in conn.execute(query, (story_id,))]
    if old != rows:
        conn.execute("DELETE FROM revisions WHERE story_id = ?", (story_id,))
        conn.executemany(
            "INSERT INTO revisions (story_id, seen_at, title, body, text_hash) VALUES (?, ?, ?, ?, ?)", rows
        )
    return len(rows) > len(old)


def _write_addresses(conn: sqlite3.Connection, story_id: int, best: CanonicalStory) -> None:
    rows = [(story_id, url, kind) for url, kind in best.addresses]
    query = "SELECT story_id, url, kind FROM story_urls WHERE story_id = ? ORDER BY url"
    if [tuple(row) for row in conn.execute(query, (story_id,))] != rows:
        conn.execute("DELETE FROM story_urls WHERE story_id = ?", (story_id,))
        conn.executemany("INSERT OR IGNORE INTO story_urls VALUES (?, ?, ?)", rows)


def _delete(conn: sqlite3.Connection, story_id: int, first: int, at: str) -> None:
    """Take out a story that has no sighting left; its id leads to where its first sighting goes."""
    conn.execute("INSERT INTO _former VALUES (?, ?, ?)", (story_id, first, at))
    conn.execute("DELETE FROM story_links WHERE story_id = ? OR other_id = ?", (story_id, story_id))
    conn.execute("DELETE FROM story_urls WHERE story_id = ?", (story_id,))
    conn.execute("DELETE FROM revisions WHERE story_id = ?", (story_id,))
    conn.execute("DELETE FROM repairs WHERE story_id = ?", (story_id,))
    conn.execute("DELETE FROM problems WHERE story_id = ?", (story_id,))
    fts_index.feed(conn)
    conn.execute("DELETE FROM stories WHERE id = ?", (story_id,))
