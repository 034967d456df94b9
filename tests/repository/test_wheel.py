"""The wheel holds everything that a crawl needs, and a foreign ``pipelines`` is named before it does harm."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, and unpack it where nothing of the checkout lies."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(path: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-m", "govkz_scraper.cli", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_runs_the_demo(unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked, "demo", "--db", "demo.db", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Three things to try" in done.stdout
    assert (tmp_path / "demo.db").exists()


def test_the_wheel_ships_no_tests_and_no_data_folder(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"govkz_scraper", "pipelines"}


def test_a_foreign_pipelines_is_named(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").write_text("")
    done = run(unpacked, "--version", cwd=tmp_path)  # -m puts the working folder first on the path
    assert done.returncode != 0
    assert "another package named 'pipelines' comes first" in done.stderr
