"""Charset detection: a declared charset that contradicts the bytes is ignored."""

from __future__ import annotations

import pytest

from govkz_scraper.importers.charset import decode

PAGE = """<html><meta charset="{}"><p>Аким области открыл школу, +7 (727) \\u0041.</p></html>"""
MISLEADING = ["utf-16", "UTF-16LE", "utf-32", "cp500", "utf-7", "unicode_escape", "raw_unicode_escape"]
MISLEADING += ["idna", "punycode", "base64", "rot13", "x-no-such-charset"]


@pytest.mark.parametrize("label", MISLEADING)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
@pytest.mark.parametrize("pad", ["", " "], ids=["one length", "one byte more"])
def test_a_charset_that_cannot_be_true_is_ignored(label: str, encoding: str, pad: str) -> None:
    page = PAGE.format(label) + pad
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize("label", ["windows-1251", "koi8-r", "cp866", "iso-8859-5", "kz1048"])
def test_a_declared_charset_is_used(label: str) -> None:
    page = PAGE.format(label)
    assert decode(page.encode(label)) == page


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_recognised_by_its_bytes(encoding: str) -> None:
    page = PAGE.format(encoding)
    assert decode(page.encode(encoding)) == page
