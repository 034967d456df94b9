"""The crawl report: listings, failed pages and refusals, and all that the monitors evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pipelines.items import RawStory

Outcome = Literal["waiting", "done", "limited", "failed", "refused"]


@dataclass
class ListingReport:
    """What became of one publisher in one language, or of one newspaper page."""

    slug: str
    lang: str
    route: str = ""  # the route that was used last
    outcome: Outcome = "waiting"  # waiting: the crawl ended before it was done
    walk: str = ""  # how far it was planned: full, recent, since
    complete: bool = False  # a full walk reached the end with nothing missing
    had: bool = False  # the listing had items in an earlier run
    first: bool = False  # no earlier run has read it by any route
    pages: int = 0
    listed: int = 0  # items that its pages named; those known are not always fetched
    items: int = 0
    new: int = 0
    changed: int = 0
    no_title: int = 0
    no_body: int = 0
    no_date: int = 0
    excerpts: int = 0
    dropped: int = 0  # by a pipeline
    newest: str | None = None
    refused_by: list[str] = field(default_factory=list)  # routes that were closed to it
    failed_by: list[str] = field(default_factory=list)  # routes passed over because they brought nothing

    @property
    def shown(self) -> bool:
        """Whether the listing showed an item, fetched or not."""
        return self.listed > 0 or self.items > 0

    def count(self, stories: Iterable[RawStory], outcomes: Iterable[str]) -> None:
        """Count a stored page."""
        for story, outcome in zip(stories, outcomes, strict=True):
            self.items += 1
            self.dropped += outcome == "dropped"
            self.new += outcome == "new"
            self.changed += outcome in ("revision", "better")
            self.no_title += story.title is None
            self.no_body += story.body is None and story.body_html is None
            self.no_date += story.date is None
            self.excerpts += not story.complete


@dataclass(frozen=True)
class FailedPage:
    """A page that could not be read."""

    slug: str
    lang: str
    route: str
    url: str
    why: str


@dataclass(frozen=True)
class Refusal:
    """A refusal of the site to a publisher's route; ``evidence`` quotes the response."""

    slug: str
    lang: str
    route: str
    evidence: str


@dataclass
class CrawlReport:
    """The report of one crawl."""

    listings: list[ListingReport] = field(default_factory=list)
    failures: list[FailedPage] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    item_errors: list[str] = field(default_factory=list)  # errors that items met in the pipelines
    remarks: list[str] = field(default_factory=list)  # worth reading, and no fault
    stopped: str = ""  # why the crawl ended before its time; empty: it did not

    def as_stats(self) -> dict[str, Any]:
        """Return the report as it is stored in ``crawls.stats``."""
        return asdict(self)
