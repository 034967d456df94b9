"""Imports point one way. The arrows are read from the syntax trees, so a lazy import counts too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GROUND = {"items", "errors", "charmap"}
STEPS = {"clean", "dates", "language", "urls"}
# A package of `pipelines` -> those that it may import (its own always).
ALLOWED = {
    **dict.fromkeys(STEPS, STEPS | GROUND),
    **dict.fromkeys(GROUND, GROUND),
    "dedupe": STEPS | GROUND,
    "process": STEPS | GROUND,
    "sqlite": STEPS | GROUND | {"process", "dedupe"},
    "search": STEPS | GROUND | {"sqlite"},
    "export": STEPS | GROUND | {"process", "sqlite", "search"},
    "adapters": {"process", "sqlite", "items", "errors"},
}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, with the file's own package put before relative names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
            assert node.level == 0, f"{path.relative_to(ROOT)}:{node.lineno}: write the full module name"
    return names


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", modules("pipelines"), ids=relative)
def test_pipelines_import_only_what_lies_beneath(path: Path) -> None:
    names = imported(path)
    assert not [name for name in names if name.startswith("govkz_scraper")]
    room = path.relative_to(ROOT / "pipelines").parts[0].removesuffix(".py")
    if room == "__init__":
        return
    used = {name.split(".")[1] for name in names if name.startswith("pipelines.") and name.count(".") > 0}
    assert used <= ALLOWED[room] | {room}, f"{room} may not import {sorted(used - ALLOWED[room] - {room})}"


@pytest.mark.parametrize("path", modules("pipelines"), ids=relative)
def test_only_the_adapters_know_scrapy(path: Path) -> None:
    scrapy = {name for name in imported(path) if name.split(".")[0] in {"scrapy", "itemadapter", "twisted"}}
    assert not scrapy or path.name == "adapters.py"


@pytest.mark.parametrize("path", modules("govkz_scraper"), ids=relative)
def test_the_crawler_names_adapters_only_in_settings(path: Path) -> None:
    assert not [name for name in imported(path) if name.startswith("pipelines.adapters")]


@pytest.mark.parametrize("path", [*modules("pipelines"), *modules("govkz_scraper")], ids=relative)
def test_no_file_outgrows_its_room(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= 250, f"{path.relative_to(ROOT)} has {lines} lines: part it by reason, not by length"


def test_tests_shadow_no_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
