"""The command front: every command has help, starts fast in imports, and unknown things are said plainly."""

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
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


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


def test_an_unknown_command_exits_2_in_one_breath() -> None:
    done = run("harvest")
    assert done.returncode == 2
    assert "No such command" in done.stderr
    assert "Traceback" not in done.stderr
