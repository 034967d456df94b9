"""Console output of a crawl: a status line or plain lines, and the summary at the end."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from govkz_scraper.crawl.runner import CrawlResult
from govkz_scraper.terminal import echo_err, escape_control_chars

_OVER = "\r\x1b[K"  # writes over the line before


class Lines(logging.Handler):
    """Shows the log of a crawl: on a terminal warnings stay and other lines replace one another."""

    def __init__(self, terminal: bool, level: int) -> None:
        super().__init__(level)
        self.terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Show one line; control characters from a site do not reach the terminal."""
        line = escape_control_chars(record.getMessage())
        if record.exc_info:
            echo_err(logging.Formatter().formatException(record.exc_info), kept="\n")
        if not self.terminal:
            echo_err(line)
        elif record.levelno >= logging.WARNING:
            echo_err(f"{_OVER}{line}", kept=_OVER)
        else:
            width = shutil.get_terminal_size().columns - 1
            echo_err(f"{_OVER}{line[:width]}", kept=_OVER, nl=False)


@contextmanager
def shown(*, debug: bool = False) -> Iterator[None]:
    """Show the log of a crawl while it runs, without Scrapy's own; ``debug`` adds tracebacks."""
    ours, terminal = logging.getLogger("govkz_scraper.crawl"), sys.stderr.isatty()
    handler = Lines(terminal, logging.DEBUG if debug else logging.INFO)
    ours.addHandler(handler)
    ours.setLevel(handler.level)
    ours.propagate = False
    try:
        yield
    finally:
        ours.removeHandler(handler)
        if terminal:
            echo_err(_OVER, kept=_OVER, nl=False)


def summary(result: CrawlResult) -> Iterator[str]:
    """Yield the summary of a crawl in lines, the outcome last: a terminal is read from the last line up."""
    totals, report = result.totals, result.report
    for failure in report.failures[:20]:
        listing = f"{failure.slug} {failure.lang}".rstrip()  # a newspaper's page has no language
        yield f"failed: {listing} by {failure.route}: {failure.why} ({failure.url})"
    if len(report.failures) > 20:
        yield f"and {len(report.failures) - 20} more failed pages: see crawls.stats, crawl {result.crawl_id}"
    yield from _routes(result)
    yield from (f"note: {remark}" for remark in report.remarks)
    yield from (f"alarm: {alarm}" for alarm in result.outcome.alarms)
    waiting = [
        f"{listing.slug} {listing.lang}".rstrip()
        for listing in report.listings
        if listing.outcome == "waiting"
    ]
    if waiting:
        more = f" and {len(waiting) - 10} more" if len(waiting) > 10 else ""
        yield f"not finished: {', '.join(waiting[:10])}{more}; run the same command to continue"
    dropped = f"{totals['dropped']} dropped, " if totals["dropped"] else ""
    yield (
        f"{result.outcome.outcome}{f' ({report.stopped})' if report.stopped else ''}: "
        f"{totals['listings_done']} of {totals['listings']} listings, {totals['items']} items, "
        f"{totals['new']} new, {totals['changed']} changed, "
        f"{dropped}{totals['failures']} failed pages, "
        f"{totals['refusals']} refusals, {totals['requests']} requests"
    )


def _routes(result: CrawlResult) -> Iterator[str]:
    """Yield which routes refused, and by which routes the publishers were read instead."""
    refused: dict[str, list[str]] = {}
    for refusal in result.report.refusals:
        refused.setdefault(f"{refusal.route} refused ({refusal.evidence[:160]})", []).append(refusal.slug)
    failed: dict[str, list[str]] = {}
    for listing in result.report.listings:
        for route in listing.failed_by:
            failed.setdefault(f"{route} returned no items", []).append(listing.slug)
    for what, slugs in (refused | failed).items():
        yield f"{what}: {_names(slugs)}"
    switched = [listing for listing in result.report.listings if listing.refused_by or listing.failed_by]
    if used := sorted({listing.route for listing in switched if listing.outcome in ("done", "limited")}):
        yield f"read by {', '.join(used)} instead"
    unread = [
        f"{listing.slug} {listing.lang}".rstrip()
        for listing in switched
        if listing.outcome in ("failed", "refused") and not listing.items
    ]
    if unread:
        yield f"no route worked: {_names(unread)}"


def _names(slugs: list[str]) -> str:
    names = list(dict.fromkeys(slugs))
    return f"{', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
