"""Retry-After headers, valid and invalid, and the delays of back-off."""

from __future__ import annotations

import pytest

from govkz_scraper.backoff import backoff_delay, parse_retry_after

NOON = 1_790_000_000.0  # Unix time: 2026-09-21 14:13:20 UTC


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("999999999999", 999999999999.0),
        ("9" * 400, 1e12),
        ("2, 3", 3.0),
        ("2, soon", None),
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60.0),
        ("Mon, 21 Sep 2026 19:14:20 +0500", 60.0),
        ("Monday, 21-Sep-26 14:14:20 GMT", 60.0),
        ("Mon, 21 Sep 2026 14:00:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("-5", None),
        ("soon", None),
        ("١٢", None),
        ("1e9", None),
        ("Mon, 32 Sep 2026 14:14:20 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOON) == seconds


@pytest.mark.parametrize(
    ("failures", "requested", "seconds"),
    [(1, None, 5.0), (3, None, 20.0), (99, None, 900.0), (1, 60.0, 60.0), (1, 0.0, 5.0), (1, 5000.0, 5000.0)],
)
def test_a_delay_grows_and_is_never_shorter_than_requested(
    failures: int, requested: float | None, seconds: float
) -> None:
    assert backoff_delay(failures, requested, pause=5.0, max_wait=900.0) == seconds
