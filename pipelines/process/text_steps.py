"""The steps that change the text of an item, or look at it."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.clean.bylines import take_byline
from pipelines.clean.edits import around
from pipelines.clean.html import html_to_text, looks_like_html
from pipelines.clean.repair_order import clean_text
from pipelines.items import Cleaned, Problem, Repair
from pipelines.language import detect_language, own_words
from pipelines.process.draft import LANGS, StoryDraft

PROBLEMS = {
    "title-language": "The title is in another language than the body.",
    "language-differs": "The text reads as another language than the one its listing declares.",
    "unknown-language": "The declared language is none that a story can have; the text decided.",
    "error-title": "The title is the message of a broken server, not a title.",
    "translation-debris": "A counter of a translation program stands in the text, such as 141 / 5 000.",
}
RULES = {"no-text": "A dash or blanks stood in the place of a title or body; it became NULL."}

_TELLING = 20  # letters: a shorter text is often a phrase that several languages have
_LOOKED_AT = 200  # characters in which they are counted
_LONG = 20_000  # characters beyond which a text is not worth the memory of being remembered
_DASHES = " \t\r\n-–—−.\u00a0\u200b\ufeff"
_ERROR_TITLE = re.compile(
    r"\s{0,3}(?:(?:error|ошибка|http)\s{0,3})?[45]\d\d\s{0,3}[-–—:.]?\s{0,3}"
    r"(?:bad gateway|bad request|unauthorized|forbidden|not found|internal server|gateway time"
    r"|service (?:temporarily )?unavailable|too many requests|страница не найдена|не найдено|доступ запрещ)",
    re.IGNORECASE,
)
# A web translator shows how much of its 5,000 characters are used; page savers take it along.
_DEBRIS = re.compile(r"(?<!\d)\d{1,4}\s?/\s?5[\s,.]?000(?!\d)")


def turn_html(work: StoryDraft) -> None:
    """Turn HTML into text: a body that is HTML, and whatever else shows tags."""
    for part in ("title", "body"):
        text = getattr(work, part)
        if text is not None and ((work.html and part == "body") or looks_like_html(text)):
            done = html_to_text(text)
            work.note(part, done.repairs, done.problems)
            setattr(work, part, done.text)


def repair_text(work: StoryDraft) -> None:
    """Repair title and body."""
    for part in ("title", "body"):
        text = getattr(work, part)
        if text is not None:
            done = clean_text(text) if len(text) > _LONG else _clean_recent(text)
            work.note(part, done.repairs, done.problems)
            setattr(work, part, done.text)


@lru_cache(maxsize=512)
def _clean_recent(text: str) -> Cleaned:
    """Clean a text once while it comes again: in other sections, for other publishers of one item."""
    return clean_text(text)


def part_byline(work: StoryDraft) -> None:
    """Take the signature off the end of the body."""
    if work.body is not None:
        done = take_byline(work.body)
        work.note("body", done.repairs, ())
        work.body, work.byline = done.body, done.byline


def drop_placeholders(work: StoryDraft) -> None:
    """Let a title or body that holds nothing be none."""
    for part in ("title", "body"):
        text = getattr(work, part)
        if text is not None and not text.strip(_DASHES):
            if text:
                work.note(part, (Repair("no-text", text, "", 0),), ())
            setattr(work, part, None)


def see_foreign_text(work: StoryDraft) -> None:
    """Report what is no text of the story's: the message of a server, a translator's counter."""
    if work.title and _ERROR_TITLE.match(work.title):
        work.problems.append(Problem("error-title", work.title[:80], "title"))
    for part in ("title", "body"):
        text = getattr(work, part)
        if text and "000" in text and (found := _DEBRIS.search(text)):
            detail = around(text, found.start(), found.end())
            work.problems.append(Problem("translation-debris", detail, part))


def _enough(text: str | None) -> bool:
    """Tell whether a text is long enough for its language to be held against somebody's word."""
    return sum(map(str.isalpha, own_words((text or "")[:_LOOKED_AT]))) >= _TELLING


def tell_language(work: StoryDraft) -> None:
    """Settle the language: on gov.kz the listing's, elsewhere the text's."""
    title, body = detect_language(work.title or ""), detect_language(work.body or "")
    if title and body and title != body and _enough(work.title):
        work.problems.append(Problem("title-language", f"title {title}, body {body}", "title"))
    text = body or title
    address = work.address.lang if work.address else None
    declared: str | None = LANGS.get((work.raw.lang or "").strip().lower())
    if work.raw.lang and declared is None:
        work.problems.append(Problem("unknown-language", work.raw.lang[:40], "lang"))
    if not work.on_govkz:
        work.lang = text or declared or address
        return
    # On gov.kz each language is a listing of its own, and the same id in it another story.
    declared = declared or address
    if text and declared and text != declared and _enough(work.body or work.title):
        work.problems.append(Problem("language-differs", f"listed as {declared}, reads as {text}", "lang"))
    work.lang = declared or text
