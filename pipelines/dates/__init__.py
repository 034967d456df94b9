"""Printed dates to local dates in Kazakhstan, and to instants where a time is printed too.

A printed date is a local date. An instant with an offset becomes the local date through the zone
database: the country kept UTC+6 (the west UTC+5) until 2024-03-01 and has kept UTC+5 since. A date that
cannot be is a problem and no date, never another day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.dates.date_patterns import find_day
from pipelines.dates.time_of_day import Clock, clock_of, read_clock
from pipelines.items import Problem, ProcessedStory

# Almaty represents the country: most regions always kept its time, and all do since 2024-03-01.
ZONE = ZoneInfo("Asia/Almaty")
EARLIEST = date(1991, 1, 1)  # before independence there is no press item of these governments
_LATEST = date(9999, 1, 1)  # Python's calendar ends after it
DAYS_AHEAD = 3  # an item can be announced a little ahead, or printed in another zone
PROBLEMS = {
    "impossible-date": "The printed date does not exist, such as 31.02.2025.",
    "impossible-time": "The time next to the date does not exist; the date was used without it.",
    "ancient-date": "The printed date is before 1991.",
    "future-date": "The printed date is more than three days after the item was seen.",
    "unreadable-date": "The text in place of the date is not a date, or more than one.",
}
_PLAIN = re.compile(r"\s{0,3}([0-9]{2})\.([0-9]{2})\.([0-9]{4})\s{0,3}\Z")
# The format of gov.kz: 2025-12-20T06:00:00.000+0000, sometimes with Z.
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T"
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})\Z"
)
# RFC 822 as first written, still in feeds: a year of two digits between the month and the time.
_SHORT_YEAR = re.compile(r"^((?:mon|tue|wed|thu|fri|sat|sun), ?\d{1,2} [a-z]{3}) (\d\d)(?= \d\d:\d\d)", re.I)
_LONGEST_LINE = 200  # characters in which a line must show its date
_LONGEST_TEXT = 1000  # spaces included; a body passed by mistake is not searched


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A parsed date: the local date, its instant if a time was printed, or the problem."""

    date: date | None = None
    at: datetime | None = None  # aware; None: only a date was printed
    problem: Problem | None = None


def date_story(story: ProcessedStory, *, today: date | None = None) -> ProcessedStory:
    """Add the publication date of a story, or the problem that its printed date has.

    ``today`` bounds future dates; it defaults to the day in Kazakhstan on which the story was seen, so that
    reprocessing returns the same date.
    """
    printed = story.raw.date
    if not printed or not printed.strip():
        return story
    parsed = parse_date(printed, today=today or _day_seen(story.raw.seen_at))
    return replace(
        story,
        published=parsed.date.isoformat() if parsed.date else None,
        published_at=parsed.at.isoformat() if parsed.at else None,
        problems=(*story.problems, parsed.problem) if parsed.problem else story.problems,
    )


def _day_seen(seen_at: str | None) -> date | None:
    """Return the day in Kazakhstan of an instant; None: it is missing or unreadable."""
    try:
        seen = datetime.fromisoformat(seen_at or "")
        return (seen if seen.tzinfo else seen.replace(tzinfo=UTC)).astimezone(ZONE).date()
    except (ValueError, OverflowError):
        return None


def parse_date(text: str | None, *, today: date | None = None) -> ParsedDate:
    """Parse a printed date; never raises. ``today`` (default: now in Kazakhstan) bounds the future.

    Midnight to the second with an offset is a date without a time: gov.kz has it for items imported from
    older sites.

    >>> parse_date("20.12.2025").date
    datetime.date(2025, 12, 20)
    >>> parse_date("2025 жылғы 20 желтоқсан, 18:30").at.isoformat()
    '2025-12-20T18:30:00+05:00'
    >>> parse_date("00.12.2025").problem.kind
    'impossible-date'
    """
    if text is None:
        return ParsedDate()
    if plain := _PLAIN.match(text):  # nearly every date of a newspaper, at a hundredth of the cost
        return _day(int(plain[3]), int(plain[2]), int(plain[1]), None, text, today)
    if instant := _INSTANT.match(text):  # nearly every date of gov.kz
        exact = clock_of(int(instant[4]), int(instant[5]), int(instant[6]), instant[7])
        return _day(int(instant[1]), int(instant[2]), int(instant[3]), exact, text, today)
    line = " ".join(text[: _LONGEST_TEXT + 1].split())
    if len(text) > _LONGEST_TEXT or len(line) > _LONGEST_LINE:
        return _none("unreadable-date", line)
    line = _SHORT_YEAR.sub(r"\1 20\2", line)
    found = find_day(line)
    if found is None:
        return _none("unreadable-date", line)
    clock = read_clock(line, found.start, found.end)
    return _day(found.year, found.month, found.day, clock, line, today)


def _day(year: int, month: int, day: int, clock: Clock | None, line: str, today: date | None) -> ParsedDate:
    try:
        printed = date(year, month, day)
    except ValueError:
        return _none("impossible-date", line)
    last = min(today or datetime.now(ZONE).date(), _LATEST) + timedelta(days=DAYS_AHEAD)
    # Two days of tolerance for the offset: without a bound the arithmetic could leave the calendar.
    if not EARLIEST <= printed <= last + timedelta(days=2):
        return _none("ancient-date" if printed < EARLIEST else "future-date", line)
    at = None if clock is None or clock.is_no_time else clock.at(printed, ZONE)
    if clock is not None and at is None and not clock.is_no_time:
        # With an offset the local day depends on the time; without one it does not.
        kind = Problem("impossible-time", line[:80], "date")
        return ParsedDate(None if clock.offset is not None else printed, None, kind)
    if at is not None:
        printed = at.date()
    if printed > last:
        return _none("future-date", line)
    return ParsedDate(printed, at)


def _none(kind: str, line: str) -> ParsedDate:
    return ParsedDate(problem=Problem(kind, line[:80], "date"))
