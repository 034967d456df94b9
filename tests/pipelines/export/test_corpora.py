"""Exports that are folders: what the tools that they are made for read, and what is left alone."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from pipelines.errors import BadInput
from pipelines.export.corpora import export_folder
from pipelines.export.exporter import ExportJob
from pipelines.sqlite.read_only import reading
from tests.databases import nasty_database


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_database(tmp_path_factory.mktemp("nasty") / "nasty.db")


def make(database: Path, format_: str, out: Path, **options: Any) -> Path:
    with reading(database) as db:
        export_folder(db, ExportJob(format_, out, **options), {"govkz-scraper": "1.2.3"})
    return out


@pytest.mark.filterwarnings("default")  # frictionless itself uses what Python has deprecated
def test_a_file_a_story_and_a_table(database: Path, tmp_path: Path) -> None:
    out = make(database, "txt", tmp_path / "corpus", also=("story_links",))
    with (out / "stories.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    files = {path.stem: path for path in (out / "texts").rglob("*.txt")}
    assert files.keys() == rows.keys()
    with reading(database) as db:
        for story, lang, title, body in db.execute("SELECT id, lang, title, body FROM stories"):
            path = files[str(story)]
            assert path.parts[-3] == (lang or "none")
            text = "\n\n".join(filter(None, (title, body))) + "\n"
            assert path.read_bytes() == text.encode()
    assert Package(str(out / "datapackage.json")).validate().valid


@pytest.mark.filterwarnings("default")
def test_the_tools_of_hugging_face_read_the_data_set(database: Path, tmp_path: Path) -> None:
    out = make(database, "huggingface", tmp_path / "set", also=("sightings", "repairs"))
    script = (
        "import sys, datasets\n"
        "for name in ('stories', 'sightings', 'repairs'):\n"
        "    rows = datasets.load_dataset(sys.argv[1], name, cache_dir=sys.argv[2])['train']\n"
        "    print(name, rows.num_rows)\n"
        "print(datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])['train'][0]['title'] is not None)\n"
    )
    command = [sys.executable, "-c", script, str(out), str(tmp_path / "cache")]
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | offline)
    with reading(database) as db:
        counts = [
            f"{name} {db.execute(f'SELECT count(*) FROM {name}').fetchone()[0]}"
            for name in ("stories", "sightings", "repairs")
        ]
    assert done.stdout.splitlines() == [*counts, "True"], done.stderr[-2000:]


def test_croissant_accepts_the_metadata_and_reads_the_rows(database: Path, tmp_path: Path) -> None:
    out = make(database, "huggingface", tmp_path / "set", also=("repairs",))
    script = (
        "import sys, mlcroissant\n"
        "data = mlcroissant.Dataset(jsonld=sys.argv[1])\n"
        "assert not data.metadata.ctx.issues.errors, data.metadata.ctx.issues.report()\n"
        "print(sum(1 for _ in data.records('stories')), sum(1 for _ in data.records('repairs')))\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", script, str(out / "croissant.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    with reading(database) as db:
        wanted = [db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("stories", "repairs")]
    assert done.stdout.split() == [str(count) for count in wanted], done.stderr[-2000:]


def test_pairs_of_translations_are_a_data_set(database: Path, tmp_path: Path) -> None:
    out = make(database, "huggingface", tmp_path / "pairs", parallel=("kk", "ru"))
    fields = json.loads((out / "croissant.json").read_text())["recordSet"][0]["field"]
    assert [field["name"] for field in fields][:2] == ["id_kk", "id_ru"]


def test_an_earlier_export_is_replaced_as_a_whole(database: Path, tmp_path: Path) -> None:
    out = make(database, "txt", tmp_path / "corpus", also=("repairs",))
    (out / "texts" / "kk" / "left over.txt").write_text("")
    make(database, "txt", out)
    assert not (out / "stories-repairs.csv").exists()
    assert not list(out.rglob("left over.txt"))
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


@pytest.mark.parametrize(
    "content", [None, "{}", "[1]", "no JSON", '{"created_by": "govkz-scraper", "folder": "huggingface"}']
)
def test_any_other_folder_is_left_alone(database: Path, tmp_path: Path, content: str | None) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    name = "thesis.txt" if content is None else "datapackage.json"
    (out / name).write_text(content or "text")
    with pytest.raises(BadInput, match="choose a new folder"):
        make(database, "txt", out)
    assert (out / name).read_text() == (content or "text")
    assert [path.name for path in out.iterdir()] == [name]


def test_a_link_and_a_file_are_left_alone(database: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(BadInput, match="no folder"):
            make(database, "txt", tmp_path / name)
    assert (tmp_path / "file").read_text() == "text"
    assert not (tmp_path / "elsewhere").exists()


def test_a_failure_leaves_the_earlier_export(database: Path, tmp_path: Path) -> None:
    out = make(database, "txt", tmp_path / "corpus")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with reading(database) as db, pytest.raises(BadInput, match="no column"):
        export_folder(db, ExportJob("txt", out, columns=("nothing",)), {})
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


def test_standard_output_is_no_folder(database: Path) -> None:
    with reading(database) as db, pytest.raises(BadInput, match="-o FOLDER"):
        export_folder(db, ExportJob("txt"), {})
