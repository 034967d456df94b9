"""The limits of a workbook: rows, and characters of a cell."""

from __future__ import annotations

import io

import openpyxl

from pipelines.export.tables import Column, Table
from pipelines.export.xlsx import cut, write_xlsx

COLUMNS = (Column("id", "integer", required=True), Column("title", "text", required=False))
TABLE = Table("stories", COLUMNS)


def test_a_table_longer_than_a_sheet_goes_on_in_the_next() -> None:
    out = io.BytesIO()
    rows = [(number, str(number)) for number in range(1, 8)]
    ((count, notes),) = write_xlsx(out, [(TABLE, rows)], sheet_rows=4)
    assert count == 7
    assert notes == ("continues in 2 further sheets",)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["stories", "stories 2", "stories 3"]
    values = [list(book[name].values) for name in book.sheetnames]
    assert all(sheet[0] == ("id", "title") for sheet in values)
    assert [row for sheet in values for row in sheet[1:]] == rows


def test_a_text_is_cut_only_where_a_cell_ends() -> None:
    assert cut("a" * 32_767) == ["a" * 32_767]
    assert [len(part) for part in cut("a" * 32_768)] == [32_767, 1]
    assert [len(part) for part in cut("😀" * 20_000)] == [16_383, 3_617], (
        "an emoji counts twice and is not cut"
    )


def test_a_number_too_large_for_a_float_stays_exact() -> None:
    out = io.BytesIO()
    list(write_xlsx(out, [(TABLE, [(2**60 + 1, None)])]))
    assert openpyxl.load_workbook(out)["stories"]["A2"].value == str(2**60 + 1)


def test_what_goes_on_elsewhere_names_its_row_by_its_id_or_its_place() -> None:
    long = "я" * 40_000
    for names, row, which in ((("title", "id"), (long, 7), 7), (("title",), (long,), "row 1")):
        out = io.BytesIO()
        columns = tuple(column for name in names for column in COLUMNS if column.name == name)
        list(write_xlsx(out, [(Table("stories", columns), [row])]))
        (_, first) = openpyxl.load_workbook(out)["continued"].values
        assert first[:4] == ("stories", which, "title", 2)
