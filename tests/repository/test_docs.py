"""Documents point at things that exist, and name only commands and options that the program has."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from govkz_scraper.cli import COMMANDS, cli

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "data" / "README.md"])


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing, f"{named(page)} points at {missing}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_and_options_exist(page: Path) -> None:
    context = click.Context(cli)
    for name, rest in re.findall(
        r"(?:^|[`$|( ])govkz ([a-z]+)\b([^`\n|]*)", page.read_text("utf-8"), re.MULTILINE
    ):
        if name not in COMMANDS:
            assert not re.search(rf"`govkz {name}\b", page.read_text("utf-8")), f"{named(page)}: govkz {name}"
            continue
        command = cli.get_command(context, name)
        assert command is not None
        known = {
            option for parameter in command.params for option in parameter.opts + parameter.secondary_opts
        }
        used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest.split("#")[0]))
        assert used <= known | {"--help"}, f"{named(page)}: govkz {name} has no {sorted(used - known)}"
