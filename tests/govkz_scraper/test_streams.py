"""What the command does when its streams are closed, full, or nobody reads them."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from govkz_scraper.replica.server import Replica
from govkz_scraper.terminal import echo_err
from tests.crawls import rows
from tests.databases import nasty_database

LINE = [sys.executable, "-m", "govkz_scraper"]


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
    """Limit files to 20 KB, like a full disk: the last write is cut short."""
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


def test_a_crawl_that_nobody_watches_any_more_goes_on_to_its_end(tmp_path: Path) -> None:
    with Replica() as replica:
        line = [*LINE, "crawl", "almobl", "kostanay", "--route", "api", "--base-url", replica.base_url]
        line += ["--db", str(tmp_path / "a.db")]
        with subprocess.Popen(line, stderr=subprocess.PIPE) as process:
            assert process.stderr is not None
            process.stderr.readline()
            process.stderr.close()
            assert process.wait(timeout=60) == 0
    assert rows(tmp_path / "a.db", "SELECT outcome FROM crawls") == [("done",)]


def test_a_line_for_a_terminal_moves_nothing_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    echo_err("failed: http://a.example/\x1b]0;title\x07\x9b2J")
    assert capsys.readouterr().err == "failed: http://a.example/\\x1b]0;title\\x07\\x9b2J\n"


def test_a_publisher_named_by_escapes_moves_no_terminal_and_no_page(tmp_path: Path) -> None:
    given = tmp_path / "a.jsonl"
    given.write_text(json.dumps({"title": "Мост открыт", "entity": "\x1b[31mred"}), "utf-8")
    subprocess.run([*LINE, "ingest", str(given), "--db", str(tmp_path / "a.db")], check=True)
    for command in (["stats"], ["report", "-o", "-"], ["search", "мост"]):
        done = subprocess.run(
            [*LINE, *command, "--db", str(tmp_path / "a.db")], capture_output=True, check=True
        )
        assert b"red" in done.stdout
        assert b"\x1b" not in done.stdout


def test_names_of_files_cannot_steer_the_terminal(tmp_path: Path) -> None:
    bad = tmp_path / "a\x1b]0;PWN\x07.html"
    bad.write_text("<p>nothing")
    for line in (["ingest", str(bad), "--db", str(tmp_path / "a.db")], ["stats", "--db", str(bad)]):
        done = subprocess.run([*LINE, *line], capture_output=True, check=False)
        assert done.returncode in (2, 4)
        assert b"\\x1b]0;PWN\\x07" in done.stderr and b"\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "traceback"), [(["--", "--debug"], False), (["x", "--debug"], True)], ids=["word", "option"]
)
def test_debug_behind_two_hyphens_is_a_word(tmp_path: Path, arguments: list[str], traceback: bool) -> None:
    line = [*LINE, "search", "--db", str(tmp_path / "none.db"), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert ("Traceback" in done.stderr) == traceback


def test_a_mistyped_command_is_answered_with_the_name_that_comes_near() -> None:
    done = subprocess.run([*LINE, "exprot"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "govkz: No such command 'exprot'. Did you mean 'export'?\n")
