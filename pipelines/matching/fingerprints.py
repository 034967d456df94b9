"""What a text is found again by, however large the archive: candidates, never decisions.

A few keys, each for another kind of difference (measured in tests/bench/matching.py):
``whole`` survives lost marks and glued words; ``numbers`` survives a byline or a sentence more and tells the
issues of one template apart, which share nearly all their words; two ``head`` keys survive a cut-off, because
a cut copy keeps its beginning; three ``spread`` keys survive a changed beginning. Two sketches of the text
stand beside each key, so that chance finds are told apart without reading them.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from zlib import crc32

from pipelines.matching.words import plain_numbers, plain_words

HEAD_WORDS = 32  # of the beginning: less than any cut-off copy that could be told for certain
HEAD_KEYS = 2
SPREAD_KEYS = 3
SHINGLE = 5  # words in a row; shorter rows recur in every story of a template, between its slots
_ONE_IN = 4  # rows is looked at where the smallest of all are wanted: a power of two
ENOUGH_NUMBERS = 3  # two stories share two numbers by chance
_MASK = (1 << 64) - 1
_BITS = 63  # of a sketch: what a signed integer holds besides its sign
_NUMBERS_APART = 2  # bits that a cut number or an edit may set or leave in both of two copies
_WORDS_APART = 9  # as much for words: one sentence in each that the other lacks, twenty words glued
_MOST_WORDS = 200_000  # remembered: bounds the memory at about 25 MB


@dataclass(frozen=True, slots=True)
class Print:
    """The fingerprint of one text. Making it is pure work, so another process can do it."""

    bands: tuple[int, ...]  # signed 64-bit keys, sorted; none without a text
    numbers: int  # a sketch of 63 bits: which numbers the text has
    words: int  # a sketch of 63 bits: which words it has of a quarter of all words


class _WordHashes(dict[str, int]):
    """Remembers the hash of each word: a language has few words, and hashing them is most of the work."""

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_WORDS:
            self.clear()
        self[word] = value = crc32(word.encode("utf-8", "surrogatepass"))
        return value


class _WordBits(dict[str, int]):
    """Remembers the bit by which a sketch notes a word; 0 for the three of four words that it does not."""

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_WORDS:
            self.clear()
        value = _hashes[word]
        self[word] = bit = 0 if value & 3 else 1 << (value >> 8) % _BITS
        return bit


_hashes = _WordHashes()
_word_bits = _WordBits()


def print_of(title: str | None, body: str | None) -> Print:
    """Make the fingerprint of a body, or of a title where there is no body.

    >>> a = "Шымкентте екі жаңа зауыт ашылды. Қала әкімі қатысты. Оған 4,7 миллиард теңге жұмсалды."
    >>> print_of("«Зауыт»", a) == print_of(None, a.replace(". ", ".").upper())
    True
    >>> bool({*print_of("«Зауыт»", a).bands} & {*print_of(None, a[:60]).bands})
    True
    """
    text = body or title
    found = plain_words(text) if text else []
    if not text or not found:
        return Print((), 0, 0)
    numbers = plain_numbers(text)
    made = {_key("b" if body else "t", "".join(found))}
    if len(found) > 3:
        if len(numbers) >= ENOUGH_NUMBERS:
            made.add(_key("n", " ".join(numbers)))
        made.update(_head(found[:HEAD_WORDS]))
        made.update(_spread(found, numbers))
    signed = sorted(key - (1 << 64) if key >> 63 else key for key in made)
    return Print(tuple(signed), _number_bits(numbers), _word_sketch(found))


def plainly_different(one: Print, numbers: int, words: int) -> bool:
    """True when a text and one with these sketches each have what the other lacks, beyond damage."""
    mine, its = one.numbers & ~numbers, numbers & ~one.numbers
    if mine.bit_count() > _NUMBERS_APART < its.bit_count():
        return True
    mine, its = one.words & ~words, words & ~one.words
    return mine.bit_count() > _WORDS_APART < its.bit_count()


def _number_bits(numbers: list[str]) -> int:
    return sum({1 << _hashes[number] % _BITS for number in set(numbers)})


def _word_sketch(found: list[str]) -> int:
    return sum(set(map(_word_bits.__getitem__, set(found))))


def _hashed(found: list[str]) -> list[int]:
    return list(map(_hashes.__getitem__, found))


def _key(kind: str, text: str) -> int:
    return int.from_bytes(
        blake2b((kind + text).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def _head(found: list[str]) -> list[int]:
    """The smallest rows of the beginning; those that begin with a number come first, for they recur least."""
    rows = {row >> (word[0] <= "9") for row, word in zip(_rows(_hashed(found)), found, strict=False)}
    return sorted(rows)[:HEAD_KEYS]


def _spread(found: list[str], numbers: list[str]) -> list[int]:
    """The smallest of all rows: of three numbers that follow one another, else of words.

    Which rows are taken depends on what they say and not on their place, so that a copy takes the same.
    """
    chosen = nsmallest(SPREAD_KEYS, set(_triples(_hashed(numbers))))
    if len(chosen) < SPREAD_KEYS:
        hashed = _hashed(found)
        rows = set(_rows(hashed, _ONE_IN - 1))
        if len(rows) < SPREAD_KEYS:
            rows = set(_rows(hashed))
        chosen += nsmallest(SPREAD_KEYS - len(chosen), rows)
    return chosen


def _rows(hashed: list[int], passed_over: int = 0) -> list[int]:
    """Mix each five words that follow one another into 64 bits; fewer words are one row.

    Rows are passed over whose first word has one of these bits: which ones does not depend on their place.
    """
    if len(hashed) < SHINGLE:
        hashed = hashed + [0] * (SHINGLE - len(hashed))
    return [
        (
            a * 0x9E3779B97F4A7C15
            + b * 0xC2B2AE3D27D4EB4F
            + c * 0x165667B19E3779F9
            + d * 0x27D4EB2F165667C5
            + e
        )
        & _MASK
        for a, b, c, d, e in zip(hashed, hashed[1:], hashed[2:], hashed[3:], hashed[4:], strict=False)
        if not a & passed_over
    ]


def _triples(numbers: list[int]) -> list[int]:
    return [
        (a * 0x9E3779B97F4A7C15 + b * 0xC2B2AE3D27D4EB4F + c * 0x165667B19E3779F9 + 1) & _MASK
        for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)
    ]
