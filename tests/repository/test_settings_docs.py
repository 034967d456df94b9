"""The settings' page says what the code knows: every setting, its defaults, its meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkz_scraper.config import SETTINGS, Setting

DOCS = Path(__file__).parents[2] / "docs"


def row(name: str, knob: Setting) -> str:
    def shown(value: str | float | None) -> str:
        if value in ("", None):
            return "" if value is None else "empty"
        return f"`{value}`" if isinstance(value, str) else f"{value:.10g}"

    local = shown(knob.on_loopback)
    return f"| `{name}` | {shown(knob.default)} |{f' {local} ' if local else ' '}| {knob.meaning} |"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_docs_as_it_is(name: str) -> None:
    line = row(name, SETTINGS[name])
    assert line in (DOCS / "settings.md").read_text("utf-8").splitlines(), f"docs/settings.md wants: {line}"


def test_the_docs_name_no_setting_that_is_none() -> None:
    import re

    for page in DOCS.glob("*.md"):
        named = set(re.findall(r"\bGOVKZ_[A-Z_]+\b", page.read_text("utf-8")))
        assert named <= SETTINGS.keys(), page.name


def test_every_outcome_is_explained() -> None:
    from govkz_scraper.crawl.monitors import EXIT_CODES

    text = (DOCS / "crawling.md").read_text("utf-8")
    for outcome, code in EXIT_CODES.items():
        assert f"| `{outcome}` | {code} |" in text
