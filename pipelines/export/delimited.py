"""Text tables: CSV and TSV (RFC 4180), also in a form safe to open in a spreadsheet, and JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from pipelines.errors import BadInput
from pipelines.export.tables import Row, Table, Value, as_text

# The start of a formula in a spreadsheet (OWASP, "CSV Injection"), also after spaces and in full width. A
# leading apostrophe is guarded too, so that removing one apostrophe always restores the text.
_FORMULA = re.compile(r"[\s\x00]*[=+\-@＝＋－＠]|[\t\r\n]|'")
_GUARDED = "cells that got a leading apostrophe, so that a spreadsheet does not run them: {}"
_WOULD_RUN = "cells that a spreadsheet would run as formulas (use --excel for a safe file): {}"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 500  # rows per write


def write_delimited(
    out: BinaryIO, table: Table, rows: Iterable[Row], *, delimiter: str = ",", excel: bool = False
) -> tuple[int, tuple[str, ...]]:
    """Write a header and the rows; return the number of rows and notes for the reader.

    NULL is an empty field, an empty text is ``""``, as DuckDB and PostgreSQL distinguish them. With
    ``excel`` the file begins with a byte-order mark, and formulas with an apostrophe.
    """
    special = re.compile(f'["\r\n{re.escape(delimiter)}]')
    formulas = 0

    def cell(value: Value) -> str:
        nonlocal formulas
        if value is None:
            return ""
        if not isinstance(value, str):
            return value.hex() if isinstance(value, bytes) else repr(value)
        if _FORMULA.match(value):
            formulas += 1
            value = "'" + value if excel else value
        if not value or special.search(value):
            return '"' + value.replace('"', '""') + '"'
        return value

    if excel:
        out.write(_BOM)
    out.write((delimiter.join(table.names) + "\r\n").encode())
    count, remaining = 0, iter(rows)
    # A row of a single empty field would be an empty line, which readers skip.
    while lines := [delimiter.join(map(cell, row)) or '""' for row in islice(remaining, _CHUNK)]:
        count += len(lines)
        out.write(("\r\n".join(lines) + "\r\n").encode())
    note = _GUARDED if excel else _WOULD_RUN
    return count, (note.format(formulas),) if formulas else ()


def check_delimiter(delimiter: str) -> str:
    """Return a delimiter; ``\\t`` is a tab. Raises BadInput for what no reader could tell from a value."""
    found = "\t" if delimiter in ("\\t", "tab") else delimiter
    if len(found) != 1 or found in '"\r\n' or found.isalnum() or found in " -+._" or not found.isascii():
        raise BadInput(f"{delimiter!r} is no delimiter: use one character such as ; or | (a tab is \\t)")
    return found


def unguard(cells: Iterable[str]) -> Iterator[str]:
    """Yield the original texts of a file written with ``excel``: the exact inverse of the apostrophes.

    >>> list(unguard(["'=1+1", "''tis", "plain"]))
    ['=1+1', "'tis", 'plain']
    """
    return (cell.removeprefix("'") for cell in cells)


def write_jsonl(out: BinaryIO, table: Table, rows: Iterable[Row]) -> tuple[int, tuple[str, ...]]:
    """Write one object per row, with every column; return the number of rows and no notes."""
    count, names = 0, table.names
    encode = json.JSONEncoder(ensure_ascii=False).encode
    nested = [column.name for column in table.columns if column.kind == "json"]
    for row in rows:
        record: dict[str, Any] = dict(zip(names, map(as_text, row), strict=True))
        for name in nested:
            record[name] = json.loads(record[name] or "null")
        out.write((encode(record) + "\n").encode())
        count += 1
    return count, ()
