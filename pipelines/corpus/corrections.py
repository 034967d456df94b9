"""Corrections by hand of several databases: their common order, and whether they contradict each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipelines.corpus.received import Received, Row
from pipelines.errors import BadInput

Pair = frozenset[bytes]  # the record hashes of two sightings


@dataclass(frozen=True, slots=True)
class Action:
    """One ``split`` or ``join`` of one database."""

    at: str
    same: bool
    pairs: tuple[tuple[bytes, bytes], ...]  # record hashes; in a split the first of each was split off
    repetition: int = 0  # number of equal actions before it


@dataclass(frozen=True, slots=True)
class Decided:
    """The corrections of one database, in order, and the runs by which its copies are known."""

    name: str
    actions: tuple[Action, ...]
    runs: frozenset[tuple[str, ...]]
    first_run: tuple[str, ...]  # empty: it has none
    history: Mapping[Pair, tuple[tuple[str, bool], ...]] = field(default_factory=dict)  # pair -> (at, same)


def read_decided(source: Received) -> Decided:
    """Read the corrections of a database or shard."""
    seen: Counter[Action] = Counter()
    actions: list[Action] = []
    for _, group in groupby(source.rows("corrections"), lambda row: row["action"]):
        action = _action(list(group))
        actions.append(Action(action.at, action.same, action.pairs, seen[action]))
        seen[action] += 1
    history: dict[Pair, tuple[tuple[str, bool], ...]] = {}
    for action in actions:
        for pair in dict.fromkeys(map(frozenset, action.pairs)):
            history[pair] = (*history.get(pair, ()), (action.at, action.same))
    runs = [tuple(row[name] for name in RUN) for row in source.rows("crawls", *RUN)]
    return Decided(source.name, tuple(actions), frozenset(runs), runs[0] if runs else (), history)


RUN = ("started_at", "spider", "arguments", "version")  # columns by which a run is known


def _action(rows: Sequence[Row]) -> Action:
    pairs = sorted((row["record_hash"], row["other_hash"]) for row in rows)
    return Action(rows[0]["at"], bool(rows[0]["same"]), tuple(pairs))


def in_common_order(all_decided: Iterable[Decided]) -> list[Action]:
    """Return the actions of all databases, each once, oldest first.

    Those of one second keep the order of their database. The order of the databases does not matter, except
    that a database which has all actions keeps its own order.
    """
    orders: list[list[Action]] = []
    rank: dict[Action, int] = {}
    for decided in all_decided:
        orders.append(sorted(decided.actions, key=lambda action: action.at))
        at, number = "", 0
        for action in orders[-1]:
            number = number + 1 if action.at == at else 0
            at = action.at
            rank[action] = min(rank.get(action, number), number)
    complete = next((order for order in orders if len(order) == len(rank)), None)
    return complete or sorted(rank, key=lambda one: (one.at, rank[one], one.same, one.pairs, one.repetition))


def check_agreement(all_decided: Sequence[Decided]) -> None:
    """Raise BadInput if the last corrections of two databases about one pair of sightings differ.

    A database that holds the other one's run and corrections, as a copy does, has only gone on.
    """
    for number, one in enumerate(all_decided):
        for other in all_decided[number + 1 :]:
            for pair in one.history.keys() & other.history.keys():
                if one.history[pair][-1][1] != other.history[pair][-1][1] and not (
                    _goes_on(one, other, pair) or _goes_on(other, one, pair)
                ):
                    raise contradiction(one.name, other.name)


def _goes_on(later: Decided, earlier: Decided, pair: Pair) -> bool:
    known = earlier.first_run in later.runs
    return known and later.history[pair][: len(earlier.history[pair])] == earlier.history[pair]


def contradiction(one: str, other: str) -> BadInput:
    """Return the error for two databases whose corrections contradict each other."""
    return BadInput(
        f"{one} and {other} contradict each other in a correction by hand: one holds two sightings together "
        "that the other holds apart; correct one of them with `govkz split` or `govkz join`, then merge again"
    )


def last_decisions(all_decided: Sequence[Decided]) -> Iterator[tuple[Decided, Pair, bool]]:
    """Yield the last decision of each database about each pair, unless another database has gone on."""
    for one in all_decided:
        for pair, history in one.history.items():
            others = (other for other in all_decided if other is not one and pair in other.history)
            if all(other.history[pair][-1][1] == history[-1][1] for other in others):
                yield one, pair, history[-1][1]
