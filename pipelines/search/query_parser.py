"""Parse typed queries and build FTS5 expressions. Any text is valid input; none of it is FTS5 syntax.

All words must match, in any inflected form; "words in quotes" match a phrase; ``word*`` matches a prefix. A
gov.kz URL or a number matches its story too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import combinations

from pipelines.language.folding import fold
from pipelines.search.stemming import stems
from pipelines.urls import parse_address

# Words too frequent to be distinctive; dropped if the query has other words.
_STOP_WORDS = """
и в во на с со по о об от до за из к ко у для при не что как
the a an of in on at to for and or by with from is are
және мен пен бен үшін да де та те бұл
"""
STOP_WORDS = frozenset(fold(_STOP_WORDS).split())
_QUOTED = re.compile(r"[\"«»“”„]([^\"«»“”„]*)[\"«»“”„]")
_WORD = re.compile(r"\w+\*?")
_URL = re.compile(r"(?:https?://|www\.)\S+|\S*gov\.kz/\S+", re.IGNORECASE)
_PAIRED = 6  # words of a query that are combined in pairs
_MOST_TERMS = 32  # of a pasted article; FTS5 limits the depth of an expression to 256


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a query: a word in any inflected form, a prefix, or a phrase."""

    words: tuple[str, ...]  # folded, lower case
    prefixes: tuple[str, ...] = ()  # prefixes that match further forms


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query."""

    terms: tuple[Term, ...] = ()  # empty: no word to search for
    number: int | None = None  # the gov.kz id that the query is or its URL contains
    urls: tuple[str, ...] = ()  # spellings of the URL that the query is; empty: not a URL
    lang: str | None = None  # the language of the URL


def parse_query(typed: str) -> Query:
    """Parse a typed query. Never raises.

    >>> [t.prefixes for t in parse_query("больницами Қостанай").terms]
    [('больниц',), ('костанай',)]
    >>> parse_query("https://www.gov.kz/memleket/entities/x/press/news/details/1129425?lang=kk").number
    1129425
    """
    typed = unicodedata.normalize("NFC", typed.encode("utf-8", "replace").decode()).strip()
    if _URL.fullmatch(typed):
        return _url_query(typed)
    phrases = [_phrase(match[1]) for match in _QUOTED.finditer(typed)]
    chunks = _QUOTED.sub(" ", typed).split()
    words = [term for chunk in chunks if chunk != "AND" for term in _terms(chunk)]
    meaning = [term for term in words if not set(term.words) <= STOP_WORDS]
    terms = [phrase for phrase in phrases if phrase.words] + meaning
    number = int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else None
    return Query(terms=tuple((terms or words)[:_MOST_TERMS]), number=number)


def _url_query(typed: str) -> Query:
    """Return a query for a URL: all spellings of a press item, or any other URL unchanged."""
    found = parse_address(typed)
    if found is None:
        return Query(urls=(typed, typed.rstrip("/"), typed + "/"))
    bare = found.url.partition("?")[0]
    spellings = (found.url, bare, *(f"{bare}?lang={lang}" for lang in ("kk", "ru", "en", "qq")))
    return Query(number=found.news_id, urls=spellings, lang=found.lang)


def _folded(word: str) -> str:
    return fold(word.lower())


def _phrase(text: str) -> Term:
    return Term(tuple(_folded(word.rstrip("*")) for word in _WORD.findall(text.replace("_", " "))))


def _terms(chunk: str) -> list[Term]:
    """Parse a chunk without spaces: one word, or several joined by a hyphen or a full stop."""
    found = _WORD.findall(chunk.replace("_", " "))
    if len(found) > 1:
        return [_phrase(chunk)]
    return [_term(word) for word in found]


def _term(word: str) -> Term:
    typed = word.rstrip("*").lower()
    plain = fold(typed)
    if word.endswith("*"):
        return Term((plain,), (plain,) if len(plain) > 1 else ())
    return Term((plain,), stems(plain, typed))


def match_text(terms: tuple[Term, ...], *, least: int | None = None, column: str | None = None) -> str:
    """Build the FTS5 expression that matches at least ``least`` of the terms; None: all.

    >>> match_text(parse_query('мектеп "су құбыры"').terms)
    '("су кубыры") AND ("мектеп" OR "мектеб" * OR "мектеп" *)'
    >>> match_text(parse_query("a1 b2 c3").terms, least=2)
    '(("a1") AND ("b2")) OR (("a1") AND ("c3")) OR (("b2") AND ("c3"))'
    """
    parts = []
    for term in terms:
        forms = ['"' + " ".join(term.words) + '"']
        forms += [f'"{prefix}" *' for prefix in sorted(term.prefixes)]
        parts.append("(" + " OR ".join(forms) + ")")
    if least is None or least == len(parts):
        text = " AND ".join(parts)
    elif least == 1:
        text = " OR ".join(parts)
    else:
        pairs = combinations(parts[:_PAIRED], least)
        text = " OR ".join("(" + " AND ".join(pair) + ")" for pair in pairs)
    return f"{column} : ({text})" if column else text
