"""What a text is found again by, however large the archive: candidates, never decisions.

A few keys, each for another kind of difference (measured in tests/bench/matching.py):
``whole`` survives lost marks and glued words; ``numbers`` survives a byline or a sentence more and tells the
issues of one template apart, which share nearly all their words; three ``head`` keys survive a cut-off,
because a cut copy keeps its beginning; three ``spread`` keys survive a changed beginning. Two sketches of the
text stand beside each key, so that chance finds are told apart without reading them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from zlib import crc32

from pipelines.matching.word_bytes import Words, words_of

HEAD_WORDS = 32  # of the beginning: less than any cut-off copy that could be told for certain
HEAD_KEYS = 3
SPREAD_KEYS = 3
SHINGLE = 5  # words in a row; shorter rows recur in every story of a template, between its slots
TRIPLE = 3  # numbers in a row
ENOUGH_NUMBERS = 3  # two stories share two numbers by chance
_ONE_IN = 4  # words is sketched, and begins a row that is looked at for the smallest: a power of two
_BITS = 63  # of a sketch: what a signed integer holds besides its sign
_NOTHING = Words([], [], b"")
_BIT = tuple(1 << bit for bit in range(_BITS))
_NUMBERS_APART = 2  # bits that a cut number or an edit may set or leave in both of two copies
_WORDS_APART = 9  # as much for words: one sentence in each that the other lacks, twenty words glued


@dataclass(frozen=True, slots=True)
class Print:
    """The fingerprint of one text. Making it is pure work, so another process can do it."""

    bands: tuple[int, ...]  # signed 64-bit keys, sorted; none without a text
    numbers: int  # a sketch of 63 bits: which numbers the text has
    words: int  # a sketch of 63 bits: which words it has of a quarter of all words


def print_of(title: str | None, body: str | None) -> Print:
    """Make the fingerprint of a body, or of a title where there is no body.

    >>> a = "Шымкентте екі жаңа зауыт ашылды. Қала әкімі қатысты. Оған 4,7 миллиард теңге жұмсалды."
    >>> print_of("«Зауыт»", a) == print_of(None, a.replace(". ", ".").upper())
    True
    >>> bool({*print_of("«Зауыт»", a).bands} & {*print_of(None, a[:60]).bands})
    True
    """
    text = body or title
    found, numbers, letters = words_of(text) if text else _NOTHING
    if not found:
        return Print((), 0, 0)
    drawn = _drawn(found)
    made = {_key(b"b" if body else b"t", letters)}
    if len(found) > 3:
        if len(numbers) >= ENOUGH_NUMBERS:
            made.add(_key(b"n", b" ".join(numbers)))
        made.update(_head(found[:HEAD_WORDS]))
        made.update(_spread(found, drawn, numbers))
    return Print(tuple(sorted(made)), _number_sketch(numbers), _word_sketch(drawn.values()))


def plainly_different(one: Print, numbers: int, words: int) -> bool:
    """True when a text and one with these sketches each have what the other lacks, beyond damage."""
    mine, its = one.numbers & ~numbers, numbers & ~one.numbers
    if mine.bit_count() > _NUMBERS_APART < its.bit_count():
        return True
    mine, its = one.words & ~words, words & ~one.words
    return mine.bit_count() > _WORDS_APART < its.bit_count()


def _number_sketch(numbers: list[bytes]) -> int:
    return sum(map(_BIT.__getitem__, {hashed % _BITS for hashed in map(crc32, numbers)}))


def _drawn(found: list[bytes]) -> dict[int, int]:
    """Draw a quarter of all words, the same ones in every text: their places and hashes."""
    return {place: hashed for place, hashed in enumerate(map(crc32, found)) if not hashed % _ONE_IN}


def _word_sketch(hashed: Iterable[int]) -> int:
    return sum(map(_BIT.__getitem__, {(one >> 8) % _BITS for one in hashed}))


def _key(kind: bytes, what: bytes) -> int:
    return int.from_bytes(blake2b(kind + what, digest_size=8).digest(), "big", signed=True)


def _head(found: list[bytes]) -> list[int]:
    """Keys of rows of the beginning; those that begin with a number come first, for they recur least."""
    rows = {mixed >> (row[:1] <= b"9"): row for mixed, row in _rows(found, SHINGLE, range(len(found)))}
    return [_key(b"w", rows[mixed]) for mixed in sorted(rows)[:HEAD_KEYS]]


def _spread(found: list[bytes], drawn: Iterable[int], numbers: list[bytes]) -> list[int]:
    """Keys of the smallest of all rows: of three numbers that follow one another, else of words.

    Which rows are taken depends on what they say and not on their place, so that a copy takes the same.
    """
    rows = dict(_rows(numbers, TRIPLE, range(len(numbers) - TRIPLE + 1)))
    chosen = [_key(b"3", rows[mixed]) for mixed in nsmallest(SPREAD_KEYS, rows)]
    if len(chosen) < SPREAD_KEYS:
        rows = dict(_rows(found, SHINGLE, drawn))
        if len(rows) < SPREAD_KEYS:
            rows = dict(_rows(found, SHINGLE, range(len(found))))
        chosen += [_key(b"w", rows[mixed]) for mixed in nsmallest(SPREAD_KEYS - len(chosen), rows)]
    return chosen


def _rows(found: list[bytes], size: int, places: Iterable[int]) -> Iterable[tuple[int, bytes]]:
    """Join words that follow one another from each of the places, with a number that mixes them.

    A text of fewer words is one row.
    """
    last = max(0, len(found) - size)
    rows = [b" ".join(found[place : place + size]) for place in places if place <= last]
    return zip(map(crc32, rows), rows, strict=True)
