"""Align two token lists with bounded look-ahead, in linear time; give up on texts that differ too much."""

from __future__ import annotations

from pipelines.dedupe.byte_tokens import LOST

Run = tuple[int, int, int, int]  # words i:i2 of one text replace words j:j2 of the other

WINDOW = 90  # words of look-ahead for the next common words: a long sentence
MEET = 3  # consecutive equal words that end a difference
MAX_RUNS = 8  # texts with more differences are not copies


def align(a: list[str], b: list[str]) -> list[Run] | None:
    """Return the runs where two texts differ; None after ``MAX_RUNS``. Words glued together are equal."""
    tail = _common_end(a, b)
    end_a, end_b = len(a) - tail, len(b) - tail
    runs: list[Run] = []
    lossy = any(LOST in word for word in a) or any(LOST in word for word in b)
    i = j = 0
    while i < end_a or j < end_b:
        if i < end_a and j < end_b:
            if a[i] == b[j] or (lossy and _same_but_lost(a[i], b[j])):
                i, j = i + 1, j + 1
                continue
            glued = _glued(a, b, i, j)
            if glued:
                i, j = i + glued[0], j + glued[1]
                continue
        i, i2, j, j2 = _slide(a, b, (i, j), _meet(a, b, i, j, end_a, end_b))
        runs.append((i, i2, j, j2))
        if len(runs) > MAX_RUNS:
            return None
        i, j = i2, j2
    return runs


def _slide(a: list[str], b: list[str], start: tuple[int, int], end: tuple[int, int]) -> Run:
    """Shift a run that only one text has as far right as possible, so that a trailing run ends the text."""
    (i, j), (i2, j2) = start, end
    text, at, at2 = (a, i, i2) if j == j2 else (b, j, j2)
    steps = 0
    if i == i2 or j == j2:
        while at2 + steps < len(text) and text[at + steps] == text[at2 + steps]:
            steps += 1
    return i + steps, i2 + steps, j + steps, j2 + steps


def _same_but_lost(one: str, other: str) -> bool:
    """True when two words differ only in lost letters."""
    return len(one) == len(other) and all(x == y or LOST in (x, y) for x, y in zip(one, other, strict=True))


def _common_end(a: list[str], b: list[str]) -> int:
    count = 0
    for x, y in zip(reversed(a), reversed(b), strict=False):
        if x != y:
            break
        count += 1
    return count


def _glued(a: list[str], b: list[str], i: int, j: int) -> tuple[int, int] | None:
    """Return how many words of each side spell the same letters with other spaces; None if they do not."""
    one, other, i2, j2 = a[i], b[j], i + 1, j + 1
    while one != other and i2 - i < 6 and j2 - j < 6:
        if len(one) < len(other) and other.startswith(one) and i2 < len(a):
            one, i2 = one + a[i2], i2 + 1
        elif len(other) < len(one) and one.startswith(other) and j2 < len(b):
            other, j2 = other + b[j2], j2 + 1
        else:
            return None
    return (i2 - i, j2 - j) if one == other else None


def _meet(a: list[str], b: list[str], i: int, j: int, end_a: int, end_b: int) -> tuple[int, int]:
    """Return the nearest position from i, j on where both texts agree again, else their ends."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(min(j + WINDOW, len(b) - MEET), j - 1, -1):
        places[tuple(b[at : at + MEET])] = at
    best: tuple[int, int] | None = None
    for at in range(i, min(i + WINDOW, len(a) - MEET) + 1):
        if best and at - i >= best[0] + best[1] - i - j:
            break
        there = places.get(tuple(a[at : at + MEET]))
        if there is not None and (best is None or at + there < sum(best)):
            best = (at, there)
    if best and best[0] <= end_a and best[1] <= end_b:
        return best
    return end_a, end_b
