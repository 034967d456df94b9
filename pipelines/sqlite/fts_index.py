"""The full-text index (FTS5) of the stories.

``title`` and ``body`` are those of the stories, so any SQLite program finds words as written and can show
snippets. ``folded_title`` and ``folded_body`` are the same with letters folded (language/folding.py) where
that changes the text, for people who type ``кала`` for ``қала`` or ``елка`` for ``ёлка``.

The index stores no text: its content is a view that folds in plain SQL, and triggers keep it current when
another SQLite program writes to ``stories``. New stories with a text come from the store, which folds in
Python at half the cost and queues them on the connection, to insert many at a time: a new story then costs a
fifth less (tests/bench/store_cost.py), because FTS5's table of pending terms and the pages that matching
reads do not evict each other from the processor's cache. The queue is flushed before a commit, and before a
story's text changes or is deleted, because FTS5 can only delete what it has indexed; a rollback discards it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from zlib import crc32

from pipelines.language.folding import FOLDED, fold
from pipelines.sqlite.transactions import execute_script

MAX_PENDING = 500  # queued stories, about 5 MB
TITLE_WEIGHT = 10.0  # weight of a word in the title; 1 in the body
WEIGHTS = f"{TITLE_WEIGHT}, 1.0, {TITLE_WEIGHT}, 1.0"
_COLUMNS = "title, body, folded_title, folded_body"


def _folded(column: str) -> str:
    folded = column
    for letter, plain in (*FOLDED.items(), *((one.upper(), other.upper()) for one, other in FOLDED.items())):
        folded = f"replace({folded}, '{letter}', '{plain}')"
    return f"nullif({folded}, {column}) AS folded_{column}"


_FROM_VIEW = f"SELECT {{lead}}id, {_COLUMNS} FROM _stories_folded WHERE id = {{which}}.id;"  # noqa: S608 - constants
_INSERT = f"INSERT INTO stories_fts (rowid, {_COLUMNS}) "
_ADD = _INSERT + _FROM_VIEW.format(lead="", which="new")
_FORGET = f"INSERT INTO stories_fts (stories_fts, rowid, {_COLUMNS}) " + _FROM_VIEW.format(
    lead="'delete', ", which="old"
)
# automerge 16 instead of 4 saves a tenth of the cost of storing. hashsize holds the terms of more stories
# than are queued, so that FTS5 does not flush within a statement: SQLite would journal each page it rewrites.
_SQL = f"""
CREATE VIEW _stories_folded AS
SELECT id, title, body, {_folded("title")}, {_folded("body")} FROM stories;
CREATE VIRTUAL TABLE stories_fts USING fts5 (
    {_COLUMNS}, content='_stories_folded', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO stories_fts (stories_fts, rank) VALUES ('automerge', 16);
INSERT INTO stories_fts (stories_fts, rank) VALUES ('hashsize', {16 << 20});
INSERT INTO stories_fts (stories_fts, rank) VALUES ('rank', 'bm25({WEIGHTS})');
CREATE TRIGGER stories_fts_insert AFTER INSERT ON stories
WHEN new.title_from IS NULL AND new.body_from IS NULL BEGIN {_ADD} END;
CREATE TRIGGER stories_fts_before_update BEFORE UPDATE OF title, body ON stories BEGIN {_FORGET} END;
CREATE TRIGGER stories_fts_after_update AFTER UPDATE OF title, body ON stories BEGIN {_ADD} END;
CREATE TRIGGER stories_fts_delete BEFORE DELETE ON stories BEGIN {_FORGET} END;
"""  # noqa: S608 - built from the constants above, nothing received
VERSION = f"{crc32(_SQL.encode()):08x}"

RunInThread = Callable[[Callable[[], object]], object]  # runs a function and waits for its end
# (id, title, body, folded title, folded body); folded texts are None where folding changes nothing.
PendingRows = list[tuple[int, str | None, str | None, str | None, str | None]]


def make(conn: sqlite3.Connection) -> None:
    """Create the index, in place of that of another version, and fill it."""
    for name in ("insert", "before_update", "after_update", "delete"):
        conn.execute(f"DROP TRIGGER IF EXISTS stories_fts_{name}")
    conn.execute("DROP TABLE IF EXISTS stories_fts")
    conn.execute("DROP VIEW IF EXISTS _stories_folded")
    execute_script(conn, _SQL)
    rebuild(conn)


def rebuild(conn: sqlite3.Connection) -> None:
    """Rebuild the index from the stories."""
    conn.execute("INSERT INTO stories_fts (stories_fts) VALUES ('rebuild')")


class Writer(sqlite3.Connection):
    """A connection with the queue of new stories of its open transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - SQLite's
        super().__init__(*args, **kwargs)
        self.pending: PendingRows = []
        self.run_in_thread: RunInThread | None = None  # for long SQLite calls; None: call them here


def _pending(conn: sqlite3.Connection) -> PendingRows:
    return cast("Writer", conn).pending


def queue(conn: sqlite3.Connection, story_id: int, title: str | None, body: str | None) -> None:
    """Queue the title and body of a new story."""
    pending = _pending(conn)
    pending.append((story_id, title, body, _folded_text(title), _folded_text(body)))
    if len(pending) >= MAX_PENDING:
        flush_pending(conn)


def _folded_text(text: str | None) -> str | None:
    """Return the folded text; None if folding changes nothing, like ``nullif`` in the view."""
    folded = text and fold(text)
    return folded if folded != text else None


def flush_pending(conn: sqlite3.Connection) -> None:
    """Insert the queued stories into the index."""
    pending, run_in_thread = _pending(conn), cast("Writer", conn).run_in_thread
    if run_in_thread is None:
        conn.executemany(f"{_INSERT} VALUES (?, ?, ?, ?, ?)", pending)
    elif pending:
        # A single statement is a single SQLite call, during which other threads can run Python.
        conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS _waiting (id INTEGER PRIMARY KEY, {_COLUMNS})")
        conn.executemany("INSERT INTO temp._waiting VALUES (?, ?, ?, ?, ?)", pending)
        run_in_thread(partial(conn.execute, f"{_INSERT} SELECT * FROM temp._waiting"))  # noqa: S608 - constants
        conn.execute("DELETE FROM temp._waiting")
    pending.clear()


def pending_rows(conn: sqlite3.Connection) -> PendingRows:
    """Return a copy of the queue, for ``restore_pending``."""
    return list(_pending(conn))


def restore_pending(conn: sqlite3.Connection, rows: PendingRows) -> None:
    """Reset the queue to an earlier state, after rolling back to the savepoint of that time.

    Rows flushed since then are pending again, because the rollback has removed them from the index.
    """
    _pending(conn)[:] = rows


def discard_pending(conn: sqlite3.Connection) -> None:
    """Discard queued index rows after a rollback."""
    _pending(conn).clear()


@contextmanager
def without_trigger(conn: sqlite3.Connection) -> Iterator[None]:
    """Drop the insert trigger until the end of the block; a rollback restores it.

    The store fills the index itself, and the mere presence of the trigger makes SQLite keep a statement
    journal, which is 5 % of storing. Only for bulk writes: each schema change makes readers parse it again.
    """
    (sql,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = 'stories_fts_insert'").fetchone()
    conn.execute("DROP TRIGGER stories_fts_insert")
    yield
    conn.execute(sql)
