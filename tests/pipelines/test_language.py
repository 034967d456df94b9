"""The language of titles, sentences and stories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.language import detect_language
from pipelines.language.codes import LANGUAGES

CASES = json.loads((Path(__file__).parents[1] / "cases" / "language.json").read_text("utf-8"))
CORPORA = {"kk": "kk_news_sentences.txt", "ru": "ru_sentences.txt"}


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_the_cases_are_told_apart(case: dict[str, str]) -> None:
    assert detect_language(case["input"]) == case["expected"]


@pytest.mark.parametrize("lang", CORPORA)
def test_unseen_sentences_and_stories_are_told_apart(shared: Path, lang: str) -> None:
    lines = (shared / "corpus" / CORPORA[lang]).read_text("utf-8").splitlines()
    unseen = lines[1::2]  # the letter pairs were counted from the even lines
    assert sum(detect_language(line) == lang for line in unseen) >= 0.995 * len(unseen)
    stories = [" ".join(lines[at : at + 10]) for at in range(0, len(lines), 10)]
    assert sum(detect_language(story) == lang for story in stories) >= 0.999 * len(stories)


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert detect_language(text) in {*LANGUAGES, None}


def test_no_text_has_no_language() -> None:
    assert detect_language(None) is None


@given(st.text("аәқіыЯҚ bcZ×«»“”5.\n-", max_size=60))
def test_a_sign_that_no_table_holds_changes_nothing(text: str) -> None:
    assert detect_language(f"{text} →") == detect_language(f"{text} .")
