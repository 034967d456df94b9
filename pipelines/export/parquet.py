"""Parquet with real types: dates are dates, instants are instants (in UTC), bytes are bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import DatabaseError
from pipelines.export.tables import Column, Kind, Row, Table, Value

_GROUP = 5_000  # rows in memory at once, some 40 MB of stories
_TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "bytes": pa.binary(),
}


def write_parquet(out: BinaryIO, table: Table, rows: Iterable[Row]) -> tuple[int, tuple[str, ...]]:
    """Write the rows in groups; return how many there were, and what a reader must know.

    Raises DatabaseError for a stored date that is none: the store never writes one.
    """
    schema = pa.schema([pa.field(c.name, _TYPES[c.kind], nullable=not c.required) for c in table.columns])
    count, walk = 0, iter(rows)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(walk, _GROUP)):
            cells = zip(*group, strict=True)
            arrays = [
                pa.array([_real(value, column) for value in values], type=_TYPES[column.kind])
                for column, values in zip(table.columns, cells, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(group)
    return count, ("instants are in UTC",) if any(c.kind == "instant" for c in table.columns) else ()


def _real(value: Value, column: Column) -> Value | date | datetime:
    """Turn a stored text into the date or instant that it means."""
    if not isinstance(value, str) or column.kind == "text":
        return value
    try:
        if column.kind == "date":
            return date.fromisoformat(value)
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise DatabaseError(f"{column.name} {value!r} is no {column.kind}: run `govkz doctor`") from None
