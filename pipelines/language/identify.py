"""Language identification by letters and letter pairs.

Measured once against py3langid limited to kk, ru and en, on sentences that the pairs were not counted from:
right for as many Kazakh sentences (99.9 %) and for more Russian ones (100 against 99.6 %). The pairs also
know Kazakh in Latin letters and need no model in memory. ``tests/bench/repair.py`` prints their part.
"""

from __future__ import annotations

import itertools
import re
import sys
from functools import lru_cache
from typing import NamedTuple

from pipelines.charmap import PAGE, byte_table, bytes_of, to_page
from pipelines.language.bigrams import Pair, language_models
from pipelines.language.codes import Lang

_READ = 700  # characters that decide: a few sentences
_COUNTED = (150, 600)  # letters whose pairs are counted: the second number where the first is not clear
_CLEAR = 40.0  # log-odds (bits) beyond which more text does not change the decision
_MOST_CACHED = 40_000  # pairs: bounds the memory that hostile text can use
_FEWEST_LETTERS = 4
_FEW_LETTERS = 12
_SURE_WITHOUT_QUOTES = 10.0
_SURE = 3.0  # bits by which one language must lead when there are few letters

_CYRILLIC = re.compile("[А-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
_KAZAKH = re.compile("[ӘәҒғҚқҢңӨөҰұҮүҺһІі]")


def _alone(script: re.Pattern[str]) -> bytes:
    return byte_table(lambda one: PAGE.index(one.lower()) if script.match(one) else ord(" "))


def _others(script: re.Pattern[str]) -> bytes:
    return bytes_of(lambda one: not script.match(one))


# The same for encoded text: a table that lower-cases them and replaces all else by spaces; bytes of all else.
_ALONE = {script: _alone(script) for script in (_CYRILLIC, _LATIN)}
_OTHERS = {script: _others(script) for script in (_CYRILLIC, _LATIN, _KAZAKH)}

# A name in quotes keeps its own language, so it speaks only where there is little else.
_QUOTED = re.compile("«[^«»]*»|„[^„“”]*[“”]|“[^“”]*”")
# Russian has Kazakh letters only in names; Kazakh has one in five. In between the letter pairs decide.
_KAZAKH_SHARE = 0.1
# Kazakh and Russian sentences contain brands in Latin letters; English ones hardly ever contain Cyrillic.
_CYRILLIC_SHARE = 0.5


class _Choice(NamedTuple):
    """Two languages that are written in one script."""

    script: re.Pattern[str]
    first: Lang
    second: Lang
    over: float  # bits by which the first has to lead


# Russian contains names without Kazakh letters, English contains foreign names.
_IN_CYRILLIC, _IN_LATIN = _Choice(_CYRILLIC, "kk", "ru", 1.0), _Choice(_LATIN, "kk-Latn", "en", 6.0)


def own_words(text: str) -> str:
    """Remove quoted text: names keep their own language.

    >>> own_words("Клуб «Жас дарын» открыл набор")
    'Клуб   открыл набор'
    """
    return _QUOTED.sub(" ", text)


def detect_language(text: str | None) -> Lang | None:
    """Identify the language of a text; None: too little text.

    >>> detect_language("Қала әкімі"), detect_language("Аким города"), detect_language("12 %")
    ('kk', 'ru', None)
    >>> detect_language("Жаңа мектеп"), detect_language("Jaña mektep aşyldy"), detect_language("A new school")
    ('kk', 'kk-Latn', 'en')
    """
    part = (text or "")[:_READ]
    own = own_words(part)
    found = _judge(own, _SURE_WITHOUT_QUOTES) if own != part else None
    return found or _judge(part, _SURE)


def _judge(part: str, sure: float) -> Lang | None:
    try:
        text: str | bytes = to_page(part)
    except UnicodeEncodeError:
        text = part
    cyrillic, latin = _count(text, _CYRILLIC), _count(text, _LATIN)
    if max(cyrillic, latin) < _FEWEST_LETTERS:
        return None
    if cyrillic < _CYRILLIC_SHARE * latin:
        return _likelier(text, _IN_LATIN, sure)
    if _count(text, _KAZAKH) >= _KAZAKH_SHARE * cyrillic:
        return "kk"
    return _likelier(text, _IN_CYRILLIC, sure)


def _count(text: str | bytes, script: re.Pattern[str]) -> int:
    """Count the letters of a script in a text, or in a text of the page."""
    if isinstance(text, bytes):
        return len(text.translate(None, _OTHERS[script]))
    return sum(map(len, script.findall(text)))


def _words(text: str | bytes, script: re.Pattern[str]) -> str | bytes:
    """Return the words of a script, in lower case."""
    if isinstance(text, bytes):
        return b" ".join(text.translate(_ALONE[script]).split())
    return " ".join(script.findall(text)).lower()


def _likelier(text: str | bytes, choice: _Choice, sure: float) -> Lang | None:
    """Return the language in which the letter pairs are more probable; None: not certain."""
    words, lead = _words(text, choice.script), 0.0
    for count in _COUNTED:
        lead = _lead(words[:count], choice) - choice.over
        if abs(lead) > _CLEAR or len(words) <= count:
            break
    if abs(lead) < sure and (len(words) < _FEW_LETTERS or sure > _SURE):
        return None
    return choice.first if lead > 0 else choice.second


def _lead(words: str | bytes, choice: _Choice) -> float:
    """Return the log-odds in bits of the first language against the second."""
    if isinstance(words, str):
        return sum(map(_leads(choice).__getitem__, itertools.pairwise(f" {words} ")))
    # Two bytes are read as one number: the pairs that begin at even places, then those at odd ones.
    page = b" %b " % words
    even, odd = page[: len(page) & ~1], page[1 : len(page) - 1 | 1]
    return sum(map(_page_log_odds(choice).__getitem__, memoryview(even + odd).cast("H")))


class _LogOdds(dict[Pair, float]):
    """Log-odds in bits of each letter pair for one language against another, computed on first use."""

    def __init__(self, choice: _Choice) -> None:
        self._first, self._second = language_models()[choice.first], language_models()[choice.second]

    def __missing__(self, pair: Pair) -> float:
        lead = self._second[pair] - self._first[pair]
        if len(self) < _MOST_CACHED:
            self[pair] = lead
        return lead


@lru_cache(maxsize=2)
def _leads(choice: _Choice) -> _LogOdds:
    return _LogOdds(choice)


@lru_cache(maxsize=2)
def _page_log_odds(choice: _Choice) -> list[float]:
    """Return the log-odds of two bytes of the charmap, by the number that they form; lower case only."""
    leads, found = _leads(choice), [0.0] * 0x10000
    small = sorted(set(_ALONE[choice.script]) - {0})
    for pair in itertools.product(small, repeat=2):
        found[int.from_bytes(pair, sys.byteorder)] = leads[PAGE[pair[0]], PAGE[pair[1]]]
    return found
