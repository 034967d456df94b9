"""Monitors: the outcome of a report, and the alarms that follow from earlier crawls."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from govkz_scraper.crawl.monitors import HISTORY, EarlierCrawl, evaluate
from govkz_scraper.crawl.report import CrawlReport, FailedPage, ListingReport, Refusal

NOW = datetime(2026, 7, 20, tzinfo=UTC)
FAILED = FailedPage("almobl", "ru", "api", "https://www.gov.kz/", "status 500")


def note(**values: object) -> ListingReport:
    usual = {"slug": "almobl", "lang": "ru", "route": "api", "outcome": "done", "walk": "recent", "items": 20}
    return ListingReport(**{**usual, **values})  # type: ignore[arg-type]


def earlier(days: int, **values: object) -> EarlierCrawl:
    return EarlierCrawl(NOW - timedelta(days=days), [asdict(note(**values))])


@pytest.mark.parametrize(
    ("notes", "outcome", "code"),
    [
        (CrawlReport([note()]), "done", 0),
        (CrawlReport([note(outcome="limited")]), "done", 0),
        (CrawlReport([note()], [], [Refusal("almobl", "ru", "api", "notAllowed")]), "done", 0),
        (CrawlReport([note(), note(slug="kostanay")], [FAILED]), "failed", 1),
        (CrawlReport([note(), note(outcome="waiting")]), "failed", 1),
        (CrawlReport([note(), note(outcome="refused")]), "failed", 1),
        (CrawlReport([note(outcome="refused")]), "refused", 3),
        (CrawlReport([note(outcome="refused", items=0)], [FAILED]), "refused", 3),
        (CrawlReport([note(outcome="waiting")], stopped="stopped by SIGTERM"), "stopped", 1),
    ],
)
def test_outcomes_and_exit_codes(notes: CrawlReport, outcome: str, code: int) -> None:
    verdict = evaluate(notes, [], NOW)
    assert (verdict.outcome, verdict.exit_code) == (outcome, code)


@pytest.mark.parametrize(
    ("this", "history", "alarm"),
    [
        (note(items=0, had=True), [], "nothing in ru"),
        (note(items=0, walk="full"), [], "without a single item"),
        (note(items=0, route="rss", first=True), [], "without a single item"),
        (note(), [earlier(40, new=3), earlier(20)], "no new item for 40 days"),
        (note(newest="2026-06-01"), [earlier(1)] * HISTORY, "the newest is of 2026-06-01"),
        (note(walk="full", items=40), [earlier(9, walk="full", items=400)], "40 items, where 400 are usual"),
        (
            note(walk="full", items=40),
            [earlier(d, walk="full", items=n) for d, n in ((9, 0), (8, 0), (7, 0), (6, 400))],
            "40 items, where 400 are usual",
        ),
        (note(), [earlier(d, new=7) for d in range(1, 6)], "nothing new, where 7"),
        (note(no_body=15), [earlier(1, no_body=1)], "15 of 20 items have no body"),
    ],
)
def test_what_is_unusual_raises_an_alarm(
    this: ListingReport, history: list[EarlierCrawl], alarm: str
) -> None:
    verdict = evaluate(CrawlReport([this]), history, NOW)
    assert verdict.exit_code == 1 and alarm in " ".join(verdict.alarms)


@pytest.mark.parametrize(
    ("this", "history"),
    [
        (note(items=0, lang="en", walk="full"), []),
        (note(items=0, route="rss"), []),
        (note(items=0, first=True, walk="since"), []),
        (note(), [earlier(10, new=3)]),
        (note(newest="2026-06-01"), [earlier(1)] * HISTORY + [earlier(10, new=3)]),
        (note(newest="2026-06-01"), [earlier(1)]),
        (note(newest="2026-07-01"), [earlier(1)] * HISTORY),
        (note(new=1), [earlier(90, new=3)]),
        (note(items=0, had=True, walk="since"), []),
        (note(no_date=2), []),
    ],
)
def test_what_is_usual_raises_none(this: ListingReport, history: list[EarlierCrawl]) -> None:
    assert evaluate(CrawlReport([this]), history, NOW).alarms == ()
