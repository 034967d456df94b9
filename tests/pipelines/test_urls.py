"""URLs of press items in every spelling, and the source lines of reprints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean.source_lines import extract_sources
from pipelines.items import undo
from pipelines.urls import canonical_url, parse_address

FOLDER = Path(__file__).parents[1] / "cases"
ADDRESSES = json.loads((FOLDER / "urls.json").read_text("utf-8"))
SOURCES = json.loads((FOLDER / "sources.json").read_text("utf-8"))


def named(case: dict[str, Any]) -> str:
    return f"{case['label']}: {case['note']}"


@pytest.mark.parametrize("case", ADDRESSES, ids=named)
def test_address(case: dict[str, Any]) -> None:
    found = parse_address(case["input"])
    assert (found and [found.url, found.entity, found.news_id, found.lang]) == case["expected"]
    if found is not None:
        assert parse_address(found.url) == found  # the one spelling stays what it is


@pytest.mark.parametrize("case", SOURCES, ids=named)
def test_source_lines(case: dict[str, Any]) -> None:
    found = extract_sources(case["input"], cut_off=case["cut_off"])
    kinds = [problem.kind for problem in found.problems]
    assert [found.body, list(found.urls), kinds] == case["expected"]
    assert undo(found.body, found.repairs) == case["input"]


def test_no_shortened_id_is_taken_wherever_the_text_breaks_off() -> None:
    whole = canonical_url("almobl", 1129440, "kk")
    text = f"It is open. Source: https://paper.example/post/Source : {whole}"
    for end in range(len(text) + 1):
        found = extract_sources(text[:end], cut_off=True)
        ids = {address.news_id for address in map(parse_address, found.urls) if address}
        assert ids <= {1129440}, text[:end]
        assert undo(found.body, found.repairs) == text[:end]


PIECES = [
    "Source",
    " : ",
    ":",
    "Источник: ",
    "Дереккөзі",
    "https://",
    "www.",
    "a.kz/1",
    canonical_url("k", 12),
    " ",
    "\n",
    ".",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20), st.booleans())
def test_any_text_can_be_undone(pieces: list[str], cut_off: bool) -> None:
    text = "".join(pieces)
    found = extract_sources(text, cut_off=cut_off)
    assert undo(found.body, found.repairs) == text
    assert parse_address(text) is None or parse_address(text).entity  # type: ignore[union-attr]  # never raises


@pytest.mark.parametrize(
    "unit",
    [
        "Source: https://a.kz ",
        "https://",
        "Source : ",
        "Source: https://a",
        "a",
        " ",
        "www.",
        "Source: https://a.kz\n\n",
    ],
)
def test_a_million_characters_come_to_an_end(unit: str) -> None:
    # Not timed: a quadratic pattern would take hours.
    text = "Source: https://" + unit * (1_000_000 // len(unit))
    taken = extract_sources(text)
    assert undo(taken.body, taken.repairs) == text
    assert parse_address(text) is None
