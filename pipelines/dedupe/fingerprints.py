"""What a text is found again by, however large the archive: candidates, never decisions.

A few keys, each for another kind of difference (measured in tests/bench/matching.py):
``whole`` survives lost marks and glued words; ``numbers`` survives a byline or a sentence more and tells the
issues of one template apart, which share nearly all their words; three ``head`` keys survive a cut-off,
because a cut copy keeps its beginning; three ``spread`` keys survive a changed beginning. Two sketches of the
text stand beside each key, so that chance finds are told apart without reading them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from pipelines.charmap import to_page
from pipelines.dedupe.byte_tokens import Words, words_of

VERSION = (
    "3"  # another one makes the index of each file anew: raise it with every change of what is made here
)
HEAD_WORDS = 32  # of the beginning: less than any cut-off copy that could be told for certain
HEAD_KEYS = 3
SPREAD_KEYS = 3
SHINGLE = 5  # words in a row; shorter rows recur in every story of a template, between its slots
TRIPLE = 3  # numbers in a row
ENOUGH_NUMBERS = 3  # two stories share two numbers by chance
_FEWEST_WORDS = 4  # of a text that is found by more than itself
# Words that begin so are sketched, and begin rows that are looked at for the smallest: about a quarter of the
# words of each language. A pattern finds them in a third of the time that a checksum of every word takes.
_DRAWN_LETTERS = to_page("скмгөscp")
_DRAWN = re.compile(b" [%b][^ ]*" % _DRAWN_LETTERS)
_NINE = ord("9")
_BITS = 63  # of a sketch: what a signed integer holds besides its sign
_BIT = tuple(1 << bit for bit in range(_BITS))
_NUMBERS_APART = 2  # bits that a cut number or an edit may set or leave in both of two copies
_WORDS_APART = 9  # as much for words: one sentence in each that the other lacks, twenty words glued


class Fingerprint(NamedTuple):
    """The fingerprint of one text. Making it is pure work, so another process can do it."""

    bands: tuple[int, ...]  # signed 64-bit keys, sorted; none without a text
    numbers: int  # a sketch of 63 bits: which numbers the text has
    words: int  # a sketch of 63 bits: which words it has of a quarter of all words


def fingerprint_of(title: str | None, body: str | None) -> Fingerprint:
    """Make the fingerprint of a body, or of a title where there is no body.

    >>> a = "Шымкентте екі жаңа зауыт ашылды. Қала әкімі қатысты. Оған 4,7 миллиард теңге жұмсалды."
    >>> fingerprint_of("«Зауыт»", a) == fingerprint_of(None, a.replace(". ", ".").upper())
    True
    >>> bool({*fingerprint_of("«Зауыт»", a).bands} & {*fingerprint_of(None, a[:60]).bands})
    True
    """
    text = body or title
    if not text:
        return Fingerprint((), 0, 0)
    found = words_of(text)
    head = found.spaced.split(None, HEAD_WORDS)[:HEAD_WORDS]
    if not head:
        return Fingerprint((), 0, 0)
    made = {_key(b"b" if body else b"t", found.letters)}
    if len(head) >= _FEWEST_WORDS:
        if len(found.numbers) >= ENOUGH_NUMBERS:
            made.add(_key(b"n", b" ".join(found.numbers)))
        made.update(_head(head))
        made.update(_spread(found))
    words = _DRAWN.findall(b" " + found.spaced)
    return Fingerprint(tuple(sorted(made)), _sketch(found.numbers), _sketch(words))


def plainly_different(one: Fingerprint, numbers: int, words: int) -> bool:
    """True when a text and one with these sketches each have what the other lacks, beyond damage."""
    mine, its = one.numbers & ~numbers, numbers & ~one.numbers
    if mine.bit_count() > _NUMBERS_APART < its.bit_count():
        return True
    mine, its = one.words & ~words, words & ~one.words
    return mine.bit_count() > _WORDS_APART < its.bit_count()


def _sketch(things: Iterable[bytes]) -> int:
    return sum(map(_BIT.__getitem__, {hashed % _BITS for hashed in map(crc32, things)}))


def _key(kind: bytes, what: bytes) -> int:
    return int.from_bytes(blake2b(kind + what, digest_size=8).digest(), "big", signed=True)


def _head(head: list[bytes]) -> list[int]:
    """Keys of rows of the beginning; those that begin with a number come first, for they recur least."""
    rows = {hashed >> (row[0] <= _NINE): row for hashed, row in _hashed(_rows(head, SHINGLE))}
    return [_key(b"w", rows[rank]) for rank in sorted(rows)[:HEAD_KEYS]]


def _spread(found: Words) -> list[int]:
    """Keys of the smallest of all rows: of three numbers that follow one another, else of words.

    Which rows are taken depends on what they say and not on their place, so that a copy takes the same.
    """
    rows = dict(_hashed(_rows(found.numbers, TRIPLE))) if len(found.numbers) >= TRIPLE else {}
    chosen = [_key(b"3", rows[hashed]) for hashed in sorted(rows)[:SPREAD_KEYS]]
    if len(chosen) < SPREAD_KEYS:
        every = _rows(found.words, SHINGLE)
        drawn = [row for row in every if row[0] in _DRAWN_LETTERS]
        rows = dict(_hashed(drawn if len(drawn) >= SPREAD_KEYS else every))
        chosen += [_key(b"w", rows[hashed]) for hashed in sorted(rows)[: SPREAD_KEYS - len(chosen)]]
    return chosen


def _rows(found: list[bytes], size: int) -> list[bytes]:
    """Join what stands side by side, so many in a row; fewer than that are one row."""
    if len(found) <= size:
        return [b" ".join(found)]
    return list(map(b" ".join, zip(*(found[place:] for place in range(size)), strict=False)))


def _hashed(rows: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Give each row with a number that mixes them."""
    return zip(map(crc32, rows), rows, strict=True)
