"""What a text is found again by, however large the archive: candidates, never decisions.

A few keys, each for another kind of difference (measured in tests/bench/matching.py):
``whole`` survives lost marks and glued words; ``numbers`` survives a byline or a sentence more and tells the
issues of one template apart, which share nearly all their words; two ``head`` keys survive a cut-off, because
a cut copy keeps its beginning; three ``spread`` keys survive a changed beginning. A sketch of the text stands
beside each key, so that most chance finds are told apart without reading them.
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
ENOUGH_NUMBERS = 3  # two stories share two numbers by chance
_MASK = (1 << 64) - 1
_NUMBER_BITS = 39  # of the 63 of a sketch: numbers tell more than words
_NUMBERS = (1 << _NUMBER_BITS) - 1


@dataclass(frozen=True, slots=True)
class Print:
    """The fingerprint of one text. Making it is pure work, so another process can do it."""

    bands: tuple[int, ...]  # signed 64-bit keys, sorted; none without a text
    sketch: int  # which numbers, and which words of some, a text has: 63 bits


class _WordHashes(dict[str, int]):
    """Remembers the hash of each word: a language has few words, and hashing them is most of the work."""

    def __missing__(self, word: str) -> int:
        if len(self) > 200_000:  # bounds the memory at about 25 MB
            self.clear()
        self[word] = value = crc32(word.encode("utf-8", "surrogatepass"))
        return value


_hashes = _WordHashes()


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
        return Print((), 0)
    hashed = [_hashes[word] for word in found]
    numbers = plain_numbers(text)
    made = {_key("b" if body else "t", "".join(found))}
    if len(found) > 3:
        if len(numbers) >= ENOUGH_NUMBERS:
            made.add(_key("n", " ".join(numbers)))
        made.update(_head(found[:HEAD_WORDS], hashed))
        made.update(_spread(hashed, [_hashes[number] for number in numbers]))
    signed = sorted(key - (1 << 64) if key >> 63 else key for key in made)
    return Print(tuple(signed), _sketch(hashed, numbers))


def plainly_different(one: int, other: int) -> bool:
    """True when each sketch has what the other lacks, beyond what a cut word, glue or an edit leaves."""
    mine, its = one & ~other, other & ~one
    if (mine & _NUMBERS).bit_count() > 2 < (its & _NUMBERS).bit_count():
        return True
    return (mine >> _NUMBER_BITS).bit_count() > 5 < (its >> _NUMBER_BITS).bit_count()


def _sketch(hashed: list[int], numbers: list[str]) -> int:
    bits = 0
    for number in set(numbers):
        bits |= 1 << _hashes[number] % _NUMBER_BITS
    for value in set(hashed):
        if not value & 7:
            bits |= 1 << _NUMBER_BITS + (value >> 8) % (63 - _NUMBER_BITS)
    return bits


def _key(kind: str, text: str) -> int:
    return int.from_bytes(
        blake2b((kind + text).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def _head(found: list[str], hashed: list[int]) -> list[int]:
    """The smallest rows of the beginning; those that begin with a number come first, for they recur least."""
    rows = {row >> (word[0] <= "9") for row, word in zip(_rows(hashed[: len(found)]), found, strict=False)}
    return nsmallest(HEAD_KEYS, rows)


def _spread(hashed: list[int], numbers: list[int]) -> list[int]:
    """The smallest of all rows: of three numbers that follow one another, else of words.

    Which rows are taken depends on what they say and not on their place, so that a copy takes the same.
    """
    chosen = nsmallest(SPREAD_KEYS, set(_triples(numbers)))
    if len(chosen) < SPREAD_KEYS:
        chosen += nsmallest(SPREAD_KEYS - len(chosen), set(_rows(hashed)))
    return chosen


def _rows(hashed: list[int]) -> list[int]:
    """Mix each five words that follow one another into 64 bits; fewer words are one row."""
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
    ]


def _triples(numbers: list[int]) -> list[int]:
    return [
        (a * 0x9E3779B97F4A7C15 + b * 0xC2B2AE3D27D4EB4F + c * 0x165667B19E3779F9 + 1) & _MASK
        for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)
    ]
