"""Quoted names decoded with the wrong encoding inside a sentence that was not.

The text between two marks was pasted in as a whole. So a decoding is scored on all its words together, even
those of one letter, and a name is decoded from mark to mark or not at all. A mark inside it may be a damaged
letter: in cp866 read as cp1251 the letter л is «.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from pipelines.clean.edits import Edit
from pipelines.clean.mojibake.badness import is_clean_text, is_lowercased
from pipelines.clean.mojibake.kazakh_letters import KAZAKH_SWAP
from pipelines.clean.mojibake.misdecodings import (
    CASE_INVERTING,
    Misdecoding,
    characters,
    known_misdecodings,
    name_of,
    to_bytes,
)
from pipelines.clean.mojibake.scoring import BaselineCosts, is_mostly_lowercase
from pipelines.language.bigrams import COMMON_MARKS, MARKS, project_model, word_bits

# A name with its marks, from the first that could open it: no letter directly before the opening mark.
# The mark leads, for the engine looks for one character at many times the speed of a condition.
_OPENS = {opening: rf"{opening}(?<![^\s(\[{{/«“„\"'–—-]{opening})(?! )" for opening in ("«", "“", "„", '"')}
_NAMES = {
    opening: re.compile(f"{_OPENS[opening]}[^\n{closing}]{{1,80}}(?<! )[{closing}]")
    for opening, closing in (("«", "»"), ("“", "”"), ("„", "“”"), ('"', '"'))
}
_INNER = {opening: re.compile(opens) for opening, opens in _OPENS.items()}
_MOST_OPENERS = 3  # tried per name
_SIGNS = "\u00ad®©§"  # one is in all that the next pattern finds; looking for it costs next to nothing
_HIDDEN = re.compile(
    "[\u00a0\u00ad®©§](?:(?<=\u00a0)\u00ad|(?<=\u00ad)[\u00a0®©§]|(?<=®)\u00ad|(?<=[а-я][®©§])[а-я])"
)
# Marks that open nothing, adjacent spaces, soft hyphens outside of words.
_MISPLACED = re.compile(
    "[«„“](?=[ \u00a0]|$)|(?<=\\w)«|(?<= )\u00a0|\u00a0(?= )|\u00ad(?=[\u00a0 ]|$)|(?<=[\u00a0 ])\u00ad"
)
_MISPLACED_BITS = 5.0
_NEARER = 4.0  # bits less than its margin in a text: here damage has a place to begin and to end
_AHEAD = 6.0  # bits by which a reading has to be better than any other
_DEAREST = 5.0  # bits for a letter of a name read rightly

INVERTED = re.compile("(?:[а-яё][А-ЯЁ]+)+")  # a name with inverted case
_HUMPED = re.compile("(?:[а-яё][А-ЯЁ]+){2,}")  # as no abbreviation is
_HUMP = re.compile("(?<=[а-яё])(?=[А-ЯЁ][а-яё])")  # ЦентрКредит
_CASE = 14.0  # bits for an inverted word: names are not cased so
# A name that has it is no abbreviation with a small letter before it, such as мРНК.
_NO_SIGN = re.compile("[ьъы]|.[А-ЯЁ]*[АЕЁИОУЪЫЬЭЮЯ]")
_CHEAP = 3.0  # bits per letter of a name that is certainly language
_NEVER_FIRST = "ьъы"
_LIST = re.compile("[,;]")
_DEAREST_PROVEN = 6.0  # bits for a letter where no word could begin as one of the name does
_INVERTED_CASE, _INVERTED_ALONE = 18.0, 20.0  # bits that inverted words have to save, and one alone
_LONGEST_TITLE = 80  # characters
_LOWERCASED = 25.0  # bits that a title or name in small letters has to save; clean ones lose
_FEWEST_CAPITALS, _IN_CAPITALS, _DEAREST_CAPITALS = 7, 17.5, 4.5  # letters, bits to save, bits for a letter


_STRUCTURED = name_of("utf-8", "")  # how the rules of its readings begin

Span = tuple[int, int]


class _Made(NamedTuple):
    """A name as decoded by one misdecoding."""

    saved: float  # bits
    text: str
    misdecoding: Misdecoding


def decode_names(text: str, edits: list[Edit]) -> list[Edit]:
    """Add names that are damaged from mark to mark, and drop edits that decode a name only in part.

    ``edits`` are the runs found in the text by their words.

    >>> decode_names("Қонақтар «йУБ оБ тЕН» әнін айтты", [])
    [(10, 20, 'Иса На Рем', 'mojibake-koi8-r-as-cp1251')]
    >>> decode_names("Біз «зХЗМ жЬКТ» көрмесін", [(5, 9, 'Гугл', 'mojibake-koi8-r-as-cp1251')])
    []
    """
    read: list[Edit] = []
    gone: set[Edit] = set()
    starts, ends = [edit[0] for edit in edits], [edit[1] for edit in edits]
    found = find_names(text)
    # A title is one thing, too; but in a short sentence a run may be all that is damaged.
    for spans in found or [[(0, len(text))]] * (len(text) <= _LONGEST_TITLE and not text.isupper()):
        first, last = spans[0][0] - 1, spans[0][1] + 1
        near = edits[bisect_right(ends, first) : bisect_left(starts, last)]
        if not read or read[-1][1] < first:
            made = _read_anew(text, spans, near)
            if found or is_lowercased(text):
                read += made
            else:  # inverted words among normal ones are a run with boundaries
                read += [edit for edit in made if edit[3] not in CASE_INVERTING]
        if read and read[-1][1] >= first:
            gone.update(edit for edit in near if _within(edit, read[-1][:2]))
        elif found and _is_half(text, spans[-1], near):
            gone.update(edit for edit in near if _within(edit, spans[-1]))
    return sorted(read + [edit for edit in edits if edit not in gone])


def find_names(text: str) -> list[list[Span]]:
    """Find what could be names, each with the spans that it could have, the longest first."""
    found = []
    for opening, pattern in _NAMES.items():
        if opening in text:
            for match in pattern.finditer(text):
                starts = [inner.end() for inner in _INNER[opening].finditer(text, match.start(), match.end())]
                found.append([(start, match.end() - 1) for start in starts[:_MOST_OPENERS]])
    return sorted(found)


def _within(edit: Edit, span: Span) -> bool:
    # A run may include the marks around a name as if they were letters.
    return span[0] - 1 <= edit[0] and edit[1] <= span[1] + 1


def _read_anew(text: str, spans: list[Span], near: list[Edit]) -> list[Edit]:
    if any(edit[3].startswith(_STRUCTURED) for edit in near):  # UTF-8 proves itself better than letters do
        return []
    for start, end in spans:
        if all(_within(edit, (start, end)) or edit[1] <= start or end <= edit[0] for edit in near):
            made = _best(text[start:end])
            if made and (not text[start:end].isupper() or is_mostly_lowercase(text, start, end)):
                return [(start, end, made.text, made.misdecoding.rule)]
    return []


@lru_cache(maxsize=1024)  # the same names come again in a text, and in each turn of its repair
def _best(name: str) -> _Made | None:
    in_capitals = name.isupper() and sum(map(str.isalpha, name)) >= _FEWEST_CAPITALS
    if is_clean_text(name) and not (in_capitals or is_lowercased(name) or has_hidden_letters(name)):
        return None
    words = [word for word in name.split(" ") if word]
    before = BaselineCosts(words)
    plain = sum(before[word] for word in words) + _misplaced(name)
    made = [
        _Made(
            plain - sum(map(word_bits, _words(name, text, misdecoding))) - _misplaced(text), text, misdecoding
        )
        for misdecoding, possible, table in single_byte_misdecodings()
        if possible.fullmatch(name)
        and (text := name.translate(table)) != name
        and _is_likely(name, text, misdecoding)
    ]
    made.sort(key=lambda one: -one.saved)
    if not made or any(made[0].saved < one.saved + _AHEAD for one in made if one.text != made[0].text):
        return None
    return made[0] if _is_proven(words, before, made[0]) else None


def has_hidden_letters(text: str) -> bool:
    """Return whether there are signs where letters belong that correct text has only elsewhere.

    >>> [has_hidden_letters(text) for text in ("«‘\u00a0пб\u00a0вв\u00a0\u00ad»", "№\u00a05, ©\u00a0«Нұр»")]
    [True, False]
    """
    return any(sign in text for sign in _SIGNS) and _HIDDEN.search(text) is not None


def _misplaced(name: str) -> float:
    return _MISPLACED_BITS * sum(1 for _ in _MISPLACED.finditer(name))


def _is_likely(name: str, made: str, misdecoding: Misdecoding) -> bool:
    """Return whether a misdecoding leaves letters as letters, in words that could be correct."""
    if misdecoding.rule in CASE_INVERTING and any(map(INVERTED.fullmatch, name.split(" "))):
        made = _humps(made)
    # Capitals decoded from lower-case letters are as clean as those.
    clean = is_clean_text(made.lower() if made.isupper() and name.islower() else made)
    return clean and sum(map(str.isalpha, name)) <= sum(map(str.isalpha, made))


def _is_humped(name: str, misdecoding: Misdecoding) -> bool:
    return misdecoding.rule in CASE_INVERTING and any(
        _HUMPED.fullmatch(word.strip(MARKS)) for word in name.split(" ")
    )


def _words(name: str, made: str, misdecoding: Misdecoding) -> list[str]:
    """Return the words of a decoded name; ДжиПиЭй has three."""
    return [word for word in (_humps(made) if _is_humped(name, misdecoding) else made).split(" ") if word]


def _humps(name: str) -> str:
    return _HUMP.sub(" ", name)


def _is_proven(words: list[str], before: BaselineCosts, made: _Made) -> bool:
    inside = [word.strip(MARKS) for word in words]
    name = " ".join(words)
    read = _words(name, made.text, made.misdecoding)
    dear = sum(map(word_bits, read)) / (sum(map(str.isalpha, made.text)) + len(read))
    if made.misdecoding.rule not in CASE_INVERTING:
        # A word of nothing but letters could be a name from a neighbouring country.
        nearer = 0.0 if len(words) == 1 and words[0].isalpha() else _NEARER
        return made.saved >= made.misdecoding.margin - nearer and dear <= _DEAREST_PROVEN
    inverted = [word for word in inside if INVERTED.fullmatch(word)]
    if not inverted and is_lowercased(name):
        return made.text.isupper() and made.saved >= _LOWERCASED and dear <= _DEAREST_CAPITALS
    if not inverted:
        return made.saved >= _IN_CAPITALS and dear <= _DEAREST_CAPITALS
    if any(map(_LIST.search, words)) or not (
        dear <= _CHEAP or _is_humped(name, made.misdecoding) or any(map(_NO_SIGN.match, inside))
    ):
        return False
    never = any(word[0] in _NEVER_FIRST for word in inverted)
    saved = made.saved + sum(
        project_model().bits(word.lower()) + _CASE - before[word] for word in inside if word in inverted
    )
    alone = sum(len(word) > 1 for word in inside) == 1
    return saved >= (_INVERTED_ALONE if alone else _INVERTED_CASE) and dear <= (
        _DEAREST_PROVEN if never else _DEAREST
    )


@lru_cache(maxsize=1)
def single_byte_misdecodings() -> tuple[tuple[Misdecoding, re.Pattern[str], dict[int, str]], ...]:
    """Return the readings of single bytes, the characters that each can leave, and what those were."""
    found = []
    for misdecoding in known_misdecodings():
        if misdecoding.written != "utf-8" and misdecoding.rule != KAZAKH_SWAP:
            target = characters(misdecoding.written)
            table = {code: target[byte] for code, byte in to_bytes(misdecoding.read).items()}
            known = "".join(map(chr, table))
            found.append((misdecoding, re.compile(f"[\x00-\x7f{re.escape(COMMON_MARKS + known)}]+"), table))
    return tuple(found)


def _is_half(text: str, name: Span, near: list[Edit]) -> bool:
    """Return whether runs skip words of a name that look as damaged as those they decode."""
    inside = [edit for edit in near if _within(edit, name)]
    found = (one for one, _, _ in single_byte_misdecodings() if inside and one.rule == inside[0][3])
    misdecoding = next(found, None)
    if misdecoding is None:
        return False
    left, at = [], name[0]
    for edit in inside:
        left.append(text[at : edit[0]])
        at = edit[1]
    words = "".join([*left, text[at : name[1]]]).split()
    return any(misdecoding.back(word) != word and _is_odd(word, misdecoding) for word in words)


def _is_odd(word: str, misdecoding: Misdecoding) -> bool:
    inside = word.strip(MARKS)
    return not is_clean_text(word) or (
        misdecoding.rule in CASE_INVERTING and (inside.isupper() or len(inside) == 1)
    )
