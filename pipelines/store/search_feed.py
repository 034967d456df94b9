"""New stories on their way into the full-text index: they wait for one another.

FTS5 gathers the terms of new rows in a table of some megabytes. Fed story by story, that table and all that
matching touches between two stories drive each other out of the processor's cache; fed hundreds at a time,
a new story costs a fifth less (tests/bench/store_cost.py). Until then they wait with the connection. Whoever
changes a story's text, or ends a transaction, feeds first: FTS5 is told what it is to forget, and must have
known it. Whoever rolls back drops them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from pipelines.store.folding import fold

MOST = 500  # stories that wait, some 5 MB

Waiting = list[tuple[int, str | None, str | None]]


class Writer(sqlite3.Connection):
    """A connection that writes, and the new stories of its open transaction that wait: id, title, body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - SQLite's
        super().__init__(*args, **kwargs)
        self.waiting: Waiting = []


def _waiting(conn: sqlite3.Connection) -> Waiting:
    return cast("Writer", conn).waiting


def put(conn: sqlite3.Connection, story_id: int, title: str | None, body: str | None) -> None:
    """Let the title and body of a new story wait."""
    waiting = _waiting(conn)
    waiting.append((story_id, title and fold(title), body and fold(body)))
    if len(waiting) >= MOST:
        feed(conn)


def feed(conn: sqlite3.Connection) -> None:
    """Make every story that waits searchable."""
    waiting = _waiting(conn)
    # Row by row: in one statement SQLite would keep a copy of every page that FTS5 rewrites on the way.
    conn.executemany("INSERT INTO stories_fts (rowid, title, body) VALUES (?, ?, ?)", waiting)
    waiting.clear()


def drop(conn: sqlite3.Connection) -> None:
    """Forget the stories that wait: the transaction that wrote them is rolled back."""
    _waiting(conn).clear()


@contextmanager
def without_trigger(conn: sqlite3.Connection) -> Iterator[None]:
    """Take the search trigger of new stories away to the end of the transaction; a rollback brings it back.

    The store feeds the index itself, and the trigger's mere presence makes SQLite keep a journal of each row:
    a twentieth of storing. Only where many items are written: each time, every reader reads the schema again.
    """
    (sql,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = 'stories_fts_insert'").fetchone()
    conn.execute("DROP TRIGGER stories_fts_insert")
    yield
    conn.execute(sql)
