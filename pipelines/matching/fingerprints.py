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
