"""Whether two texts tell the same story: looks at what differs, for a number or a name decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipelines.dedupe.alignment import Run, align
from pipelines.dedupe.distinctive_words import days_named, denies, turns_meaning
from pipelines.dedupe.tokens import Text

# letters: equal but for marks, case and spaces. near: a slip of the pen or a sentence more or less. cut: one
# is the beginning of the other. brief: equal, but too short to be told from another day's.
Kind = Literal["letters", "near", "cut", "brief"]

CERTAIN_WORDS = 25  # a shorter common part is a phrase that many stories share
TITLED_WORDS = 12  # enough, where titles are equal and the common part counts and names
TITLED_NUMBERS = 2
EQUAL_WORDS = 6  # of title and body; what is shorter recurs: "No traffic today"
TITLE_WORDS = 60  # of a title that are compared; a longer one is a body in the wrong place
SENTENCE_WORDS = 60  # the longest run that counts as "a sentence more or less"
SENTENCES_APART = 2  # besides the end, where a byline or a cut may differ
LONG_WORDS = 120  # in a text of this length one word spelt otherwise does not make another story
SLIP_LETTERS = 6  # of a word; in shorter ones, and in its beginning, another letter makes another word
SLIP_BEGINNING = 3
_STOPPED = re.compile(r"(?<![.…])[.!?][\s\"'»”’)\]]*\Z")
_BROKEN_OFF = re.compile(r"(?:…|\.\.)[\s\"'»”’)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Match:
    """Why two texts are one story, and how much of the longer one they share (0 to 1)."""

    kind: Kind
    score: float


def compare(a: Text, b: Text) -> Match | None:
    """Say how two copies are one story by their texts alone; None when they are two, or too short to tell.

    >>> body = "Қала әкімі «Тазалық» апталығын ашты. " * 9
    >>> compare(Text(None, body), Text("Тазалық", body.replace("«", "").replace(". ", ".")))
    Match(kind='letters', score=1.0)
    """
    if _order(a) > _order(b):  # aligning begins with one of them, and the other may be the longer
        a, b = b, a
    if not a.body or not b.body:
        same = not a.body and not b.body and a.title_letters and a.title_letters == b.title_letters
        return equal_texts(a, b) if same else None
    if _numbers_conflict(a, b):
        return None
    if a.body_letters == b.body_letters:
        verdict = equal_texts(a, b)
    else:
        runs = align(a.body_words, b.body_words)
        verdict = None if runs is None else _weigh(a, b, runs)
    return None if verdict is None or titles_conflict(a, b) else verdict


def _order(text: Text) -> tuple[int, str, str]:
    return len(text.body or ""), text.body or "", text.title or ""


def equal_texts(a: Text, b: Text) -> Match | None:
    """Judge texts of the same letters: short ones recur from day to day, and their titles may tell."""
    if not (a.is_brief or b.is_brief):
        return Match("letters", 1.0)
    titled = a.title_letters and b.title_letters
    if titled and a.title_letters != b.title_letters:
        return None
    if titled and len(a.title_words) + len(a.body_words) >= EQUAL_WORDS:
        return Match("letters", 1.0)
    return Match("brief", 1.0)


def _numbers_conflict(a: Text, b: Text) -> bool:
    """True when neither text has all numbers of the other: the cheapest proof of two stories."""
    if len(a.numbers) == len(b.numbers):
        return not (_numbers_in(a, b) or _numbers_in(b, a))
    return not (_numbers_in(a, b) if len(a.numbers) < len(b.numbers) else _numbers_in(b, a))


def _numbers_in(poorer: Text, richer: Text) -> bool:
    """True when the numbers of one text are found in the other, in their order."""
    rest = iter(richer.numbers)
    cut_off = poorer.body is not None and poorer.body.rstrip(" .…")[-1:].isdigit()
    for place, number in enumerate(poorer.numbers):
        cut = cut_off and place == len(poorer.numbers) - 1  # inside this number, maybe
        if not any(number == its or (cut and its.startswith(number)) for its in rest):
            return False
    return True


def titles_conflict(a: Text, b: Text) -> bool:
    """True when titles of one pattern differ in a number, name, date or denial: two issues of a bulletin."""
    if not a.title or not b.title or a.title_letters == b.title_letters:
        return False
    one, other = a.title_words[:TITLE_WORDS], b.title_words[:TITLE_WORDS]
    days, other_days = days_named(one), days_named(other)
    if days and other_days and not days & other_days:
        return True
    if (len(one), one) > (len(other), other):
        a, b, one, other = b, a, other, one  # difflib finds other things the other way round
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < 0.5:
        return False
    return any(
        _titles_part(a, b, (i, i2, j, j2)) for tag, i, i2, j, j2 in matcher.get_opcodes() if tag != "equal"
    )


def _titles_part(a: Text, b: Text, run: Run) -> bool:
    i, i2, j, j2 = run
    one, other = a.title_words[i:i2], b.title_words[j:j2]
    if not one or not other:
        return any(map(denies, one or other))
    named = a.title_standings.tell(i, i2) and b.title_standings.tell(j, j2)
    if not named and not (any(map(turns_meaning, one)) and any(map(turns_meaning, other))):
        return False
    return "".join(one) != "".join(other) and not _title_broken_off(a, b, run)


def _title_broken_off(a: Text, b: Text, run: Run) -> bool:
    """True when one title ends inside a word of the other; an issue's number may look like that."""
    i, _, j, _ = run
    numbers = a.title_words[i].isdigit() or b.title_words[j].isdigit()
    return not numbers and _broken_off((a.title or "", a.title_words), (b.title or "", b.title_words), run)


