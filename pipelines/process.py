"""From a received item to what is compared and stored."""

from __future__ import annotations

from datetime import date

from pipelines.clean.story import clean_story
from pipelines.dates import date_story
from pipelines.items import ProcessedStory, RawStory


def process_story(raw: RawStory, *, today: date | None = None) -> ProcessedStory:
    """Clean and date one received item; pure, and never raises for what was received.

    >>> process_story(RawStory(title="-", body="Жол ашылды.", date="20.12.2025")).published
    '2025-12-20'
    """
    return date_story(clean_story(raw), today=today)
