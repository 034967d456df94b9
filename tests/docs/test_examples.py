"""The examples of the documents run, in order, in one folder per document.

``sh`` blocks run in bash with ``govkz`` and the tools of this environment; ``sql`` blocks run against
govkz.db (or the file named after ``sql``) and must return rows; ``python`` blocks run as they are. A block
that cannot be run says why in a comment before it: ``<!-- not run: reason -->``.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    *("docs/guides/cookbook.md", "docs/guides/search.md", "docs/guides/citing.md", "docs/guides/ingest.md"),
    *("docs/tutorials/analyst.md", "docs/tutorials/researcher.md", "docs/tutorials/data-engineer.md"),
]
BLOCK = re.compile(
    r"(?P<why><!-- not run: [^>]+ -->\n)?[ ]*```(?P<kind>\w+)(?: (?P<db>\S+))?\n(?P<code>.*?)```", re.DOTALL
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new user's folder: the sample, and `govkz` on the path."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("*.db*"))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, module in (("govkz", "govkz_scraper.cli"), ("frictionless", "frictionless")):
        tool = bin_folder / name
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
        tool.chmod(0o755)
    return tmp_path


def run(folder: Path, *command: str) -> str:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    environment.pop("GOVKZ_DB", None)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_every_example_runs(page: str, folder: Path) -> None:
    if "govkz ingest" not in (text := (ROOT / page).read_text("utf-8")) and "demo.db" not in text:
        run(folder, "bash", "-ec", "govkz ingest data/sample.jsonl --db govkz.db")
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) == text.count("```") / 2
    for block in blocks:
        code = re.sub(r"^   ", "", block["code"], flags=re.MULTILINE) if block[0][0] == " " else block["code"]
        if block["why"] or block["kind"] == "r":
            continue
        if block["kind"] == "sh":
            run(folder, "bash", "-euo", "pipefail", "-c", code)
        elif block["kind"] == "python":
            run(folder, sys.executable, "-c", code)
        else:
            assert block["kind"] == "sql", block["kind"]
            with sqlite3.connect(folder / (block["db"] or "govkz.db")) as db:
                assert db.execute(code).fetchall(), f"{page}: no rows from\n{code}"
            db.close()


def test_r_examples(folder: Path) -> None:
    libraries = "library(DBI); library(RSQLite); library(readr)"
    found = shutil.which("Rscript")
    if found is None or subprocess.run([found, "-e", libraries], capture_output=True, check=False).returncode:
        message = "NOT TESTED: the R examples of the cookbook; they need R with DBI, RSQLite and readr"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    text = (ROOT / "docs/guides/cookbook.md").read_text("utf-8")
    run(folder, "bash", "-ec", next(block["code"] for block in BLOCK.finditer(text)))
    for block in BLOCK.finditer(text):
        if block["kind"] == "r":
            run(folder, "Rscript", "-e", block["code"])


@pytest.mark.parametrize("page", [*PAGES, "docs/guides/export.md", "docs/guides/limits.md"])
def test_named_options_and_columns_exist(page: str) -> None:
    """The options, tables and columns that a document names exist."""
    from govkz_scraper.commands.export import command as export
    from govkz_scraper.commands.search import command as search
    from pipelines.sqlite.data_dictionary import written_down

    text = (ROOT / page).read_text("utf-8")
    known = {
        option for command in (export, search) for parameter in command.params for option in parameter.opts
    }
    for option in re.findall(r"govkz (?:export|search)[^\n`]*?(--[a-z]+)", text):
        assert option in known, option
    tables = written_down()["table"] | written_down()["view"]
    for table, column in re.findall(r"`([a-z_]+)\.(?!json|csv|xlsx)([a-z_]+)`", text):
        assert column in tables[table], f"{table}.{column}"
