"""Addresses of press items, and the lines in which a reprint names its sources.

The shape is a fact of the site: ``/memleket/entities/<slug>/press/news/details/<id>``, the language in
``?lang=``. Articles (``/press/article/details/<id>``) are counted apart: in 2026 their ids were near
243,000 when those of news were past 1,200,000. So an article has an address and a publisher, but no
``news_id``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.clean.edits import Edit, apply_edits
from pipelines.items import Problem, Repair

GOVKZ = "www.gov.kz"
RULES = {"source-line": "The lines naming the sources were taken out of the body; see story_urls."}
PROBLEMS = {
    "cut-address": "The text ends inside an address: its id may be shortened, so it was not taken.",
    "no-address": "The text ends with the label of a source, and no address follows.",
}

_ITEM = re.compile(
    r"(?:https?://)?(?:www\.)?gov\.kz(?::\d{1,5})?/(?:memleket/)?entities/(?P<slug>[A-Za-z0-9_-]{1,80})"
    r"/press/(?P<kind>news|article)/details/(?P<id>\d{1,12})(?!\d)/?"
    r"(?:\?(?:[^\s#?]{0,200}?&(?:amp;)?)?lang=(?P<lang>kk|kz|ru|en|qq))?",
    re.IGNORECASE,
)
_LONGEST = 2_000  # characters; beyond that no browser opens it
_LANGS = {"kz": "kk", "qq": "kk-Latn"}  # `qq` was Kazakh in Latin letters, 2018-2021
# The word before a source, in capitals or not; \b is no help: it stands glued to the word or number
# before it.
SOURCE_LABEL = (
    r"(?:S(?:ources?|OURCES?)|(?:Первои|И)сточники?(?:\sинформации)?|ИСТОЧНИК"
    r"|Ссылка\sна\sисточник|Дерек\s?көз(?:і|дері)?|ДЕРЕККӨЗІ?|Ақпарат\sкөзі|Qaınar\skózi|Derekkóz[iı]?)"
)
_START = r"(?:https?://|www\.|gov\.kz/)"
_LABEL = re.compile(rf"{SOURCE_LABEL}\s{{0,3}}(?:[:：]\s{{0,3}}|(?<=\s))(?={_START})")
_BARE_LABEL = re.compile(rf"{SOURCE_LABEL}\s{{0,3}}[:：]\s*(?:h|ht|htt|https?:?/?/?|www?\.?)?\Z")
_NEXT = rf"(?:{SOURCE_LABEL}\s{{0,3}}[:：]|https?://|[\s<>\"«»“”]|\Z)"
_URL = re.compile(rf"{_START}[^\s<>\"«»“”]*?(?={_NEXT})")
_BLANKS = re.compile(r"[\s,;|]{0,20}")
_CLOSING = ").,;:!?'’*_"


@dataclass(frozen=True, slots=True)
class Address:
    """A gov.kz press item, by its address."""

    url: str  # in one spelling: see ``canonical_url``
    entity: str
    news_id: int | None  # None: an article; their ids are not those of news
    lang: str | None  # None: the address does not name a language


def canonical_url(entity: str, news_id: int, lang: str | None = None, kind: str = "news") -> str:
    """Give the one spelling under which an item is stored, with its language where it is known.

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
    return _parse(url.strip()) if url and len(url) <= _LONGEST else None


@lru_cache(maxsize=64)  # the steps of one item ask about its address again and again
def _parse(url: str) -> Address | None:
    match = _ITEM.match(url)
    if match is None or not match["id"].isascii():
        return None
    lang = (match["lang"] or "").lower() or None
    lang = _LANGS.get(lang, lang) if lang else None
    slug, kind, number = match["slug"].lower(), match["kind"].lower(), int(match["id"])
    return Address(canonical_url(slug, number, lang, kind), slug, number if kind == "news" else None, lang)


def host_of(url: str | None) -> str | None:
    """Name the host of an http address in lower case; None for anything else.

    >>> host_of("https://WWW.gov.kz/memleket"), host_of("file:///page.html")
    ('www.gov.kz', None)
    """
    try:
        parts = urlsplit((url or "").strip())
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


def take_sources(body: str, *, cut_off: bool = False) -> Sources:
    """Take the source lines out of a body, wherever the words before them end.

    ``cut_off`` says that the text breaks off: an address at its very end, with nothing after it, may be
    shortened; it is reported and not taken.

    >>> take_sources("Мост ашылды.Source: https://paper.example/p/1Source : https://gov.kz/x").urls
    ('https://paper.example/p/1', 'https://gov.kz/x')
    """
    spans = _spans(body) if "://" in body or "www." in body or "gov.kz/" in body else []
    if not spans:
        return _without_bare_label(body)
    urls: list[str] = []
    problems: list[Problem] = []
    for start, end in spans:
        for match in _URL.finditer(body, start, end):
            url = _whole(match.group())
            if cut_off and not body[match.end() :].strip() and _may_be_cut(url):
                problems.append(Problem("cut-address", url[-120:]))
            else:
                urls.append(url)
    text, repairs = apply_edits(body, _edits(body, spans))
    rest = _without_bare_label(text)
    return Sources(rest.body, tuple(dict.fromkeys(urls)), repairs + rest.repairs, (*problems, *rest.problems))


def _whole(url: str) -> str:
    """Cut the marks of the sentence off an address, and give it its scheme."""
    url = url.rstrip(_CLOSING)
    return url if url.startswith("http") else f"https://{url}"


def _spans(body: str) -> list[tuple[int, int]]:
    """Find the stretches from a label to the end of the last address glued to it."""
    spans: list[tuple[int, int]] = []
    at = 0
    while match := _LABEL.search(body, at):
        end = after = match.end()
        while url := _URL.match(body, after):
            end = url.end()
            blanks = _BLANKS.match(body, end)
            after = blanks.end() if blanks else end
            if label := _LABEL.match(body, after):
                after = label.end()
        spans.append((match.start(), end))
        at = end
    return spans


def _may_be_cut(url: str) -> bool:
    """Tell an address that could go on; after ``?`` the id at least is whole."""
    return parse_address(url) is None or "?" not in url


def _edits(body: str, spans: list[tuple[int, int]]) -> list[Edit]:
    """Cut the spans out with the blanks before them; text that goes on after one begins a new paragraph."""
    edits: list[Edit] = []
    done = 0
    for start, end in spans:
        if start > done and body[start - 1] == "(" and body[end - 1] == ")":
            start -= 1
        while start > done and body[start - 1].isspace():
            start -= 1
        between = start > 0 and end < len(body) and not body[end].isspace()
        edits.append((start, end, "\n\n" if between else "", "source-line"))
        done = end
    return edits


def _without_bare_label(body: str) -> Sources:
    first = max(0, len(body) - 60)
    match = _BARE_LABEL.search(body, first)
    if match is None:
        return Sources(body)
    start = len(body[: match.start()].rstrip())
    problem = Problem("no-address", body[start:].strip())
    return Sources(body[:start], (), (Repair("source-line", body[start:], "", start),), (problem,))
