"""What travels through the item pipelines: one press item, and the checkpoint that ends a page."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from pipelines.items import FinishedWalk, Problem, ProcessedStory, RawStory, Repair, UnfinishedWalk, hash_text


@dataclass
class PressItem:
    """One press item: as a route or page gave it, and after the pipelines as it is stored.

    Plain values only, so that feed exports and other people's pipelines can handle it.
    """

    url: str | None = None
    entity: str | None = None  # publisher slug
    news_id: int | None = None
    lang: str | None = None
    text_lang: str | None = None  # what the text reads as; set by the clean pipeline
    title: str | None = None
    body: str | None = None
    published: str | None = None  # local date in Kazakhstan; None before the dates pipeline, or unreadable
    published_at: str | None = None
    byline: str | None = None
    section: str | None = None
    page_url: str | None = None
    position: int | None = None
    matched_by: str | None = None  # set by the dedupe pipeline, corrected by the SQLite pipeline
    story_id: int | None = None  # set by the SQLite pipeline
    outcome: str | None = None  # new, copy, better, revision or known; set by the SQLite pipeline
    body_html: str | None = None
    date: str | None = None  # as printed
    seen_at: str | None = None
    sources: list[str] = field(default_factory=list)  # further URLs named as source
    projects: list[str] = field(default_factory=list)  # every publisher slug of the item
    complete: bool = True  # False: an excerpt, or cut off
    rest: str | None = None  # JSON of what else was received
    site: str | None = None  # host where it was seen; set by the clean pipeline
    on_govkz: bool | None = None
    source_urls: list[list[str]] = field(default_factory=list)  # [URL, kind] of every source
    repairs: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    raw: dict[str, Any] | None = None  # all fields as received; None before the clean pipeline

    @classmethod
    def from_raw(cls, raw: RawStory) -> Self:
        """Build an item from a received story."""
        values = {name: getattr(raw, name) for name in _RAW}
        return cls(**values | {"sources": list(raw.sources), "projects": list(raw.projects)})

    def to_raw(self) -> RawStory:
        """Return the story as it was received."""
        values = self.raw or {name: getattr(self, name) for name in _RAW}
        return RawStory(
            **values | {"sources": tuple(values["sources"]), "projects": tuple(values["projects"])}
        )

    def with_story(self, story: ProcessedStory) -> Self:
        """Return the item with the values of a cleaned or dated story."""
        raw = asdict(story.raw) | {"sources": list(story.raw.sources), "projects": list(story.raw.projects)}
        return replace(
            self,
            **{name: getattr(story, name) for name in _PROCESSED},
            source_urls=[list(address) for address in story.addresses],
            repairs=[asdict(repair) for repair in story.repairs],
            problems=[asdict(problem) for problem in story.problems],
            raw=raw,
        )

    def with_dates(self, story: ProcessedStory) -> Self:
        """Return the item with the dates of a dated story, and the problems met in reading them."""
        problems = [asdict(problem) for problem in story.problems]
        return replace(self, published=story.published, published_at=story.published_at, problems=problems)

    def to_story(self) -> ProcessedStory:
        """Return the item as the store takes it; what no pipeline has cleaned is taken as received."""
        raw = self.to_raw()
        if self.raw is None:
            from pipelines.clean.story import received_story

            received = received_story(raw)
            return replace(received, published=self.published, published_at=self.published_at)
        return ProcessedStory(
            raw=raw,
            **{name: getattr(self, name) for name in _PROCESSED},
            addresses=tuple((url, kind) for url, kind in self.source_urls),
            repairs=tuple(Repair(**repair) for repair in self.repairs),
            problems=tuple(Problem(**problem) for problem in self.problems),
            text_hash=hash_text(self.title, self.body),
        )


_RAW = tuple(one.name for one in fields(RawStory))
_PROCESSED = (
    *("title", "body", "published", "published_at", "byline", "lang", "text_lang"),
    *("url", "entity", "news_id", "site", "on_govkz", "complete"),
)


@dataclass
class ListingCheckpoint:
    """The end of a page: its items and how far the listing is covered are committed together.

    All but ``progress`` is empty for a page that belongs to no listing, such as a newspaper's.
    """

    slug: str = ""
    lang: str = ""
    route: str = ""
    site: str = ""
    progress: UnfinishedWalk | FinishedWalk | None = None
