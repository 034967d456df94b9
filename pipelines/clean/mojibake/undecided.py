"""Report-only checks: lost characters, and quoted names or short titles that look like mojibake but have no
single decoding.

«яйюр» may be СКАТ of koi8-r or ХМВЖ of cp1251: the letters of an abbreviation
follow no rule, so they do not decide. It is still certain that no word is spelt or cased like that.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.clean.mojibake.badness import is_clean_text
from pipelines.clean.mojibake.misdecodings import CASE_INVERTING
from pipelines.clean.mojibake.quoted_names import INVERTED, Span, find_names, single_byte_misdecodings
from pipelines.clean.mojibake.scoring import BaselineCosts
from pipelines.language.bigrams import LONGEST_CACHED, MARKS, common_words, word_bits

_SMALL_LETTERS, _CAPITALS = "а-яёәғқңөұүһі", "А-ЯЁӘҒҚҢӨҰҮҺІ"
_LETTERS = _SMALL_LETTERS + _CAPITALS
_LOST_FOR_CERTAIN = re.compile("\ufffd+")
_HALF_LETTER = re.compile("[ÐÑÒÓ](?:(?=[Ѐ-ӿ])|(?<=[Ѐ-ӿ].)(?![A-Za-z]))")
# Starts with one character class, which Python's engine searches fastest.
_LOST = re.compile(
    "[?\ufffd](?:(?<=\ufffd)\ufffd*"
    f"|(?<=[{_LETTERS}a-z]\\?)\\?*(?=[{_SMALL_LETTERS}])"  # Т?ркістан
    f"|(?<=[{_CAPITALS}]\\?)\\?*(?=[{_CAPITALS}]{{2}})"  # АЗА?СТАН
    "|(?<=[a-z]\\?)(?=(?:s|t|d|m|re|ll|ve)\\b(?![=&/]))"  # city?s
    f'|(?<![^\\s«“"(]\\?)\\?*(?=[{_LETTERS}A-Za-z])'  # ?ала
    "|(?<!\\S\\?)\\?+(?: \\?{2,})+)"  # ??? ?????
)
_SIGN_INSIDE = re.compile(f"(?<=[{_SMALL_LETTERS}])[¢£¤¥¦¬±µ¶†‡‰‹›ªº]+(?=[{_SMALL_LETTERS}])")
_LONGEST = 60  # characters of a name or of a title
_SMALL = re.compile("(?=[^а-яё]*[а-яё]{3})[а-яё0-9 .-]+")
_ALONE = re.compile("[À-ÖØ-öø-ÿ](?:-\\d+)?")  # all that is left of «А» or «С-300»
_NEVER_BEGINS = re.compile("(?<!\\w)[ьъ][А-ЯЁа-яё]")
_TWO_HUMPS = re.compile("(?:[а-яё][А-ЯЁ]+){2,}")
_HEADED = re.compile("[а-яё][А-ЯЁ]+(?![а-яё])")
_CYRILLIC = re.compile("[а-яё]")
_SAVED_SMALL = 5.0  # bits that capitals save: хлеб has 8, but is a common word; of 5,000 others 30 have more
_SAVED_INVERTED = 8.0
_SAVED = 4.0


def lost_characters(text: str) -> list[Span]:
    """Find the places of characters that were lost before the text arrived.

    >>> lost_characters("\ufffd\ufffdала әкімі м?ктеп ашты. Кім?")
    [(0, 2), (13, 14)]
    """
    # Question marks need their context checked, which takes twenty times as long.
    if "?" in text:
        return [match.span() for match in _LOST.finditer(text)]
    return [match.span() for match in _LOST_FOR_CERTAIN.finditer(text)] if "\ufffd" in text else []


def half_letters(text: str) -> list[Span]:
    """Find first bytes of UTF-8 letters next to whole letters: their second bytes were lost.

    >>> half_letters("пÑовÑл, Señor Ñusta")
    [(1, 2), (4, 5)]
    """
    return [match.span() for match in _HALF_LETTER.finditer(text)]


def signs_inside(text: str) -> list[Span]:
    """Find signs amid Cyrillic letters, which some rarer code page has left there.

    >>> signs_inside("кµшелер, т±рмыс, 5±2, 10‰")
    [(1, 2), (10, 11)]
    """
    return [match.span() for match in _SIGN_INSIDE.finditer(text)]


def doubtful_names(text: str) -> list[Span]:
    """Find names, or whole short texts, that correct text never has and no single decoding explains.

    >>> doubtful_names("Олар «яйюр» және «мРНК» деді, «үнем» дүкені ашылды")
    [(6, 10)]
    """
    found = [spans[-1] for spans in find_names(text)]
    cyrillic = _CYRILLIC.search(text) is not None
    doubtful = [span for span in found if _is_doubtful(text[slice(*span)], in_cyrillic=cyrillic)]
    if not found and len(text) <= _LONGEST and _is_small(text):
        doubtful.append((0, len(text)))
    return doubtful


@lru_cache(maxsize=1024)  # a text that repeats a name, and the turns of its repair, repeat the call
def _is_doubtful(name: str, *, in_cyrillic: bool) -> bool:
    if len(name) > _LONGEST:
        return False
    if _ALONE.fullmatch(name):
        return in_cyrillic
    words = [word.strip(MARKS) for word in name.split()]
    if _is_small(name):
        return True
    if _NEVER_BEGINS.search(name) or any(map(_TWO_HUMPS.fullmatch, words)):
        return True
    if sum(_HEADED.match(word) is not None for word in words) > 1:
        return True
    if any(len(word) > 2 and INVERTED.fullmatch(word) for word in words):
        return _saved(words, inverted=True) >= _SAVED_INVERTED
    return not is_clean_text(name) and _saved(words, inverted=False) >= _SAVED


def _is_small(name: str) -> bool:
    """Return whether a lower-case name is spelt like no word and may have been an abbreviation."""
    if _SMALL.fullmatch(name) is None:
        return False
    words = [word.strip(MARKS) for word in name.split()]
    return common_words().keys().isdisjoint(words) and (
        _saved(words, inverted=True) >= _SAVED_SMALL * len(words)
    )


def _saved(words: list[str], *, inverted: bool) -> float:
    """Return the most bits that one reading saves, a word of no more than a line each."""
    if any(len(word) > LONGEST_CACHED for word in words):
        return 0.0
    name, before = " ".join(words), BaselineCosts(words)
    plain = sum(before[word] for word in words)
    return max(
        (
            plain - sum(map(word_bits, made.split(" ")))
            for misdecoding, possible, table in single_byte_misdecodings()
            if (misdecoding.rule in CASE_INVERTING) == inverted
            and possible.fullmatch(name)
            and (made := name.translate(table)) != name
            and sum(map(str.isalpha, name)) <= sum(map(str.isalpha, made))
        ),
        default=0.0,
    )
