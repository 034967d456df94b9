"""Kazakh letters decoded as cp1251, distinguished from the same letters of a neighbouring language.

kz1048 and cp1251 have nine letters of two alphabets in the same places: Нұр becomes Нўр. Such a letter
may also be correct, in a name of Ukraine, Belarus, Serbia, Macedonia or Uzbekistan. So each word is scored
by letter triples: in Kazakh with its letters restored, and unchanged in the best-fitting one of these
languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pipelines.clean.mojibake.misdecodings import characters, name_of
from pipelines.language.bigrams import LONGEST_CACHED, NEIGHBOUR_LANGUAGES, language_models
from pipelines.text_cache import cache_text

SWAPPED: dict[str, str] = {
    read: written
    for read, written in zip(characters("cp1251").values(), characters("kz1048").values(), strict=True)
    if read != written and read.isalpha() and read.islower()
}
KAZAKH_SWAP = name_of("kz1048", "cp1251")

_BACK = str.maketrans(SWAPPED | {read.upper(): written.upper() for read, written in SWAPPED.items()})
_SWAPPED = re.compile("[" + "".join(SWAPPED) + "]")
_EITHER = re.compile("[" + "".join(SWAPPED) + "".join(SWAPPED).upper() + "]")
_LETTERS = re.compile("[\u0400-\u04ff]+")
_APOSTROPHES = "'’ʼ"
_APOSTROPHE = re.compile("\\w[’ʼ]\\w")
OPENING, CLOSING = '«“„"(', '»”")'

_UZBEK = 2.0  # bits: Uzbek has been written in Latin letters for long
_RUSSIAN = 1.0  # bits for a Russian stem or a Russian name, which all these languages borrow
_MOST_STANDING = 9.0  # bits of any triple: a name may be foreign to its language, too
_NOT_ITS_LETTER = 15.0
_MOST_KAZAKH = 14.0  # Kazakh has to be Kazakh: what it never has counts against it
_ABBREVIATION = re.compile("[А-ЯЀ-ЏҐ]{1,6}")
_MOST_OF_ABBREVIATION = 3.0  # bits: letters that follow no rule prove little
_NO_APOSTROPHE = 6.0  # bits: Kazakh has none inside words
_OTHER_LANGUAGE = 6.0  # bits for two languages in one name
_MOST_CACHED = 40_000
_MOST_OF_NAME = 8.0  # bits that the words in the same quotation marks can add or subtract, 4 each


_MARGIN = 9.0  # bits that a restoration has to save
_KAZAKH_AROUND = 3.0  # bits less where the words around are Kazakh
_NONE_INTACT = 3.0  # and another reduction if they have none of the letters that this damage replaces
_BESIDE_FOREIGN = 6.0  # bits for a word next to one that is certainly a neighbour's
_FOREIGN = -8.0  # bits
_DOUBTFUL = 0.0  # bits
_ALONE = 8.0  # bits for one word among intact ones: damage begins and ends where texts were joined, at marks
_NEITHER = re.compile("[\u0450\u0452\u0453\u0459\u045a\u045d\u045f]")  # letters that no swap leaves
INTACT = re.compile("[" + "".join(SWAPPED.values()) + "".join(SWAPPED.values()).upper() + "]")
_LEAD = 1.5  # bits by which words have to be Kazakh rather than Russian for one bit of trust
_SAMPLE = 8


class _Model:
    """Trigram model: the cost of a letter after two others in one language."""

    def __init__(self, lang: str, line: str) -> None:
        self._pairs, self._russian = language_models()[lang], language_models()["ru"]
        self._kazakh = lang == "kk"
        self._special = set(SWAPPED.values() if self._kazakh else SWAPPED)
        self._listed: dict[str, float] = {}
        self._unlisted: dict[str, float] = {}
        for entry in line.split(" "):
            before = entry[:2].replace("_", " ")
            self._unlisted[before] = _bits(entry[2])
            for at in range(3, len(entry), 2):
                self._listed[before + entry[at].replace("_", " ")] = _bits(entry[at + 1])

    def cost(self, triple: str) -> float:
        """Return the bits of the third letter."""
        pair = triple[1], triple[2]
        cost = self._listed.get(triple)
        if cost is None:
            # Only triples with these letters are listed: the absence of another one means nothing.
            counted = not self._special.isdisjoint(triple)
            cost = self._pairs[pair] + (self._unlisted.get(triple[:2], 0.0) if counted else 0.0)
        if self._kazakh:
            return min(cost, self._russian[pair] + _RUSSIAN, _MOST_KAZAKH)
        if triple[2] not in self._pairs.letters:
            return _NOT_ITS_LETTER
        return min(cost, self._russian[pair] + _RUSSIAN, _MOST_STANDING)


def _bits(sign: str) -> float:
    return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".index(sign) / 4


class _Savings(dict[str, float]):
    """Bits that restoring the Kazakh letters of a triple saves, compared with one language."""

    def __init__(self, kazakh: _Model, model: _Model) -> None:
        super().__init__()
        self._kazakh, self._model = kazakh, model

    def __missing__(self, triple: str) -> float:
        saved = self._model.cost(triple) - self._kazakh.cost(triple.translate(_BACK))
        if len(self) < _MOST_CACHED:
            self[triple] = saved
        return saved

    def of(self, part: str) -> float:
        """Return the bits of a run of letters, its edges included."""
        edged = f"  {part} "
        return sum(map(self.__getitem__, map("".join, zip(edged, edged[1:], edged[2:], strict=False))))


@lru_cache(maxsize=1)
def _savings() -> tuple[_Savings, ...]:
    lines = (Path(__file__).parent / "letter_triples.txt").read_text("utf-8").splitlines()
    models = {lang: _Model(lang, rest) for lang, _, rest in (line.partition(" ") for line in lines)}
    return tuple(_Savings(models["kk"], models[lang]) for lang in NEIGHBOUR_LANGUAGES)


@cache_text(4096, LONGEST_CACHED)
def _saved(word: str) -> tuple[float, ...]:
    """Return the bits that restoring Kazakh letters saves in a word, compared with each neighbour."""
    parts = _LETTERS.findall(word.lower())
    odd = [part for part in parts if _SWAPPED.search(part)]
    against = []
    for lang, savings in zip(NEIGHBOUR_LANGUAGES, _savings(), strict=True):
        # A part without swapped letters can only show that the word is the neighbour's.
        bits = sum(savings.of(part) if part in odd else min(0.0, savings.of(part)) for part in parts)
        against.append(bits + _UZBEK * (lang == "uz") - _NO_APOSTROPHE * bool(_APOSTROPHE.search(word)))
    if all(_ABBREVIATION.fullmatch(part) for part in _LETTERS.findall(word)):
        return tuple(max(-_MOST_OF_ABBREVIATION, min(bits, _MOST_OF_ABBREVIATION)) for bits in against)
    return tuple(against)


def _beside(word: str) -> tuple[float, ...]:
    """Return the bits that a word without such letters adds to the others in the same quotation marks."""
    found = []
    parts = _LETTERS.findall(word.lower())
    kazakh, russian = language_models()["kk"], language_models()["ru"]
    for lang in NEIGHBOUR_LANGUAGES:
        table = language_models()[lang]
        bits = sum(min(table.bits(part), russian.bits(part)) - kazakh.bits(part) for part in parts)
        its_own = table.letters.issuperset("".join(parts))
        found.append(max(-_MOST_OF_NAME / 2, min(bits, 0.0 if its_own else _MOST_OF_NAME / 2)))
    return tuple(found)


def is_swapped(word: str) -> bool:
    """Return whether a word has a letter that a Kazakh one may have become."""
    return _SWAPPED.search(word.lower()) is not None


def _is_foreign(word: str) -> bool:
    return _NEITHER.search(word.lower()) is not None or (is_swapped(word) and swap_saves(word) < _FOREIGN)


def swap_saves(word: str) -> float:
    """Return the bits that restoring Kazakh letters saves in one word, without its context."""
    return min(_saved(word))


def swap_margin(around: list[str]) -> float:
    """Return the bits that a restoration has to save, depending on the certain words of the text."""
    words = [part for word in around for part in _LETTERS.findall(word.lower())]
    sample = words[:: max(1, len(words) // _SAMPLE)][:_SAMPLE]
    kazakh, russian = language_models()["kk"], language_models()["ru"]
    lead = sum(russian.bits(word) - kazakh.bits(word) for word in sample) / _LEAD
    intact = any(INTACT.search(word) for word in words)
    return _MARGIN - max(0.0, min(lead, _KAZAKH_AROUND + (0.0 if intact else _NONE_INTACT)))


def savings(text: str, words: list[tuple[int, str]]) -> dict[int, float]:
    """Return the bits that restoring Kazakh letters saves, by the offset of each word that has such letters.

    ``words`` are the words of the text in order. The words in one pair of
    quotation marks are one name, probably in one language; outside of them each word is scored by itself.
    """
    found: dict[int, float] = {}
    intact = any(INTACT.search(word) for _, word in words)
    for quoted, name in _names(text, words):
        if not any(is_swapped(word) for _, word in name):
            continue
        reached = [0.0] * len(NEIGHBOUR_LANGUAGES)
        if quoted:
            beside = [_beside(word) for _, word in name if not is_swapped(word)]
            reached = [
                max(-_MOST_OF_NAME, min(sum(bits), _MOST_OF_NAME)) for bits in zip(*beside, strict=True)
            ]
            reached = reached or [0.0] * len(NEIGHBOUR_LANGUAGES)
        best = 0.0
        odd = [is_swapped(word) for _, word in name]
        foreign = [_is_foreign(word) for _, word in name]
        for at, (start, word) in enumerate(name):
            if not odd[at]:
                continue
            other = min(reached) + _OTHER_LANGUAGE
            reached = [min(bits, other) + more for bits, more in zip(reached, _saved(word), strict=True)]
            found[start] = min(reached) - best
            end = start + len(word)
            if text[start - 1 : start] in {*_APOSTROPHES} or text[end : end + 1] in {*_APOSTROPHES}:
                found[start] -= _NO_APOSTROPHE
            if any(foreign[max(0, at - 2) : at + 3]):
                found[start] -= _BESIDE_FOREIGN
            if intact and not quoted and sum(odd[max(0, at - 3) : at + 4]) == 1:
                found[start] -= _ALONE
            best = min(reached)
    return found


def doubtful(text: str, word: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the places of words that are Kazakh more likely than not, but not surely enough to change."""
    if _EITHER.search(text) is None:
        return []
    words = [(match.start(), match.group()) for match in word.finditer(text)]
    lengths = {start: len(word) for start, word in words}
    saved = savings(text, words)
    return [(start, start + lengths[start]) for start, bits in saved.items() if bits > _DOUBTFUL]


def _names(text: str, words: list[tuple[int, str]]) -> Iterator[tuple[bool, list[tuple[int, str]]]]:
    """Split the words at quotation marks; yield for each part whether it is quoted."""
    part: list[tuple[int, str]] = []
    quoted = False
    for start, word in words:
        end = start + len(word)
        if word[0] in OPENING or text[start - 1 : start] in {*OPENING}:
            yield False, part
            part, quoted = [], True
        part.append((start, word))
        if word[-1] in CLOSING or text[end : end + 1] in {*CLOSING}:
            yield quoted, part
            part, quoted = [], False
    yield False, part
