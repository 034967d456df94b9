"""The steps that settle when an item was published and whose it is."""

from __future__ import annotations

from pipelines.dates import parse_date
from pipelines.items import Problem
from pipelines.process.draft import LANGS, StoryDraft
from pipelines.urls import Address, canonical_url, parse_address, take_sources

PROBLEMS = {
    "address-differs": "The record gives another id than its own address; the address was taken.",
}


def read_date(work: StoryDraft) -> None:
    """Read the printed date, bounded by the day on which the item was seen."""
    if not (work.raw.date or "").strip():
        return
    work.date = parse_date(work.raw.date, today=work.today)
    if work.date.problem:
        work.problems.append(work.date.problem)


def part_sources(work: StoryDraft) -> None:
    """Take the source lines out of the body and note every address of the item."""
    named = [url.strip() for url in (work.raw.url, *work.raw.sources) if url and url.strip()]
    if work.body is not None:
        done = take_sources(work.body, cut_off=not work.raw.complete)
        work.note("body", done.repairs, done.problems)
        work.body = done.body
        named += done.urls
    work.sources = tuple(dict.fromkeys(named))


def settle_address(work: StoryDraft) -> None:
    """Settle address, publisher and id: by the item's own address, its id, or else the sources it names."""
    raw, entity = work.raw, (work.raw.entity or "").strip().lower() or None
    named = list(filter(None, map(parse_address, work.sources)))
    own = parse_address(raw.url)
    if own is None and raw.news_id:
        # A source with another id is where the item comes from, not the item.
        own = next((one for one in named if one.news_id == raw.news_id), None)
        if own is None and entity:
            lang = LANGS.get((raw.lang or "").strip().lower())
            own = Address(canonical_url(entity, raw.news_id, lang), entity, raw.news_id, lang)
    elif own is None:
        own = next((one for one in named if one.news_id), named[0] if named else None)
    work.address, work.entity, work.news_id = own, entity, raw.news_id
    if own is None:
        work.url = (raw.url or "").strip() or (None if raw.news_id else next(iter(work.sources), None))
        return
    if raw.news_id and own.news_id and raw.news_id != own.news_id:
        detail = f"id {raw.news_id}, address {own.url}"
        work.problems.append(Problem("address-differs", detail, "url"))
    # In whose listing it was seen counts before whose address it carries: an item can have many publishers.
    work.url, work.entity, work.news_id = own.url, entity or own.entity, own.news_id or raw.news_id
    if own not in named:
        work.sources = (own.url, *work.sources)
