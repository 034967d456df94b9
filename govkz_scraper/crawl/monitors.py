"""Monitors: evaluate a crawl against its plan and earlier crawls, for outcome, alarms and exit code."""

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
HISTORY = 50  # earlier crawls that are compared
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
        """Return 0 for done, 1 for a failure or an alarm, 3 for a crawl refused everywhere."""
        return EXIT_CODES[self.outcome]


def evaluate(
    report: CrawlReport, history: Sequence[EarlierCrawl], now: datetime, silent_days: float = 30
) -> CrawlOutcome:
    """Compare a crawl with its plan and with earlier crawls, the newest first."""
    alarms = [*_empty(report), *_silent(report, history, now, silent_days), *_unusual(report, history)]
    alarms += [*_fields(report, history), *_dropped(report)]
    outcomes = {listing.outcome for listing in report.listings}
    if report.stopped:
        return CrawlOutcome("stopped", tuple(alarms))
    if outcomes == {"refused"}:
        return CrawlOutcome("refused", tuple(alarms))
    if report.failures or outcomes & {"failed", "refused", "waiting"}:
        return CrawlOutcome("failed", tuple(alarms))
    return CrawlOutcome("alarm" if alarms else "done", tuple(alarms))


def _empty(report: CrawlReport) -> Iterator[str]:
    """A listing that had items has none; or a listed publisher has nothing in any language asked."""
    for slug, group in groupby(report.listings, key=lambda listing: listing.slug):
        listings = list(group)
        read = [listing for listing in listings if listing.outcome in ("done", "limited")]
        emptied = [
            listing.lang for listing in read if listing.had and not listing.shown and listing.walk != "since"
        ]
        if emptied:
            yield f"{slug}: nothing in {', '.join(emptied)}, where there were items before: was it renamed?"
        elif _has_nothing(listings):
            yield f"{slug}: a publisher of the list without a single item: was it renamed?"


def _has_nothing(listings: Sequence[ListingReport]) -> bool:
    # Nearly every item has a Russian version; a source may well have nothing in English.
    # A feed is all that it shows; that it stays empty is said once.
    whole = all(
        listing.walk == "full" or (listing.first and listing.walk == "recent") for listing in listings
    )
    nothing = whole and all(listing.outcome == "done" and not listing.shown for listing in listings)
    return nothing and any(listing.lang in ("ru", "kk") for listing in listings)


def _silent(
    report: CrawlReport, history: Sequence[EarlierCrawl], now: datetime, days: float
) -> Iterator[str]:
    """A source that brought items once has brought none for too long, however often it was asked."""
    for slug, group in groupby(report.listings, key=lambda listing: listing.slug):
        listings = list(group)
        if any(listing.new for listing in listings) or not all(
            listing.outcome == "done" for listing in listings
        ):
            continue
        brought = [run.started_at for run in history if any(e["new"] for e in _of(run, slug))]
        newest = max((listing.newest for listing in listings if listing.newest), default="")
        if brought and now - max(brought) > timedelta(days=days):
            yield f"{slug}: no new item for {(now - max(brought)).days} days"
        elif (
            not brought and len(history) >= HISTORY and "" < newest < (now - timedelta(days=days)).isoformat()
        ):
            # With a run an hour, the crawls looked at go back two days: the items' own dates go further.
            yield f"{slug}: no new item, and the newest is of {newest}"


def _unusual(report: CrawlReport, history: Sequence[EarlierCrawl]) -> Iterator[str]:
    """Far fewer items than the median of earlier runs of the same kind."""
    for listing in report.listings:
        if listing.outcome != "done" or listing.walk == "since":
            continue
        before = [
            e for run in history for e in _of(run, listing.slug, listing.lang) if e["outcome"] == "done"
        ]
        # An empty answer had its own alarm then, and is no measure of what is usual.
        full = [
            e["items"] for e in before if e["walk"] == "full" and e["route"] == listing.route and e["items"]
        ]
        if listing.walk == "full" and full and listing.items and listing.items < median(full) / 2:
            yield f"{listing.slug} {listing.lang}: {listing.items} items, where {median(full):g} are usual"
        recent = [e["new"] for e in before if e["walk"] == "recent"]
        usual = median(recent) if len(recent) >= _ENOUGH_RUNS else 0
        if listing.walk == "recent" and usual >= 5 and listing.new == 0:
            yield f"{listing.slug} {listing.lang}: nothing new, where {usual:g} new items a run are usual"


def _fields(report: CrawlReport, history: Sequence[EarlierCrawl]) -> Iterator[str]:
    """Titles, bodies or dates are missing in most items, and were not before."""
    for name in ("title", "body", "date"):
        key = f"no_{name}"
        missing = sum(getattr(listing, key) for listing in report.listings)
        items = sum(listing.items for listing in report.listings)
        earlier = [entry for run in history for entry in run.listings]
        before = sum(e[key] for e in earlier) / max(1, sum(e["items"] for e in earlier))
        if items >= _FEW_ITEMS and missing / items > 0.5 and before < 0.25:
            yield f"{missing} of {items} items have no {name}"


def _dropped(report: CrawlReport) -> Iterator[str]:
    """All items were dropped or replaced by a pipeline: nothing is stored."""
    items, dropped = (sum(getattr(one, name) for one in report.listings) for name in ("items", "dropped"))
    if items and dropped == items:
        yield f"all {items} items were dropped or replaced by a pipeline (ITEM_PIPELINES): nothing was stored"


def _of(run: EarlierCrawl, slug: str, lang: str | None = None) -> list[dict[str, Any]]:
    return [e for e in run.listings if e["slug"] == slug and lang in (None, e["lang"])]