def _weigh(a: Text, b: Text, runs: list[Run]) -> Match | None:
    one, other = a.body_words, b.body_words
    shorter, longer = sorted((len(one), len(other)))
    only_one = only_other = sentences = slips = 0
    of_one, of_other = list[tuple[int, int]](), list[tuple[int, int]]()  # what only that text has
    cut = False
    for run in runs:
        i, i2, j, j2 = run
        only_one, only_other = only_one + i2 - i, only_other + j2 - j
        at_end = i2 == len(one) or j2 == len(other)
        broken_off = at_end and _broken_off((a.body or "", one), (b.body or "", other), run)
        if at_end and (i == i2 or j == j2 or broken_off):
            cut = cut or abs((i2 - i) - (j2 - j)) > SENTENCE_WORDS or broken_off
        elif _is_sentence(a, b, run):
            sentences += 1
        elif _is_slip(a, b, run):
            slips += 1
            continue
        else:
            return None
        if i2 - i > j2 - j:
            of_one.append((i, i2))
        else:
            of_other.append((j, j2))
    common = min(len(one) - only_one, len(other) - only_other)
    if sentences > SENTENCES_APART or slips > shorter // LONG_WORDS:
        return None
    if of_one and of_other and _tell(a, of_one) and _tell(b, of_other):
        return None
    if common < CERTAIN_WORDS and not (common >= TITLED_WORDS and _vouched(a, b)):
        return None
    return Match("cut" if cut or common < longer / 2 else "near", round(common / longer, 3))


def _tell(text: Text, stretches: list[tuple[int, int]]) -> bool:
    """True when words name, count, date or deny something; the capital of a sentence is no name."""
    stand = text.body_standings
    return any(
        (stand.of(place).telling and not stand.of(place).starts)
        or turns_meaning(text.body_words[place])
        or text.body_words[place].isdigit()
        for start, end in stretches
        for place in range(start, end)
    )


def _vouched(a: Text, b: Text) -> bool:
    """True when the title and some numbers stand for a short text."""
    return a.title_letters == b.title_letters != "" and min(len(a.numbers), len(b.numbers)) >= TITLED_NUMBERS


def _broken_off(a: tuple[str, list[str]], b: tuple[str, list[str]], run: Run) -> bool:
    """True when one text, given with its words, ends inside the word with which the other goes on.

    A text that comes to a full stop is not broken off. Where the other ends in that word as well, it has to
    be plain which of them is: «дом 5» and «дом 57» are two houses.
    """
    i, i2, j, j2 = run
    for (text, words, at, end), (its_text, its_words, its_at, its_end) in (
        ((*a, i, i2), (*b, j, j2)),
        ((*b, j, j2), (*a, i, i2)),
    ):
        if end - at != 1 or end != len(words) or its_at == its_end:
            continue
        if not its_words[its_at].startswith(words[at]) or _STOPPED.search(text):
            continue
        last_of_both = its_end - its_at == 1 and its_end == len(its_words)
        plain = _BROKEN_OFF.search(text) or (_STOPPED.search(its_text) and not words[at].isdigit())
        if plain or not last_of_both:
            return True
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


def _is_slip(a: Text, b: Text, run: Run) -> bool:
    """True for a word or three spelt otherwise that name, count and turn nothing.

    Not for a reworded phrase: «открыто» and «закрыто» are as little as that apart.
    """
    i, i2, j, j2 = run
    if i2 - i != j2 - j or i2 - i > 3 or a.body_standings.tell(i, i2) or b.body_standings.tell(j, j2):
        return False
    return all(map(_spelt_otherwise, a.body_words[i:i2], b.body_words[j:j2]))


def _spelt_otherwise(one: str, other: str) -> bool:
    """True when one letter of a long word is more, less or another, past its beginning.

    >>> [_spelt_otherwise(*pair) for pair in (("облысында", "облсында"), ("въезда", "выезда"))]
    [True, False]
    >>> _spelt_otherwise("жабылады", "жабылмады")  # is closed, was not closed
    False
    """
    short, long = sorted((one, other), key=len)
    if one == other:
        return True
    if len(short) < SLIP_LETTERS or len(long) - len(short) > 1 or any(map(turns_meaning, (one, other))):
        return False
    same = next((n for n, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if same < SLIP_BEGINNING or short[same + len(short) - len(long) + 1 :] != long[same + 1 :]:
        return False
    return len(short) == len(long) or long[same] not in "мбп"  # with them Kazakh verbs deny
