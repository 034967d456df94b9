"""The command line: every command has help, help imports no framework, mistakes get one line."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from govkz_scraper.cli import COMMANDS, cli


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "govkz_scraper.cli", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output and "\n  Example" in result.output


def test_help_imports_no_framework() -> None:
    code = (
        "import sys; sys.argv = ['govkz', '--help']\n"
        "from govkz_scraper.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "slow = {'scrapy', 'twisted', 'pyarrow', 'datasette', 'dateparser', 'sqlite_utils', 'ftfy'}\n"
        "print('LOADED', sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "LOADED []" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["harvest"], 2, "No such command 'harvest'; `govkz --help` shows how"),
        (["crawl", "--deep"], 2, "No such option '--deep'"),
        (["search"], 2, "Missing argument 'QUERY...'"),
        (["crawl", "almobl", "--since", "31.02.2025"], 2, "write it like 2025-12-20"),
        (["show", "99999999999999999999"], 2, "not in the range"),
        (["join", "1", "one"], 2, "'one' is not a valid number"),
        (["stats", "--db", "tests"], 4, "tests is a directory"),
        (["crawl", "almobl", "--db", "tests"], 4, "tests is a directory"),
    ],
)
def test_a_mistake_gets_one_line(arguments: list[str], code: int, said: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
    assert done.stderr.startswith("govkz: ") and said in done.stderr
