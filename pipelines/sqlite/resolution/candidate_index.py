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

FEW = 120  # index rows of one text; beyond this its keys are crowded by a template
PER_KEY = 100  # rows read per crowded key; other keys separate the issues of a template
VERIFIED = 40  # candidates compared word by word, those that share most keys first
MOST_RECENT = 400_000  # rows, of some 50,000 texts: 20 MB
FLUSH_INTERVAL = 10_000  # items between two counts of the recent rows, which take milliseconds

_FOUND = "text_id, day, numbers, words"
_TABLES = "_bands", "_bands_recent"
_OF_DAYS = " UNION ALL ".join(
    f"SELECT {_FOUND} FROM {table} WHERE band = :band AND day BETWEEN :first AND :last"  # noqa: S608
    for table in _TABLES
)
_CROWDED = f"{_OF_DAYS} ORDER BY day, text_id LIMIT :most"
_INDEXED = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE band = :band AND day = :day AND text_id = :text"  # noqa: S608
    for table in _TABLES
)


def candidates(conn: sqlite3.Connection, fingerprint: Fingerprint, published: str | None) -> list[int]:
    """Return text ids that share keys with a text: most shared keys first, then nearest in date."""
    if not fingerprint.bands:
        return []
    found = conn.execute(_found_by(len(fingerprint.bands)), fingerprint.bands).fetchall()
    day = day_number(published)
    if len(found) > FEW:
        found = [row for band in fingerprint.bands for row in _crowded(conn, band, day)]
    shared: Counter[int] = Counter()
    distance: dict[int, int] = {}
    for text_id, other, its_numbers, its_words in found:
        if not plainly_different(fingerprint, its_numbers, its_words):
            shared[text_id] += 1
            distance[text_id] = min(distance.get(text_id, 1 << 30), abs(other - day))
    return sorted(shared, key=lambda t: (-shared[t], distance[t], t))[:VERIFIED]


@cache
def _found_by(keys: int) -> str:
    """Return the query for this many keys; a join is faster than ``IN``."""
    both = " UNION ALL ".join(f"SELECT {_FOUND} FROM keys JOIN {table} USING (band)" for table in _TABLES)  # noqa: S608
    return f"WITH keys (band) AS (VALUES {', '.join(['(?)'] * keys)}) {both} LIMIT {FEW + 1}"


def _crowded(conn: sqlite3.Connection, band: int, day: int) -> list[tuple[int, int, int, int]]:
    """Return some rows of a crowded key, the same day first: most copies appear at once."""
    found = _of_days(conn, band, (day - 1, day + 1), PER_KEY)
    if day and len(found) < PER_KEY:
        found += _of_days(conn, band, (day - DAYS_APART, day - 2), PER_KEY // 2)
        found += _of_days(conn, band, (day + 2, day + DAYS_APART), PER_KEY // 2)
    return found


def _of_days(
    conn: sqlite3.Connection, band: int, days: tuple[int, int], most: int
) -> list[tuple[int, int, int, int]]:
    wanted = {"band": band, "first": days[0], "last": days[1], "most": most}
    return conn.execute(_CROWDED, wanted).fetchall()


def index_text(
    conn: sqlite3.Connection, fingerprint: Fingerprint, published: str | None, text_id: int
) -> None:
    """Index a text on one of its dates, unless it is indexed there."""
    if fingerprint.bands:
        # Either all keys of a text and day are indexed or none.
        wanted = {"band": fingerprint.bands[0], "day": day_number(published), "text": text_id}
        if conn.execute(_INDEXED, wanted).fetchone() is None:
            index_new_text(conn, fingerprint, published, text_id)


def index_new_text(
    conn: sqlite3.Connection, fingerprint: Fingerprint, published: str | None, text_id: int
) -> None:
    """Index a text that is not indexed on any date."""
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
