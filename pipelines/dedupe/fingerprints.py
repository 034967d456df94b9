"""Blocking keys for near-duplicate candidates: whole-text, number, head and min-hash shingle keys.

Each kind of key survives another kind of difference (measured in tests/bench/matching.py): ``whole`` lost
marks and glued words; ``numbers`` an added byline or sentence, and it separates the issues of one template,
which share nearly all words; three ``head`` keys truncation; three ``spread`` keys a changed beginning. Keys
of words leave out those with letters that code pages lose, so that a copy without its Kazakh letters shares
them. Two sketches of the text are stored with each key, to reject chance candidates without reading them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from pipelines.charmap import to_page
from pipelines.dedupe.byte_tokens import Words, words_of
from pipelines.dedupe.tokens import LOST, UNKNOWN_LETTER

VERSION = "4"  # raise it when keys or sketches change: databases then rebuild their index
HEAD_WORDS = 32  # of the beginning: shorter than any truncated copy that can be verified
HEAD_KEYS = 3
SPREAD_KEYS = 3
SHINGLE = 5  # consecutive words; shorter shingles recur in every story of a template
TRIPLE = 3  # consecutive numbers
ENOUGH_NUMBERS = 3  # two stories share two numbers by chance
_FEWEST_WORDS = 4  # below this a text has only its whole-text key
# Only words with these initials, a quarter of all in each language, are sketched or start a shingle: a
# regular expression finds them in a third of the time that hashing every word takes.
_DRAWN_LETTERS = to_page("скмгөscp")
_DRAWN = re.compile(b" [%b][^ ]*" % _DRAWN_LETTERS)
# Letters that code pages lose; other words of a text are found by one regular expression, if there are any.
_LOSSY = to_page("әғқңөұүһӘҒҚҢӨҰҮҺ\ufffd")
_KEPT = re.compile(b"(?<![^ ])[^ %b]+(?![^ ])" % _LOSSY)
_NINE = ord("9")
_BITS = 63  # of a sketch: a signed 64-bit integer without its sign
_BIT = tuple(1 << bit for bit in range(_BITS))
_NUMBERS_APART = 2  # bits by which both copies may differ through a cut number or an edit
_WORDS_APART = 9  # the same for words: a sentence more on each side, or twenty glued words


class Fingerprint(NamedTuple):
    """Fingerprint of one text; pure, so that a worker process can compute it."""

    bands: tuple[int, ...]  # signed 64-bit keys, that of the whole text first; none without a text
    numbers: int  # a sketch of 63 bits: which numbers the text has
    words: int  # a sketch of 63 bits: which words it has of a quarter of all words


def fingerprint_of(title: str | None, body: str | None) -> Fingerprint:
    """Return the fingerprint of a body, or of the title if there is no body.

    >>> a = "Шымкентте екі жаңа зауыт ашылды. Қала әкімі қатысты. Оған 4,7 миллиард теңге жұмсалды."
    >>> fingerprint_of("«Зауыт»", a) == fingerprint_of(None, a.replace(". ", ".").upper())
    True
    >>> bool({*fingerprint_of("«Зауыт»", a).bands} & {*fingerprint_of(None, a[:60]).bands})
    True
    """
    text = body or title
    if not text:
        return Fingerprint((), 0, 0)
    found = words_of(UNKNOWN_LETTER.sub(LOST, text) if "?" in text else text)
    whole = _key(b"b" if body else b"t", found.letters)
    found = _kept(found)
    head = found.spaced.split(None, HEAD_WORDS)[:HEAD_WORDS]
    made: set[int] = set()
    if len(head) >= _FEWEST_WORDS:
        if len(found.numbers) >= ENOUGH_NUMBERS:
            made.add(_key(b"n", b" ".join(found.numbers)))
        made.update(_head(head))
        made.update(_spread(found))
    words = _DRAWN.findall(b" " + found.spaced)
    return Fingerprint((whole, *sorted(made)), _sketch(found.numbers), _sketch(words))


def _kept(found: Words) -> Words:
    """Return the words without those that have a letter which code pages lose."""
    if len(found.spaced.translate(None, _LOSSY)) == len(found.spaced):
        return found
    return Words(b" ".join(_KEPT.findall(found.spaced)), found.numbers)


def plainly_different(one: Fingerprint, numbers: int, words: int) -> bool:
    """True if both texts have numbers or words that the other lacks, beyond what damage explains."""
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
    """Return keys of shingles of the beginning; those with a number first, because they recur least."""
    rows = {hashed >> (row[0] <= _NINE): row for hashed, row in _hashed(_rows(head, SHINGLE))}
    return [_key(b"w", rows[rank]) for rank in sorted(rows)[:HEAD_KEYS]]


def _spread(found: Words) -> list[int]:
    """Return keys of the shingles with the smallest hashes: number triples, else words.

    The choice depends on content and not on position, so copies share it.
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
    """Return all shingles of this size; a shorter list is one shingle."""
    if len(found) <= size:
        return [b" ".join(found)]
    return list(map(b" ".join, zip(*(found[place:] for place in range(size)), strict=False)))


def _hashed(rows: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each shingle with its hash."""
    return zip(map(crc32, rows), rows, strict=True)
