"""Excel workbook: text is always a string cell, never a formula or a link, and no text is truncated.

Written row by row, in constant memory. A cell holds 32,767 characters: the rest of a longer text is in the
sheet ``continued``. A sheet holds 1,048,576 rows: the table continues in ``stories 2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipelines.export.tables import Row, Table, Value

CELL = 32_767  # UTF-16 units, the limit of Excel
SHEET_ROWS = 1_048_576  # the limit of Excel, including the header
_WIDTHS = {"title": 60, "body": 80, "raw_title": 60, "raw_body": 80, "url": 40}
_EXACT_INTEGER = 2**53  # a number in a cell is a float
_CONTINUED = ("table", "id", "column", "part", "text")


@dataclass(slots=True)
class _Continued:
    """The sheet for texts longer than a cell, created on demand."""

    book: Workbook
    sheet: Worksheet | None = None
    row: int = 0

    def add(self, table: str, row_id: Value, column: str, parts: list[str]) -> None:
        if self.sheet is None:
            self.sheet = _new_sheet(self.book, "continued", _CONTINUED)
        for number, part in enumerate(parts, start=2):
            self.row += 1
            for at, value in enumerate((table, row_id, column, number, part)):
                _put(self.sheet, self.row, at, value)


def write_xlsx(
    out: BinaryIO, tables: Iterable[tuple[Table, Iterable[Row]]], *, sheet_rows: int = SHEET_ROWS
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Write one sheet per table; return for each the number of rows and notes for the reader."""
    # Strings are written by write_string only, so none becomes a link, a formula or a number.
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False})
    continued = _Continued(book)
    done = [_write_table(book, continued, table, rows, sheet_rows) for table, rows in tables]
    book.close()
    return iter(done)


def _write_table(
    book: Workbook, continued: _Continued, table: Table, rows: Iterable[Row], sheet_rows: int
) -> tuple[int, tuple[str, ...]]:
    count, sheets, long_before = 0, 1, continued.row
    sheet = _new_sheet(book, table.name, table.names)
    line = 0
    of_row = table.names.index("id") if "id" in table.names else None
    for row in rows:
        line += 1
        if line == sheet_rows:
            sheets, line = sheets + 1, 1
            sheet = _new_sheet(book, f"{table.name} {sheets}", table.names)
        for at, value in enumerate(row):
            parts = cut(value) if isinstance(value, str) else [value]
            _put(sheet, line, at, parts[0])
            if len(parts) > 1:
                which = f"row {count + 1}" if of_row is None else row[of_row]  # below the header
                continued.add(table.name, which, table.names[at], [str(part) for part in parts[1:]])
        count += 1
    notes = [f"continues in {sheets - 1} further sheets"] if sheets > 1 else []
    if continued.row > long_before:
        notes.append("texts longer than a cell continue in the sheet 'continued'")
    return count, tuple(notes)


def _new_sheet(book: Workbook, name: str, header: Iterable[str]) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for at, column in enumerate(header):
        sheet.set_column(at, at, _WIDTHS.get(column, 12))
        sheet.write_string(0, at, column, bold)
    return sheet


def _put(sheet: Worksheet, row: int, at: int, value: Value) -> None:
    if value is None:
        return
    if isinstance(value, bytes):
        value = value.hex()
    elif not isinstance(value, str):
        if abs(value) <= _EXACT_INTEGER:
            sheet.write_number(row, at, value)
            return
        value = str(value)
    sheet.write_string(row, at, value)


def cut(text: str, size: int = CELL) -> list[str]:
    """Split a text into pieces that fit in a cell.

    >>> cut("абвгд", 2)
    ['аб', 'вг', 'д']
    """
    if len(text) * 2 <= size or _units(text) <= size:
        return [text]
    parts, start, units = [], 0, 0
    for at, letter in enumerate(text):
        width = 2 if ord(letter) > 0xFFFF else 1
        if units + width > size:
            parts.append(text[start:at])
            start, units = at, 0
        units += width
    return [*parts, text[start:]]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
