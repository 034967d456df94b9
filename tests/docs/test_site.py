"""The documentation site builds without a warning or a foreign host; its navigation has every page."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def navigation() -> list[str]:
    text = (ROOT / "mkdocs.yml").read_text("utf-8")

    def paths(node: Any) -> Iterator[str]:
        if isinstance(node, str):
            yield node
        else:
            for child in node.values() if isinstance(node, dict) else node:
                yield from paths(child)

    return list(paths(yaml.safe_load(text)["nav"]))


def test_navigation_has_every_page_once() -> None:
    pages = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
    assert sorted(navigation()) == pages, "the nav of mkdocs.yml must name every page of docs/ once"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_pages_load_nothing_from_other_hosts(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = re.findall(
            r"<(?:script|link|img)\b[^>]*?(?:src|href)=[\"']?(?:https?:)?//[^>]*", page.read_text("utf-8")
        )
        assert not loaded, f"{page.relative_to(site)}: {loaded}"


def test_generator_is_not_published(site: Path) -> None:
    assert not list(site.rglob("*.py"))
