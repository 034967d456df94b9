"""Titles of one pattern that differ in a word, over bodies that say the same: two stories, or one.

A newspaper writes its own headline, so other titles say nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from pipelines.dedupe.alignment import Run, is_swapped, same_but_lost
from pipelines.dedupe.texts import Text
from pipelines.dedupe.tokens import Reading, Token, denies, keys_of

TITLE_TOKENS = 60  # of a title that are compared; a longer title is a misplaced body
PATTERN = 0.5  # share of common words from which two titles follow one pattern
TITLE_LETTERS = 3  # of words that show a pattern: shorter ones are in any title


def title_conflict(a: Text, b: Text) -> str:
    """Return why two titles of one pattern make two stories; "" if they do not."""
    if not a.title or not b.title or a.title_letters == b.title_letters:
        return ""
    one, other = a.title_reading.tokens[:TITLE_TOKENS], b.title_reading.tokens[:TITLE_TOKENS]
    x, y = [token.key for token in one], [token.key for token in other]
    if (len(x), x) > (len(y), y):  # difflib is not symmetric
        a, b, one, other, x, y = b, a, other, one, y, x
    changes = [
        code for code in SequenceMatcher(None, x, y, autojunk=False).get_opcodes() if code[0] != "equal"
    ]
    if Counter(x) == Counter(y) or not (_contained(x, y) or _of_one_pattern(one, other, changes)):
        return ""
    reasons = (_title_change(a, b, (i, i2, j, j2)) for _, i, i2, j, j2 in changes)
    return next(filter(None, reasons), "")


def _title_change(a: Text, b: Text, run: Run) -> str:
    """Return why one change between two titles makes two stories; "" if it does not."""
    i, i2, j, j2 = run
    x, y = a.title_reading.tokens[i:i2], b.title_reading.tokens[j:j2]
    if "".join(token.key for token in x) == "".join(token.key for token in y):
        return ""
    if x and y:
        same = len(x) == len(y) and all(map(_is_same_word, x, y))
        cut = _title_is_cut(a.title_reading, b.title_reading, run)
        return "" if same or cut else f"the titles have {keys_of(x)} and {keys_of(y)}"
    title = a.title_reading if x else b.title_reading
    alone = (token for token in x or y if not _is_stamp(token, title) and _parts_titles(token, a, b))
    return next((f"{token.key} stands in one title alone" for token in alone), "")


def _parts_titles(token: Token, a: Text, b: Text) -> bool:
    """Return whether a word that one title has alone denies, or names or counts what neither body says."""
    tells = token.counts or (token.named and not token.begins)
    return denies(token) or (
        tells and not any(token.key == its.key for text in (a, b) for its in text.reading.tokens)
    )


def _is_stamp(token: Token, title: Reading) -> bool:
    """Return whether a title ends with this date in brackets: the site's stamp, no part of the title."""
    return token.is_date and title.tokens[-1] == token and title.text[token.start - 1 : token.start] == "("


def _of_one_pattern(
    one: Sequence[Token], other: Sequence[Token], changes: Sequence[tuple[str, int, int, int, int]]
) -> bool:
    """Return whether two titles share more than half of their words, any number or date being the same.

    Half of the words will do where each change puts one word in the place of one.
    """
    x, y = (
        [
            "#" if token.counts else token.key
            for token in tokens
            if token.counts or len(token.key) >= TITLE_LETTERS
        ]
        for tokens in (one, other)
    )
    likeness = SequenceMatcher(None, x, y, autojunk=False).ratio() if x and y else 0.0
    one_for_one = all(i2 - i == j2 - j == 1 for _, i, i2, j, j2 in changes)
    return likeness > PATTERN or (likeness == PATTERN and one_for_one)


def _contained(x: list[str], y: list[str]) -> bool:
    return not Counter(x) - Counter(y) or not Counter(y) - Counter(x)


def _is_same_word(one: Token, other: Token) -> bool:
    return one.key == other.key or same_but_lost(one.key, other.key) or is_swapped(one, other)


def _title_is_cut(one: Reading, other: Reading, run: Run) -> bool:
    """Return whether one title ends inside a word of the other; not in a number, which may be an issue's."""
    i, i2, j, j2 = run
    return any(
        start2 - start == 1
        and start2 == len(short.tokens)
        and not short.tokens[start].counts
        and long.tokens[its].key.startswith(short.tokens[start].key)
        and (short.broken_off or its2 - its > 1)
        for short, long, start, start2, its, its2 in ((one, other, i, i2, j, j2), (other, one, j, j2, i, i2))
    )
