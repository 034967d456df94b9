"""export, search, stats, report and serve as commands: what they write where, and how they fail."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from govkz_scraper.cli import cli
from pipelines.errors import GovkzError
from tests.databases import nasty_database


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nasty_database(tmp_path_factory.mktemp("nasty") / "nasty.db")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def really(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, with pipes for its streams."""
    command = [sys.executable, "-m", "govkz_scraper.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})


def exported(*arguments: object) -> list[dict[str, str]]:
    done = really("export", "--format", "csv", *arguments)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))


def test_a_table_on_standard_output_is_only_the_table(database: Path) -> None:
    for place in ([], ["-o", "-"]):
        assert len(exported("--db", database, *place)) == 40


@pytest.mark.parametrize("format_", ["xlsx", "parquet"])
def test_binary_formats_can_be_piped(database: Path, format_: str) -> None:
    done = really("export", "--format", format_, "-o", "-", "--db", database)
    assert done.returncode == 0
    assert done.stdout[:4] in (b"PK\x03\x04", b"PAR1")
    assert format_ != "xlsx" or zipfile.ZipFile(io.BytesIO(done.stdout)).testzip() is None


def test_a_file_gets_a_description_beside_it(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "stories.csv"
    result = run("export", "--format", "csv", "--with", "repairs,problems", "-o", out, "--db", database)
    assert result.exit_code == 0, result.output
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"stories.csv", "stories-repairs.csv", "stories-problems.csv", "datapackage.json"}
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    assert {resource["row_count"] for resource in package["resources"]} == {40, 78, 39}


def test_filters_choose(database: Path) -> None:
    rows = exported("--db", database, "--source", "almobl", "--lang", "kk,ru")
    assert rows
    assert {row["entity"] for row in rows} == {"almobl"}
    assert {row["lang"] for row in rows} <= {"kk", "ru"}
    rows = exported("--db", database, "--since", "01.03.2025", "--until", "2025-06-30")
    assert rows
    assert all("2025-03-01" <= row["published"] <= "2025-06-30" for row in rows)
    assert [row["title"] for row in exported("--db", database, "--query", "қала күн")] == [
        "Қала күні, Ёлка, мәңгі"
    ]
    assert len(exported("--db", database, "--lang", "none")) == 1
    of_two = exported("--db", database, "--source", "almobl,kostanay")
    assert exported("--db", database, "--source", "ALMOBL", "--source", "kostanay") == of_two != []
    refused = run("export", "--format", "csv", "--db", database, "--source", "nobody")
    assert "unknown source 'nobody'" in str(refused.exception)


def test_columns_are_chosen_in_order(database: Path) -> None:
    assert list(exported("--db", database, "--columns", "title,id")[0]) == ["title", "id"]


