"""What each parser returns for a response, good or bad: the cases are data, ``tests/cases/routes.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkz_scraper.routes import ROUTES, AccessDenied, UnexpectedResponse

CASES = json.loads((Path(__file__).parents[2] / "cases" / "routes.json").read_text("utf-8"))
PARAMS = [
    pytest.param(
        case["input"],
        case["expected"],
        id=case["label"],
        marks=[pytest.mark.xfail(strict=True, reason=case["note"])] if case["expect"] == "fail" else [],
    )
    for case in CASES
]


def body_of(given: dict[str, Any]) -> bytes:
    if "body" in given:
        return json.dumps(given["body"]).encode()
    if "repeat" in given:
        text, times = given["repeat"]
        return (text * times).encode()
    return given["text"].encode(given.get("encoding", "utf-8"))


@pytest.mark.parametrize(("given", "expected"), PARAMS)
def test_a_reader_gives_what_the_answer_holds(given: dict[str, Any], expected: dict[str, Any]) -> None:
    route = ROUTES[given["route"]]
    lang = given.get("lang", "ru")
    for key, error in (("not_understood", UnexpectedResponse), ("not_allowed", AccessDenied)):
        if key in expected:
            with pytest.raises(error) as said:
                route.parse_body(body_of(given), slug="almobl", lang=lang, page=1)
            assert expected[key] in str(said.value)
            assert str(said.value).isprintable()
            assert len(str(said.value)) < 400
            return
    listing = route.parse_body(body_of(given), slug="almobl", lang=lang, page=1)
    assert len(listing.stories) == len(expected["stories"])
    for story, fields in zip(listing.stories, expected["stories"], strict=True):
        for name, value in fields.items():
            got = getattr(story, name)
            assert (list(got) if isinstance(got, tuple) else got) == value, name
        assert story.entity == "almobl"
        assert story.page_url
        assert story.page_url.startswith("https://www.gov.kz/")
    assert len(listing.problems) == expected["problems"]
    assert all(problem.kind == "broken-item" and problem.detail for problem in listing.problems)
    assert listing.more is expected["more"]
