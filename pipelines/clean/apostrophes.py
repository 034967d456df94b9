"""English apostrophes that a page stripped: ``citys mayor``, ``dont``, ``Shymkents``.

Only words that English does not have without the apostrophe, and only in English text: ``regions``
may be a plural and stays, French ``dont`` is a word and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.clean.edits import Edit, apply_edits
from pipelines.items import Cleaned

RULES = {"missing-apostrophe": "An English apostrophe that the page had stripped was restored."}
PROBLEMS: dict[str, str] = {}

_CONTRACTIONS = """
    do_nt does_nt did_nt is_nt are_nt was_nt were_nt has_nt have_nt had_nt could_nt would_nt should_nt must_nt
    need_nt you_ve we_ve they_ve you_re they_re you_ll they_ll that_s what_s there_s she_s
"""
# Nouns in -y have their plural in -ies, the others an irregular one or none: with a bare s they are
# possessives. ``worlds`` is one before a superlative only.
_NOUNS = (
    "city country company ministry agency county university academy industry economy community family party "
    "society factory century army authority territory library assembly embassy category policy strategy "
    "municipality facility laboratory treasury secretary deputy ally capacity majority minority history "
    "children women humanity nationality today yesterday tomorrow everyone someone nobody world"
)
# Places that no sentence needs in the plural.
_PLACES = """
    Kazakhstan Astana Almaty Shymkent Kostanay Kostanai Karaganda Karagandy Aktobe Atyrau Aktau Mangystau
    Mangistau Pavlodar Petropavlovsk Petropavl Kokshetau Akmola Taldykorgan Zhetysu Zhetisu Turkistan
    Turkestan Kyzylorda Taraz Zhambyl Jambyl Uralsk Semey Zhezkazgan Ulytau Ekibastuz Temirtau Balkhash Rudny
    Zhanaozen Konaev Baikonur Uzbekistan Kyrgyzstan Tajikistan Turkmenistan Azerbaijan Russia China Japan
    Belarus Ukraine Mongolia Afghanistan Europe Asia Moscow Beijing Tashkent Bishkek Dushanbe
"""
_AT: dict[str, int] = {}
for _pair in _CONTRACTIONS.split():
    _start, _end = _pair.split("_")
    # In "don't" the mark belongs inside the "nt".
    _AT[_start + _end] = len(_start) + (_end == "nt")
_AT |= {f"{noun}s": len(noun) for noun in _NOUNS.split()}
_AT |= {word.capitalize(): at for word, at in _AT.items()}
_PLACES_OWNING = {f"{place}s": len(place) for place in _PLACES.split()}
_AT |= _PLACES_OWNING

_SURE = frozenset({"thats", "whats", "theres", "shes", "Thats", "Whats", "Theres", "Shes"})
_WORD = re.compile(r"(?<![\w'’@#/.\-])[A-Za-z]{3,16}(?![\w'’@/\-]|\.\w)")
_ENGLISH = (" the ", " of ", " and ", " is ", " was ", " are ", "The ")
# After these a noun with s was meant as a plural, however misspelt.
_PLURAL_BEFORE = re.compile(
    r"(?:\b(?:many|several|two|three|four|five|six|ten|both|all|these|those|few|various|other|some|\d+) )$",
    re.IGNORECASE,
)
_APP = re.compile("Whats [Aa]pp")
_NEXT_WORD = re.compile(r" [A-Za-z0-9\"“(]")
# In the middle of a sentence a capital makes a name (``Luis Companys``), but for what is spoken of so.
_CAPITAL_AFTER = re.compile(r"(?:(?:^|[.!?…:;»”\"\n–—•-]\s?)|\b(?:[Tt]he|[Tt]his|[Oo]ur|[Ii]ts|[Tt]heir) )$")
_BEST = re.compile(r" (?:largest|biggest|first|only|most|best|oldest|longest|highest|deepest|leading)\b")
# A word that shows the noun before it to be the subject of a plural verb, or the end of its phrase.
_NO_OWNER = re.compile(
    r" (?:is|are|was|were|has|have|had|and|or|but|as|of|in|at|on|to|for|with|from|by|that|which|will|can)\b"
)


def fix_apostrophes(text: str) -> Cleaned:
    """Restore apostrophes that English words have lost, where the word leaves no doubt.

    >>> fix_apostrophes("The citys mayor and the countrys southern regions").text
    "The city's mayor and the country's southern regions"
    >>> fix_apostrophes("Le livre dont il parle").text
    'Le livre dont il parle'
    """
    if not any(word in text for word in _ENGLISH) or _AT.keys().isdisjoint(text.split()):
        return Cleaned(text)
    mark = "’" if "’" in text and "'" not in text else "'"
    return Cleaned(*apply_edits(text, _edits(text, mark)))


def _edits(text: str, mark: str) -> Iterator[Edit]:
    for match in _WORD.finditer(text):
        word = match.group()
        at = _AT.get(word)
        if (
            at is None
            or _APP.match(text, match.start())
            or (word[at:] == "s" and word not in _SURE and not _owns(text, match))
        ):
            continue
        place = match.start() + at
        yield place, place, mark, "missing-apostrophe"


def _owns(text: str, match: re.Match[str]) -> bool:
    """Return whether the noun is followed by something it can own and is not a counted plural."""
    before = text[max(0, match.start() - 12) : match.start()]
    word = match.group()
    if word.lower() == "worlds" and not (before.endswith("the ") and _BEST.match(text, match.end())):
        return False
    if word[0].isupper():
        # «all the Russias»: a place with an article is meant in the plural.
        named = word in _PLACES_OWNING
        if before.endswith("the ") if named else _CAPITAL_AFTER.search(before) is None:
            return False
    return (
        _NEXT_WORD.match(text, match.end()) is not None
        and _NO_OWNER.match(text, match.end()) is None
        and _PLURAL_BEFORE.search(before) is None
    )
