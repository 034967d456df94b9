"""Where a run of words whose case was turned begins and ends: what letters leave open, case decides.

A few capitals are cheap as an abbreviation, so the cheapest path leaves out a short word at the edge of a
run, and now and then it takes in a small word that stands there by right. What is half repaired is worse
than what is not repaired at all.
"""

from __future__ import annotations

import re

from pipelines.clean.mojibake.kazakh_letters import CLOSING, OPENING
from pipelines.clean.mojibake.misdecodings import Reading
from pipelines.clean.mojibake.scoring import TURNING
from pipelines.clean.mojibake.viterbi import Run, Step
from pipelines.language.bigrams import MARKS, common_words, word_bits

_SMALL = re.compile("[А-ЯЁ]{2,}")  # as small words come out
_NAME = re.compile("[а-яё][А-ЯЁ]{3,}")
_SMALL_BEFORE = re.compile("(?<![^\\W\\d_])[а-яёәғқңөұүһі]{2,20},? $")
_SMALL_BEHIND = re.compile(",? [а-яёәғқңөұүһі]{2}")
_NEAR = 24  # characters
_BETWEEN = re.compile("[ 0-9.–-]{1,12}")  # what parts words of one phrase
_PROVES_SMALL = 10.0  # bits that a small word has to save to be a turned abbreviation
_WORD_LIKE = 5.6  # bits for a letter of a small word that may stand by right
_DEARER, _DEARER_NAME = 4.0, 10.0  # bits that a word may cost more next to a run than as an abbreviation
_PER_LETTER = 4.8  # bits for a letter of it
_SHORT = 3  # letters of which only common words are made


def squared(runs: list[Run], steps: list[Step], followed: list[Reading], text: str) -> list[Run]:
    """Move the edges of turned runs: over words in turned case, and back from small words.

    ``runs`` are what the cheapest path through ``steps`` found, ``followed`` the readings by their number.

    >>> from pipelines.clean.mojibake import fix_mojibake
    >>> fix_mojibake("Приглашён ОБ ПФВПТПЮОЩК НБФЮ к чемпионату.").text
    'Приглашён на отборочный матч к чемпионату.'
    """
    places = {step.start: at for at, step in enumerate(steps)}
    made, ended = [], -1
    for number, run in enumerate(runs):
        if followed[run.state].rule not in TURNING:
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
    """Whether a small word next to others that no damage leaves is one of them."""
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
    """Whether the new one of two neighbours is a turned word of the same phrase."""
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
