"""Whether two texts tell the same story: looks at what differs, for a number or a name decides."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipelines.matching.alignment import Run, align
from pipelines.matching.telling import turns_meaning
from pipelines.matching.words import Text, Word

# letters: equal but for marks, case and spaces. near: a small edit or a sentence more or less. cut: one is the
# beginning of the other. brief: equal, but too short to be told from another day's.
Kind = Literal["letters", "near", "cut", "brief"]

CERTAIN_WORDS = 25  # a shorter common part is a phrase that many stories share
BRIEF_WORDS = 12  # equal texts shorter than this recur: "No traffic today"
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
    if not a.body_words or not b.body_words:
        return _compare_titles(a, b)
    if titles_conflict(a, b):
        return None
    if a.body_letters == b.body_letters:
        brief = len(a.body_words) < BRIEF_WORDS
        if brief and a.title_letters and b.title_letters and a.title_letters != b.title_letters:
            return None
        return Verdict("brief" if brief else "letters", 1.0)
    runs = align(a.body_words, b.body_words)
    return None if runs is None else _weigh(a, b, runs)


def _compare_titles(a: Text, b: Text) -> Verdict | None:
    same = not a.body_words and not b.body_words and a.title_letters and a.title_letters == b.title_letters
    return Verdict("brief", 1.0) if same else None


def titles_conflict(a: Text, b: Text) -> bool:
    """True when the titles follow one pattern and differ in a number or a name: two issues of a bulletin."""
    one, other = a.title_words, b.title_words
    if not one or not other or a.title_letters == b.title_letters:
        return False
    matcher = SequenceMatcher(None, [w.text for w in one], [w.text for w in other], autojunk=False)
    if matcher.ratio() < 0.5:
        return False
    for tag, i, i2, j, j2 in matcher.get_opcodes():
        if tag == "replace" and _tells(one[i:i2]) and _tells(other[j:j2]):
            glued = "".join(w.text for w in one[i:i2]) == "".join(w.text for w in other[j:j2])
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
        elif _is_sentence(one, other, run):
            sentences += 1
        elif _is_edit(one[i:i2], other[j:j2]):
            edits += 1
        else:
            return None
    common = min(len(one) - only_one, len(other) - only_other)
    if common < CERTAIN_WORDS or sentences > SENTENCES_APART or edits > shorter // LONG_WORDS:
        return None
    if not cut and common < longer / 2:
        cut = True
    return Verdict("cut" if cut else "near", round(common / longer, 3))


def _cut_word(one: list[Word], other: list[Word], run: Run) -> bool:
    """True when one text ends inside the word with which the other goes on."""
    i, i2, j, j2 = run
    if i2 == len(one) and i2 - i == 1 and j < j2:
        return other[j].text.startswith(one[i].text)
    if j2 == len(other) and j2 - j == 1 and i < i2:
        return one[i].text.startswith(other[j].text)
    return False


def _is_sentence(one: list[Word], other: list[Word], run: Run) -> bool:
    """True when the run is one text's alone and can be read as whole sentences, wherever the common words fall."""
    i, i2, j, j2 = run
    text, start, end = (one, i, i2) if j == j2 else (other, j, j2)
    if (i != i2 and j != j2) or end - start > SENTENCE_WORDS:
        return False
    # The aligner may hold a repeated first word for common: the run may as well begin some words earlier.
    while True:
        if text[start].starts and (end == len(text) or text[end].starts):
            return True
        if start == 0 or text[start - 1].text != text[end - 1].text:
            return False
        start, end = start - 1, end - 1


def _is_edit(one: list[Word], other: list[Word]) -> bool:
    """True for a slip of the pen or a reworded phrase that names, counts and turns nothing."""
    if len(one) > 3 or len(other) > 3 or _tells(one) or _tells(other):
        return False
    return not any(turns_meaning(word.text) for word in one + other)


def _tells(words: list[Word]) -> bool:
    return any(word.telling for word in words)
