"""Manual corrections: stored as ordered pairs of sightings and applied whenever stories are resolved."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlite_utils import Database

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
    for story, split_off in away.items():
        remaining = set(_members(conn, story)) - split_off
        if not remaining:
            raise BadInput(
                f"these are all the sightings of story {story}: name those that do not belong to it"
            )
        _write(
            conn,
            [(one, other) for one in sorted(split_off) for other in sorted(remaining)],
            same=False,
            at=at,
        )
    resolve(conn, [sighting for story in away for sighting in _members(conn, story)], at)
    return sorted({_story_of(conn, sighting) for sighting in sightings})


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
    return _story_of(conn, mine[0])


def _story_of(conn: sqlite3.Connection, sighting: int) -> int:
    row = conn.execute("SELECT story_id FROM sightings WHERE id = ?", (sighting,)).fetchone()
    story_id: int = row["story_id"]
    return story_id


def _members(conn: sqlite3.Connection, story: int) -> list[int]:
    rows = conn.execute("SELECT id FROM sightings WHERE story_id = ? ORDER BY id", (story,))
    return [sighting for (sighting,) in rows]


def _write(conn: sqlite3.Connection, pairs: list[tuple[int, int]], *, same: bool, at: str) -> None:
    action = conn.execute("SELECT coalesce(max(action), 0) + 1 FROM _hand").fetchone()[0]
    columns = {"action": action, "same": same, "at": at}
    Database(conn).table("_hand").insert_all(
        {**columns, "sighting_id": one, "other_id": other} for one, other in pairs
    )
