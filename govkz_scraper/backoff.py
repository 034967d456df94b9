"""Parse Retry-After and compute back-off delays (pure functions)."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]{0,6})?")  # whole ones by the standard; some servers send 1.5
_MAX_SECONDS = 1e12  # 30,000 years; keeps larger numbers from overflowing


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Parse Retry-After, seconds or an HTTP date, as seconds from ``now`` (Unix time); None: neither.

    >>> parse_retry_after("120", 0.0), parse_retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 60.0)
    (120.0, 60.0)
    >>> parse_retry_after("soon", 0.0)
    """
    text = (value or "").strip()
    parts = [part.strip() for part in text.split(",")]  # a proxy joins repeated headers
    if all(map(_SECONDS.fullmatch, parts)):
        return min(max(map(float, parts)), _MAX_SECONDS)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def backoff_delay(failures: int, requested: float | None, *, pause: float, max_wait: float) -> float:
    """Return the seconds to wait after the n-th failure in a row: doubled each time, at least as requested.

    >>> [backoff_delay(failures, None, pause=5.0, max_wait=900.0) for failures in (1, 2, 3, 99)]
    [5.0, 10.0, 20.0, 900.0]
    """
    delay: float = min(pause * 2 ** min(failures - 1, 20), max_wait)
    return max(delay, requested or 0.0)
