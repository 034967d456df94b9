"""From a received item to what is compared and stored: an ordered list of steps, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from pipelines.dates import ZONE
from pipelines.items import ProcessedStory, RawStory, hash_text
from pipelines.process import origin_steps, text_steps
from pipelines.process.draft import StoryDraft, on_govkz
from pipelines.urls import GOVKZ, host_of, parse_address

# The order matters; each line says why the step stands where it does.
STEPS: tuple[tuple[Callable[[StoryDraft], None], str], ...] = (
    (origin_steps.read_date, "at any place: no other step reads or changes a date"),
    (text_steps.turn_html, "first of the text steps: all others read text"),
    (origin_steps.part_sources, "before cleaning, which must not part or repair what stands in an address"),
    (origin_steps.settle_address, "needs every address that the item names"),
    (text_steps.repair_text, "the repair of title and body"),
    (
        text_steps.part_byline,
        "after cleaning, so that the signature is read whole and parted from the last sentence",
    ),
    (text_steps.drop_placeholders, "when all that is not text is gone, what is left may be nothing"),
    (text_steps.see_foreign_text, "in the text as it will be stored"),
    (text_steps.tell_language, "last: of the text as it will be stored"),
)


def process_story(raw: RawStory, *, today: date | None = None) -> ProcessedStory:
    """Run every step over one received item; pure, and never raises for what was received.

    ``today`` bounds future dates; it defaults to the day on which the item was seen, so that an item
    means the same whenever it is read again. Undoing the repairs of a field gives back the received
    field.

    >>> process_story(RawStory(title="-", body="Жол ашылды.", date="20.12.2025")).published
    '2025-12-20'
    """
    work = begin(raw, today)
    for step, _ in STEPS:
        step(work)
    at = work.date.at
    return ProcessedStory(
        raw=raw,
        title=work.title,
        body=work.body,
        published=work.date.date.isoformat() if work.date.date else None,
        published_at=at.isoformat() if at else None,
        byline=work.byline,
        lang=work.lang,
        url=work.url,
        entity=work.entity,
        news_id=work.news_id,
        site=GOVKZ if work.on_govkz else host_of(raw.page_url) or "file",
        on_govkz=work.on_govkz,
        addresses=tuple(dict.fromkeys(map(_with_kind, work.sources))),
        repairs=tuple(work.repairs),
        problems=tuple(work.problems),
        complete=raw.complete,
        text_hash=hash_text(work.title, work.body),
    )


def begin(raw: RawStory, today: date | None = None) -> StoryDraft:
    """Lay an item out for the steps, as it was received."""
    html = raw.body_html is not None
    body = raw.body_html if html else raw.body
    return StoryDraft(raw, today or _seen_on(raw), raw.title, body, html, on_govkz(raw))


def _with_kind(url: str) -> tuple[str, str]:
    address = parse_address(url)
    return (address.url, "gov.kz") if address else (url, "other")


def _seen_on(raw: RawStory) -> date | None:
    """The day in Kazakhstan on which an item was seen; None: now."""
    try:
        seen = datetime.fromisoformat(raw.seen_at or "")
        return (seen if seen.tzinfo else seen.replace(tzinfo=UTC)).astimezone(ZONE).date()
    except (ValueError, OverflowError):
        return None
