"""Many small changes to one text, applied left to right and recorded so that they can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from pipelines.items import Problem, Repair

# A change: start, end (in the text before all changes), replacement, rule.
Edit = tuple[int, int, str, str]

# Beyond so many changes of one repairer a single repair over the whole span records the same in bounded
# memory: a 5 MB body of non-breaking spaces would otherwise become millions of rows.
MOST_REPAIRS = 2_000
MOST_PROBLEMS = 20
_MANY = "many-changes"
RULES = {_MANY: "More than 2,000 changes by several rules of one kind, stored as one."}


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, tuple[Repair, ...]]:
    """Apply changes in ascending order that do not overlap; changes without effect are dropped.

    >>> apply_edits("a  b", [(1, 3, " ", "doubled-space")])
    ('a b', (Repair(rule='doubled-space', before='  ', after=' ', start=1, field='body'),))
    """
    pieces: list[str] = []
    repairs: list[Repair] = []
    done = shift = 0
    first = last = -1
    rules: set[str] = set()
    for start, end, after, rule in edits:
        before = text[start:end]
        if before == after:
            continue
        pieces += text[done:start], after
        done = end
        if len(repairs) <= MOST_REPAIRS:
            repairs.append(Repair(rule, before, after, start + shift))
        shift += len(after) - len(before)
        rules.add(rule)
        first, last = (start if first < 0 else first), end
    if not repairs:
        return text, ()
    changed = "".join([*pieces, text[done:]])
    if len(repairs) > MOST_REPAIRS:
        rule = rules.pop() if len(rules) == 1 else _MANY
        repairs = [Repair(rule, text[first:last], changed[first : last + shift], first)]
    return changed, tuple(repairs)


def few(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Keep the first problems and count the rest in one last row, so that no text yields thousands.

    >>> few(Problem("kind", "detail") for _ in range(100))[-1]
    Problem(kind='kind', detail='and 80 more in this text', field='body')
    """
    rest = iter(problems)
    shown = tuple(islice(rest, MOST_PROBLEMS))
    more = sum(1 for _ in rest)
    return (*shown, Problem(shown[-1].kind, f"and {more} more in this text")) if more else shown


def around(text: str, start: int, end: int, width: int = 24) -> str:
    """Quote a place with a little context, on one line, for a problem's detail.

    >>> around("The citys mayor opened", 4, 9, width=6)
    'The citys mayor'
    """
    left, right = max(0, start - width), min(len(text), end + width)
    return " ".join(text[left:right].split())