def test_the_same_bytes_each_time(database: Path) -> None:
    for format_ in ("csv", "jsonl", "parquet", "rss"):
        first, second = (really("export", "--format", format_, "-o", "-", "--db", database) for _ in range(2))
        assert first.stdout == second.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "xml"], "'xml'"),
        (["--format", "csv", "--since", "2025-02-30"], "2025-02-30"),
        (["--format", "csv", "--since", "yesterday"], "yesterday"),
        (["--format", "csv", "--since", "2025-03-01", "--until", "2025-02-01"], "later than --until"),
        (["--format", "csv", "--lang", "kz"], "kz"),
        (["--format", "csv", "--with", "_near", "-o", "x.csv"], "no further table '_near'"),
        (["--format", "csv", "--parallel", "kk"], "two languages"),
        (["--format", "csv", "--parallel", "kk,ru", "--lang", "kk"], "leave out --lang"),
        (["--format", "txt"], "-o FOLDER"),
        (["--format", "huggingface", "--delimiter", ";"], "--delimiter"),
        (["--format", "csv", "--delimiter", "ab"], "is no delimiter"),
        (["--format", "csv", "--seed", "3"], "--sample"),
        (["--format", "csv", "--sample", "0"], "0"),
        (["--format", "csv", "--seen-since", "lately"], "no date or instant"),
        (["--format", "csv", "--columns", "repairs.rule"], "add --with repairs"),
        (["--format", "jsonl", "--feed-url", "x"], "--feed-url"),
        (["--format", "csv", "--with", "repairs"], "-o"),
        (["--format", "rss", "--with", "repairs", "-o", "x.xml"], "--with"),
        (["--format", "csv", "--columns", "id,heading"], "heading"),
        (["--format", "jsonl", "--excel"], "--excel"),
        (["--format", "csv", "--query", "..."], "no word"),
        (["--format", "csv", "-o", "."], "directory"),
        (["--format", "csv", "-o", "no/such/folder.csv"], "its directory does not exist"),
        (["--format", "csv", "-o", "datapackage.json"], "reserved for the table descriptions"),
        (["--format", "csv", "--with", "repairs", "-o", "/dev/null"], "which is not a file"),
        (["--format", "rss", "--columns", "id"], "--columns"),
        ([], "--format"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_arguments_are_said_in_a_line(
    database: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    command = [sys.executable, "-m", "govkz_scraper.cli", "export", *arguments, "--db", str(database)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_database_itself_is_never_overwritten(database: Path) -> None:
    before = database.read_bytes()
    for command in (["export", "--format", "csv"], ["report"]):
        for end in ("", "-wal", ".lock"):
            assert run(*command, "-o", f"{database}{end}", "--db", database).exit_code == 2
    assert database.read_bytes() == before


COMMANDS = [["stats"], ["search", "x"], ["export", "--format", "csv"], ["report", "-o", "-"], ["serve"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("content", [None, b"", b"no database\n" * 100], ids=["missing", "empty", "text"])
def test_a_database_that_is_none_exits_4(tmp_path: Path, command: list[str], content: bytes | None) -> None:
    path = tmp_path / "some.db"
    if content is not None:
        path.write_bytes(content)
    done = really(*command, "--db", path)
    assert done.returncode == 4
    assert done.stderr.decode().count("\n") == 1
    assert str(path) in done.stderr.decode()
    assert content is not None or not path.exists()


def test_the_database_may_come_from_the_environment(database: Path) -> None:
    done = really("stats", "--json", GOVKZ_DB=str(database))
    assert json.loads(done.stdout)["stories"] == 40


def test_a_database_in_a_folder_that_cannot_be_written(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read only"
    folder.mkdir()
    (folder / "copy.db").write_bytes(database.read_bytes())
    folder.chmod(0o555)
    done = really("stats", "--json", "--db", folder / "copy.db")
    folder.chmod(0o755)
    assert json.loads(done.stdout)["stories"] == 40


def test_search_shows_title_facts_and_excerpt(database: Path) -> None:
    result = run("search", "кала", "куни", "--db", database)
    assert result.exit_code == 0
    assert "Қала күні, Ёлка, мәңгі" in result.output
    assert "almobl" in result.output or "kostanay" in result.output
    assert "\x1b" not in result.output
    assert "\x1b[" in run("search", "кала", "--color", "--db", database).output


def test_search_as_json(database: Path) -> None:
    (line,) = run("search", "қала", "--json", "--db", database).output.splitlines()
    assert json.loads(line)["title"].startswith("Қала")


def test_search_says_when_nothing_or_only_some_words_match(database: Path) -> None:
    assert "no story matches" in run("search", "жоқсөз", "--db", database).output
    assert "some of them" in run("search", "қала", "жоқсөз", "--db", database).output


def test_search_prints_nothing_that_plays_with_the_terminal(database: Path) -> None:
    output = run("search", "escape bell", "--db", database).output
    assert not {letter for letter in output if ord(letter) < 32} - {"\n"}


def test_search_starts_without_heavy_imports(database: Path) -> None:
    code = (
        "import sys; from govkz_scraper.cli import main\n"
        f"sys.argv = ['govkz', 'search', 'қала', '--db', {str(database)!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "slow = {'sqlite_utils', 'pandas', 'scrapy', 'ftfy', 'dateparser', 'pyarrow'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_stats_on_a_terminal_and_as_json(database: Path) -> None:
    text = run("stats", "--db", database).output
    assert "stories" in text
    assert "doubled-space  78" in text
    numbers = json.loads(run("stats", "--json", "--db", database).output)
    assert (numbers["stories"], numbers["sightings"], numbers["repairs"]) == (40, 40, 78)
    assert numbers["languages"]["unknown"] == 1
    assert numbers["problems_by_kind"] == {"x": 39}


def test_report_of_an_empty_database(tmp_path: Path) -> None:
    from tests.databases import new_database

    new_database(tmp_path / "empty.db").close()
    for command in (["report", "-o", "-"], ["stats"], ["stats", "--json"], ["export", "--format", "rss"]):
        result = run(*command, "--db", tmp_path / "empty.db")
        assert result.exit_code == 0, result.output
    assert "no story yet" in run("report", "-o", "-", "--db", tmp_path / "empty.db").output


def test_parquet_says_what_to_install(database: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['pyarrow'] = None; from govkz_scraper.cli import main; main()"
    line = [
        sys.executable,
        "-c",
        code,
        "export",
        "--format",
        "parquet",
        "-o",
        tmp_path / "a",
        "--db",
        database,
    ]
    done = subprocess.run(list(map(str, line)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "pip install 'govkz-scraper[parquet]'" in done.stderr
    assert not list(tmp_path.iterdir())


def test_serve_says_what_to_install(monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run("serve", "--db", database)
    assert isinstance(result.exception, GovkzError)
    assert "pip install 'govkz-scraper[serve]'" in str(result.exception)


def test_serve_names_a_port_that_is_taken(database: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = really("serve", "--port", taken.getsockname()[1], "--db", database)
    assert done.returncode == 2
    assert b"--port" in done.stderr
    assert done.stderr.count(b"\n") == 1
