"""The steps of cleaning a received item, and the draft that they change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipelines.clean import source_lines
from pipelines.clean.bylines import extract_byline
from pipelines.clean.edits import around
from pipelines.clean.html import html_to_text, looks_like_html
from pipelines.clean.repair_order import clean_text
from pipelines.items import Cleaned, Problem, RawStory, Repair
from pipelines.language import detect_language, own_words
from pipelines.language.codes import from_site_code
from pipelines.text_cache import cache_text
from pipelines.urls import Address, canonical_url, parse_address

PROBLEMS = {
    "address-differs": "The record has another id than its URL; that of the URL was used.",
    "title-language": "The title is in another language than the body.",
    "language-differs": "The language of the text differs from that of its listing.",
    "unknown-language": "The declared language is not supported; that of the text was used.",
    "error-title": "The title is the error message of a server.",
    "translation-debris": "The text contains the counter of a translation program, such as 141 / 5 000.",
}
RULES = {"no-text": "A title or body of dashes or spaces became NULL."}

_MIN_LETTERS = 20  # letters; a shorter text is often a phrase common to several languages
_SAMPLE = 200  # characters of the text in which they are counted
_DASHES = " \t\r\n-–—−.\u00a0\u200b\ufeff"
_ERROR_TITLE = re.compile(
    r"\s{0,3}(?:(?:error|ошибка|http)\s{0,3})?[45]\d\d\s{0,3}[-–—:.]?\s{0,3}"
    r"(?:bad gateway|bad request|unauthorized|forbidden|not found|internal server|gateway time"
    r"|service (?:temporarily )?unavailable|too many requests|страница не найдена|не найдено|доступ запрещ)",
    re.IGNORECASE,
)
# A web translator shows how much of its limit of 5,000 characters is used; saved pages keep the counter.
_DEBRIS = re.compile(r"(?<!\d)\d{1,4}\s?/\s?5[\s,.]?000(?!\d)")


@dataclass(slots=True)
class StoryDraft:
    """An item between two steps; only frozen records leave ``clean_story``."""

    raw: RawStory
    title: str | None
    body: str | None
    html: bool  # the body is HTML
    on_govkz: bool
    byline: str | None = None
    lang: str | None = None
    text_lang: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()
    entity: str | None = None
    news_id: int | None = None
    address: Address | None = None
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def record(self, part: str, repairs: tuple[Repair, ...], problems: tuple[Problem, ...]) -> None:
        """Store what a text step did, under the name of the field."""
        self.repairs += repairs if part == "body" else [replace(r, field=part) for r in repairs]
        self.problems += problems if part == "body" else [replace(p, field=part) for p in problems]


def convert_html(draft: StoryDraft) -> None:
    """Convert HTML to text: a body that is HTML, and any field that shows tags."""
    for part in ("title", "body"):
        text = getattr(draft, part)
        if text is not None and ((draft.html and part == "body") or looks_like_html(text)):
            result = html_to_text(text)
            draft.record(part, result.repairs, result.problems)
            setattr(draft, part, result.text)


def extract_sources(draft: StoryDraft) -> None:
    """Cut the source lines out of the body and collect every URL of the item."""
    named = [url.strip() for url in (draft.raw.url, *draft.raw.sources) if url and url.strip()]
    if draft.body is not None:
        found = source_lines.extract_sources(draft.body, cut_off=not draft.raw.complete)
        draft.record("body", found.repairs, found.problems)
        draft.body = found.body
        named += found.urls
    draft.sources = tuple(dict.fromkeys(named))


def resolve_url(draft: StoryDraft) -> None:
    """Choose URL, publisher and id: from the item's own URL, its id, or else the sources it names."""
    raw, entity = draft.raw, (draft.raw.entity or "").strip().lower() or None
    named = list(filter(None, map(parse_address, draft.sources)))
    own = parse_address(raw.url)
    if own is None and raw.news_id:
        # A source with another id is where the item comes from, not the item.
        own = next((address for address in named if address.news_id == raw.news_id), None)
        if own is None and entity:
            lang = from_site_code(raw.lang)
            own = Address(canonical_url(entity, raw.news_id, lang), entity, raw.news_id, lang)
    elif own is None:
        own = next((address for address in named if address.news_id), named[0] if named else None)
    draft.address, draft.entity, draft.news_id = own, entity, raw.news_id
    if own is None:
        draft.url = (raw.url or "").strip() or (None if raw.news_id else next(iter(draft.sources), None))
        return
    if raw.news_id and own.news_id and raw.news_id != own.news_id:
        detail = f"id {raw.news_id}, address {own.url}"
        draft.problems.append(Problem("address-differs", detail, "url"))
    # The listing in which it was seen outranks the publisher in the URL: an item can have many publishers.
    draft.url, draft.entity, draft.news_id = own.url, entity or own.entity, own.news_id or raw.news_id
    if own not in named:
        draft.sources = (own.url, *draft.sources)


