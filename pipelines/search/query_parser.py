"""From what a person types to what the full-text index is asked. Any text is safe; none is query syntax.

Words must all be there, in any form; "words in quotes" stand side by side as they are; ``word*`` is a
beginning. A gov.kz address or a number finds its story too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import combinations

from pipelines.language.folding import fold
from pipelines.search.stemming import stems
from pipelines.urls import parse_address

# Words too frequent to tell stories apart; left out when the question has others.
_STOP_WORDS = """
и в во на с со по о об от до за из к ко у для при не что как
the a an of in on at to for and or by with from is are
және мен пен бен үшін да де та те бұл
"""
STOP_WORDS = frozenset(fold(_STOP_WORDS).split())
_QUOTED = re.compile(r"[\"«»“”„]([^\"«»“”„]*)[\"«»“”„]")
_WORD = re.compile(r"\w+\*?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S*gov\.kz/\S+", re.IGNORECASE)
_PAIRED = 6  # words of a question that are tried two by two
_MOST_TERMS = 32  # a pasted article asks with its first words; FTS5 nests no deeper than 256


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a story must have: a word in any form, a beginning, or words side by side."""

    words: tuple[str, ...]  # folded, in small letters
    beginnings: tuple[str, ...] = ()  # further forms, each as the letters they begin with


@dataclass(frozen=True, slots=True)
class Question:
    """A typed question, understood."""

    terms: tuple[Term, ...] = ()  # empty: nothing in it can be looked up in texts
    number: int | None = None  # the question is, or its address holds, a gov.kz id
    addresses: tuple[str, ...] = ()  # the spellings of the address that the question is; empty: it is none
    lang: str | None = None  # the language that the address names


def understand(typed: str) -> Question:
    """Read what a person typed. Never raises.

    >>> [t.beginnings for t in understand("больницами Қостанай").terms]
    [('больниц',), ('костанай',)]
    >>> understand("https://www.gov.kz/memleket/entities/x/press/news/details/1129425?lang=kk").number
    1129425
    """
    typed = unicodedata.normalize("NFC", typed.encode("utf-8", "replace").decode()).strip()
    if _ADDRESS.fullmatch(typed):
        return _address(typed)
    phrases = [_phrase(match[1]) for match in _QUOTED.finditer(typed)]
    chunks = _QUOTED.sub(" ", typed).split()
    words = [term for chunk in chunks if chunk != "AND" for term in _terms(chunk)]
    meaning = [term for term in words if not set(term.words) <= STOP_WORDS]
    terms = [phrase for phrase in phrases if phrase.words] + meaning
    number = int(typed) if re.fullmatch(r"[0-9]{1,18}", typed) else None
    return Question(terms=tuple((terms or words)[:_MOST_TERMS]), number=number)


def _address(typed: str) -> Question:
    """The address of a press item in any spelling, or any other address as it is."""
    found = parse_address(typed)
    if found is None:
        return Question(addresses=(typed, typed.rstrip("/"), typed + "/"))
    bare = found.url.partition("?")[0]
    spellings = (found.url, bare, *(f"{bare}?lang={lang}" for lang in ("kk", "ru", "en", "qq")))
    return Question(number=found.news_id, addresses=spellings, lang=found.lang)


def _plain(word: str) -> str:
    return fold(word.lower())


def _phrase(text: str) -> Term:
    return Term(tuple(_plain(word.rstrip("*")) for word in _WORD.findall(text.replace("_", " "))))


def _terms(chunk: str) -> list[Term]:
    """A chunk without blanks: one word, or several that a hyphen or a stop holds together."""
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
    """Write in FTS5's own language, every word quoted, that ``least`` of the terms are there; None: all.

    >>> match_text(understand('мектеп "су құбыры"').terms)
    '("су кубыры") AND ("мектеп" OR "мектеб" * OR "мектеп" *)'
    >>> match_text(understand("a1 b2 c3").terms, least=2)
    '(("a1") AND ("b2")) OR (("a1") AND ("c3")) OR (("b2") AND ("c3"))'
    """
    parts = []
    for term in terms:
        forms = ['"' + " ".join(term.words) + '"']
        forms += [f'"{beginning}" *' for beginning in sorted(term.beginnings)]
        parts.append("(" + " OR ".join(forms) + ")")
    if least is None or least == len(parts):
        text = " AND ".join(parts)
    elif least == 1:
        text = " OR ".join(parts)
    else:
        pairs = combinations(parts[:_PAIRED], least)
        text = " OR ".join("(" + " AND ".join(pair) + ")" for pair in pairs)
    return f"{column} : ({text})" if column else text
