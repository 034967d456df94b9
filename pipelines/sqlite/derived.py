"""What the database makes of its tables: views, the full-text index, the index of likenesses.

Each can be made anew at any time. So a version of the program that makes one otherwise does so when it first
writes to a file, and no migration has to keep the code of an earlier version alive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.dedupe import fingerprints
from pipelines.sqlite import fts_index, views
from pipelines.sqlite.resolution import candidate_index
from pipelines.sqlite.transactions import whole


@dataclass(frozen=True, slots=True)
class Derived:
    """One thing that is made of the tables."""

    name: str
    version: str  # another one than the file's: it is made anew
    make: Callable[[sqlite3.Connection], None]


DERIVED = (
    Derived("views", views.VERSION, views.make),
    Derived("search", fts_index.VERSION, fts_index.make),
    Derived("likeness", fingerprints.VERSION, candidate_index.index_anew),
)


def bring_up_to_date(conn: sqlite3.Connection) -> None:
    """Make anew what another version made, each in a transaction of its own unless one is open."""
    there = dict(conn.execute("SELECT name, version FROM _derived"))
    for one in DERIVED:
        if there.get(one.name) != one.version:
            with whole(conn):
                one.make(conn)
                conn.execute("INSERT OR REPLACE INTO _derived VALUES (?, ?)", (one.name, one.version))
