"""The generated pages are current, explain everything they list, and are all the settings the docs name."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from govkz_scraper.config import SETTINGS
from pipelines.sqlite.data_dictionary import everything

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_reference", DOCS / "generate_reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generator = load()


@pytest.mark.parametrize("filename", generator.PAGES)
def test_generated_page_is_current(filename: str) -> None:
    path = generator.REFERENCE / filename
    held = path.read_text("utf-8") if path.exists() else ""
    assert held == generator.PAGES[filename](), f"docs/reference/{filename} is stale: run `make reference`"


@pytest.mark.parametrize("filename", generator.PAGES)
def test_everything_listed_is_explained(filename: str) -> None:
    unexplained = [line for line in generator.PAGES[filename]().splitlines() if generator.UNEXPLAINED in line]
    assert not unexplained, (
        f"add a meaning to docs/generate_reference.py, then `make reference`: {unexplained}"
    )


def test_the_generator_explains_nothing_that_is_gone() -> None:
    assert set(generator.TOTALS) == set(generator.totals_in_code()), "TOTALS in docs/generate_reference.py"
    assert set(generator.STATS) == set(generator.stats_in_code()), "STATS in docs/generate_reference.py"


def test_rules_and_problems_of_every_module_are_in_the_dictionary() -> None:
    listed = {(one.kind, one.name) for one in everything()}
    for path in sorted((ROOT / "pipelines").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            name = target.id if isinstance(target, ast.Name) else ""
            value = getattr(node, "value", None)
            if name in ("RULES", "PROBLEMS") and isinstance(value, ast.Dict):
                kind = "rule" if name == "RULES" else "problem"
                keys = {(kind, key.value) for key in value.keys if isinstance(key, ast.Constant)}
                where = path.relative_to(ROOT)
                assert keys <= listed, (
                    f"{where}: not in the data dictionary: {sorted(map(str, keys - listed))}"
                )


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_settings_named_exist(page: Path) -> None:
    named = set(re.findall(r"\bGOVKZ_[A-Z_]+\b", page.read_text("utf-8")))
    assert named <= SETTINGS.keys(), (
        f"{page.relative_to(ROOT)}: no such setting: {sorted(named - SETTINGS.keys())}"
    )
