"""Load the connected component of the match graph that a new sighting can affect."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from pipelines.dedupe import Correction, Match, Sighting
from pipelines.sqlite.rows import SELECT_SIGHTING, sighting_of

# Sightings loaded for one new sighting, besides the rest of their stories, which is needed for the best copy.
# Limits the cost of a text that is printed every week, but not that of one story with many sightings.
MAX_SIGHTINGS = 400


def store_matches(conn: sqlite3.Connection, text_id: int, found: dict[int, Match]) -> None:
    """Store matches in both directions."""
    rows = [(text_id, other, v.kind, v.score) for other, v in found.items()]
    rows += [(other, text_id, v.kind, v.score) for other, v in found.items()]
    conn.executemany("INSERT OR REPLACE INTO _near VALUES (?, ?, ?, ?)", rows)


def load_component(
    conn: sqlite3.Connection, start: Iterable[int]
) -> tuple[list[Sighting], dict[tuple[int, int], Match]]:
    """Return the connected component of the match graph around these sightings, and its pairwise matches."""
    found: dict[int, Sighting] = {}
    matches: dict[tuple[int, int], Match] = {}
    texts: set[int] = set()
    asked: set[tuple[str, int]] = set()
    by_hand = has_corrections(conn)
    todo = [("id", sighting) for sighting in sorted(start)]
    while todo:
        what = todo.pop(0)
        if what in asked:
            continue
        asked.add(what)
        for sighting_id in _sightings(conn, *what):
            if sighting_id in found:
                continue
            item = found[sighting_id] = sighting_of(
                conn.execute(SELECT_SIGHTING + "WHERE s.id = ?", (sighting_id,)).fetchone()
            )
            todo.append(("story_id", item.story_id))
            if item.news_id is not None:
                todo.append(("news_id", item.news_id))
            if item.text_id is not None and item.text_id not in texts:
                texts.add(item.text_id)
                todo.append(("text_id", item.text_id))
                for other, match in _near(conn, item.text_id):
                    matches[min(item.text_id, other), max(item.text_id, other)] = match
                    todo.append(("text_id", other))
            if by_hand:
                todo += [("id", other) for other in _corrected_with(conn, item.id)]
        if len(found) > MAX_SIGHTINGS:
            todo = [step for step in todo if step[0] == "story_id"]
    return list(found.values()), matches


_BY = {
    column: f"SELECT id FROM sightings WHERE {column} = ? ORDER BY id LIMIT ?"  # noqa: S608 - constants
    for column in ("text_id", "news_id", "story_id")
}


def _sightings(conn: sqlite3.Connection, what: str, value: int) -> list[int]:
    """Return the ids behind one edge, from a covering index: most of their rows are loaded already."""
    if what == "id":
        return [value]
    most = -1 if what == "story_id" else MAX_SIGHTINGS
    return [found for (found,) in conn.execute(_BY[what], (value, most))]


def _near(conn: sqlite3.Connection, text_id: int) -> list[tuple[int, Match]]:
    rows = conn.execute("SELECT other_id, kind, score FROM _near WHERE text_id = ?", (text_id,))
    return [(row["other_id"], Match(row["kind"], row["score"])) for row in rows]


def has_corrections(conn: sqlite3.Connection) -> bool:
    """True if the database has any manual correction."""
    return conn.execute("SELECT 1 FROM _hand LIMIT 1").fetchone() is not None


def _corrected_with(conn: sqlite3.Connection, sighting_id: int) -> list[int]:
    rows = conn.execute(
        "SELECT other_id FROM _hand WHERE sighting_id = ?"
        " UNION SELECT sighting_id FROM _hand WHERE other_id = ?",
        (sighting_id, sighting_id),
    )
    return [other for (other,) in rows]


def corrections(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Correction]:
    """Return the manual corrections of any of these sightings, in order."""
    if not has_corrections(conn):
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
        found.append(
            Correction(
                bool(pairs[0]["same"]), tuple((pair["sighting_id"], pair["other_id"]) for pair in pairs)
            )
        )
    return found
