"""Writes what cleaning changed in a sighting, and what it left as a problem."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from pipelines.items import ProcessedStory

if TYPE_CHECKING:
    from pipelines.sqlite.prepared import Prepared

_REPAIR = "story_id, sighting_id, field, rule, before, after, start"
_PROBLEM = "story_id, sighting_id, field, kind, detail"
_INSERT_REPAIR = f"INSERT INTO repairs ({_REPAIR}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - column names
_INSERT_PROBLEM = f"INSERT INTO problems ({_PROBLEM}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - column names


def repair_values(item: ProcessedStory) -> tuple[tuple[Any, ...], ...]:
    """The values of an item's repairs but for the ids."""
    return tuple((r.field, r.rule, r.before, r.after, r.start) for r in item.repairs)


def problem_values(item: ProcessedStory) -> tuple[tuple[Any, ...], ...]:
    """The values of an item's problems but for the ids."""
    return tuple((p.field, p.kind, p.detail) for p in item.problems)


def insert_findings(conn: sqlite3.Connection, item: Prepared, sighting_id: int, story_id: int) -> None:
    """Write a new sighting's repairs and problems."""
    if item.repairs:
        conn.executemany(_INSERT_REPAIR, [(story_id, sighting_id, *values) for values in item.repairs])
    if item.problems:
        conn.executemany(_INSERT_PROBLEM, [(story_id, sighting_id, *values) for values in item.problems])


def write_findings(conn: sqlite3.Connection, item: Prepared, sighting_id: int, story_id: int) -> bool:
    """Write a known sighting's repairs and problems anew; True when they are others than before."""
    ask = (sighting_id,)
    query = f"SELECT {_REPAIR} FROM repairs WHERE sighting_id = ? ORDER BY id"  # noqa: S608 - column names
    repairs = [tuple(row) for row in conn.execute(query, ask)]
    query = f"SELECT {_PROBLEM} FROM problems WHERE sighting_id = ? ORDER BY id"  # noqa: S608 - column names
    problems = [tuple(row) for row in conn.execute(query, ask)]
    ids = story_id, sighting_id
    new = [ids + values for values in item.repairs], [ids + values for values in item.problems]
    if (repairs, problems) == new:
        return False
    conn.execute("DELETE FROM repairs WHERE sighting_id = ?", ask)
    conn.execute("DELETE FROM problems WHERE sighting_id = ?", ask)
    insert_findings(conn, item, sighting_id, story_id)
    return True
