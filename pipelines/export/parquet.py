"""Parquet with native types: dates, timestamps in UTC, bytes. Needs the extra ``parquet``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import DatabaseError
from pipelines.export.tables import Column, Kind, Row, Table, Value

_GROUP = 5_000  # rows in memory at once, about 40 MB of stories
_TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "bytes": pa.binary(),
    "json": pa.string(),
}


def write_parquet(out: BinaryIO, table: Table, rows: Iterable[Row]) -> tuple[int, tuple[str, ...]]:
    """Write the rows in groups; return the number of rows and notes for the reader.

    Raises DatabaseError for an invalid date, which only another program can have stored.
    """
    schema = pa.schema([pa.field(c.name, _TYPES[c.kind], nullable=not c.required) for c in table.columns])
    count, remaining = 0, iter(rows)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(remaining, _GROUP)):
            cells = zip(*group, strict=True)
            arrays = [
                pa.array([_native(value, column) for value in values], type=_TYPES[column.kind])
                for column, values in zip(table.columns, cells, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(group)
    return count, ("instants are in UTC",) if any(c.kind == "instant" for c in table.columns) else ()


def _native(value: Value, column: Column) -> Value | date | datetime:
    """Parse a stored date or instant; return other values unchanged."""
    if not isinstance(value, str) or column.kind in ("text", "json"):
        return value
    try:
        if column.kind == "date":
            return date.fromisoformat(value)
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise DatabaseError(
            f"{column.name} {value!r} is no valid {column.kind}: run `govkz doctor`"
        ) from None
