"""New stories on their way into the full-text index: they wait for one another.

FTS5 gathers the terms of new rows in a table of some megabytes. Fed story by story, that table and all that
matching touches between two stories drive each other out of the processor's cache; fed hundreds at a time,
a new story costs a fifth less (tests/bench/store_cost.py). Until then they wait in a temporary table in
memory, which a rollback empties with everything else. Whoever changes a story's text, or ends a transaction,
feeds first: FTS5 is told what it is to forget, and must have known it.
"""

from __future__ import annotations

import sqlite3

from pipelines.store.folding import fold

MOST = 500  # stories that wait, some 5 MB

TABLE = """CREATE TEMP TABLE _waiting (
    place INTEGER PRIMARY KEY, story_id INTEGER NOT NULL, title TEXT, body TEXT
)"""


def put(conn: sqlite3.Connection, story_id: int, title: str | None, body: str | None) -> None:
    """Let the title and body of a new story wait."""
    row = story_id, title and fold(title), body and fold(body)
    place = conn.execute("INSERT INTO temp._waiting (story_id, title, body) VALUES (?, ?, ?)", row).lastrowid
    if place == MOST:
        feed(conn)


def feed(conn: sqlite3.Connection) -> None:
    """Make every story that waits searchable."""
    if conn.execute("SELECT 1 FROM temp._waiting LIMIT 1").fetchone() is None:
        return
    rows = conn.execute("SELECT story_id, title, body FROM temp._waiting ORDER BY place").fetchall()
    # Row by row: in one statement SQLite would keep a copy of every page that FTS5 rewrites on the way.
    conn.executemany("INSERT INTO stories_fts (rowid, title, body) VALUES (?, ?, ?)", rows)
    conn.execute("DELETE FROM temp._waiting")
