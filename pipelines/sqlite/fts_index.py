"""The full-text index: what it is made of, and how new stories come into it.

Its columns ``title`` and ``body`` are those of the stories, so that any SQLite program finds the words it
asks for and may show snippets of them. ``folded_title`` and ``folded_body`` are the same with letters
folded (folding.py) where that makes another text, for people who type ``кала`` for ``қала`` or ``елка`` for
``ёлка``.

The index stores no text of its own: it reads a view, which folds in plain SQL, so any SQLite program may
write to ``stories`` and the index stays right. A new story that names the sightings of its text comes from
the store, which folds in Python at half the cost and feeds the index itself, many stories at a time: FTS5
gathers the terms of new rows in a table of some megabytes. Fed story by story, that table and all that
matching touches between two stories drive each other out of the processor's cache; fed hundreds at a time,
a new story costs a fifth less (tests/bench/store_cost.py). Until then they wait with the connection.
Whoever changes a story's text, or ends a transaction, feeds first: FTS5 is told what it is to forget, and
must have known it. Whoever rolls back drops them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from zlib import crc32

from pipelines.language.folding import FOLDED, fold
from pipelines.sqlite.transactions import run

MOST = 500  # stories that wait, some 5 MB
TITLE_WEIGHT = 10.0  # of a word in the title, against one in the body
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
# Segments are merged by sixteen in place of four: a tenth of the cost of storing. Room for the terms of more
# stories than wait, so that none are written out amid a statement: SQLite would keep a copy of every page
# that FTS5 rewrites on the way.
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

Beside = Callable[[Callable[[], object]], object]  # sees to it that some work is done, and waits for its end
# Its id, title and body, and what of them folding makes another text of.
Waiting = list[tuple[int, str | None, str | None, str | None, str | None]]


def make(conn: sqlite3.Connection) -> None:
    """Make the index anew from the stories, in place of that of another version."""
    for name in ("insert", "before_update", "after_update", "delete"):
        conn.execute(f"DROP TRIGGER IF EXISTS stories_fts_{name}")
    conn.execute("DROP TABLE IF EXISTS stories_fts")
    conn.execute("DROP VIEW IF EXISTS _stories_folded")
    run(conn, _SQL)
    rebuild(conn)


def rebuild(conn: sqlite3.Connection) -> None:
    """Fill the index anew from what the stories show now."""
    conn.execute("INSERT INTO stories_fts (stories_fts) VALUES ('rebuild')")


class Writer(sqlite3.Connection):
    """A connection that writes, and the new stories of its open transaction that wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - SQLite's
        super().__init__(*args, **kwargs)
        self.waiting: Waiting = []
        self.beside: Beside | None = None  # who has long work of SQLite done in another thread


def _waiting(conn: sqlite3.Connection) -> Waiting:
    return cast("Writer", conn).waiting


def put(conn: sqlite3.Connection, story_id: int, title: str | None, body: str | None) -> None:
    """Let the title and body of a new story wait."""
    waiting = _waiting(conn)
    waiting.append((story_id, title, body, _other_letters(title), _other_letters(body)))
    if len(waiting) >= MOST:
        feed(conn)


def _other_letters(text: str | None) -> str | None:
    """Fold a text; None where nothing is folded, as ``nullif`` does it in the view."""
    folded = text and fold(text)
    return folded if folded != text else None


def feed(conn: sqlite3.Connection) -> None:
    """Make every story that waits searchable."""
    waiting, beside = _waiting(conn), cast("Writer", conn).beside
    if beside is None:
        conn.executemany(f"{_INSERT} VALUES (?, ?, ?, ?, ?)", waiting)
    elif waiting:
        # One statement is one call of SQLite, during which other threads run Python.
        conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS _waiting (id INTEGER PRIMARY KEY, {_COLUMNS})")
        conn.executemany("INSERT INTO temp._waiting VALUES (?, ?, ?, ?, ?)", waiting)
        beside(partial(conn.execute, f"{_INSERT} SELECT * FROM temp._waiting"))  # noqa: S608 - constants
        conn.execute("DELETE FROM temp._waiting")
    waiting.clear()


def pending_rows(conn: sqlite3.Connection) -> Waiting:
    """Return a copy of the queue, for ``restore_pending``."""
    return list(_waiting(conn))


def restore_pending(conn: sqlite3.Connection, rows: Waiting) -> None:
    """Reset the queue to an earlier state, after rolling back to the savepoint of that time.

    Rows flushed since then are pending again, because the rollback has removed them from the index.
    """
    _waiting(conn)[:] = rows


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
