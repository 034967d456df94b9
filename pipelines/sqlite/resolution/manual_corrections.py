"""Manual corrections: stored as ordered pairs of sightings and applied whenever stories are resolved."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from pipelines.errors import BadInput
from pipelines.sqlite.resolution.resolve import resolve


def split(conn: sqlite3.Connection, sightings: Sequence[int], at: str) -> list[int]:
    """Split sightings off their story; those of one story stay together. Return their new stories.

    Raise BadInput if a sighting does not exist, or if nothing would remain of a story.
    """
    away: dict[int, set[int]] = {}
    for sighting in sightings:
        row = conn.execute("SELECT story_id FROM sightings WHERE id = ?", (sighting,)).fetchone()
        if row is None:
            raise BadInput(f"there is no sighting {sighting}: `govkz show STORY` lists a story's sightings")
        away.setdefault(row["story_id"], set()).add(sighting)
    for story, parted in away.items():
        rest = set(_members(conn, story)) - parted
        if not rest:
            raise BadInput(
                f"these are all the sightings of story {story}: name those that do not belong to it"
            )
        _write(conn, [(one, other) for one in sorted(parted) for other in sorted(rest)], same=False, at=at)
    everyone = [one for story in away for one in _members(conn, story)]
    resolve(conn, everyone, at)
    marks = [
        conn.execute("SELECT story_id FROM sightings WHERE id = ?", (one,)).fetchone()[0] for one in sightings
    ]
    return sorted(set(marks))


def join(conn: sqlite3.Connection, one: int, other: int, at: str) -> int:
    """Join two stories and return the id. Raise BadInput if a story does not exist or both are the same."""
    if one == other:
        raise BadInput("both ids name the same story: give two different story ids")
    mine, its = _members(conn, one), _members(conn, other)
    for story, members in ((one, mine), (other, its)):
        if not members:
            raise BadInput(f"there is no story {story}: `govkz search` and `govkz export` show story ids")
    _write(conn, [(mine[0], member) for member in its], same=True, at=at)
    resolve(conn, [*mine, *its], at)
    story_id: int = conn.execute("SELECT story_id FROM sightings WHERE id = ?", (mine[0],)).fetchone()[0]
    return story_id


def _members(conn: sqlite3.Connection, story: int) -> list[int]:
    rows = conn.execute("SELECT id FROM sightings WHERE story_id = ? ORDER BY id", (story,))
    return [sighting for (sighting,) in rows]


def _write(conn: sqlite3.Connection, pairs: list[tuple[int, int]], *, same: bool, at: str) -> None:
    action = conn.execute("SELECT coalesce(max(action), 0) + 1 FROM _hand").fetchone()[0]
    rows = [(action, one, other, same, at) for one, other in pairs]
    conn.executemany(
        "INSERT INTO _hand (action, sighting_id, other_id, same, at) VALUES (?, ?, ?, ?, ?)", rows
    )
