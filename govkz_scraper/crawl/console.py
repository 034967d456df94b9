"""What a person sees of a crawl: a status line or plain lines, and the summary at the end."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from govkz_scraper.crawl.runner import Run
from govkz_scraper.terminal import echo_err, escape_control_chars

_OVER = "\r\x1b[K"  # writes over the line before


class Lines(logging.Handler):
    """Shows the crawl's own log: warnings stay, other lines replace one another on a terminal."""

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
    """Show the crawl's own log while it runs, and nothing of Scrapy's; ``debug`` shows tracebacks, too."""
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


def summary(run: Run) -> Iterator[str]:
    """Give the end of a crawl in lines, the outcome last: a person reads from the last line up."""
    totals, notes = run.totals, run.notes
    for failure in notes.failures[:20]:
        listing = f"{failure.slug} {failure.lang}".rstrip()  # a newspaper's page has no language
        yield f"failed: {listing} by {failure.route}: {failure.why} ({failure.url})"
    if len(notes.failures) > 20:
        yield f"and {len(notes.failures) - 20} more failed pages: see crawls.stats, crawl {run.crawl_id}"
    yield from _routes(run)
    yield from (f"note: {remark}" for remark in notes.remarks)
    yield from (f"alarm: {alarm}" for alarm in run.verdict.alarms)
    waiting = [f"{note.slug} {note.lang}".rstrip() for note in notes.listings if note.outcome == "waiting"]
    if waiting:
        more = f" and {len(waiting) - 10} more" if len(waiting) > 10 else ""
        yield f"left: {', '.join(waiting[:10])}{more}; the same command goes on from here"
    yield (
        f"{run.verdict.outcome}{f' ({notes.stopped})' if notes.stopped else ''}: "
        f"{totals['listings_done']} of {totals['listings']} listings, {totals['items']} items, "
        f"{totals['new']} new, {totals['changed']} changed, {totals['failures']} failed pages, "
        f"{totals['refusals']} refusals, {totals['requests']} requests"
    )


def _routes(run: Run) -> Iterator[str]:
    """Say which routes refused, and what the sources were read by instead."""
    refused: dict[str, list[str]] = {}
    for refusal in run.notes.refusals:
        refused.setdefault(f"{refusal.route} refused ({refusal.evidence[:160]})", []).append(refusal.slug)
    failed: dict[str, list[str]] = {}
    for note in run.notes.listings:
        for route in note.failed_by:
            failed.setdefault(f"{route} brought nothing", []).append(note.slug)
    for what, slugs in (refused | failed).items():
        names = list(dict.fromkeys(slugs))
        yield f"{what}: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
    turned = [note for note in run.notes.listings if note.refused_by or note.failed_by]
    if turned:
        used = sorted({note.route for note in turned if note.outcome in ("done", "limited")})
        yield f"read by {', '.join(used)} instead" if used else "no other route was left"
