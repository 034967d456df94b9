"""The wheel contains everything a crawl needs and names its commit; a foreign ``pipelines`` is reported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from govkz_scraper import __version__

ROOT = Path(__file__).parents[2]


def build(source: Path, folder: Path) -> Path:
    """Build a wheel and unpack it; return the folder, in which nothing else of the checkout is."""
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


def run(path: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-m", "govkz_scraper.cli", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_runs_the_demo(unpacked: Path, tmp_path: Path) -> None:
    done = run(unpacked, "demo", "--db", "demo.db", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Three things to try" in done.stdout
    assert (tmp_path / "demo.db").exists()


def commit_of(folder: Path) -> str:
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="this tree has no commit")
def test_the_version_names_the_commit(unpacked: Path, tmp_path: Path) -> None:
    for path in (unpacked, ROOT):
        done = run(path, "--version", cwd=tmp_path)
        head, _, commit = done.stdout.strip().removesuffix(")").partition(" (commit ")
        assert (done.returncode, head) == (0, f"govkz, version {__version__}"), done.stderr
        assert len(commit) >= 12 and commit_of(ROOT).startswith(commit)


def test_a_copy_without_git_builds_and_runs(tmp_path: Path) -> None:
    copy = tmp_path / "repository" / "copy"
    for name in ("govkz_scraper", "pipelines"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    (copy.parent / ".git").mkdir()  # of another project: its commit is not ours
    site = build(copy, tmp_path / "dist")
    assert not (site / "govkz_scraper" / "COMMIT").exists()
    for path in (copy, site):
        done = run(path, "--version", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, f"govkz, version {__version__}\n"), done.stderr


def test_changelog_and_citation_have_the_version() -> None:
    assert f"\n## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_the_wheel_ships_no_tests_and_no_data_folder(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"govkz_scraper", "pipelines"}


def test_a_foreign_pipelines_is_named(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").write_text("")
    done = run(unpacked, "--version", cwd=tmp_path)  # -m puts the working folder first on the path
    assert done.returncode != 0
    assert "another package named 'pipelines' comes first" in done.stderr
