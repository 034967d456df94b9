"""Printed dates: numeric ones by our own strict rule, prose in three languages by tables of month names.

A printed date is a local date in Kazakhstan. An instant with an offset becomes the local date through the
zone database: the country kept UTC+6 (the west UTC+5) until 2024-03-01 and has kept UTC+5 since. A date
that cannot be is a problem and no date, never another day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.dates.months import month_of
from pipelines.records import Problem

# Almaty stands for the country: most regions always kept its time, and all do since 2024-03-01.
ZONE = ZoneInfo("Asia/Almaty")
EARLIEST = date(1991, 1, 1)  # before independence there is no press item of these governments
DAYS_AHEAD = 3  # an item can be announced a little ahead, or printed in another zone
PROBLEMS = {
    "impossible-date": "A date is printed that no calendar has, such as 31.02.2025.",
    "ancient-date": "A date before 1991 is printed.",
    "future-date": "A date more than three days after the item was seen is printed.",
    "unreadable-date": "What stands in the date's place is not a date, or not only one.",
}

_D, _Y = r"(?P<d>\d{1,2})", r"(?P<y>\d{4})"
_NAME = r"(?P<name>[^\W\d_]{3,16})\.?"
_NUMERIC = re.compile(rf"(?<![\d.]){_D}(?P<sep>[./-])(?P<m>\d{{1,2}})(?P=sep){_Y}(?!\d|[./-]\d)")
_ISO = re.compile(r"(?<![\d.])(?P<y>\d{4})(?P<sep>[./-])(?P<m>\d{2})(?P=sep)(?P<d>\d{2})(?!\d|[./-]\d)")
_DAY_FIRST = re.compile(
    rf"(?<!\d){_D}(?:st|nd|rd|th|-?(?:го|е|ші|шы|інші|ыншы))?\.?,?\s+(?:of\s+)?{_NAME},?\s+{_Y}(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"(?<![^\W\d_]){_NAME}\s+{_D}(?:st|nd|rd|th)?,?\s+{_Y}(?!\d)", re.IGNORECASE)
_YEAR_FIRST = re.compile(
    rf"(?<!\d){_Y}(?:\s*(?:жылғы|жылдың|жыл|ж\.|jylǵy|jylğy|jylgy|jyly|j\.|г\.|года|год))?,?\s+"
    rf"(?:(?P<d>\d{{1,2}})(?:-?(?:ші|шы|інші|ыншы))?\s+{_NAME}|(?P<name2>[^\W\d_]{{3,16}})\s+(?P<d2>\d{{1,2}})(?!\d))",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?(?![\d:])\s*(?P<half>[ap]\.?m\.?(?!\w))?"
    r"(?:\s*(?P<zone>Z\b|(?:UTC|GMT)(?P<shift>[+-]\d{1,2})?(?!\w)|[+-]\d{2}:?\d{2}(?!\d)))?",
    re.IGNORECASE,
)
_LONGEST = 200  # characters in which a date line must show its date; a body given by mistake is not searched


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What a printed date says: a local date, perhaps an instant, or why it is none."""

    date: date | None = None
    at: datetime | None = None  # aware; None: only a date was printed
    problem: Problem | None = None


def parse_date(text: str | None, *, today: date | None = None) -> ParsedDate:
    """Read a printed date. ``today`` (default: now in Kazakhstan) bounds the future.

    >>> parse_date("20.12.2025").date
    datetime.date(2025, 12, 20)
    >>> parse_date("2025 жылғы 20 желтоқсан, 18:30").at.isoformat()
    '2025-12-20T18:30:00+05:00'
    >>> parse_date("00.12.2025").problem.kind
    'impossible-date'
    """
    if text is None:
        return ParsedDate()
    line = " ".join(text[: _LONGEST * 5].split())[:_LONGEST]
    found = _find(line)
    if found is None or len(text) > _LONGEST * 5:
        return _none("unreadable-date", line)
    year, month, day, end = found
    try:
        printed = date(year, month, day)
    except ValueError:
        return _none("impossible-date", line)
    clock = _CLOCK.search(line.replace("T", " ") if _ISO.search(line) else line, end)
    at = _instant(printed, clock) if clock else None
    if clock and at is None:
        return _none("impossible-date", line)
    if clock and _is_migrated(clock):
        return _bounded(printed, None, line, today)
    if at is not None and clock is not None and clock["zone"]:
        at = at.astimezone(ZONE)
        printed = at.date()
    return _bounded(printed, at, line, today)


