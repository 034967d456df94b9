"""The examples of docs/reference/matching-examples.md, in both orders of arrival."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import open_store

ROOT = Path(__file__).parents[3]
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/matching.json").read_text("utf-8"))


def _mark(case: dict[str, Any]) -> Any:
    marks = [pytest.mark.xfail(reason=case["note"])] if case["expect"] == "fail" else []
    return pytest.param(case, id=case["label"], marks=marks)


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned"])
@pytest.mark.parametrize("case", [_mark(case) for case in CASES])
def test_case(case: dict[str, Any], turned: bool, tmp_path: Path) -> None:
    received = [
        process_story(
            RawStory(
                **one, page_url="https://paper.example/", position=place, seen_at="2025-12-31T00:00:00+05:00"
            )
        )
        for place, one in enumerate(case["input"], start=1)
    ]
    with open_store(tmp_path / "a.db") as store:
        crawl = store.begin_crawl("test", {})
        stories = {store.add(one, crawl).story_id for one in (reversed(received) if turned else received)}
        count = store.db.execute("SELECT count(*) FROM stories").fetchone()[0]
    assert {1: "joined", 2: "apart"}[count] == case["expected"], stories


def test_the_docs_name_every_case() -> None:
    text = (ROOT / "docs/reference/matching-examples.md").read_text("utf-8")
    for case in CASES:
        assert f"| {case['label']} | {case['expected']} | {case['note']} |" in text, case["label"]
