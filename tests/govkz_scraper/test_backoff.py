"""How long a host is left alone: what it asked for, what we give by ourselves, and what is no word at all."""

from __future__ import annotations

import pytest

from govkz_scraper.backoff import RetryPolicy, backoff_delay, retry_after

NOON = 1_790_000_000.0  # Unix time: 2026-09-21 14:13:20 UTC
MANNERS = RetryPolicy(pause=5.0, retries=2, max_wait=900.0)


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
def test_a_rest_asked_for_is_read_as_seconds_or_as_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOON) == seconds


@pytest.mark.parametrize(
    ("tries", "asked", "seconds"),
    [(1, None, 5.0), (3, None, 20.0), (99, None, 900.0), (1, 60.0, 60.0), (1, 0.0, 5.0), (1, 5000.0, 5000.0)],
)
def test_a_rest_grows_and_is_never_shorter_than_asked_for(
    tries: int, asked: float | None, seconds: float
) -> None:
    assert backoff_delay(tries, asked, MANNERS) == seconds
