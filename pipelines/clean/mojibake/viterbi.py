"""Find the runs of damaged words: the cheapest path through a text (Viterbi), and its boundaries adjusted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.clean.mojibake.kazakh_letters import CLOSING, OPENING
from pipelines.clean.mojibake.misdecodings import CASE_INVERTING, Misdecoding
from pipelines.language.bigrams import MARKS, common_words, word_bits

LEAVING = 4.0  # bits for going back to correct text
_ENDED = 2.0  # bits less at the end of a name in quotation marks
_FORGET = 1 / 40  # bits per neutral character between two words
_INTACT = 6.0  # bits for each word between two that no reading explains and no damage leaves
_JOINED = 8.0  # bits for a change inside of what a hyphen joins
_INSIDE = 1.0  # bits for a run that begins neither with the text nor at a quotation mark

_SMALL = re.compile("[А-ЯЁ]{2,}")  # as small words come out
_NAME = re.compile("[а-яё][А-ЯЁ]{3,}")
_SMALL_BEFORE = re.compile("(?<![^\\W\\d_])[а-яёәғқңөұүһі]{2,20},? $")
_SMALL_BEHIND = re.compile(",? [а-яёәғқңөұүһі]{2}")
_NEAR = 24  # characters
_BETWEEN = re.compile("[ 0-9.–-]{1,12}")  # what separates words of one phrase
_PROVES_SMALL = 10.0  # bits that a short word has to save to count as an inverted abbreviation
_WORD_LIKE = 5.6  # bits per letter of a short word that may be correct
_DEARER, _DEARER_NAME = 4.0, 10.0  # bits that a word may cost more next to a run than as an abbreviation
_PER_LETTER = 4.8  # bits for a letter of it
_SHORT = 3  # letters of which only common words are made


@dataclass(frozen=True, slots=True)
class Step:
    """A word that some misdecoding changes: its cost as received and decoded."""

    start: int
    word: str
    cost: float
    made: list[tuple[str, float] | None]  # per reading; None: the reading leaves the word as it is
    begins: bool = False  # a text or a name in quotation marks
    after_name: bool = False  # directly after a name in quotation marks
    joined: bool = False  # to the word before, by a hyphen
    intact: int = 0  # words since the last step that no damage leaves


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive words that one misdecoding explains."""

    state: int
    steps: list[Step]

    @property
    def start(self) -> int:
        """Start of the first word."""
        return self.steps[0].start

    @property
    def end(self) -> int:
        """End of the last word."""
        return self.steps[-1].start + len(self.steps[-1].word)

    @property
    def made(self) -> list[str]:
        """The decoded words."""
        return [(step.made[self.state] or (step.word, 0.0))[0] for step in self.steps]

    @property
    def savings(self) -> list[float]:
        """Bits saved by each word."""
        return [step.cost - (step.made[self.state] or ("", step.cost))[1] for step in self.steps]

    def rebuilt(self, text: str) -> str:
        """Return the decoded run, with the text between its words."""
        pieces: list[str] = []
        at = self.start
        for step, made in zip(self.steps, self.made, strict=True):
            pieces += text[at : step.start], made
            at = step.start + len(step.word)
        return "".join(pieces)


def find_damaged_runs(steps: list[Step], margins: list[float]) -> list[Run]:
    """Return the runs of the cheapest path, in order; state -1 is correct text."""
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
    """Compute the costs at the next word: stay, or change between correct text and a misdecoding."""
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


def adjust_boundaries(
    runs: list[Run], steps: list[Step], candidates: list[Misdecoding], text: str
) -> list[Run]:
    """Adjust run boundaries: extend over case-inverted words, shrink off lower-case words.

    ``runs`` are what the cheapest path through ``steps`` found, ``followed`` the readings by their number.

    >>> from pipelines.clean.mojibake import fix_mojibake
    >>> fix_mojibake("Приглашён ОБ ПФВПТПЮОЩК НБФЮ к чемпионату.").text
    'Приглашён на отборочный матч к чемпионату.'
    """
    places = {step.start: at for at, step in enumerate(steps)}
    made, ended = [], -1
    for number, run in enumerate(runs):
        if candidates[run.state].rule not in CASE_INVERTING:
            made.append(run)
            continue
        first, last = places[run.steps[0].start], places[run.steps[-1].start]
        beyond = places[runs[number + 1].steps[0].start] if number + 1 < len(runs) else len(steps)
        if _SMALL_BEFORE.search(text, max(0, run.start - _NEAR), run.start):
            while first < last and _stands_by_right(steps[first], run.state):
                first += 1
        if _SMALL_BEHIND.match(text, run.end):
            while first < last and _stands_by_right(steps[last], run.state):
                last -= 1
        while first - 1 > ended and _belongs(steps[first - 1 : first + 1], 0, run.state, text):
            first -= 1
        while last + 1 < beyond and _belongs(steps[last : last + 2], 1, run.state, text):
            last += 1
        made.append(Run(run.state, steps[first : last + 1]))
        ended = last
    return made


def _stands_by_right(step: Step, state: int) -> bool:
    """Return whether a lower-case word next to undamaged ones is undamaged, too."""
    made = step.made[state]
    return (
        made is not None
        and len(step.word.strip(MARKS)) > 1
        and step.word.islower()
        and step.word[0] not in OPENING
        and step.word[-1] not in CLOSING
        and made[0].isupper()
        and step.cost - made[1] < _PROVES_SMALL
        and step.cost <= _WORD_LIKE * (len(step.word) + 1)
    )


def _belongs(neighbours: list[Step], new: int, state: int, text: str) -> bool:
    """Return whether the new one of two neighbours is a case-inverted word of the same phrase."""
    left, right = neighbours
    word, made = neighbours[new].word, neighbours[new].made[state]
    if made is None or left.word[-1] in CLOSING or right.word[0] in OPENING:
        return False
    if not _BETWEEN.fullmatch(text, left.start + len(left.word), right.start):
        return False
    inside, read = word.strip(MARKS), made[0].strip(MARKS)
    dearer = word_bits(read) - word_bits(inside)
    if _NAME.fullmatch(inside):
        return read.istitle() and dearer <= _DEARER_NAME
    return (
        _SMALL.fullmatch(inside) is not None
        and read.islower()
        and dearer <= _DEARER
        and (
            read in common_words()
            if len(read) <= _SHORT
            else word_bits(read) <= _PER_LETTER * (len(read) + 1)
        )
    )
