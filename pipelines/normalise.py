"""From a received item to what is compared and stored: an ordered list of steps, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b

from pipelines.addresses import Address, host_of, is_govkz, parse_address, take_sources
from pipelines.bylines import take_byline
from pipelines.dates import ParsedDate, parse_date
from pipelines.language import detect_language
from pipelines.records import LANGUAGES, Normalised, Problem, RawStory, Repair
from pipelines.text.clean import clean_text
from pipelines.text.html import html_to_text, looks_like_html

PROBLEMS = {
    "title-language": "The title is in another language than the body.",
    "language-differs": "The text reads as another language than the one its listing declares.",
    "error-title": "The title is the message of a broken server, not a title.",
    "other-date": "The date could not be told from the item; see the detail.",
}
RULES = {"no-text": "A dash or blanks stood in the place of a title or body; it became NULL."}

_ERROR_TITLES = (
    "502 bad gateway",
    "504 gateway",
    "500 internal",
    "503 service",
    "404 not found",
    "403 forbidden",
)
_LANGS = frozenset(LANGUAGES)
_DASHES = " -–—−.\u00a0"


@dataclass(slots=True)
class _Work:
    """An item on its way; private to ``normalise``, which gives out only frozen records."""

    raw: RawStory
    today: date | None
    title: str | None
    body: str | None
    html: bool
    date: ParsedDate = field(default_factory=ParsedDate)
    byline: str | None = None
    lang: str | None = None
    sources: tuple[str, ...] = ()
    address: Address | None = None
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, part: str, repairs: tuple[Repair, ...], problems: tuple[Problem, ...]) -> None:
        """Take over what a text step did, under the name of its field."""
        self.repairs += repairs if part == "body" else [replace(r, field=part) for r in repairs]
        self.problems += problems if part == "body" else [replace(p, field=part) for p in problems]


def _read_date(work: _Work) -> None:
    work.date = parse_date(work.raw.date, today=work.today)
    if work.date.problem:
        work.problems.append(work.date.problem)


def _html_to_text(work: _Work) -> None:
    for part in ("title", "body"):
        text = getattr(work, part)
        if text is not None and ((work.html and part == "body") or looks_like_html(text)):
            done = html_to_text(text)
            work.note(part, done.repairs, done.problems)
            setattr(work, part, done.text)


def _take_sources(work: _Work) -> None:
    named = [url for url in (work.raw.url, *work.raw.sources) if url]
    if work.body is not None:
        done = take_sources(work.body, cut_off=not work.raw.complete)
        work.note("body", done.repairs, done.problems)
        work.body = done.body
        named += done.urls
    work.sources = tuple(dict.fromkeys(named))
    work.address = next(filter(None, map(parse_address, work.sources)), None)


def _clean(work: _Work) -> None:
    for part in ("title", "body"):
        text = getattr(work, part)
        if text is not None:
            done = clean_text(text)
            work.note(part, done.repairs, done.problems)
            setattr(work, part, done.text)


def _take_byline(work: _Work) -> None:
    if work.body is not None:
        done = take_byline(work.body)
        work.note("body", done.repairs, ())
        work.body, work.byline = done.body, done.byline


def _empty_to_none(work: _Work) -> None:
    for part in ("title", "body"):
        text = getattr(work, part)
        if text is not None and not text.strip(_DASHES):
            if text:
                work.note(part, (Repair("no-text", text, "", 0),), ())
            setattr(work, part, None)
    if work.title and work.title.lower().startswith(_ERROR_TITLES):
        work.problems.append(Problem("error-title", work.title[:80], "title"))


def _tell_language(work: _Work) -> None:
    title, body = detect_language(work.title or ""), detect_language(work.body or "")
    if title and body and title != body:
        work.problems.append(Problem("title-language", f"title {title}, body {body}", "title"))
    text = body or title
    declared = work.raw.lang if work.raw.lang in _LANGS else None
    if _on_govkz(work.raw) and declared:
        if text and text != declared:
            work.problems.append(Problem("language-differs", f"listed as {declared}, reads as {text}"))
        work.lang = declared
    else:
        work.lang = text or declared or (work.address.lang if work.address else None)


# The order matters; each line says why the step stands where it does.
STEPS: tuple[tuple[Callable[[_Work], None], str], ...] = (
    (_read_date, "alone; and the next steps use the day to tell a shortened id"),
    (_html_to_text, "first of the text steps: all others read text"),
    (_take_sources, "before cleaning, which must not part or repair what stands in an address"),
    (_clean, "the repair of title and body"),
    (_take_byline, "after cleaning, so that the signature is read whole and parted from the last sentence"),
    (_empty_to_none, "when all that is not text is gone, what is left may be nothing"),
    (_tell_language, "last: of the text as it will be stored"),
)


def normalise(raw: RawStory, *, today: date | None = None) -> Normalised:
    """Run every step over one received item; pure, and never raises for what was received.

    ``today`` bounds future dates; it defaults to the day on which the item was seen, so that an item
    means the same whenever it is read again. Undoing the repairs of a field gives back the received
    field.

    >>> normalise(RawStory(title="-", body="Жол ашылды.", date="20.12.2025")).published
    '2025-12-20'
    """
    html = raw.body_html is not None
    work = _Work(raw, today or _seen_on(raw), raw.title, raw.body_html if html else raw.body, html)
    for step, _ in STEPS:
        step(work)
    at = work.date.at
    address = work.address
    return Normalised(
        raw=raw,
        title=work.title,
        body=work.body,
        published=work.date.date.isoformat() if work.date.date else None,
        published_at=at.isoformat() if at else None,
        byline=work.byline,
        lang=work.lang,
        url=address.url if address else next(iter(work.sources), None),
        entity=address.entity if address else (raw.entity or "").strip().lower() or None,
        news_id=address.news_id if address and address.news_id else raw.news_id,
        site=host_of(raw.page_url) or ("www.gov.kz" if _on_govkz(raw) else "file"),
        on_govkz=_on_govkz(raw),
        addresses=tuple((_spelled(url), "gov.kz" if parse_address(url) else "other") for url in work.sources),
        repairs=tuple(work.repairs),
        problems=tuple(work.problems),
        complete=raw.complete,
        text_hash=_text_hash(work.title, work.body),
    )


def _spelled(url: str) -> str:
    address = parse_address(url)
    return address.url if address else url


def _seen_on(raw: RawStory) -> date | None:
    try:
        return date.fromisoformat((raw.seen_at or "")[:10])
    except ValueError:
        return None


def _on_govkz(raw: RawStory) -> bool:
    """Tell a copy seen on gov.kz itself; one that says when but not where was seen at its own address."""
    if raw.page_url:
        return is_govkz(host_of(raw.page_url))
    return raw.seen_at is not None and parse_address(raw.url) is not None


def _text_hash(title: str | None, body: str | None) -> str:
    if title is None and body is None:
        return ""
    text = f"{title or ''}\0{body or ''}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
