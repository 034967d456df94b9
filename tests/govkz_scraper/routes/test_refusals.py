"""Responses that are refusals, and responses that only look like one."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from govkz_scraper.routes import AccessDenied, Listing, api, check_refusal, evidence, graphql, rss

WORDS = "Доступ на интернет-ресурс временно ограничен"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"code":"notAllowed"}'),
        (400, b"notAllowed"),
        (200, b'\xef\xbb\xbf {"error":"notAllowed"}'),
        (401, b""),
        (403, b"<h1>Forbidden</h1>"),
        (451, b""),
        (200, f"<html><h1>{WORDS}</h1></html>".encode()),
        (200, f"<html><h1>{WORDS}</h1></html>".encode("cp1251")),
        (200, b'<html><a href="https://support.sts.kz/">x</a></html>'),
        (503, f"<html>{WORDS}</html>".encode()),
    ],
)
def test_a_refusal_is_raised_with_its_evidence(status: int, body: bytes) -> None:
    with pytest.raises(AccessDenied) as said:
        check_refusal(status, body)
    assert str(said.value).isprintable()
    assert str(status) in str(said.value) or "state filter" in str(said.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"[]"),
        (200, json.dumps([{"id": 1, "body": f"<p>{WORDS}. Пишите на support.sts.kz</p>"}]).encode()),
        (200, f"<?xml version='1.0'?><rss><item>{WORDS}</item></rss>".encode()),
        (200, json.dumps([{"id": 1, "title": "notAllowed"}]).encode()),
        (200, f"<html><main><h1>x</h1>{WORDS}{'<p>текст</p>' * 4000}</main></html>".encode()),
        (400, b'{"error":"projects must be eq:<slug>"}'),
        (404, b""),
        (429, b""),
        (500, b"Internal Server Error"),
    ],
)
def test_other_answers_are_no_refusal(status: int, body: bytes) -> None:
    check_refusal(status, body)


@pytest.mark.parametrize(
    "read", [api.parse_body, graphql.parse_body, rss.parse_body], ids=["api", "graphql", "rss"]
)
@pytest.mark.parametrize(
    "answer",
    [{"message": WORDS}, {"errors": [{"message": WORDS}]}, {"url": "https://support.sts.kz/"}, WORDS],
)
@pytest.mark.parametrize("plain", [True, False], ids=["as-text", "as-escapes"])
def test_the_filter_in_json_is_a_refusal_too(
    read: Callable[..., Listing], answer: object, plain: bool
) -> None:
    with pytest.raises(AccessDenied):
        read(json.dumps(answer, ensure_ascii=not plain).encode(), slug="almobl", lang="ru", page=1)


def test_evidence_is_short_and_harmless_on_a_terminal() -> None:
    assert evidence("a" * 500) == "a" * 120
    assert evidence(b"\x1b[2J\x00\r\n") == "\\x1b[2J\\x00\\r\\n"
    assert evidence(b"\xff\xfe").isprintable()
    assert evidence("Доступ\n") == "Доступ\\n"
