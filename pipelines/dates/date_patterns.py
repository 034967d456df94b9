"""Find the one day that a short line prints: in numbers, or with the name of a month in three languages."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.dates.month_names import month_of
from pipelines.dates.prose import parse_prose


class Day(NamedTuple):
    """A day as printed, possible or not, and its offsets in the line."""

    year: int
    month: int
    day: int
    start: int
    end: int


_D, _Y = r"(?P<d>\d{1,2})", r"(?P<y>\d{4})"
_NAME = r"(?P<name>[^\W\d_]{3,16})\.?"
_NUMERIC = re.compile(rf"(?<![\d.]){_D}(?P<sep>[./-])(?P<m>\d{{1,2}})(?P=sep){_Y}(?!\d|[./-]\d)")
_ISO = re.compile(rf"(?<![\d.]){_Y}(?P<sep>[./-])(?P<m>\d{{2}})(?P=sep)(?P<d>\d{{2}})(?!\d|[./-]\d)")
_ORDINAL = r"(?:st|nd|rd|th|-?(?:го|е|ші|шы|інші|ыншы))?"
_YEAR_WORD = r"(?:\s?(?:жылғы|жылдың|жылы|жыл|ж\.|jylǵy|jylğy|jylgy|jyly|jyl|j\.|г\.|года|год))?"
_DAY_FIRST = re.compile(
    rf"(?<![\d.]){_D}{_ORDINAL}\.?,?\s?(?:of\s)?{_NAME}(?:\sкүні)?,?\s?{_Y}(?!\d)", re.IGNORECASE
)
_MONTH_FIRST = re.compile(
    rf"(?<![^\W\d_]){_NAME}\s{_D}(?:st|nd|rd|th|-?(?:с?[ыі]))?,?\s{_Y}(?!\d)", re.IGNORECASE
)
_YEAR_THEN_DAY = re.compile(
    rf"(?<!\d){_Y}{_YEAR_WORD},?\s«?{_D}»?{_ORDINAL}[\s-]{_NAME}(?![^\W\d_])", re.IGNORECASE
)
_YEAR_THEN_MONTH = re.compile(rf"(?<!\d){_Y}{_YEAR_WORD},?\s{_NAME}\s{_D}(?!\d)", re.IGNORECASE)
_NAMED = (_DAY_FIRST, _MONTH_FIRST, _YEAR_THEN_DAY, _YEAR_THEN_MONTH)

# Two days: 5–7 мая, 5 и 7 мая, 5-7.05.2025, 30.04 – 02.05.2025, 20.12.2025-22.12.2025. A clock is none.
_SPAN = re.compile(
    r"(?<![\d:.])\d{1,2}(?:[-–—]|\s(?:по|до|и|және|мен|бен|пен|and|to)\s)\d{1,2}\s[^\W\d_]{3}"
    r"|(?<![\d:.])\d{1,2}(?:[-–—]|\.\d{1,2}\.?\s?[-–—]\s?)\d{1,2}\.\d{1,2}\.\d|\d{4}-\d{1,2}[./]\d",
    re.IGNORECASE,
)
# A day of a month, whichever comes first, with or without a year.
_OF_MONTH = re.compile(
    rf"(?<![\d.:])(?P<d>\d{{1,2}}){_ORDINAL}[\s-](?P<name>[^\W\d_]{{3,16}})"
    r"|(?<![^\W\d_])(?P<first>[^\W\d_]{3,16})\.?\s(?P<then>\d{1,2})(?![\d.:]|[-\s][^\W\d_]{3})",
    re.IGNORECASE,
)


def find_day(line: str) -> Day | None:
    """Find the day that a line prints; None when it prints none, or two different ones.

    >>> find_day("Жарияланды: 2025 жылғы 20 желтоқсан")[:3]
    (2025, 12, 20)
    """
    if _SPAN.search(line) or _names_two(line):
        return None
    found = _numeric(line) + _named(line)
    if not found:
        prose = parse_prose(line)
        return Day(*prose) if prose else None
    return found[-1] if len({day[:3] for day in found}) == 1 else None


def _names_two(line: str) -> bool:
    """True where days of months are named and they are not one: с 20 декабря по 22 декабря 2025 года."""
    named = ((month_of(m["name"] or m["first"]), int(m["d"] or m["then"])) for m in _OF_MONTH.finditer(line))
    return len({day for day in named if day[0]}) > 1


def _numeric(line: str) -> list[Day]:
    matches = [*_NUMERIC.finditer(line), *_ISO.finditer(line)]
    return [Day(int(m["y"]), int(m["m"]), int(m["d"]), m.start(), m.end()) for m in matches]


def _named(line: str) -> list[Day]:
    """Match dates in the first word order that is found: another would use a neighbour's number."""
    for pattern in _NAMED:
        found = [
            Day(int(m["y"]), month, int(m["d"]), m.start(), m.end())
            for m in pattern.finditer(line)
            if (month := month_of(m["name"]))
        ]
        if found:
            return found
    return []
