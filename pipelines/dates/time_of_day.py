"""Times printed next to a date, with their offset if there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?![\d:])"
    r"\s?(?P<half>[ap]\.?m\.?(?!\w))?"
    r"(?:\s?\(?(?P<zone>Z\b|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?(?!\w)|[+-]\d{2}:?\d{2}(?!\d)"
    r"|(?:[ECMP][SD]T|MSK|МСК)\b))?",
    re.IGNORECASE,
)
# Names of zones that RFC 822 knows, and Moscow's: hours from UTC.
_NAMED_ZONES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "MSK": 3, "МСК": 3
}  # fmt: skip
_FARTHEST = timedelta(hours=14)  # no zone is farther from UTC
_SHIFT = re.compile(r"([+-])(\d{1,2}):?(\d{2})?\Z")


@dataclass(frozen=True, slots=True)
class Clock:
    """A printed time; the numbers as printed, possible or not."""

    hour: int
    minute: int
    second: int
    offset: timedelta | None  # from UTC; None: local time
    is_no_time: bool = False  # midnight to the second with an offset: a date that was stored as an instant

    def at(self, day: date, zone: tzinfo) -> datetime | None:
        """Return the instant of this time on a printed day, in ``zone``; None: no such time exists."""
        if self.offset is not None and abs(self.offset) > _FARTHEST:
            return None
        try:
            local = datetime.combine(day, time(self.hour, self.minute, self.second))
        except ValueError:
            return None
        if self.offset is None:
            return local.replace(tzinfo=zone)
        return (local - self.offset).replace(tzinfo=UTC).astimezone(zone)


def read_clock(line: str, start: int, end: int) -> Clock | None:
    """Find the time next to the date at ``start`` to ``end``: after it, else before it; None: no time.

    >>> read_clock("20.12.2025 5:30 PM", 0, 10)
    Clock(hour=17, minute=30, second=0, offset=None, is_no_time=False)
    """
    rest = line[end:]
    iso = rest[:1] in ("T", "t")  # separates day and time
    found = _CLOCK.search(rest[1:] if iso else rest) or _CLOCK.search(line[:start])
    if found is None:
        return None
    zone = found["zone"]
    if zone and zone[0] == "-" and ":" in zone and not (iso or found["s"]):
        zone = None  # 10:00-12:00 lasts two hours
    hour, minute, second = int(found["h"]), int(found["min"]), int(found["s"] or 0)
    if half := found["half"]:
        # 13 PM is no time: ``at`` rejects hour 99.
        hour = hour % 12 + (12 if half[0] in "pP" else 0) if 1 <= hour <= 12 else 99
    clock = clock_of(hour, minute, second, zone)
    return clock if found["s"] else replace(clock, is_no_time=False)


def clock_of(hour: int, minute: int, second: int, zone: str | None) -> Clock:
    """Build a time from its numbers and its offset as printed, ``Z`` or ``+05:00``; None: local time."""
    offset = _offset(zone) if zone else None
    return Clock(hour, minute, second, offset, offset is not None and hour == minute == second == 0)


def _offset(zone: str) -> timedelta:
    if (hours := _NAMED_ZONES.get(zone.upper())) is not None:
        return timedelta(hours=hours)
    shift = _SHIFT.search(zone)
    if shift is None:
        return timedelta()  # Z, UTC, GMT
    ahead = timedelta(hours=int(shift[2]), minutes=int(shift[3] or 0))
    return -ahead if shift[1] == "-" else ahead
