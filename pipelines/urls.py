"""URLs of gov.kz press items.

The shape is a fact of the site: ``/memleket/entities/<slug>/press/news/details/<id>``, the language in
``?lang=``. Articles (``/press/article/details/<id>``) are numbered separately: in 2026 their ids were near
243,000 when those of news were past 1,200,000. So an article has a URL and a publisher, but no ``news_id``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.language.codes import from_site_code, to_site_code

GOVKZ = "www.gov.kz"
SITE = f"https://{GOVKZ}"
_ITEM = re.compile(
    r"(?:https?://)?(?:www\.)?gov\.kz(?::\d{1,5})?/(?:memleket/)?entities/(?P<slug>[A-Za-z0-9_-]{1,80})"
    r"/press/(?P<kind>news|article)/details/(?P<id>\d{1,12})(?!\d)/?"
    r"(?:\?(?:[^\s#?]{0,200}?&(?:amp;)?)?lang=(?P<lang>kk|kz|ru|en|qq))?",
    re.IGNORECASE,
)
_LONGEST = 2_000  # characters; no browser opens longer ones


@dataclass(frozen=True, slots=True)
class Address:
    """A gov.kz press item, identified by its URL."""

    url: str  # canonical spelling: see ``canonical_url``
    entity: str
    news_id: int | None  # None: an article, whose ids are not those of news
    lang: str | None  # None: the URL names no language


def canonical_url(entity: str, news_id: int, lang: str | None = None, kind: str = "news") -> str:
    """Return the one spelling under which an item is stored, with its language where it is known.

    >>> canonical_url("almobl", 1129440, "kk")
    'https://www.gov.kz/memleket/entities/almobl/press/news/details/1129440?lang=kk'
    """
    query = f"?lang={to_site_code(lang)}" if lang else ""
    return f"{SITE}/memleket/entities/{entity}/press/{kind}/details/{news_id}{query}"


def parse_address(url: str | None) -> Address | None:
    """Parse the URL of a gov.kz press item, in any spelling; None for anything else.

    >>> parse_address("http://gov.kz/memleket/entities/almaty/press/news/details/1033578?lang=ru").lang
    'ru'
    >>> parse_address("https://paper.example/post/1") is None
    True
    """
    return _parse(url.strip()) if url and len(url) <= _LONGEST else None


@lru_cache(maxsize=64)  # the steps of one item parse its URL repeatedly
def _parse(url: str) -> Address | None:
    match = _ITEM.match(url)
    if match is None or not match["id"].isascii():
        return None
    lang = from_site_code(match["lang"])
    slug, kind, number = match["slug"].lower(), match["kind"].lower(), int(match["id"])
    return Address(canonical_url(slug, number, lang, kind), slug, number if kind == "news" else None, lang)


def host_of(url: str | None) -> str | None:
    """Return the host of an HTTP URL in lower case; None for anything else.

    >>> host_of("https://WWW.gov.kz/memleket"), host_of("file:///page.html")
    ('www.gov.kz', None)
    """
    try:
        parts = urlsplit((url or "").strip())
        return parts.hostname if parts.scheme in {"http", "https"} else None
    except ValueError:  # an invalid IPv6 host in brackets
        return None


def is_govkz(host: str | None) -> bool:
    """Return whether a host is gov.kz itself; look-alikes are not.

    >>> is_govkz("www.gov.kz"), is_govkz("gov.kz.example"), is_govkz(None)
    (True, False, False)
    """
    return host in {GOVKZ, "gov.kz"}
