"""Links lead somewhere, and the commands, options, files and classes that documents name exist."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest

from govkz_scraper.cli import COMMANDS, cli

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "data" / "README.md"])
SOURCES = sorted(
    path for folder in ("govkz_scraper", "pipelines", "tests") for path in (ROOT / folder).rglob("*.py")
)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing, f"{named(page)} points at {missing}"


def test_the_readme_names_every_command() -> None:
    listed = (ROOT / "README.md").read_text("utf-8").partition("## Commands")[2].partition("\n\n## ")[0]
    assert {name for name in COMMANDS if f"`{name}`" in listed} == set(COMMANDS)


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


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=named)
def test_files_named_exist(page: Path) -> None:
    pattern = r"(?<![\w/])((?:govkz_scraper|pipelines|tests|docs|data)/[\w./-]*\w/?)(?![\w*{])"
    text = re.sub(r"\]\([^)]*\)", "]", page.read_text("utf-8"))
    paths = {
        path for path in re.findall(pattern, text) if not path.endswith((".db", ".csv")) or "sources" in path
    }
    missing = sorted(path for path in paths if not (ROOT / path).exists())
    assert not missing, f"{named(page)} names {missing}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_classes_named_exist(page: Path) -> None:
    for name in re.findall(r"\b((?:pipelines|govkz_scraper)(?:\.\w+)+\.[A-Z]\w+)", page.read_text("utf-8")):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), f"{named(page)} names {name}"


def test_pages_named_in_the_code_exist() -> None:
    for path in SOURCES:
        for name in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{path.relative_to(ROOT)} names {name}"
