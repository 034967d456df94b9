"""JSON Lines: one object a row, every column in it, NULL as null."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from pipelines.export.tables import Row, Table, as_text


def write_jsonl(out: BinaryIO, table: Table, rows: Iterable[Row]) -> tuple[int, tuple[str, ...]]:
    """Write the rows and return how many there were; there is nothing to note."""
    count, names = 0, table.names
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for row in rows:
        record = dict(zip(names, map(as_text, row), strict=True))
        out.write((encode(record) + "\n").encode())
        count += 1
    return count, ()
