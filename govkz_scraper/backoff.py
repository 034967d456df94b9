"""How long a host is left alone after it said so, or after it failed. Pure: times are numbers handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]{0,6})?")  # whole ones by the standard; some servers send 1.5
_LONGEST = 1e12  # seconds: 30,000 years, for what is longer still
BUSY = frozenset({429, 503})  # the site asks for a rest
BROKEN = frozenset({408, 500, 502, 504, 520, 521, 522, 523, 524})  # worth another try after a while


def retry_after(value: str | None, now: float) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from ``now`` (Unix time); None: neither.

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 60.0), retry_after("soon", 0.0)
    (120.0, 60.0, None)
    """
    text = (value or "").strip()
    said = [part.strip() for part in text.split(",")]  # the header twice over, joined by a proxy
    if all(map(_SECONDS.fullmatch, said)):
        return min(max(map(float, said)), _LONGEST)
    try:
        # The date has whole seconds: the moment after it is the first that it allows.
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The limits of patience, in seconds and tries."""

    pause: float  # before the first retry
    retries: int
    max_wait: float


def backoff_delay(tries: int, asked: float | None, manners: RetryPolicy) -> float:
    """Give the seconds of rest after the ``tries``-th failure, at least what the site asked for.

    >>> [backoff_delay(n, None, Manners(5.0, 3, 900.0)) for n in (1, 2, 3)]
    [5.0, 10.0, 20.0]
    """
    growing: float = min(manners.pause * 2 ** min(tries - 1, 20), manners.max_wait)
    return max(growing, asked or 0.0)
