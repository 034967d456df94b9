"""CSV and TSV after RFC 4180, and the form that is safe to open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from pipelines.export.tables import Row, Table, Value

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), also behind blanks and in
# full width. An apostrophe is guarded too, so that taking one apostrophe away always gives the text back.
_LIVE = re.compile(r"[\s\x00]*[=+\-@＝＋－＠]|[\t\r\n]|'")
_GUARDED = "cells that begin with an added apostrophe, so that no spreadsheet runs them: {}"
_WOULD_RUN = "cells that would run as formulas in a spreadsheet (use --excel for opening it there): {}"
_MARK = b"\xef\xbb\xbf"
_CHUNK = 500  # rows joined before they are written


def write_delimited(
    out: BinaryIO, table: Table, rows: Iterable[Row], *, delimiter: str = ",", excel: bool = False
) -> tuple[int, tuple[str, ...]]:
    """Write a header and the rows; return how many rows, and what a reader must know.

    NULL is an empty field, an empty text is ``""``: DuckDB and PostgreSQL can tell them apart. With
    ``excel`` the file begins with the byte-order mark and live cells begin with an apostrophe.
    """
    special = re.compile(f'["\r\n{delimiter}]')
    live = 0

    def cell(value: Value) -> str:
        nonlocal live
        if value is None:
            return ""
        if not isinstance(value, str):
            return value.hex() if isinstance(value, bytes) else repr(value)
        if _LIVE.match(value):
            live += 1
            value = "'" + value if excel else value
        if not value or special.search(value):
            return '"' + value.replace('"', '""') + '"'
        return value

    if excel:
        out.write(_MARK)
    out.write((delimiter.join(table.names) + "\r\n").encode())
    count, walk = 0, iter(rows)
    # A row that is one empty field would be an empty line, which readers pass over.
    while lines := [delimiter.join(map(cell, row)) or '""' for row in islice(walk, _CHUNK)]:
        count += len(lines)
        out.write(("\r\n".join(lines) + "\r\n").encode())
    note = _GUARDED if excel else _WOULD_RUN
    return count, (note.format(live),) if live else ()


def unguard(cells: Iterable[str]) -> Iterator[str]:
    """Give back the texts of a file written for spreadsheets: the exact inverse of the apostrophes.

    >>> list(unguard(["'=1+1", "''tis", "plain"]))
    ['=1+1', "'tis", 'plain']
    """
    return (cell.removeprefix("'") for cell in cells)
