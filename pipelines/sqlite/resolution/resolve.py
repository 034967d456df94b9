"""Resolve a component: cluster its sightings into stories and write the difference to the database."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pipelines.dedupe import CanonicalStory, Group, canonical_story, cluster
from pipelines.items import hash_text
from pipelines.sqlite import fts_index
from pipelines.sqlite.resolution.match_component import corrections, load_component
from pipelines.sqlite.resolution.story_extras import delete_extras, write_extras
from pipelines.sqlite.resolution.story_links import relink
from pipelines.sqlite.rows import (
    INSERT_STORY,
    SELECT_STORY,
    STORY_COLUMNS,
    UPDATE_STORY,
    UPDATE_STORY_WITHOUT_TEXT,
)

Change = Literal["new", "better", "revision", "moved", "gone"]


def resolve(
    conn: sqlite3.Connection, start: Iterable[int], at: str, fresh: Iterable[int] = (), *, whole: bool = False
) -> tuple[dict[int, Change], list[int]]:
    """Resolve the component of these sightings and write the difference.

    ``at`` is the timestamp of a merge: when the sighting was seen, or the correction made.
    ``fresh`` sightings were just inserted with a guessed story, so they do not count for its id.
    ``whole``: all sightings may have changed. Otherwise only stories that have one of ``start``, gained or
    lost sightings are written.
    Return the changed stories, each with its most important change, and the sightings of the component.
    """
    start = set(start)
    items, matches = load_component(conn, start)
    by_hand = corrections(conn, [item.id for item in items])
    clustered = cluster(items, matches, by_hand)
    sizes = Counter(item.story_id for item in items)
    groups: list[tuple[Group, CanonicalStory, int | None]] = []
    for one, old_id in zip(clustered, _keep_ids(clustered, set(fresh)), strict=True):
        stories = {item.story_id for item in one.members}
        as_before = stories == {old_id} and len(one.members) == sizes[one.members[0].story_id]
        if whole or not as_before or not start.isdisjoint(item.id for item in one.members):
            groups.append((one, canonical_story(one), old_id))
    _keep_texts(conn, [(one, best) for one, best, _ in groups])
    changes: dict[int, Change] = {}
    left: set[int] = set()  # stories that lost sightings
    written: list[int] = []
    for one, best, old_id in groups:
        story_id, change = _write(conn, one, best, old_id)
        written.append(story_id)
        left.update(item.story_id for item in one.members if item.story_id != story_id)
        if change:
            changes[story_id] = change
    for story_id in written:  # now that every sighting is in its story
        write_extras(conn, story_id)
    first = {item.story_id: item.id for item in sorted(items, key=lambda item: -item.id)}
    for story_id in sorted(first.keys() & left):
        if conn.execute("SELECT 1 FROM sightings WHERE story_id = ?", (story_id,)).fetchone() is None:
            _delete(conn, story_id, first[story_id], at)
            changes[story_id] = "gone"
    for story_id in sorted(left | changes.keys()):
        relink(conn, story_id)
    return changes, [item.id for item in items]


def _write(
    conn: sqlite3.Connection, one: Group, best: CanonicalStory, story_id: int | None
) -> tuple[int, Change | None]:
    """Write one story; return its id and most important change."""
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


def _keep_ids(groups: list[Group], fresh: set[int]) -> list[int | None]:
    """Return for each group the story id that it continues, None for a new story."""
    claims: dict[int, list[tuple[tuple[object, ...], int]]] = {}
    for number, one in enumerate(groups):
        count = Counter(m.story_id for m in one.members if m.id not in fresh)
        for story_id, members in count.items():
            first = min(m.id for m in one.members if m.story_id == story_id)
            claims.setdefault(story_id, []).append(
                ((one.split_off, one.anchor is None, -members, first), number)
            )
    names: dict[int, int] = {}
    for story_id in sorted(claims):
        number = min(claims[story_id])[1]
        names.setdefault(number, story_id)
    return [names.get(number) for number in range(len(groups))]


# A text with hundreds of sightings is not loaded completely (``MAX_SIGHTINGS``): others may need it.
_DELETE_TEXT = """
DELETE FROM _texts WHERE text_id = ?1 AND NOT EXISTS (
    SELECT 1 FROM sightings WHERE text_id = ?1 AND id NOT IN (SELECT value FROM json_each(?2))
)
"""


def _keep_texts(conn: sqlite3.Connection, groups: Iterable[tuple[Group, CanonicalStory]]) -> None:
    """Store in ``_texts`` exactly the cleaned texts that some story does not show."""
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
    conn.executemany(_DELETE_TEXT, gone)


def _story_row(best: CanonicalStory, story_id: int | None) -> dict[str, Any]:
    return {"id": story_id} | {name: getattr(best, name) for name in STORY_COLUMNS}


def insert_story_row(conn: sqlite3.Connection, row: Mapping[str, Any]) -> int:
    """Insert a story by the names of its columns and queue it for the full-text index."""
    story_id = conn.execute(INSERT_STORY, row).lastrowid
    assert story_id is not None  # noqa: S101 - an insert has a row id
    title, body = row["title"], row["body"]
    # The insert trigger indexes stories without a text, but bulk insertion runs without that trigger.
    indexed = "SELECT 1 FROM stories_fts_docsize WHERE id = ?"
    if title is not None or body is not None or conn.execute(indexed, (story_id,)).fetchone() is None:
        fts_index.queue(conn, story_id, title, body)
    return story_id


def insert_story(conn: sqlite3.Connection, best: CanonicalStory) -> int:
    """Insert a new story and return its id."""
    return insert_story_row(conn, _story_row(best, None))


# What a reader of a story would call a change; when it was seen changes with each copy.
_SHOWN = frozenset(("url", "entity", "news_id", "lang", "published", "published_at", "byline"))


def _update(conn: sqlite3.Connection, story_id: int, best: CanonicalStory) -> Change | None:
    old, new = conn.execute(SELECT_STORY, (story_id,)).fetchone(), _story_row(best, story_id)
    changed = {name for name in STORY_COLUMNS if old[name] != new[name]}
    if not changed:
        return None
    if changed.isdisjoint(("title", "body")):
        conn.execute(UPDATE_STORY_WITHOUT_TEXT, new)
        return None if changed.isdisjoint(_SHOWN) else "moved"
    fts_index.flush_pending(conn)
    conn.execute(UPDATE_STORY, new)
    return "better"


def _move(conn: sqlite3.Connection, one: Group, story_id: int) -> bool:
    """Assign every member to the story with its reason; True if one came from another story."""
    moved = False
    news, texts = set[int | None](), set[str | None]()  # of the sightings that were seen earlier
    for number, item in enumerate(sorted(one.members, key=lambda item: item.arrival)):
        if item.id in one.by_hand:
            reason = "hand"
        elif number == 0:
            reason = "new"
        elif item.news_id is not None and item.news_id in news:
            reason = "address"
        else:
            reason = "text" if item.has_text and item.text_hash in texts else "near-text"
        news.add(item.news_id)
        texts.add(item.text_hash)
        if item.story_id != story_id:
            moved = True
            conn.execute("UPDATE repairs SET story_id = ? WHERE sighting_id = ?", (story_id, item.id))
            conn.execute("UPDATE problems SET story_id = ? WHERE sighting_id = ?", (story_id, item.id))
        if (item.story_id, item.matched_by) != (story_id, reason):
            conn.execute(
                "UPDATE sightings SET story_id = ?, matched_by = ? WHERE id = ?", (story_id, reason, item.id)
            )
    return moved


def _revise(conn: sqlite3.Connection, story_id: int, best: CanonicalStory) -> bool:
    """Write the revisions of a story; True if there is a new one."""
    rows = [
        (story_id, revision.seen_at, revision.title, revision.body, hash_text(revision.title, revision.body))
        for revision in best.revisions
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
    """Delete a story without sightings; ``_former`` maps its id to its first sighting."""
    conn.execute("INSERT INTO _former VALUES (?, ?, ?)", (story_id, first, at))
    conn.execute("DELETE FROM story_links WHERE story_id = ? OR other_id = ?", (story_id, story_id))
    conn.execute("DELETE FROM story_urls WHERE story_id = ?", (story_id,))
    delete_extras(conn, story_id)
    conn.execute("DELETE FROM revisions WHERE story_id = ?", (story_id,))
    conn.execute("DELETE FROM repairs WHERE story_id = ?", (story_id,))
    conn.execute("DELETE FROM problems WHERE story_id = ?", (story_id,))
    fts_index.flush_pending(conn)
    conn.execute("DELETE FROM stories WHERE id = ?", (story_id,))
