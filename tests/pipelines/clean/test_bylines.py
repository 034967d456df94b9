"""Signatures at the end of a body: known forms come off, sentences stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean.bylines import extract_byline
from pipelines.items import undo

CASES = json.loads((Path(__file__).parents[2] / "cases" / "bylines.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['label']}: {case['note']}")
def test_case(case: dict[str, Any]) -> None:
    signed = extract_byline(case["input"])
    assert signed.byline == case["expected"]
    assert undo(signed.body, signed.repairs) == case["input"]
    if signed.byline is None:
        assert signed.body == case["input"]
    else:
        assert signed.body == signed.body.rstrip()
        assert extract_byline(signed.body).byline is None


def test_no_sentence_of_the_corpus_is_a_signature(shared: Path) -> None:
    for name in ("kk_news_sentences.txt", "ru_sentences.txt"):
        for line in (shared / "corpus" / name).read_text("utf-8").splitlines():
            assert extract_byline(f"Бірінші сөйлем. {line}").byline is None


@given(st.text(max_size=60))
def test_any_ending_can_be_undone(text: str) -> None:
    body = f"Мост открыт. {text}. Пресс-служба акима {text}"
    signed = extract_byline(body)
    assert undo(signed.body, signed.repairs) == body


@pytest.mark.parametrize("unit", ["Пресс-служба ", " ", "баспасөз қызметі ", "г.", "a"])
def test_two_million_characters_come_to_an_end(unit: str) -> None:
    # Not timed: a quadratic pattern would take hours.
    text = unit * (2_000_000 // len(unit))
    signed = extract_byline(text)
    assert undo(signed.body, signed.repairs) == text
