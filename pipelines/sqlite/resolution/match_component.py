"""Finds everything that the coming of a sighting can touch; the matcher decides."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from pipelines.dedupe.clustering import Correction
from pipelines.dedupe.sighting import Sighting
from pipelines.dedupe.verification import Match
from pipelines.sqlite.rows import SEEN, seen

# Sightings that one arrival may touch, and the rest of their stories, or a best copy would be lost. It bounds
# the cost of a text that is printed every week; not that of one story, which grows with its sightings.
MOST = 400


def write_verdicts(conn: sqlite3.Connection, text_id: int, found: dict[int, Match]) -> None:
    """Keep what was found, both ways round."""
    rows = [(text_id, other, v.kind, v.score) for other, v in found.items()]
    rows += [(other, text_id, v.kind, v.score) for other, v in found.items()]
    conn.executemany("INSERT OR REPLACE INTO _near VALUES (?, ?, ?, ?)", rows)


def gather(
    conn: sqlite3.Connection, start: Iterable[int]
) -> tuple[list[Sighting], dict[tuple[int, int], Match]]:
    """Every sighting that shares a fate with the given ones: by id, text, near text, story or hand."""
    found: dict[int, Sighting] = {}
    verdicts: dict[tuple[int, int], Match] = {}
    texts: set[int] = set()
    asked: set[tuple[str, int]] = set()
    by_hand = any_hand(conn)
    todo = [("id", sighting) for sighting in sorted(start)]
    while todo:
        what = todo.pop(0)
        if what in asked:
            continue
        asked.add(what)
        for sighting_id in _sightings(conn, *what):
            if sighting_id in found:
                continue
            item = found[sighting_id] = seen(conn.execute(SEEN + "WHERE s.id = ?", (sighting_id,)).fetchone())
            todo.append(("story_id", item.story_id))
            if item.news_id is not None:
                todo.append(("news_id", item.news_id))
            if item.text_id is not None and item.text_id not in texts:
                texts.add(item.text_id)
                todo.append(("text_id", item.text_id))
                for other, verdict in _near(conn, item.text_id):
                    verdicts[min(item.text_id, other), max(item.text_id, other)] = verdict
                    todo.append(("text_id", other))
            if by_hand:
                todo += [("id", other) for other in _by_hand(conn, item.id)]
        if len(found) > MOST:
            todo = [step for step in todo if step[0] == "story_id"]
    return list(found.values()), verdicts


_BY = {
    column: f"SELECT id FROM sightings WHERE {column} = ? ORDER BY id LIMIT ?"  # noqa: S608 - constants
    for column in ("text_id", "news_id", "story_id")
}


def _sightings(conn: sqlite3.Connection, what: str, value: int) -> list[int]:
    """The ids behind one step: out of an index alone, for most of them have been read already."""
    if what == "id":
        return [value]
    most = -1 if what == "story_id" else MOST
    return [found for (found,) in conn.execute(_BY[what], (value, most))]


def _near(conn: sqlite3.Connection, text_id: int) -> list[tuple[int, Match]]:
    rows = conn.execute("SELECT other_id, kind, score FROM _near WHERE text_id = ?", (text_id,))
    return [(row[0], Match(row[1], row[2])) for row in rows]


def any_hand(conn: sqlite3.Connection) -> bool:
    """True when somebody corrected anything by hand."""
    return conn.execute("SELECT 1 FROM _hand LIMIT 1").fetchone() is not None


def _by_hand(conn: sqlite3.Connection, sighting_id: int) -> list[int]:
    rows = conn.execute(
        "SELECT other_id FROM _hand WHERE sighting_id = ?"
        " UNION SELECT sighting_id FROM _hand WHERE other_id = ?",
        (sighting_id, sighting_id),
    )
    return [other for (other,) in rows]


def corrections(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Correction]:
    """The corrections by hand that name any of these sightings, in the order they were given."""
    if not any_hand(conn):
        return []
    actions: set[int] = set()
    for one in ids:
        rows = conn.execute("SELECT action FROM _hand WHERE sighting_id = ? OR other_id = ?", (one, one))
        actions.update(action for (action,) in rows)
    found = []
    for action in sorted(actions):
        query = (
            "SELECT sighting_id, other_id, same FROM _hand WHERE action = ? ORDER BY sighting_id, other_id"
        )
        pairs = conn.execute(query, (action,)).fetchall()
        found.append(Correction(bool(pairs[0][2]), tuple((row[0], row[1]) for row in pairs)))
    return found
