"""What can be exported: tables with their columns, and their rows in a stable order, one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.errors import BadInput
from pipelines.search.filters import CONDITIONS, Filters
from pipelines.search.query_parser import match_text, understand
from pipelines.search.ranking import named

Kind = Literal["integer", "number", "text", "date", "instant", "bytes"]
Value = str | int | float | bytes | None
Row = tuple[Value, ...]

ALSO = ("sightings", "repairs", "problems", "revisions")  # tables that hang on stories, for ``--with``
_DATES = {"published"}
_INSTANTS = {
    *("published_at", "first_seen", "last_seen", "gone_at", "seen_at", "last_seen_at"),
    *("started_at", "finished_at"),
}
# The conditions on a row `s` of stories; `Selection.values` gives their values.
SELECTED = f"""
{CONDITIONS} AND (:named IS NULL OR s.id IN (SELECT value FROM json_each(:named))
    OR s.id IN (SELECT rowid FROM stories_fts WHERE stories_fts MATCH :match))
"""  # noqa: S608 - CONDITIONS is a constant


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exported table."""

    name: str
    kind: Kind
    required: bool  # False: a value may be missing


@dataclass(frozen=True, slots=True)
class Table:
    """One exported table: its name in the database and the columns asked for, in their order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories are exported."""

    filters: Filters = field(default_factory=Filters)
    query: str | None = None  # as typed; None: every story that passes the filters

    def values(self, db: sqlite3.Connection) -> dict[str, object]:
        """The named values for the queries below. Raises BadInput for a query that asks for nothing."""
        values = self.filters.values() | {"named": None, "match": None}
        if self.query is None:
            return values
        question = understand(self.query)
        ids = [story for story, _ in named(db, question, values)]
        if not ids and not question.terms and not question.addresses:
            raise BadInput(f"the query {self.query!r} holds no word to look for")
        return values | {"named": json.dumps(ids), "match": match_text(question.terms) or '""'}


def describe(db: sqlite3.Connection, name: str, wanted: Sequence[str] = ()) -> Table:
    """Read a table's columns from the database; ``wanted`` picks some of them. Raises BadInput for others."""
    rows = db.execute('SELECT name, type, "notnull" OR pk FROM pragma_table_info(?)', (name,))
    there = {column: Column(column, _kind(column, kind), bool(needed)) for column, kind, needed in rows}
    for column in wanted:
        if column not in there:
            raise BadInput(f"{name} has no column {column!r}; it has {', '.join(there)}")
    return Table(name, tuple(there[column] for column in wanted or there))


def _kind(name: str, declared: str) -> Kind:
    if name in _DATES:
        return "date"
    if name in _INSTANTS:
        return "instant"
    kinds: dict[str, Kind] = {"INTEGER": "integer", "REAL": "number", "BLOB": "bytes"}
    return kinds.get(declared.upper(), "text")


def rows(db: sqlite3.Connection, table: Table, selection: Selection) -> Iterator[Row]:
    """Yield a table's rows for the selected stories, ordered by id, without holding them in memory."""
    names = ", ".join(f't."{column.name}"' for column in table.columns)
    sql = f"SELECT {names} FROM {_source(table)} ORDER BY t.id"  # noqa: S608 - names come from the schema
    return iter(db.execute(sql, selection.values(db)))


def count_rows(db: sqlite3.Connection, table: Table, selection: Selection) -> int:
    """Count the rows that ``rows`` would yield."""
    sql = f"SELECT count(*) FROM {_source(table)}"  # noqa: S608 - names come from the schema
    return int(db.execute(sql, selection.values(db)).fetchone()[0])


def _source(table: Table) -> str:
    """Join a table with the chosen stories, row by row, so that no list of ids is ever held."""
    key = "id" if table.name == "stories" else "story_id"
    return f'"{table.name}" AS t JOIN stories AS s ON s.id = t.{key} WHERE {SELECTED}'


def as_text(value: Value) -> str | int | float | None:
    """Make a value fit for a text format: bytes become hexadecimal digits, the rest stays."""
    return value.hex() if isinstance(value, bytes) else value
