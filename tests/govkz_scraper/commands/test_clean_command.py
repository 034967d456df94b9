"""``govkz clean``: standard input to standard output, and the explanation of what was done."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from govkz_scraper.commands.clean import command
from pipelines.errors import BadInput

DAMAGED = "Әкім  <<Ауыл>> жобасын ашты.Бұл «маңызды"


def run(*arguments: str, text: str = DAMAGED, color: bool = False) -> str:
    result = CliRunner().invoke(command, list(arguments), input=text.encode(), color=color)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_repaired_text_is_all_that_is_written() -> None:
    assert run() == "Әкім «Ауыл» жобасын ашты. Бұл «маңызды\n"


def test_the_line_end_of_the_input_is_no_repair() -> None:
    assert run("--explain", text="бір\n") == "бір\n\n0 repairs, 0 problems left\n"


def test_each_repair_and_each_defect_left_is_listed() -> None:
    lines = run("--explain").splitlines()
    assert lines[:2] == ["Әкім «Ауыл» жобасын ашты. Бұл «маңызды", ""]
    assert "fixed quote-stand-in at 5: Әкім [<<] → [«]Ауыл>> жобасын ашт" in lines
    assert "fixed glued-sentences at 25: уыл» жобасын ашты.[] → [ ]Бұл «маңызды" in lines
    assert any(line.startswith("left  unbalanced-quote: opening « alone") for line in lines)
    assert lines[-1] == "4 repairs, 1 problem left"


def test_invisible_characters_are_shown_by_number() -> None:
    assert r"Аста[\u200b] → []на" in run("--explain", text="Аста\u200bна")


def test_a_terminal_gets_colour() -> None:
    assert click.style("fixed", fg="green") in run("--explain", color=True)
    assert "\x1b" not in run("--explain")


def test_input_that_is_not_utf_8_is_one_line_and_exit_2() -> None:
    result = CliRunner().invoke(command, input="ана\nбір".encode("cp1251"))
    assert isinstance(result.exception, BadInput)
    assert result.exception.exit_code == 2
    assert "not UTF-8 (byte 0, line 1)" in str(result.exception)


def test_an_unknown_language_is_a_bad_argument() -> None:
    result = CliRunner().invoke(command, ["--lang", "kz"])
    assert result.exit_code == 2
    assert "kk" in result.output


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1251"])
def test_output_is_utf_8_whatever_the_locale(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "govkz_scraper.cli", "clean"],
        input="Қала  😀".encode(),
        env={"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode("utf-8") == "Қала 😀\n"