def repair_text(draft: StoryDraft) -> None:
    """Repair title and body."""
    for part in ("title", "body"):
        text = getattr(draft, part)
        if text is not None:
            result = _clean_text(text)
            draft.record(part, result.repairs, result.problems)
            setattr(draft, part, result.text)


@cache_text(512)
def _clean_text(text: str) -> Cleaned:
    """Clean a repeated text once: one item recurs in other sections and for other publishers."""
    return clean_text(text)


def move_byline(draft: StoryDraft) -> None:
    """Move the signature from the end of the body to the byline."""
    if draft.body is not None:
        result = extract_byline(draft.body)
        draft.record("body", result.repairs, ())
        draft.body, draft.byline = result.body, result.byline


def drop_placeholders(draft: StoryDraft) -> None:
    """Replace a title or body without text by None."""
    for part in ("title", "body"):
        text = getattr(draft, part)
        if text is not None and not text.strip(_DASHES):
            if text:
                draft.record(part, (Repair("no-text", text, "", 0),), ())
            setattr(draft, part, None)


def report_foreign_text(draft: StoryDraft) -> None:
    """Report text that does not belong to the story: a server's error message, a translator's counter."""
    if draft.title and _ERROR_TITLE.match(draft.title):
        draft.problems.append(Problem("error-title", draft.title[:80], "title"))
    for part in ("title", "body"):
        text = getattr(draft, part)
        if text and "000" in text and (found := _DEBRIS.search(text)):
            detail = around(text, found.start(), found.end())
            draft.problems.append(Problem("translation-debris", detail, part))


def _is_long_enough(text: str | None) -> bool:
    """Return whether a text is long enough for its language to contradict a declared one."""
    return sum(map(str.isalpha, own_words((text or "")[:_SAMPLE]))) >= _MIN_LETTERS


def resolve_language(draft: StoryDraft) -> None:
    """Choose the language: on gov.kz the listing's, elsewhere the text's."""
    title, body = detect_language(draft.title or ""), detect_language(draft.body or "")
    if title and body and title != body and _is_long_enough(draft.title):
        draft.problems.append(Problem("title-language", f"title {title}, body {body}", "title"))
    text = draft.text_lang = body or title
    address = draft.address.lang if draft.address else None
    declared: str | None = from_site_code(draft.raw.lang)
    if draft.raw.lang and declared is None:
        draft.problems.append(Problem("unknown-language", draft.raw.lang[:40], "lang"))
    if not draft.on_govkz:
        draft.lang = text or declared or address
        return
    # On gov.kz each language has its own listing, in which the same id is another story.
    declared = declared or address
    if text and declared and text != declared and _is_long_enough(draft.body or draft.title):
        draft.problems.append(Problem("language-differs", f"listed as {declared}, reads as {text}", "lang"))
    draft.lang = declared or text
