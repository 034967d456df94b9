"""Frozen records: what was received, what cleaning changed, what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

MatchedBy = Literal["new", "address", "text", "near-text", "hand"]
LinkKind = Literal["translation", "reprint", "update"]


@dataclass(frozen=True, slots=True)
class RawStory:
    """One press item exactly as received from a page, a feed or a file. None: not stated there."""

    url: str | None = None  # URL of the press item itself; None: a reprint without a source
    entity: str | None = None  # publisher slug of the listing
    news_id: int | None = None  # gov.kz id, unique across publishers and shared by language versions
    lang: str | None = None  # what the publisher or listing declares, not what the text is
    title: str | None = None
    body: str | None = None  # plain text
    body_html: str | None = None  # HTML; preferred to ``body`` because it has the paragraphs
    date: str | None = None  # as printed
    section: str | None = None
    page_url: str | None = None  # where it was seen
    position: int | None = None  # 1-based, over the whole page
    seen_at: str | None = None  # ISO 8601 with an offset; None: the store fills in the current time
    sources: tuple[str, ...] = ()  # further URLs named as sources, in the order printed
    projects: tuple[str, ...] = ()  # every publisher slug that gov.kz lists for the item
    complete: bool = True  # False: known to be an excerpt or truncated
    rest: str | None = None  # a JSON object of everything else received; None: nothing else


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that cleaning made.

    ``start`` is an offset in the text with every earlier repair of the list applied. Undoing the list in
    reverse order returns the received text: see ``undo``.
    """

    rule: str  # as explained in data/README.md
    before: str
    after: str
    start: int
    field: str = "body"  # "title" or "body"


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect that was reported and not repaired."""

    kind: str  # as explained in data/README.md
    detail: str  # enough to find the place; never a whole body
    field: str = "body"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after cleaning, with its repairs and remaining problems."""

    text: str
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessedStory:
    """A received item after cleaning and dating: what matching compares and the store writes."""

    raw: RawStory
    title: str | None  # None: the item has no title
    body: str | None  # None: the item has no body; paragraphs are separated by one empty line
    published: str | None  # local date in Kazakhstan, YYYY-MM-DD; None: no valid date was printed
    published_at: str | None  # ISO 8601 with offset; None: only a date was printed
    byline: str | None  # signature cut out of the body; None: unsigned
    lang: str | None  # of the story: a Lang; None: too little text to identify it
    url: str | None  # canonical gov.kz URL, else the first source URL; None: no URL
    entity: str | None
    news_id: int | None
    site: str  # host where it was seen; "file" for a local file without --url
    on_govkz: bool  # seen on gov.kz itself: may change a story's text
    addresses: tuple[tuple[str, str], ...] = ()  # (url, kind) of every source, kind "gov.kz" or "other"
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = True  # False: known to be an excerpt or truncated
    text_hash: str = field(default="")  # see ``hash_text``
    text_lang: str | None = None  # what the text reads as; None: too little text


@dataclass(frozen=True, slots=True)
class UnfinishedWalk:
    """A crawl of a listing that is not as far as planned: a later run resumes it."""

    started_at: str
    position: int  # items from the top that are covered without a gap
    goal: str  # the date down to which it reads; "": to the end of the listing
    newest: str | None  # date of the newest item when it began; None: none had one


@dataclass(frozen=True, slots=True)
class FinishedWalk:
    """A crawl of a listing that is as far as planned: nothing is missing from its start down."""

    started_at: str
    newest: str | None  # as of UnfinishedWalk
    complete: bool  # it read to the end of the listing


def hash_text(title: str | None, body: str | None) -> str:
    """Hash a cleaned title and body; "" when there is neither.

    >>> hash_text("Жол", None) == hash_text("Жол", "") != hash_text(None, "Жол")
    True
    """
    if title is None and body is None:
        return ""
    text = f"{title or ''}\0{body or ''}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def undo(text: str, repairs: Iterable[Repair]) -> str:
    """Restore the received text of one field from the cleaned text and its repairs.

    >>> undo("a b", [Repair("spaces", "  ", " ", 1)])
    'a  b'
    """
    for repair in reversed(list(repairs)):
        end = repair.start + len(repair.after)
        if text[repair.start : end] != repair.after:
            raise ValueError(f"repair {repair.rule!r} does not fit the text at {repair.start}")
        text = text[: repair.start] + repair.before + text[end:]
    return text
