"""Printed dates: the cases, every numeric date of some years, and what no text may do."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import PROBLEMS, ParsedDate, parse_date
from pipelines.dates.month_names import MONTHS

TODAY = date(2026, 7, 20)
CASES = json.loads((Path(__file__).parents[1] / "cases" / "dates.json").read_text("utf-8"))


def told(parsed: ParsedDate) -> list[str | None]:
    """The result as the case file writes it: the day, or the problem; and the instant."""
    words = [parsed.date.isoformat()] if parsed.date else []
    words += [parsed.problem.kind] if parsed.problem else []
    return [" ".join(words), parsed.at.isoformat() if parsed.at else None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['label']}: {case['note']}")
def test_case(case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if case["expect"] == "fail":
        request.applymarker(pytest.mark.xfail(reason=case["note"]))
    assert told(parse_date(case["input"], today=TODAY)) == case["expected"]


def test_there_are_enough_prose_forms() -> None:
    prose = [case for case in CASES if case["label"] in {"month", "Russian", "Kazakh", "English"}]
    assert len(prose) >= 60


@pytest.mark.parametrize("year", [1900, 1990, 1991, 2000, 2023, 2024, 2025, 2026, 2027, 2100])
def test_every_numeric_date(year: int) -> None:
    for month in range(100):
        for day in range(100):
            text = f"{day:02}.{month:02}.{year}"
            parsed = parse_date(text, today=TODAY)
            try:
                right = date(year, month, day)
            except ValueError:
                assert (parsed.date, parsed.problem and parsed.problem.kind) == (None, "impossible-date"), (
                    text
                )
                continue
            possible = date(1991, 1, 1) <= right <= TODAY + timedelta(days=3)
            assert parsed.date == (right if possible else None), text
            assert (parsed.problem is None) == possible, text
            assert parse_date(f"{text} 14:05:33 117", today=TODAY).date == parsed.date


def test_a_day_at_the_end_of_the_calendar_bounds_as_any_other() -> None:
    assert parse_date("20.12.2025", today=date.max).date == date(2025, 12, 20)


@pytest.mark.parametrize("name", sorted(MONTHS))
def test_every_name_of_a_month_in_every_order(name: str) -> None:
    for text in (f"7 {name} 2025", f"{name} 7, 2025", f"2025 жылғы 7 {name}", f"2025 ж. 7 {name}"):
        assert parse_date(text, today=TODAY).date == date(2025, MONTHS[name], 7), text


def test_none_is_no_date_and_no_problem() -> None:
    assert parse_date(None) == ParsedDate()


def test_without_a_day_of_today_the_clock_bounds_the_future() -> None:
    parsed = parse_date("31.12.9998")
    assert parsed.problem is not None
    assert parsed.problem.kind == "future-date"


@given(st.text(alphabet="0123456789.-:/+TZ жg.декабряжылғыDec,", max_size=40) | st.text(max_size=80))
def test_no_text_raises_and_each_gives_a_date_or_a_problem(text: str) -> None:
    parsed = parse_date(text, today=TODAY)
    assert parsed.date is not None or parsed.problem is not None
    if parsed.problem is not None:
        assert parsed.problem.kind in PROBLEMS
    if parsed.at is not None:
        assert parsed.at.tzinfo is not None
        assert parsed.at.date() == parsed.date


@given(
    st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2030, 1, 1)),
    st.sampled_from(["", ".0", ".000", ".123456"]),
    st.sampled_from(["Z", "+0000", "+05:00", "-0330", "+1500", "+9999"]),
)
def test_the_instants_of_the_site_are_read_as_they_are_among_other_words(
    at: datetime, fraction: str, zone: str
) -> None:
    text = f"{at:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"
    short = parse_date(text, today=TODAY)
    long = parse_date(f" {text}", today=TODAY)  # goes the way of all other lines
    assert (short.date, short.at) == (long.date, long.at)
    assert (short.problem and short.problem.kind) == (long.problem and long.problem.kind)


@pytest.mark.parametrize("unit", ["1.", "20.12.2025 ", " ", "а", "20 декабря ", "12:", "\n", "2025 "])
def test_five_million_characters_come_to_an_end(unit: str) -> None:
    # Not timed: a quadratic pattern would take hours.
    found = parse_date(unit * (5_000_000 // len(unit)), today=TODAY)
    assert found.date is None or str(found.date) == "2025-12-20"


def test_numeric_and_plain_dates_never_load_dateparser() -> None:
    code = (
        "import sys; from pipelines import parse_date; import pipelines.dates.prose\n"
        "for text in ('20.12.2025', '31.02.2025', '12/20/2025', '20 декабря 2025', '20 лет, май 2025'):\n"
        "    parse_date(text)\n"
        "assert 'dateparser' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
