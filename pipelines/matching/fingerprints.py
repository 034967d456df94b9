"""Keys under which a copy of a text is found again, however large the archive: candidates, never decisions.

A few keys, each for another kind of difference (measured in tests/bench/matching.py):
``whole`` survives lost marks and glued words; ``numbers`` survives a byline or a sentence more and tells the
issues of one template apart, which share nearly all their words; two ``head`` keys survive a cut-off, because a
cut copy keeps its beginning; three ``spread`` keys survive a changed beginning.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from heapq import nsmallest
from zlib import crc32

from pipelines.matching.words import plain_words

HEAD_WORDS = 32  # of the beginning: less than any cut-off copy that could be told for certain
HEAD_KEYS = 2
SPREAD_KEYS = 3
ENOUGH_NUMBERS = 3  # two stories share two numbers by chance
_MASK = (1 << 64) - 1
_NUMBER_BITS = 39  # of the 63 of a sketch: numbers tell more than words
_NUMBERS = (1 << _NUMBER_BITS) - 1
_NUMBER = re.compile(r"\d+")


class _WordHashes(dict[str, int]):
    """Remembers the hash of each word: a language has few words, and hashing them is most of the work."""

    def __missing__(self, word: str) -> int:
        if len(self) > 200_000:  # bounds the memory at about 25 MB
            self.clear()
        self[word] = value = crc32(word.encode("utf-8", "surrogatepass"))
        return value


_hashes = _WordHashes()


def keys(title: str | None, body: str | None) -> list[int]:
    """Give the signed 64-bit keys of a text: of its body, or of its title where there is no body; no text, none.

    >>> a = "Шымкентте екі жаңа зауыт ашылды. Қала әкімі қатысты. Оған 4,7 миллиард теңге жұмсалды."
    >>> keys("«Зауыт»", a) == keys(None, a.replace(". ", ".").upper())
    True
    >>> bool(set(keys("«Зауыт»", a)) & set(keys(None, a[:60])))
    True
    """
    text = body or title
    if not text:
        return []
    found = plain_words(text)
    if not found:
        return []
    kind = "b" if body else "t"
    made = {_key(kind, "".join(found))}
    if len(found) > 3:
        numbers = _NUMBER.findall(text)
        if len(numbers) >= ENOUGH_NUMBERS:
            made.add(_key("n", " ".join(numbers)))
        hashed = [_hashes[word] for word in found]
        made.update(nsmallest(HEAD_KEYS, _shingles(hashed[:HEAD_WORDS])))
        made.update(_spread(hashed))
    return [key - (1 << 64) if key >> 63 else key for key in made]


def sketch(title: str | None, body: str | None) -> int:
    """64 bits that say at a glance that two texts cannot be copies: which numbers and which words of some they have.

    >>> plainly_different(sketch(None, "Қар 15 см, жел 7 м/с"), sketch(None, "Қар 22 см, жел 31 м/с, аяз 40"))
    False
    """
    text = body or title or ""
    bits = 0
    for number in set(_NUMBER.findall(text)):
        bits |= 1 << _hashes[number] % _NUMBER_BITS
    for word in set(plain_words(text)):
        value = _hashes[word]
        if not value & 7:
            bits |= 1 << _NUMBER_BITS + (value >> 8) % (63 - _NUMBER_BITS)
    return bits


def plainly_different(one: int, other: int) -> bool:
    """True when each sketch has what the other lacks, beyond what a cut word, glue or an edit leaves."""
    numbers = min((one & ~other & _NUMBERS).bit_count(), (other & ~one & _NUMBERS).bit_count())
    words = min((one & ~other & ~_NUMBERS).bit_count(), (other & ~one & ~_NUMBERS).bit_count())
    return numbers > 2 or words > 5


def _key(kind: str, text: str) -> int:
    return int.from_bytes(
        blake2b((kind + text).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def _shingles(hashed: list[int]) -> set[int]:
    """Hash every three words in a row."""
    return {
        (a * 0x9E3779B97F4A7C15 ^ b * 0xC2B2AE3D27D4EB4F ^ c * 0x165667B19E3779F9) & _MASK
        for a, b, c in zip(hashed, hashed[1:], hashed[2:], strict=False)
    }


def _spread(hashed: list[int]) -> list[int]:
    """The smallest of the shingles that begin with a word of a fixed quarter: the choice is the text's, not its place's."""
    chosen = {
        (a * 0x9E3779B97F4A7C15 ^ b * 0xC2B2AE3D27D4EB4F ^ c * 0x165667B19E3779F9) & _MASK
        for a, b, c in zip(hashed, hashed[1:], hashed[2:], strict=False)
        if not a & 3
    }
    return nsmallest(SPREAD_KEYS, chosen if len(chosen) >= SPREAD_KEYS else _shingles(hashed))
