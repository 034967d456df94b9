"""The verdict on a crawl: from its notes and those of earlier crawls to outcome, alarms and exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Any, Literal

from govkz_scraper.crawl.report import CrawlReport, ListingReport

Outcome = Literal["done", "alarm", "failed", "refused", "stopped"]
EXIT_CODES: dict[Outcome, int] = {"done": 0, "alarm": 1, "failed": 1, "refused": 3, "stopped": 1}
HISTORY = 50  # earlier crawls that are looked at
_ENOUGH_RUNS = 4  # fewer earlier runs say nothing about what is usual
_FEW_ITEMS = 10  # of so few, a share says nothing


@dataclass(frozen=True, slots=True)
class EarlierCrawl:
    """An earlier crawl: when it began, and the entries of its listings as kept in ``crawls.stats``."""

    started_at: datetime
    listings: Sequence[dict[str, Any]] = field(default=())


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """How a crawl went. ``alarms`` are sentences for a person."""

    outcome: Outcome
    alarms: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 done, 1 something failed or raised an alarm, 3 refused everywhere."""
        return EXIT_CODES[self.outcome]


def evaluate(
    notes: CrawlReport, history: Sequence[EarlierCrawl], now: datetime, silent_days: float = 30
) -> CrawlOutcome:
    """Compare a crawl with what it set out to do and with earlier crawls, the newest of them first."""
    alarms = [*_empty(notes), *_silent(notes, history, now, silent_days), *_unusual(notes, history)]
    alarms += _fields(notes, history)
    outcomes = {note.outcome for note in notes.listings}
    if notes.stopped:
        return CrawlOutcome("stopped", tuple(alarms))
    if outcomes == {"refused"}:
        return CrawlOutcome("refused", tuple(alarms))
    if notes.failures or outcomes & {"failed", "refused", "waiting"}:
        return CrawlOutcome("failed", tuple(alarms))
    return CrawlOutcome("alarm" if alarms else "done", tuple(alarms))


def _empty(notes: CrawlReport) -> Iterator[str]:
    """A listing that had items has none; or a listed publisher has nothing in any language asked."""
    for slug, group in groupby(notes.listings, key=lambda note: note.slug):
        listings = list(group)
        read = [note for note in listings if note.outcome in ("done", "limited")]
        emptied = [note.lang for note in read if note.had and not note.shown and note.walk != "since"]
        if emptied:
            yield f"{slug}: nothing in {', '.join(emptied)}, where there were items before: was it renamed?"
        elif _has_nothing(listings):
            yield f"{slug}: a listed source without a single item: was it renamed?"


def _has_nothing(listings: Sequence[ListingReport]) -> bool:
    # Nearly every item has a Russian version; a source may well have nothing in English.
    # A feed is all that it shows; that it stays empty is said once.
    whole = all(note.walk == "full" or (note.first and note.walk == "recent") for note in listings)
    nothing = whole and all(note.outcome == "done" and not note.shown for note in listings)
    return nothing and any(note.lang in ("ru", "kk") for note in listings)


def _silent(notes: CrawlReport, history: Sequence[EarlierCrawl], now: datetime, days: float) -> Iterator[str]:
    """A source that brought items once has brought none for too long, however often it was asked."""
    for slug, group in groupby(notes.listings, key=lambda note: note.slug):
        listings = list(group)
        if any(note.new for note in listings) or not all(note.outcome == "done" for note in listings):
            continue
        brought = [run.started_at for run in history if any(e["new"] for e in _of(run, slug))]
        newest = max((note.newest for note in listings if note.newest), default="")
        if brought and now - max(brought) > timedelta(days=days):
            yield f"{slug}: no new item for {(now - max(brought)).days} days"
        elif (
            not brought and len(history) >= HISTORY and "" < newest < (now - timedelta(days=days)).isoformat()
        ):
            # With a run an hour, the crawls looked at go back two days: the items' own dates go further.
            yield f"{slug}: no new item, and the newest is of {newest}"


def _unusual(notes: CrawlReport, history: Sequence[EarlierCrawl]) -> Iterator[str]:
    """Far fewer items than the median of earlier runs of the same kind."""
    for note in notes.listings:
        if note.outcome != "done" or note.walk == "since":
            continue
        before = [e for run in history for e in _of(run, note.slug, note.lang) if e["outcome"] == "done"]
        # An empty answer had its own alarm then, and is no measure of what is usual.
        full = [e["items"] for e in before if e["walk"] == "full" and e["route"] == note.route and e["items"]]
        if note.walk == "full" and full and note.items and note.items < median(full) / 2:
            yield f"{note.slug} {note.lang}: {note.items} items, where {median(full):g} are usual"
        recent = [e["new"] for e in before if e["walk"] == "recent"]
        usual = median(recent) if len(recent) >= _ENOUGH_RUNS else 0
        if note.walk == "recent" and usual >= 5 and note.new == 0:
            yield f"{note.slug} {note.lang}: nothing new, where {usual:g} new items a run are usual"


def _fields(notes: CrawlReport, history: Sequence[EarlierCrawl]) -> Iterator[str]:
    """Titles, bodies or dates are missing in most items, and were not before."""
    for name in ("title", "body", "date"):
        key = f"no_{name}"
        missing = sum(getattr(note, key) for note in notes.listings)
        items = sum(note.items for note in notes.listings)
        earlier = [entry for run in history for entry in run.listings]
        before = sum(e[key] for e in earlier) / max(1, sum(e["items"] for e in earlier))
        if items >= _FEW_ITEMS and missing / items > 0.5 and before < 0.25:
            yield f"{missing} of {items} items have no {name}"


def _of(run: EarlierCrawl, slug: str, lang: str | None = None) -> list[dict[str, Any]]:
    return [e for e in run.listings if e["slug"] == slug and lang in (None, e["lang"])]
