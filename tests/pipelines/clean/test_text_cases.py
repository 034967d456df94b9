"""The cases of tests/cases, one file per repairer, in the users' languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.clean import clean_text
from pipelines.clean.apostrophes import fix_apostrophes
from pipelines.clean.html import html_to_text
from pipelines.clean.quotes import fix_quotes
from pipelines.clean.sentence_spacing import fix_sentence_spacing
from pipelines.clean.whitespace import fix_whitespace
from pipelines.items import Cleaned, undo

CASES = Path(__file__).parents[2] / "cases"
REPAIRERS: dict[str, Callable[[str], Cleaned]] = {
    "quotes": fix_quotes,
    "sentence_spacing": fix_sentence_spacing,
    "whitespace": fix_whitespace,
    "html": html_to_text,
    "apostrophes": fix_apostrophes,
    "clean": clean_text,
}


def cases() -> list[Any]:
    params = []
    for repairer in REPAIRERS:
        for case in json.loads((CASES / f"{repairer}.json").read_text("utf-8")):
            known = pytest.mark.xfail(reason=case["note"], strict=True)
            marks = [known] if case["expect"] == "fail" else []
            params.append(pytest.param(repairer, case, id=f"{repairer}: {case['label']}", marks=marks))
    return params


@pytest.mark.parametrize(("repairer", "case"), cases())
def test_case(repairer: str, case: dict[str, Any]) -> None:
    cleaned = REPAIRERS[repairer](case["input"])
    assert cleaned.text == case["expected"]
    assert undo(cleaned.text, cleaned.repairs) == case["input"]
    if "problems" in case:
        assert [problem.kind for problem in cleaned.problems] == case["problems"]


def test_texts_that_must_stay_are_as_many_as_repairs() -> None:
    rows = [
        row
        for repairer in REPAIRERS.keys() - {"html"}
        for row in json.loads((CASES / f"{repairer}.json").read_text("utf-8"))
    ]
    unchanged = sum(row["input"] == row["expected"] for row in rows)
    assert unchanged * 2 >= len(rows), "add texts that must stay as they are to tests/cases/*.json"
