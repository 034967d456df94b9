"""Cleaning in other processes gives what this one gives, in order; what ends them is said, nothing hangs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from govkz_scraper.importers import workers
from govkz_scraper.importers.workers import cleaner
from pipelines.errors import GovkzError
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite.rows import Prepared, prepare

BODY = "Әкім жаңа мектепті ашты. Оқушылар саны {} болды, ал мұғалімдер қаладан келді."


def raws(count: int) -> Iterator[RawStory]:
    """Records of very unequal length, so that chunks end in another order than they began."""
    for number in range(count):
        yield RawStory(
            title=f"Мектеп {number}",
            body=BODY.format(number) * (40 if number < 300 else 1),
            date="20.12.2025",
            lang="kk",
            position=number,
        )


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("jobs", "count"), [(2, 0), (2, 1), (2, 2_300), (3, 900)])
def test_they_come_in_order_and_as_one_process_makes_them(jobs: int, count: int) -> None:
    with cleaner(jobs) as clean:
        cleaned: list[Prepared] = list(clean(raws(count)))
    assert cleaned == [prepare(process_story(raw)) for raw in raws(count)]


def test_it_can_be_called_again_and_after_one_that_was_left_off() -> None:
    with cleaner(2) as clean:
        for count in (1, 600, 1_200):
            begun = clean(raws(2_000))
            assert next(begun).title == "Мектеп 0"
            del begun
            assert [one.title for one in clean(raws(count))] == [raw.title for raw in raws(count)]


def test_a_bounded_number_is_read_ahead() -> None:
    taken, given, ahead = 0, 0, 0

    def counted() -> Iterator[RawStory]:
        nonlocal taken
        for raw in raws(6_000):
            taken += 1
            yield raw

    with cleaner(2) as clean:
        for _ in clean(counted()):
            ahead, given = max(ahead, taken - given), given + 1
    assert (taken, given) == (6_000, 6_000)
    assert ahead <= 2_000


def test_what_cleaning_raises_is_raised_here() -> None:
    def with_a_bad_one() -> Iterator[RawStory]:
        yield from raws(700)
        yield RawStory(title=cast("Any", 5))
        yield from raws(3_000)

    given = 0
    with cleaner(2) as clean, pytest.raises((TypeError, AttributeError)):
        for _ in clean(with_a_bad_one()):
            given += 1
    assert given <= 700


class OddError(Exception):
    """An error that pickle can write and not read."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} in {where}")


def test_an_error_that_cannot_be_pickled_keeps_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(found: object) -> Iterator[Prepared]:
        raise OddError("a fault", "cleaning")

    monkeypatch.setattr(workers, "_prepare", fails)
    with pytest.raises(RuntimeError, match=r"^OddError: a fault in cleaning$"):
        workers._prepare_chunk([])


def test_what_reading_raises_is_raised_here() -> None:
    def cut() -> Iterator[RawStory]:
        yield from raws(700)
        raise OSError("the disk is gone")

    with cleaner(2) as clean, pytest.raises(OSError, match="the disk is gone"):
        list(clean(cut()))


@pytest.mark.parametrize("killed", [1, 2])
def test_processes_that_are_killed_end_it_with_a_word(killed: int) -> None:
    """As when memory runs out: SIGKILL."""
    with cleaner(3) as clean:
        cleaned = clean(raws(100_000))
        next(cleaned)
        for process in multiprocessing.active_children()[:killed]:
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(GovkzError, match="fewer --jobs"):
            list(cleaned)


def test_one_who_stops_early_is_not_kept_waiting() -> None:
    with cleaner(2) as clean:
        cleaned = clean(raws(100_000))
        assert next(cleaned).title == "Мектеп 0"
        del cleaned
