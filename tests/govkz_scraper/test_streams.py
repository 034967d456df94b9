"""What the command does when its streams are closed, full, or nobody reads them."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.databases import nasty_database

LINE = [sys.executable, "-m", "govkz_scraper.cli"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_database(tmp_path_factory.mktemp("nasty") / "nasty.db")


@pytest.mark.parametrize("command", [["sources"], ["sources", "--json"], ["export", "--format", "jsonl"]])
def test_a_reader_that_has_enough_is_no_failure(database: Path, command: list[str]) -> None:
    more = ["--db", str(database)] if command[0] == "export" else []
    with subprocess.Popen(
        [*LINE, *command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.wait(), process.stderr.read()) == (0, b"")


def full() -> None:
    """Let no file grow beyond 20 KB, as a disk does that has no room: the last write is cut short."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_does_not_fit_is_said(tmp_path: Path, unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with (tmp_path / "out").open("wb") as out:
        line, pipe = [*LINE, "sources", "--json"], subprocess.PIPE
        done = subprocess.run(line, stdout=out, stderr=pipe, check=False, preexec_fn=full, env=environment)
    assert done.returncode == 1
    assert done.stderr == b"govkz: cannot read or write: File too large\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_full_device_is_said_in_one_line(database: Path, format_: str) -> None:
    line = [*LINE, "export", "--format", format_, "-o", "/dev/full", "--db", str(database)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "govkz: cannot write /dev/full: No space left on device\n"


@pytest.mark.parametrize(("closed", "line"), [("<&-", "clean"), (">&-", "sources"), ("2>&-", "sources")])
def test_closed_streams_are_no_mistake_of_ours(closed: str, line: str) -> None:
    command = f"'{sys.executable}' -m govkz_scraper.cli {line} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr in ("", "339 of 339 sources\n")


def test_a_stopped_export_leaves_nothing_behind(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "pipe-sightings.csv"
    os.mkfifo(out)  # the second table waits for a reader, while the first is half written
    line = [*LINE, "export", "--format", "csv", "--with", "sightings", "-o", str(tmp_path / "pipe.csv")]
    with subprocess.Popen([*line, "--db", str(database)], stderr=subprocess.PIPE) as process:
        for _ in range(200):
            if any(path.name.startswith(".pipe.csv.") for path in tmp_path.iterdir()):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 1
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
