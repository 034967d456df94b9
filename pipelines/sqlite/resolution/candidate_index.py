"""The candidate index: blocking keys by which a text finds texts that may be copies of it.

Keys are hashes, so each new text touches pages all over the index: with a million stories nearly every row
costs a page read and two page writes. New rows therefore go into a small table that stays in the page cache,
and are moved to the large table many at a time, in key order. Queries read both.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from functools import cache

from pipelines.dedupe import DAYS_APART, Fingerprint, fingerprint_of, plainly_different
from pipelines.sqlite.rows import TITLE_AND_BODY, WITH_TEXT, day_number

VERIFIED = 400  # texts compared with a new one: more share a key only where hundreds follow one template
MOST_RECENT = 400_000  # rows, of some 50,000 texts: 20 MB
FLUSH_INTERVAL = 10_000  # items between two counts of the recent rows, which take milliseconds

_TABLES = "_bands", "_bands_recent"
_EQUAL = " UNION ALL ".join(f"SELECT text_id, day FROM {table} WHERE band = ?1" for table in _TABLES)  # noqa: S608


def equal_letters(conn: sqlite3.Connection, fingerprint: Fingerprint) -> dict[int, set[int]]:
    """Return the texts with the same letters, on any date, each with the days on which it was seen."""
    found: dict[int, set[int]] = {}
    for text_id, day in conn.execute(_EQUAL, fingerprint.bands[:1]):
        found.setdefault(text_id, set()).add(day)
    return found


def candidates(conn: sqlite3.Connection, fingerprint: Fingerprint, published: str | None) -> list[int]:
    """Return the texts that share a key with a text seen on this date, dated at most ``DAYS_APART`` from it.

    An undated text has none: only equal letters can join it.
    """
    day = day_number(published)
    if not fingerprint.bands or not day:
        return []
    values = (*fingerprint.bands, day - DAYS_APART, day + DAYS_APART)
    shared: Counter[int] = Counter()
    distance: dict[int, int] = {}
    for text_id, other, its_numbers, its_words in conn.execute(_found_by(len(fingerprint.bands)), values):
        if not plainly_different(fingerprint, its_numbers, its_words):
            shared[text_id] += 1
            distance[text_id] = min(distance.get(text_id, 1 << 30), abs(other - day))
    if len(shared) <= VERIFIED:
        return sorted(shared)
    return sorted(shared, key=lambda t: (-shared[t], distance[t], t))[:VERIFIED]


@cache
def _found_by(keys: int) -> str:
    """Return the query for this many keys; a join is faster than ``IN``."""
    both = " UNION ALL ".join(
        f"SELECT text_id, day, numbers, words FROM keys JOIN {table} USING (band)"  # noqa: S608 - constants
        f" WHERE day BETWEEN ?{keys + 1} AND ?{keys + 2}"
        for table in _TABLES
    )
    return f"WITH keys (band) AS (VALUES {', '.join(f'(?{n + 1})' for n in range(keys))}) {both}"


def index_text(
    conn: sqlite3.Connection, fingerprint: Fingerprint, published: str | None, text_id: int
) -> None:
    """Index a text on a date on which it is not indexed."""
    _index(conn, fingerprint, day_number(published), text_id)


def rebuild_index(conn: sqlite3.Connection) -> None:
    """Rebuild the index of all indexed texts with the keys of this version."""
    conn.execute(
        "CREATE TEMP TABLE _indexed AS"
        " SELECT text_id, day FROM _bands UNION SELECT text_id, day FROM _bands_recent"
    )
    clear_index(conn)
    query = f"SELECT d.text_id, d.day, {TITLE_AND_BODY} {WITH_TEXT} JOIN temp._indexed d ON d.text_id = s.id"
    for number, (text_id, day, title, body) in enumerate(conn.execute(query), 1):
        _index(conn, fingerprint_of(title, body), day, text_id)
        if number % FLUSH_INTERVAL == 0:
            flush_recent(conn)
    conn.execute("DROP TABLE temp._indexed")


def _index(conn: sqlite3.Connection, fingerprint: Fingerprint, day: int, text_id: int) -> None:
    rows = [(band, day, text_id, fingerprint.numbers, fingerprint.words) for band in fingerprint.bands]
    conn.executemany("INSERT OR IGNORE INTO _bands_recent VALUES (?, ?, ?, ?, ?)", rows)


def flush_recent(conn: sqlite3.Connection) -> None:
    """Move the recent rows into the large table if they are many; query results do not change."""
    (recent,) = conn.execute("SELECT count(*) FROM _bands_recent").fetchone()
    if recent > MOST_RECENT:
        conn.execute("INSERT OR IGNORE INTO _bands SELECT * FROM _bands_recent ORDER BY band, day, text_id")
        conn.execute("DELETE FROM _bands_recent")


def clear_index(conn: sqlite3.Connection) -> None:
    """Empty the index."""
    for table in _TABLES:
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
