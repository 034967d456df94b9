"""Every format gives back what the database holds, cell for cell, on the nastiest texts there are."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.escape import unescape

from pipelines.export.delimited import unguard
from pipelines.export.exporter import ExportJob, Written, export, sibling_path
from pipelines.sqlite.read_only import reading
from tests.databases import nasty_database

ALSO = "sightings", "repairs", "problems", "revisions"
TABLES = ("stories", *ALSO)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_database(tmp_path_factory.mktemp("nasty") / "nasty.db")


@pytest.fixture(scope="module")
def write(
    database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[Path, list[Written]]]:
    def export_to(format_: str, **options: Any) -> tuple[Path, list[Written]]:
        out = tmp_path_factory.mktemp(format_) / f"stories.{format_}"
        with reading(database) as db:
            columns = tuple(f"{table}.{name}" for table in TABLES for name in held(database, table)[0])
            job = ExportJob(format_, out, columns=columns, also=ALSO, **options)
            return out, export(db, job, io.BytesIO())

    return export_to


def held(database: Path, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What the database holds; bytes as the text formats write them."""
    cursor = sqlite3.connect(database).execute(f"SELECT * FROM {table} ORDER BY id")
    names = [column[0] for column in cursor.description]
    rows = [tuple(v.hex() if isinstance(v, bytes) else v for v in row) for row in cursor]
    assert len(rows) > 30
    return names, rows


def known(column: pd.Series[Any]) -> list[Any]:
    return [None if pd.isna(value) else value for value in column]


def as_written(rows: list[tuple[Any, ...]]) -> list[list[str]]:
    return [["" if value is None else str(value) for value in row] for row in rows]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("format_", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_by_pandas(database: Path, write: Any, table: str, format_: str, delimiter: str) -> None:
    out, _ = write(format_)
    frame = pd.read_csv(sibling_path(out, table), sep=delimiter, dtype=str, keep_default_na=False)
    names, rows = held(database, table)
    assert list(frame.columns) == names
    assert frame.to_numpy().tolist() == as_written(rows)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_delimited_by_duckdb_tells_missing_from_empty(
    database: Path, write: Any, table: str, format_: str
) -> None:
    out, _ = write(format_)
    names, rows = held(database, table)
    found = duckdb.read_csv(
        str(sibling_path(out, table)), header=True, all_varchar=True, allow_quoted_nulls=False
    )
    assert found.columns == names
    assert found.fetchall() == [tuple(None if v is None else str(v) for v in row) for row in rows]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_excel_form_is_harmless_and_can_be_undone(
    database: Path, write: Any, table: str, format_: str
) -> None:
    out, _ = write(format_, excel=True)
    path = sibling_path(out, table)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(
        path, sep="," if format_ == "csv" else "\t", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    cells = [cell for row in frame.to_numpy().tolist() for cell in row]
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "＝"))]
    _, rows = held(database, table)
    assert [list(unguard(row)) for row in frame.to_numpy().tolist()] == as_written(rows)


@pytest.mark.parametrize("table", TABLES)
def test_json_lines(database: Path, write: Any, table: str) -> None:
    out, _ = write("jsonl")
    names, rows = held(database, table)
    lines = sibling_path(out, table).read_bytes().split(b"\n")
    assert [json.loads(line) for line in lines if line] == [
        dict(zip(names, row, strict=True)) for row in rows
    ]


def test_json_lines_by_pandas(database: Path, write: Any) -> None:
    out, _ = write("jsonl")
    frame = pd.read_json(out, lines=True, dtype=False)
    _, rows = held(database, "stories")
    assert known(frame["title"]) == [row[5] for row in rows]


def test_json_lines_by_duckdb(database: Path, write: Any) -> None:
    out, _ = write("jsonl")
    _, rows = held(database, "stories")
    columns = {"id": "BIGINT", "title": "VARCHAR", "body": "VARCHAR", "published": "VARCHAR"}
    found = duckdb.read_json(str(out), format="newline_delimited", columns=columns).fetchall()
    assert found == [(row[0], row[5], row[6], row[7]) for row in rows]


def real(name: str, value: Any) -> Any:
    """A stored text as the date or moment that it means."""
    if value is None:
        return None
    if name == "published":
        return date.fromisoformat(value)
    if name in {"published_at", "first_seen", "last_seen", "gone_at", "seen_at", "last_seen_at"}:
        return datetime.fromisoformat(value)
    return bytes.fromhex(value) if name == "record_hash" else value


@pytest.mark.parametrize("table", TABLES)
def test_parquet_by_duckdb(database: Path, write: Any, table: str) -> None:
    out, _ = write("parquet")
    names, rows = held(database, table)
    found = duckdb.read_parquet(str(sibling_path(out, table)))
    assert found.columns == names
    assert found.fetchall() == [tuple(map(real, names, row)) for row in rows]


def test_parquet_by_pandas_has_real_types(database: Path, write: Any) -> None:
    out, _ = write("parquet")
    frame = pd.read_parquet(out, dtype_backend="pyarrow")
    _, rows = held(database, "stories")
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types["id"] == "int64[pyarrow]"
    assert types["published"] == "date32[day][pyarrow]"
    assert types["first_seen"] == "timestamp[us, tz=UTC][pyarrow]"
    assert known(frame["body"]) == [row[6] for row in rows]


@pytest.mark.parametrize("table", TABLES)
def test_xlsx(database: Path, write: Any, table: str) -> None:
    """Long texts are put together again from the sheet ``continued``, escapes undone as Excel undoes them."""
    out, _ = write("xlsx")
    names, rows = held(database, table)
    sheet = pd.read_excel(out, sheet_name=table, dtype=str, keep_default_na=False)
    further = pd.read_excel(out, sheet_name="continued", dtype=str, keep_default_na=False)
    rest = further[further["table"] == table].groupby(["id", "column"])["text"].sum()
    found = [
        [unescape(cell + rest.get((row[0], name), "")) for name, cell in zip(names, row, strict=True)]
        for row in sheet.to_numpy().tolist()
    ]
    assert found == as_written(rows)
    assert table != "stories" or len(rest) == 4


def test_xlsx_is_all_text_with_a_frozen_header(write: Any) -> None:
    out, _ = write("xlsx")
    sheet = openpyxl.load_workbook(out)["stories"]
    assert sheet.freeze_panes == "A2"
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert kinds <= {"s", "n", "inlineStr"}, "no formula ('f') anywhere"
    assert not sheet._hyperlinks
    assert all(len(str(cell.value).encode("utf-16-le")) // 2 <= 32_767 + 100 for cell in sheet["F"])
