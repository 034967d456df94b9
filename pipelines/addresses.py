"""Addresses of press items, and the lines in which a reprint names its sources.

The shape is a fact of the site: ``/memleket/entities/<slug>/press/news/details/<id>``, with the
language in ``?lang=``. ids are global and grow; the newest known is 1,274,528 (2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.records import Problem, Repair
from pipelines.text.edits import Edit, apply_edits

GOVKZ = "www.gov.kz"
RULES = {"source-line": "The lines naming the sources were taken out of the body; see story_urls."}
PROBLEMS = {
    "cut-address": "The page ends inside an address: its id may be shortened, so it was not taken.",
    "unreadable-address": "A source is named, but what follows is no address.",
}

_ITEM = re.compile(
    r"https?://(?:www\.)?gov\.kz/(?:memleket/)?entities/(?P<slug>[A-Za-z0-9_-]+)/press/(?P<kind>news|article)"
    r"/details/(?P<id>\d{1,12})(?!\d)/?(?:\?(?:[^\s#]*?&)?lang=(?P<lang>kk|ru|en|qq)\b)?",
    re.IGNORECASE,
)
# `Source` in the three languages; \b is no help, for it stands glued to the word, stop or number before it.
_LABEL = re.compile(r"(?:Source|Источник|Дереккөзі|Дереккөз|Дерек көзі)\s{0,3}[:：]\s{0,3}(?=https?://)")
_BARE_LABEL = re.compile(r"(?:Source|Источник|Дереккөзі|Дереккөз|Дерек көзі)\s{0,3}[:：]\s*$")
_URL = re.compile(
    r"https?://\S+?(?=(?:Source|Источник|Дереккөзі|Дереккөз|Дерек көзі)\s{0,3}[:：]|https?://|\s|$)"
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Address:
    """A gov.kz press item, by its address."""

    url: str  # in one spelling: see ``canonical_url``
    entity: str
    news_id: int
    lang: str | None  # None: the address does not name a language


def canonical_url(entity: str, news_id: int, lang: str | None = None, kind: str = "news") -> str:
    """Give the one spelling under which an item is stored.

    >>> canonical_url("almobl", 1129440, "kk")
    'https://www.gov.kz/memleket/entities/almobl/press/news/details/1129440?lang=kk'
    """
    query = f"?lang={'qq' if lang == 'kk-Latn' else lang}" if lang else ""
    return f"https://{GOVKZ}/memleket/entities/{entity}/press/{kind}/details/{news_id}{query}"


def parse_address(url: str | None) -> Address | None:
    """Read the address of a gov.kz press item, in any spelling; None for anything else.

    >>> parse_address("http://gov.kz/memleket/entities/almaty/press/news/details/1033578?lang=ru").lang
    'ru'
    >>> parse_address("https://paper.example/post/1") is None
    True
    """
    match = _ITEM.match((url or "").strip())
    if match is None:
        return None
    lang = (match["lang"] or "").lower() or None
    lang = "kk-Latn" if lang == "qq" else lang
    slug, news_id = match["slug"].lower(), int(match["id"])
    return Address(canonical_url(slug, news_id, lang, match["kind"].lower()), slug, news_id, lang)


def host_of(url: str | None) -> str | None:
    """Name the host of an http address in lower case; None for anything else.

    >>> host_of("https://WWW.gov.kz/memleket"), host_of("file:///page.html")
    ('www.gov.kz', None)
    """
    try:
        parts = urlsplit(url or "")
        return parts.hostname if parts.scheme in {"http", "https"} else None
    except ValueError:  # an address in brackets that is none
        return None


def is_govkz(host: str | None) -> bool:
    """Tell gov.kz itself from its look-alikes.

    >>> is_govkz("www.gov.kz"), is_govkz("gov.kz.example"), is_govkz(None)
    (True, False, False)
    """
    return host in {GOVKZ, "gov.kz"}


@dataclass(frozen=True, slots=True)
class Sources:
    """A body without its source lines, and what they named."""

    body: str
    urls: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()


def smallest_id(published: str | None) -> int:
    """Say below which number an id must have lost digits, for an item printed on that day (YYYY-MM-DD).

    ids passed 100,000 in 2020 and 1,000,000 in summer 2025: a number that lost a digit falls below the bound.
    """
    return 1_000_000 if published is None or published >= "2025-08-01" else 100_000


def take_sources(body: str, *, cut_below: int | None = None) -> Sources:
    """Take the source lines out of a body, wherever the words before them end.

    ``cut_below`` says that the page was cut off with this body: an id that ends there and lies below may have
    lost digits; it is reported and not taken.

    >>> take_sources("Мост ашылды.Source: https://paper.example/p/1Source : https://gov.kz/x").urls
    ('https://paper.example/p/1', 'https://gov.kz/x')
    """
    if "://" not in body or not (spans := _spans(body)):
        return _without_bare_label(body)
    urls: list[str] = []
    problems: list[Problem] = []
    end_of_page = len(body.rstrip())
    for start, end in spans:
        for match in _URL.finditer(body, start, end):
            url = match.group().rstrip(").,;»”\"'")
            if cut_below is not None and match.end() >= end_of_page and _may_be_cut(url, cut_below):
                problems.append(Problem("cut-address", url[-120:]))
            else:
                urls.append(url)
    text, repairs = apply_edits(body, _edits(body, spans))
    return Sources(text, tuple(dict.fromkeys(urls)), repairs, tuple(problems))


def _spans(body: str) -> list[tuple[int, int]]:
    """Find the stretches from a label to the end of the last address glued to it."""
    spans: list[tuple[int, int]] = []
    at = 0
    while match := _LABEL.search(body, at):
        end = match.end()
        while url := _URL.match(body, end):
            end = url.end()
            gap = _BLANKS.match(body, end)
            after = gap.end() if gap else end
            label = _LABEL.match(body, after)
            if label or body.startswith("http", after):
                end = label.end() if label else after
        spans.append((match.start(), end))
        at = max(end, match.end())
    return spans


def _may_be_cut(url: str, cut_below: int) -> bool:
    item = parse_address(url)
    return item is None or (item.news_id < cut_below and "?" not in url)


def _edits(body: str, spans: list[tuple[int, int]]) -> list[Edit]:
    """Cut the spans out with the blanks before them; text that goes on after one begins a new paragraph."""
    edits: list[Edit] = []
    done = 0
    for start, end in spans:
        while start > done and body[start - 1].isspace():
            start -= 1
        between = start > 0 and end < len(body) and not body[end].isspace()
        edits.append((start, end, "\n\n" if between else "", "source-line"))
        done = end
    return edits


def _without_bare_label(body: str) -> Sources:
    match = _BARE_LABEL.search(body[-40:])
    if match is None:
        return Sources(body)
    start = max(0, len(body) - 40) + match.start()
    before = body[start:]
    problem = Problem("unreadable-address", "the body ends with the label of a source and no address")
    return Sources(body[:start], (), (Repair("source-line", before, "", start),), (problem,))
