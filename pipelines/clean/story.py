"""Cleaning of a received item: an ordered list of steps, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.clean import story_steps as steps
from pipelines.clean.story_steps import StoryDraft
from pipelines.items import ProcessedStory, RawStory, hash_text
from pipelines.language import detect_language
from pipelines.language.codes import from_site_code
from pipelines.urls import GOVKZ, host_of, is_govkz, parse_address

# The order matters; each line says why the step has its place.
STEPS: tuple[tuple[Callable[[StoryDraft], None], str], ...] = (
    (steps.convert_html, "first: all other steps read text"),
    (steps.extract_sources, "before cleaning, which must not split or repair a URL"),
    (steps.resolve_url, "needs every URL that the item names"),
    (steps.repair_text, "the repair of title and body"),
    (
        steps.move_byline,
        "after cleaning, so that the signature is read whole and separated from the last sentence",
    ),
    (steps.drop_placeholders, "once everything that is not text is gone, nothing may be left"),
    (steps.report_foreign_text, "on the text as it will be stored"),
    (steps.resolve_language, "last: from the text as it will be stored"),
)


def clean_story(raw: RawStory) -> ProcessedStory:
    """Run every step over one received item; pure, and never raises for what was received.

    The result has no date yet: ``pipelines.dates.date_story`` adds it. Undoing the repairs of a field
    returns the received field.

    >>> clean_story(RawStory(title="-", body="Жол  ашылды.")).body
    'Жол ашылды.'
    """
    return _run([step for step, _ in STEPS], raw)


def received_story(raw: RawStory) -> ProcessedStory:
    """Return an item with its text as received: only its URL is resolved, so that it can be matched."""
    story = _run([steps.resolve_url], raw)
    reads_as = detect_language(story.body) or detect_language(story.title)
    return replace(story, lang=from_site_code(raw.lang), text_lang=reads_as)


def _run(chosen: Sequence[Callable[[StoryDraft], None]], raw: RawStory) -> ProcessedStory:
    draft = begin_draft(raw)
    for step in chosen:
        step(draft)
    return ProcessedStory(
        raw=raw,
        title=draft.title,
        body=draft.body,
        published=None,
        published_at=None,
        byline=draft.byline,
        lang=draft.lang,
        url=draft.url,
        entity=draft.entity,
        news_id=draft.news_id,
        site=GOVKZ if draft.on_govkz else host_of(raw.page_url) or "file",
        on_govkz=draft.on_govkz,
        addresses=tuple(dict.fromkeys(map(_with_kind, draft.sources))),
        repairs=tuple(draft.repairs),
        problems=tuple(draft.problems),
        complete=raw.complete,
        text_hash=hash_text(draft.title, draft.body),
        text_lang=draft.text_lang,
    )


def begin_draft(raw: RawStory) -> StoryDraft:
    """Build the draft of an item that no step has changed yet."""
    html = raw.body_html is not None
    return StoryDraft(raw, raw.title, raw.body_html if html else raw.body, html, _seen_on_govkz(raw))


def _seen_on_govkz(raw: RawStory) -> bool:
    """Return whether a copy was seen on gov.kz itself.

    An item without a page URL counts if it says when it was seen and has a gov.kz URL or id: saved answers
    and raw records do not repeat the page.
    """
    host = host_of(raw.page_url)
    if host is not None:
        return is_govkz(host)
    if raw.seen_at is None:
        return False
    return parse_address(raw.url) is not None or (raw.url is None and raw.news_id is not None)


def _with_kind(url: str) -> tuple[str, str]:
    address = parse_address(url)
    return (address.url, "gov.kz") if address else (url, "other")
