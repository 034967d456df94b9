"""The description beside a table: complete, true, and accepted by the tool that the format comes from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from pipelines.errors import BadInput
from pipelines.export.data_package import check_package, write_package
from pipelines.export.exporter import ExportJob, export
from pipelines.export.selection import Selection
from pipelines.search.filters import Filters
from pipelines.sqlite.read_only import reading
from tests.databases import NOW, nasty_database

ALSO = "sightings", "repairs", "problems", "revisions"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_database(tmp_path_factory.mktemp("nasty") / "nasty.db")


def make(database: Path, job: ExportJob) -> dict[str, Any]:
    with reading(database) as db:
        path = write_package(db, job, export(db, job, io.BytesIO()), {"govkz-scraper": "1.2.3"})
    package: dict[str, Any] = json.loads(path.read_bytes())
    return package


@pytest.mark.filterwarnings("default")  # frictionless itself uses what Python has deprecated
@pytest.mark.parametrize("format_", ["csv", "tsv", "xlsx", "jsonl", "parquet"])
@pytest.mark.parametrize("excel", [False, True])
def test_frictionless_accepts_it(database: Path, tmp_path: Path, format_: str, excel: bool) -> None:
    if excel and format_ not in ("csv", "tsv"):
        return
    make(database, ExportJob(format_, tmp_path / f"stories.{format_}", also=ALSO, excel=excel))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]
    assert len(report.tasks) == 5


@pytest.mark.filterwarnings("default")
def test_frictionless_notices_a_changed_file(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "stories.csv"
    make(database, ExportJob("csv", out))
    out.write_bytes(out.read_bytes().replace(b"NA", b"NB", 1))
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_it_says_everything_needed_to_cite_and_check(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "some stories.csv"
    chosen = Selection(Filters(since="2025-02-01", sources=("kostanay",), langs=("kk",)), query="mac*")
    (resource,) = make(database, ExportJob("csv", out, chosen))["resources"]
    assert resource["filters"] == {
        "since": "2025-02-01",
        "until": None,
        "source": ["kostanay"],
        "lang": ["kk"],
        "query": "mac*",
        "seen_since": None,
        "min_words": None,
        "sample": None,
        "seed": None,
        "parallel": [],
    }
    assert resource["hash"] == "sha256:" + hashlib.sha256(out.read_bytes()).hexdigest()
    assert resource["bytes"] == out.stat().st_size
    assert resource["row_count"] == out.read_bytes().count(b"\r\n") - 1 == 1
    assert resource["created"] == NOW
    assert resource["versions"] == {"govkz-scraper": "1.2.3"}
    assert all(field["description"] for field in resource["schema"]["fields"])


def test_a_folder_of_exports_has_one_description(database: Path, tmp_path: Path) -> None:
    make(database, ExportJob("csv", tmp_path / "stories.csv", also=("repairs",)))
    make(database, ExportJob("jsonl", tmp_path / "stories.jsonl"))
    (tmp_path / "stories-repairs.csv").unlink()
    package = make(database, ExportJob("csv", tmp_path / "stories.csv", Selection(Filters(langs=("ru",)))))
    assert [resource["path"] for resource in package["resources"]] == ["stories.csv", "stories.jsonl"]
    assert package["resources"][0]["filters"]["lang"] == ["ru"]


@pytest.mark.filterwarnings("default")
def test_each_file_has_one_description_however_it_is_named_and_written_again(
    database: Path, tmp_path: Path
) -> None:
    for name in ("a.csv", "a.txt", "my x.csv", "my-x.csv", "My-X.csv", "a.txt"):
        make(database, ExportJob("csv", tmp_path / name))
    make(database, ExportJob("xlsx", tmp_path / "s.xlsx", also=("repairs",)))
    make(database, ExportJob("xlsx", tmp_path / "s.xlsx"))
    package = make(database, ExportJob("tsv", tmp_path / "a.csv"))
    paths = [resource["path"] for resource in package["resources"]]
    assert sorted(paths) == sorted(["a.csv", "a.txt", "my x.csv", "my-x.csv", "My-X.csv", "s.xlsx"])
    assert len({resource["name"] for resource in package["resources"]}) == len(paths)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]


@pytest.mark.filterwarnings("default")
def test_rows_of_one_empty_field_are_rows(database: Path, tmp_path: Path) -> None:
    (resource,) = make(database, ExportJob("csv", tmp_path / "a.csv", columns=("title",)))["resources"]
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == resource["row_count"] == 40
    assert any(row["title"] == "" for row in rows)
    assert Package(str(tmp_path / "datapackage.json")).validate().valid


def test_a_further_table_that_cannot_be_written_leaves_the_first_as_it_was(
    database: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "a-repairs.csv").mkdir()
    with pytest.raises(BadInput, match=r"a-repairs\.csv"):
        make(database, ExportJob("csv", tmp_path / "a.csv", also=("repairs",)))
    assert (tmp_path / "a.csv").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "a-repairs.csv"}


@pytest.mark.parametrize("content", ["{}", "not JSON", '{"created_by": "somebody", "resources": []}', "[1]"])
def test_somebody_elses_description_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "datapackage.json").write_text(content)
    with pytest.raises(BadInput, match="another directory"):
        check_package(ExportJob("csv", tmp_path / "stories.csv"))
    assert (tmp_path / "datapackage.json").read_text() == content


@pytest.mark.filterwarnings("default")
def test_file_names_in_any_letters(database: Path, tmp_path: Path) -> None:
    for name in ("истории.csv", "бейнелер.csv", "my stories.csv"):
        make(database, ExportJob("csv", tmp_path / name))
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])[:5]
    assert len(report.tasks) == 3
