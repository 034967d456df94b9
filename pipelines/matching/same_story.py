"""Whether two texts tell the same story: looks at what differs, for a number or a name decides."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipelines.matching.alignment import Run, align
from pipelines.matching.telling import turns_meaning
from pipelines.matching.words import Text

# letters: equal but for marks, case and spaces. near: a small edit or a sentence more or less. cut: one is
# the beginning of the other. brief: equal, but too short to be told from another day's.
Kind = Literal["letters", "near", "cut", "brief"]

CERTAIN_WORDS = 25  # a shorter common part is a phrase that many stories share
TITLED_WORDS = 12  # enough, where titles are equal and the common part counts and names
TITLED_NUMBERS = 2
TITLE_WORDS = 60  # of a title that are compared; a longer one is a body in the wrong place
SENTENCE_WORDS = 60  # the longest run that counts as "a sentence more or less"
SENTENCES_APART = 2  # besides the end, where a byline or a cut may differ
LONG_WORDS = 120  # in a text of this length one reworded phrase does not make another story


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why two texts are one story, and how much of the longer one they share (0 to 1)."""

    kind: Kind
    score: float


def compare(a: Text, b: Text) -> Verdict | None:
    """Say how two copies are one story by their texts alone; None when they are two, or too short to tell.

    >>> body = "Қала әкімі «Тазалық» апталығын ашты. " * 9
    >>> compare(Text(None, body), Text("Тазалық", body.replace("«", "").replace(". ", ".")))
    Verdict(kind='letters', score=1.0)
    """
    if not a.body or not b.body:
        return _compare_titles(a, b)
    if _numbers_conflict(a.numbers, b.numbers):
        return None
    if a.body_letters == b.body_letters:
        verdict = _brief(a, b) if a.is_brief else Verdict("letters", 1.0)
    else:
        runs = align(a.body_words, b.body_words)
        verdict = None if runs is None else _weigh(a, b, runs)
    return None if verdict is None or titles_conflict(a, b) else verdict


def _brief(a: Text, b: Text) -> Verdict | None:
    titled = a.title_letters and b.title_letters and a.title_letters != b.title_letters
    return None if titled else Verdict("brief", 1.0)


def _compare_titles(a: Text, b: Text) -> Verdict | None:
    same = not a.body and not b.body and a.title_letters and a.title_letters == b.title_letters
    return Verdict("brief", 1.0) if same else None


def _numbers_conflict(one: list[str], other: list[str]) -> bool:
    """True when the richer text lacks a number of the poorer: the cheapest proof of two stories."""
    shorter, longer = sorted((one, other), key=len)
    rest = iter(longer)
    for place, number in enumerate(shorter):
        last = place == len(shorter) - 1  # a cut can fall inside a number
        if not any(number == its or (last and its.startswith(number)) for its in rest):
            return True
    return False


def titles_conflict(a: Text, b: Text) -> bool:
    """True when the titles follow one pattern and differ in a number or a name: two issues of a bulletin."""
    if not a.title or not b.title or a.title_letters == b.title_letters:
        return False
    one, other = a.title_words[:TITLE_WORDS], b.title_words[:TITLE_WORDS]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < 0.5:
        return False
    for tag, i, i2, j, j2 in matcher.get_opcodes():
        if tag != "replace" or not a.title_standings.tell(i, i2) or not b.title_standings.tell(j, j2):
            continue
        glued = "".join(one[i:i2]) == "".join(other[j:j2])
        if not glued and not _cut_word(one, other, (i, i2, j, j2)):
            return True
    return False


def _weigh(a: Text, b: Text, runs: list[Run]) -> Verdict | None:
    one, other = a.body_words, b.body_words
    shorter, longer = sorted((len(one), len(other)))
    only_one = only_other = sentences = edits = 0
    cut = False
    for run in runs:
        i, i2, j, j2 = run
        only_one, only_other = only_one + i2 - i, only_other + j2 - j
        at_end = i2 == len(one) or j2 == len(other)
        if at_end and (i == i2 or j == j2 or _cut_word(one, other, run)):
            cut = cut or abs((i2 - i) - (j2 - j)) > SENTENCE_WORDS or (i != i2 and j != j2)
        elif _is_sentence(a, b, run):
            sentences += 1
        elif _is_edit(a, b, run):
            edits += 1
        else:
            return None
    common = min(len(one) - only_one, len(other) - only_other)
    if sentences > SENTENCES_APART or edits > shorter // LONG_WORDS:
        return None
    if common < CERTAIN_WORDS and not (common >= TITLED_WORDS and _vouched(a, b)):
        return None
    return Verdict("cut" if cut or common < longer / 2 else "near", round(common / longer, 3))


def _vouched(a: Text, b: Text) -> bool:
    """True when the title and some numbers stand for a short text."""
    return a.title_letters == b.title_letters != "" and min(len(a.numbers), len(b.numbers)) >= TITLED_NUMBERS


def _cut_word(one: list[str], other: list[str], run: Run) -> bool:
    """True when one text ends inside the word with which the other goes on."""
    i, i2, j, j2 = run
    if i2 == len(one) and i2 - i == 1 and j < j2:
        return other[j].startswith(one[i])
    if j2 == len(other) and j2 - j == 1 and i < i2:
        return one[i].startswith(other[j])
    return False


def _is_sentence(a: Text, b: Text, run: Run) -> bool:
    """True when the run is one text's alone and can be read as whole sentences."""
    i, i2, j, j2 = run
    text, start, end = (a, i, i2) if j == j2 else (b, j, j2)
    if (i != i2 and j != j2) or end - start > SENTENCE_WORDS:
        return False
    words, stand = text.body_words, text.body_standings
    # The aligner may hold a repeated first word for common: the run may as well begin some words earlier.
    while True:
        if stand.of(start).starts and (end == len(words) or stand.of(end).starts):
            return True
        if start == 0 or words[start - 1] != words[end - 1]:
            return False
        start, end = start - 1, end - 1


def _is_edit(a: Text, b: Text, run: Run) -> bool:
    """True for a slip of the pen or a reworded phrase that names, counts and turns nothing."""
    i, i2, j, j2 = run
    if i2 - i > 3 or j2 - j > 3 or a.body_standings.tell(i, i2) or b.body_standings.tell(j, j2):
        return False
    return not any(map(turns_meaning, a.body_words[i:i2] + b.body_words[j:j2]))
