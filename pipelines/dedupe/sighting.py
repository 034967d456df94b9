"""One sighting as the matcher sees it: the cleaned text with what speaks for and against this copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.dedupe.tokens import Text

Anchor = tuple[int, str | None]  # gov.kz id and language: one story, whatever the text


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A stored sighting. Values absent in the sighting are None, as in ``ProcessedStory``."""

    id: int  # of the sighting
    story_id: int  # where it lies now
    text_id: int | None  # smallest sighting with the same cleaned text; None: a link without text
    news_id: int | None
    lang: str | None
    text: Text
    published: str | None
    published_at: str | None
    byline: str | None
    url: str | None
    entity: str | None
    on_govkz: bool
    complete: bool
    from_feed: bool  # what a feed of gov.kz gives may be an excerpt that does not look like one
    title_damage: int  # repairs and problems in the title
    body_damage: int
    seen_at: str
    last_seen_at: str
    text_hash: str | None
    addresses: tuple[tuple[str, str], ...]
    record_hash: bytes  # of what was received: orders copies that are alike in all else
    matched_by: str = "new"

    @property
    def has_text(self) -> bool:
        """True when there is a title or a body."""
        return self.text_id is not None


def days_apart(one: str | None, other: str | None) -> int | None:
    """Days between two ISO dates; None when either is unknown.

    >>> days_apart("2025-12-20", "2026-01-03")
    14
    """
    if one is None or other is None:
        return None
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
