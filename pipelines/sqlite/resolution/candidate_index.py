"""The index of likenesses: by which keys a text is found by the texts that may be copies of it.

Keys are hashes, so each new text touches pages all over the index: in an archive of a million stories nearly
every row costs a page that has to be read, and written twice. So rows are gathered in a table of recent ones,
which stays in memory, and go into the large one many at a time and in order; whoever asks, asks both.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from functools import cache

from pipelines.dedupe.clustering import DAYS_APART
from pipelines.dedupe.fingerprints import Fingerprint, fingerprint_of, plainly_different
from pipelines.sqlite.rows import TITLE_AND_BODY, WITH_TEXT, day_number

FEW = 120  # rows of the index that one text may find before its templates are looked at more closely
PER_KEY = 100  # rows taken of one crowded key: other keys tell the issues of a template apart
VERIFIED = 40  # candidates compared word by word: those that share most keys come first
MOST_RECENT = 400_000  # rows, of some 50,000 texts: 20 MB
LOOKED_AFTER = 10_000  # items; counting the recent rows takes some milliseconds

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
    """Text ids that share keys with a text and can be its copies: most shared first, then nearest in date."""
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
    """The query for everything behind this many keys; a join with them costs less than ``IN`` does."""
    both = " UNION ALL ".join(f"SELECT {_FOUND} FROM keys JOIN {table} USING (band)" for table in _TABLES)  # noqa: S608
    return f"WITH keys (band) AS (VALUES {', '.join(['(?)'] * keys)}) {both} LIMIT {FEW + 1}"


def _crowded(conn: sqlite3.Connection, band: int, day: int) -> list[tuple[int, int, int, int]]:
    """Some of the texts behind one key of a template: the same day first, for copies are made at once."""
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
    """Make a text findable on one of its dates, unless it is."""
    if fingerprint.bands:
        # All its keys of a day are there or none.
        wanted = {"band": fingerprint.bands[0], "day": day_number(published), "text": text_id}
        if conn.execute(_INDEXED, wanted).fetchone() is None:
            index_new_text(conn, fingerprint, published, text_id)


def index_new_text(
    conn: sqlite3.Connection, fingerprint: Fingerprint, published: str | None, text_id: int
) -> None:
    """Make a text findable that is findable on no date yet."""
    _index(conn, fingerprint, day_number(published), text_id)


def index_anew(conn: sqlite3.Connection) -> None:
    """Make every text that is findable so by the keys of this version."""
    conn.execute(
        "CREATE TEMP TABLE _indexed AS"
        " SELECT text_id, day FROM _bands UNION SELECT text_id, day FROM _bands_recent"
    )
    forget(conn)
    query = f"SELECT d.text_id, d.day, {TITLE_AND_BODY} {WITH_TEXT} JOIN temp._indexed d ON d.text_id = s.id"
    for number, (text_id, day, title, body) in enumerate(conn.execute(query), 1):
        _index(conn, fingerprint_of(title, body), day, text_id)
        if number % LOOKED_AFTER == 0:
            put_away(conn)
    conn.execute("DROP TABLE temp._indexed")


def _index(conn: sqlite3.Connection, fingerprint: Fingerprint, day: int, text_id: int) -> None:
    rows = [(band, day, text_id, fingerprint.numbers, fingerprint.words) for band in fingerprint.bands]
    conn.executemany("INSERT OR IGNORE INTO _bands_recent VALUES (?, ?, ?, ?, ?)", rows)


def put_away(conn: sqlite3.Connection) -> None:
    """Move the recent rows into the large table once they are many. What is found stays the same."""
    (recent,) = conn.execute("SELECT count(*) FROM _bands_recent").fetchone()
    if recent > MOST_RECENT:
        conn.execute("INSERT OR IGNORE INTO _bands SELECT * FROM _bands_recent ORDER BY band, day, text_id")
        conn.execute("DELETE FROM _bands_recent")


def forget(conn: sqlite3.Connection) -> None:
    """Empty the index."""
    for table in _TABLES:
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
