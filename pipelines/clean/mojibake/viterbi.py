"""The cheapest path through the words of a text: which stand as they are, which were read wrongly."""

from __future__ import annotations

from dataclasses import dataclass

LEAVING = 4.0  # bits for going back to correct text
_ENDED = 2.0  # bits less at the end of a name in quotation marks
_FORGET = 1 / 40  # bits for each character between two words that says nothing either way
_INTACT = 6.0  # bits for each word between two that no reading explains and no damage leaves
_JOINED = 8.0  # bits for a change inside of what a hyphen joins
_INSIDE = 1.0  # bits for a run that begins neither with the text nor at a quotation mark


@dataclass(frozen=True, slots=True)
class Step:
    """One word that some reading changes: what it costs as it stands, and read anew."""

    start: int
    word: str
    cost: float
    made: list[tuple[str, float] | None]  # per reading; None: the reading leaves the word as it is
    begins: bool = False  # a text or a name in quotation marks
    after_name: bool = False  # behind the end of a name in quotation marks
    joined: bool = False  # to the word before, by a hyphen
    intact: int = 0  # words since the last step that no damage leaves


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that one reading explains."""

    state: int
    steps: list[Step]

    @property
    def start(self) -> int:
        """Where the first word begins."""
        return self.steps[0].start

    @property
    def end(self) -> int:
        """Where the last word ends."""
        return self.steps[-1].start + len(self.steps[-1].word)

    @property
    def made(self) -> list[str]:
        """What the words become."""
        return [(step.made[self.state] or (step.word, 0.0))[0] for step in self.steps]

    @property
    def savings(self) -> list[float]:
        """The bits that each word saves."""
        return [step.cost - (step.made[self.state] or ("", step.cost))[1] for step in self.steps]

    def rebuilt(self, text: str) -> str:
        """Return the run read anew, with what stands between its words."""
        pieces: list[str] = []
        at = self.start
        for step, made in zip(self.steps, self.made, strict=True):
            pieces += text[at : step.start], made
            at = step.start + len(step.word)
        return "".join(pieces)


def damaged_steps(steps: list[Step], margins: list[float]) -> list[Run]:
    """Return the runs of the cheapest path, in order; state -1 is text that is correct as it stands."""
    states = len(margins)
    inside = _INSIDE * (bool(steps) and not steps[0].begins)
    costs = [0.0, *(margin + inside for margin in margins)]
    came: list[list[int]] = []
    last_end: int | None = None
    for index, step in enumerate(steps):
        if index:
            gap = (step.start - (last_end or 0)) * _FORGET + step.intact * _INTACT
            costs, origin = _cross(costs, margins, gap, step)
            came.append(origin)
        last_end = step.start + len(step.word)
        costs[0] += step.cost
        for state in range(states):
            made = step.made[state]
            costs[state + 1] += made[1] if made else step.cost
    return _runs(steps, came, costs)


def _cross(costs: list[float], margins: list[float], gap: float, step: Step) -> tuple[list[float], list[int]]:
    """Go from one word to the next: stay, or change between correct text and a reading."""
    leave = min(range(1, len(costs)), key=costs.__getitem__)
    leaving = LEAVING + _JOINED * step.joined - _ENDED * step.after_name
    origin = [0 if costs[0] <= costs[leave] + leaving else leave]
    crossed = [min(costs[0], costs[leave] + leaving)]
    entering = _INSIDE * (not step.begins) + _JOINED * step.joined
    for state, margin in enumerate(margins, 1):
        stay, enter = costs[state] + min(gap, margin), crossed[0] + margin + entering
        origin.append(state if stay <= enter else origin[0])
        crossed.append(min(stay, enter))
    return crossed, origin


def _runs(steps: list[Step], came: list[list[int]], costs: list[float]) -> list[Run]:
    if not steps:
        return []
    state = min(range(len(costs)), key=costs.__getitem__)
    states = [state]
    for origin in reversed(came):
        state = origin[state]
        states.append(state)
    runs: list[Run] = []
    previous = 0
    for step, state in zip(steps, reversed(states), strict=True):
        changes = state > 0 and step.made[state - 1] is not None
        if changes and state == previous and runs:
            runs[-1].steps.append(step)
        elif changes:
            runs.append(Run(state - 1, [step]))
        previous = state
    return runs
