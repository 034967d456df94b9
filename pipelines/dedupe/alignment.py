"""Align two token lists: yield the runs in which they differ, from the first to the last."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipelines.dedupe.tokens import LOST_LETTER, Token

Run = tuple[int, int, int, int]  # tokens i:i2 of one text stand where the other has j:j2

SWAPPED_LETTERS = 7  # of a word in which two neighbouring letters may be exchanged
MEET = 3  # consecutive equal tokens that end a difference
_STUMP = 2  # tokens that may be left of a date: "5 Dec"
_GLUED = 6  # tokens that lost spaces may join


def align(one: Sequence[Token], other: Sequence[Token]) -> Iterator[Run]:
    """Yield the runs where two texts differ. Tokens glued together are equal.

    >>> from pipelines.dedupe.tokens import read
    >>> texts = "Путь закрыт до утра и до обеда из-за снега", "Путь открыт до утра и до обеда изза снега"
    >>> list(align(*(read(text).tokens for text in texts)))
    [(1, 2, 1, 2)]
    """
    a, b = [token.key for token in one], [token.key for token in other]
    lossy = any(LOST_LETTER in key for key in a) or any(LOST_LETTER in key for key in b)
    tail = _common_end(a, b)
    rows = _Rows(b)
    i = j = 0
    while i < len(a) or j < len(b):
        if i < len(a) and j < len(b):
            if a[i] == b[j] or (lossy and same_but_lost(a[i], b[j])):
                i, j = i + 1, j + 1
                continue
            if glued := _glued(a, b, i, j):
                i, j = i + glued[0], j + glued[1]
                continue
        if _is_remainder(one, other, i, j):
            run = (i, len(a), j, len(b))
        elif place := _last_words(one, i, other, j):
            run = (i, i, j, place)
        elif place := _last_words(other, j, one, i):
            run = (i, place, j, j)
        else:
            run = _run(a, b, rows, (i, j), tail)
        yield run
        i, j = run[1], run[3]


def same_but_lost(one: str, other: str) -> bool:
    """Return whether two tokens differ only in lost letters, and a letter of both is known.

    >>> from pipelines.dedupe.tokens import read
    >>> one, other = (read(text).tokens[0].key for text in ("\ufffdаза\ufffd", "\ufffd\ufffd"))
    >>> same_but_lost(one, "қазақ"), same_but_lost(other, "аб")
    (True, False)
    """
    if len(one) != len(other):
        return False
    known = [x for x, y in zip(one, other, strict=True) if LOST_LETTER not in (x, y)]
    return (bool(known) or len(one) == 1) and known == [
        y for x, y in zip(one, other, strict=True) if LOST_LETTER not in (x, y)
    ]


def goes_on(stump: Sequence[Token], token: Token) -> bool:
    """Return whether a token begins with what is left of a text, and is longer: a word, or a date."""
    if not 0 < len(stump) <= _STUMP:
        return False
    begun = "".join(part.word or part.key for part in stump)
    return any(whole.startswith(begun) and whole != begun for whole in (token.key, token.word))


def is_swapped(one: Token, other: Token) -> bool:
    """Return whether two neighbouring letters of a long plain word are exchanged.

    >>> is_swapped(Token("призывает", 0), Token("призвыает", 0))
    True
    """
    x, y = one.key, other.key
    if one.named or other.named or len(x) != len(y) or len(x) < SWAPPED_LETTERS:
        return False
    places = [place for place, (left, right) in enumerate(zip(x, y, strict=True)) if left != right]
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and x[places[0]] == y[places[1]]
        and x[places[1]] == y[places[0]]
    )


def _is_remainder(a: Sequence[Token], b: Sequence[Token], i: int, j: int) -> bool:
    """Return whether one text ends here, perhaps inside a word of the other."""
    if i == len(a) or j == len(b):
        return True
    return goes_on(a[i : i + _STUMP + 1], b[j]) or goes_on(b[j : j + _STUMP + 1], a[i])


def _last_words(short: Sequence[Token], start: int, long: Sequence[Token], after: int) -> int | None:
    """Return where the last words of a cut text begin a sentence of the other, past one that it lacks.

    They are too few to end a difference elsewhere, and the last of them may be cut.
    """
    rest = short[start:]
    if not 1 < len(rest) <= MEET or not rest[0].begins:
        return None
    for place in range(after + 1, len(long) - len(rest) + 1):
        if long[place].begins and all(
            long[place + at].key == token.key for at, token in enumerate(rest[:-1])
        ):
            last = long[place + len(rest) - 1]
            if last.key == rest[-1].key or goes_on(rest[-1:], last):
                return place
    return None


def _run(a: list[str], b: list[str], rows: _Rows, start: tuple[int, int], tail: int) -> Run:
    (i, j), (i2, j2) = start, rows.meet(a, start)
    end = max(i, len(a) - tail), max(j, len(b) - tail)
    if (i2, j2) == (len(a), len(b)) or i2 + j2 > sum(end):
        # The common end may overlap what lies before it where a sentence repeats.
        steps = max(i - (len(a) - tail), j - (len(b) - tail), 0)
        i2, j2 = len(a) - tail + steps, len(b) - tail + steps
    if i == i2 or j == j2:  # as far right as possible, so that a run at the end ends the text
        text, at, at2 = (a, i, i2) if j == j2 else (b, j, j2)
        steps = 0
        while at2 + steps < len(text) and text[at + steps] == text[at2 + steps]:
            steps += 1
        i, i2, j, j2 = i + steps, i2 + steps, j + steps, j2 + steps
    return i, i2, j, j2


def _common_end(a: list[str], b: list[str]) -> int:
    count = 0
    for x, y in zip(reversed(a), reversed(b), strict=False):
        if x != y:
            break
        count += 1
    return count


class _Rows:
    """Where each row of ``MEET`` tokens stands in a list."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.places: dict[tuple[str, ...], list[int]] | None = None

    def meet(self, a: list[str], start: tuple[int, int]) -> tuple[int, int]:
        """Return the nearest place from ``start`` on where both lists agree again, else their ends."""
        if self.places is None:
            self.places = {}
            for place in range(len(self.keys) - MEET + 1):
                self.places.setdefault(tuple(self.keys[place : place + MEET]), []).append(place)
        i, j = start
        best = len(a), len(self.keys)
        for at in range(i, len(a) - MEET + 1):
            if at - i >= sum(best) - i - j:
                break
            places = self.places.get(tuple(a[at : at + MEET]), [])
            nearest = bisect_left(places, j)
            if nearest < len(places) and at + places[nearest] < sum(best):
                best = at, places[nearest]
        return best


def _glued(a: list[str], b: list[str], i: int, j: int) -> tuple[int, int] | None:
    """Return how many tokens of each side spell the same letters with other spaces; None if they do not."""
    one, other, i2, j2 = a[i], b[j], i + 1, j + 1
    while one != other and i2 - i < _GLUED and j2 - j < _GLUED:
        if len(one) < len(other) and other.startswith(one) and i2 < len(a) and _joins(one, a[i2]):
            one, i2 = one + a[i2], i2 + 1
        elif len(other) < len(one) and one.startswith(other) and j2 < len(b) and _joins(other, b[j2]):
            other, j2 = other + b[j2], j2 + 1
        else:
            return None
    return (i2 - i, j2 - j) if one == other else None


def _joins(one: str, other: str) -> bool:
    """Return whether two tokens may be one: digits beside digits would make another number."""
    return not (one[-1].isdigit() and other[0].isdigit())