def _find(line: str) -> tuple[int, int, int, int] | None:
    """Give year, month, day and where the date ends; None when there is no date or there are two."""
    found = [*_numeric(line), *_named(line)] or _by_parser(line)
    days = {place[:3] for place in found}
    if len(days) != 1:
        return None
    return max(found, key=lambda place: place[3])


def _numeric(line: str) -> list[tuple[int, int, int, int]]:
    matches = [*_NUMERIC.finditer(line), *_ISO.finditer(line)]
    return [(int(m["y"]), int(m["m"]), int(m["d"]), m.end()) for m in matches]


def _named(line: str) -> list[tuple[int, int, int, int]]:
    found = []
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST):
        for match in pattern.finditer(line):
            parts = match.groupdict()
            name, day = parts["name"] or parts.get("name2") or "", parts["d"] or parts.get("d2") or "0"
            month = month_of(name)
            if month:
                found.append((int(parts["y"]), month, int(day), match.end()))
                break  # the same words can be read by a later pattern with a neighbour's number
        if found:
            break
    return found


def _by_parser(line: str) -> list[tuple[int, int, int, int]]:
    """Ask dateparser for wording that our tables lack; believe it only where the text shows its numbers."""
    numbers = re.findall(r"\d+", line)
    if len(numbers) < 2 or not any(len(number) == 4 for number in numbers):
        return []
    import dateparser  # here, for it takes a tenth of a second to load and is seldom asked

    settings = {"DATE_ORDER": "DMY", "STRICT_PARSING": True, "RELATIVE_BASE": datetime(2000, 1, 1)}
    answer = dateparser.parse(line, languages=["ru", "kk", "en"], settings=settings)
    if answer is None or {str(answer.year), str(answer.day)} - {number.lstrip("0") for number in numbers}:
        return []
    return [(answer.year, answer.month, answer.day, len(line))]


def _instant(day: date, clock: re.Match[str]) -> datetime | None:
    hour, minute, second = int(clock["h"]), int(clock["min"]), int(clock["s"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock["half"].lower().startswith("p") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = clock["zone"]
    offset = _offset(zone, clock["shift"]) if zone else None
    if zone and offset is None:
        return None
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC if zone else ZONE)
    # Near year 1 and 9999 an offset leaves the calendar; such years are refused by their bounds anyway.
    if not 1900 < day.year < 2200:
        return local
    return local - offset if offset is not None else local


def _is_migrated(clock: re.Match[str]) -> bool:
    """Tell the exact midnight with an offset that gov.kz gives to old items whose time it never knew."""
    return bool(clock["zone"] and clock["s"]) and not int(clock["h"]) + int(clock["min"]) + int(clock["s"])


def _offset(zone: str, shift: str | None) -> timedelta | None:
    if zone.upper().startswith(("Z", "UTC", "GMT")):
        return timedelta(hours=int(shift or 0))
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 14 or minutes > 59:
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def _bounded(printed: date, at: datetime | None, line: str, today: date | None) -> ParsedDate:
    if printed < EARLIEST:
        return _none("ancient-date", line)
    now = today or datetime.now(ZONE).date()
    if printed > now + timedelta(days=DAYS_AHEAD):
        return _none("future-date", line)
    return ParsedDate(printed, at)


def _none(kind: str, line: str) -> ParsedDate:
    return ParsedDate(problem=Problem(kind, line[:80], "date"))
