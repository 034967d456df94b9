"""What a database has received or decided by hand, and therefore cannot compute again.

A database and a shard offer the same tables with the same columns, so whatever reads one reads the other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, Protocol

from pipelines.sqlite.read_only import reading

Row = Mapping[str, Any]
Kind = Literal["integer", "text", "bytes"]
_BYTES = "record_hash", "other_hash"


@dataclass(frozen=True, slots=True)
class ReceivedTable:
    """One table of what was received: its columns, and the query that reads it from a database."""

    name: str
    columns: Mapping[str, Kind]
    query: str


def _table(name: str, integers: str, texts: str, source: str, order: str) -> ReceivedTable:
    columns: dict[str, Kind] = dict.fromkeys(integers.split(), "integer")
    columns |= {column: "bytes" if column in _BYTES else "text" for column in texts.split()}
    query = f"SELECT {', '.join(columns)} FROM {source} ORDER BY {order}"  # noqa: S608 - constants
    return ReceivedTable(name, columns, query)


_FORMER = (
    "SELECT f.id, g.record_hash, f.at, NULL AS origin FROM _former f JOIN sightings g ON g.id = f.sighting_id"
)
_MERGED = (
    "SELECT m.id, g.record_hash, m.at, m.origin FROM _merged_ids m JOIN sightings g ON g.id = m.sighting_id"
)
# Sightings come last: they are many, and name rows of the tables before them.
TABLES = (
    _table("sources", "", "slug kind name_kk name_ru name_en region evidence_url", "sources", "slug"),
    _table("crawls", "id", "started_at finished_at spider arguments outcome stats version", "crawls", "id"),
    _table(
        "coverage",
        "walk_position",
        "slug lang route site complete_at complete_from newest caught_up_at"
        " walk_started_at walk_goal walk_newest paging updated_at",
        "_coverage",
        "slug, lang, route, site",
    ),
    _table("gone", "id", "gone_at", "stories WHERE gone_at IS NOT NULL", "id"),
    _table(
        "corrections",
        "action same",
        "record_hash other_hash at",
        "(SELECT h.action, h.same, a.record_hash, b.record_hash AS other_hash, h.at FROM _hand h"
        " JOIN sightings a ON a.id = h.sighting_id JOIN sightings b ON b.id = h.other_id)",
        "action, record_hash, other_hash",
    ),
    _table("former", "id", "record_hash at origin", f"({_FORMER} UNION ALL {_MERGED})", "origin, id"),
    _table(
        "sightings",
        "id story_id crawl_id position news_id raw_html",
        "seen_at last_seen_at site page_url section entity url raw_title raw_body raw_date raw_lang raw_more"
        " record_hash",
        "sightings",
        "id",
    ),
)
BY_NAME = {table.name: table for table in TABLES}


class Received(Protocol):
    """What was received, of a database or of a shard."""

    @property
    def name(self) -> str:
        """Path as the user gave it."""

    @property
    def origin(self) -> str:
        """Identity of the database in which the ids were issued."""

    @property
    def last_story(self) -> int:
        """The highest story id ever issued."""

    def rows(self, table: str, *columns: str) -> Iterator[Row]:
        """Yield the rows of a table of TABLES, with all columns or with these."""

    def count(self, table: str) -> int:
        """Return the number of rows of a table of TABLES."""


class ReceivedInDatabase:
    """What a database has received, read from one snapshot."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.name, self._db = str(path), db
        self.origin = origin_of(db)
        found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'stories'").fetchone()
        self.last_story: int = found[0] if found else 0
        has = "SELECT 1 FROM sqlite_master WHERE name = '_merged_ids'"
        self._merged_ids = db.execute(has).fetchone() is not None

    def rows(self, table: str, *columns: str) -> Iterator[Row]:
        """Yield the rows of a table; a database of an older version has no merged ids."""
        names = columns or tuple(BY_NAME[table].columns)
        query = f"SELECT {', '.join(names)} FROM ({self._query(table)})"  # noqa: S608 - names of columns
        for row in self._db.execute(query):
            yield dict(zip(names, row, strict=True))

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        query = f"SELECT count(*) FROM ({self._query(table)})"  # noqa: S608 - constants
        number: int = self._db.execute(query).fetchone()[0]
        return number

    def _query(self, table: str) -> str:
        query = BY_NAME[table].query
        return query if self._merged_ids else query.replace(f" UNION ALL {_MERGED}", "")


@contextmanager
def received_in_database(path: Path) -> Iterator[ReceivedInDatabase]:
    """Open a database of this or an older version. Raise DatabaseError if it is none."""
    with reading(path, older=True) as db:
        yield ReceivedInDatabase(path, db)


def origin_of(db: sqlite3.Connection) -> str:
    """Return the identity of a database: its first run and its first record. Copies have the same."""
    first = db.execute("SELECT started_at, spider, arguments, version FROM crawls ORDER BY id LIMIT 1")
    record = db.execute("SELECT hex(record_hash) FROM sightings ORDER BY id LIMIT 1")
    parts = (*(first.fetchone() or ()), *(record.fetchone() or ()))
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
