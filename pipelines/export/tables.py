"""Tables that can be exported: their columns, and their rows in a stable order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.errors import BadInput
from pipelines.search.filters import CONDITIONS, Filters
from pipelines.search.query_parser import match_text, parse_query
from pipelines.search.ranking import stories_by_id

Kind = Literal["integer", "number", "text", "date", "instant", "bytes"]
Value = str | int | float | bytes | None
Row = tuple[Value, ...]

ALSO = ("sightings", "repairs", "problems", "revisions")  # tables with a story_id, for ``--with``
_DATES = {"published"}
_INSTANTS = {
    *("published_at", "first_seen", "last_seen", "gone_at", "seen_at", "last_seen_at"),
    *("started_at", "finished_at"),
}
# Conditions on a row `s` of stories; `Selection.values` returns the parameters.
SELECTED = f"""
{CONDITIONS} AND (:named IS NULL OR s.id IN (SELECT value FROM json_each(:named))
    OR s.id IN (SELECT rowid FROM stories_fts WHERE stories_fts MATCH :match))
"""  # noqa: S608 - CONDITIONS is a constant


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table."""

    name: str
    kind: Kind
    required: bool  # False: may be NULL


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export: its name in the database and the selected columns, in order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Return the names of the columns, in order."""
        return [column.name for column in self.columns]


@dataclass(frozen=True, slots=True)
class Selection:
    """The stories to export."""

    filters: Filters = field(default_factory=Filters)
    query: str | None = None  # as typed; None: all stories that pass the filters

    def values(self, db: sqlite3.Connection) -> dict[str, object]:
        """Return the parameters of the queries below. Raises BadInput for a query without a word."""
        values = self.filters.values() | {"named": None, "match": None}
        if self.query is None:
            return values
        query = parse_query(self.query)
        ids = [story for story, _ in stories_by_id(db, query, values)]
        if not ids and not query.terms and not query.urls:
            raise BadInput(f"the query {self.query!r} has no word to search for")
        return values | {"named": json.dumps(ids), "match": match_text(query.terms) or '""'}


def describe(db: sqlite3.Connection, name: str, wanted: Sequence[str] = ()) -> Table:
    """Read the columns of a table; ``wanted`` selects some. Raises BadInput for an unknown column."""
    rows = db.execute('SELECT name, type, "notnull" OR pk FROM pragma_table_info(?)', (name,))
    known = {column: Column(column, _kind(column, kind), bool(needed)) for column, kind, needed in rows}
    for column in wanted:
        if column not in known:
            raise BadInput(f"{name} has no column {column!r}; it has {', '.join(known)}")
    return Table(name, tuple(known[column] for column in wanted or known))


def _kind(name: str, declared: str) -> Kind:
    if name in _DATES:
        return "date"
    if name in _INSTANTS:
        return "instant"
    kinds: dict[str, Kind] = {"INTEGER": "integer", "REAL": "number", "BLOB": "bytes"}
    return kinds.get(declared.upper(), "text")


def rows(db: sqlite3.Connection, table: Table, selection: Selection) -> Iterator[Row]:
    """Return an iterator over the rows of the selected stories, ordered by id."""
    names = ", ".join(f't."{column.name}"' for column in table.columns)
    sql = f"SELECT {names} FROM {_source(table)} ORDER BY t.id"  # noqa: S608 - names come from the schema
    return iter(db.execute(sql, selection.values(db)))


def count_rows(db: sqlite3.Connection, table: Table, selection: Selection) -> int:
    """Count the rows that ``rows`` would yield."""
    sql = f"SELECT count(*) FROM {_source(table)}"  # noqa: S608 - names come from the schema
    return int(db.execute(sql, selection.values(db)).fetchone()[0])


def _source(table: Table) -> str:
    """Return the join of a table with the selected stories; no list of ids is built in memory."""
    key = "id" if table.name == "stories" else "story_id"
    return f'"{table.name}" AS t JOIN stories AS s ON s.id = t.{key} WHERE {SELECTED}'


def as_text(value: Value) -> str | int | float | None:
    """Convert a value for a text format: bytes become hexadecimal digits."""
    return value.hex() if isinstance(value, bytes) else value
