"""Text that was read in the wrong encoding, in whole or in part, once or twice over.

Each word that could be mojibake is read anew in every way that fits it. What a word costs in letter pairs
before and after decides, and a path through the text finds where a damaged run begins and ends: beginning
one costs the margin of its reading, so that a single strange word changes nothing.
"""

from __future__ import annotations

import re

from pipelines.records import Cleaned, Problem, Repair
from pipelines.text.edits import Edit, apply_edits, around
from pipelines.text.encodings import RULES as _ENCODING_RULES
from pipelines.text.encodings import Reading, readings
from pipelines.text.letters import NEIGHBOURS, Pairs, ours, tables
from pipelines.text.mojibake_path import Step, damaged_steps

RULES: dict[str, str] = dict(_ENCODING_RULES)
PROBLEMS: dict[str, str] = {
    "lost-characters": "Characters were lost before the text arrived (U+FFFD, or ? inside words); what they "
    "were is not guessed.",
}

# What correct Kazakh, Russian and English press text consists of. Nearly every text ends its visit here.
_CALM_TEXT = re.compile(
    "[\t\n\r -~А-Яа-яЁёӘҒҚҢӨҰҮҺІәғқңөұүһі«»“”„’‘—–…№•€₸°§©®™×²³\u00a0\u00ad\u202f\u200b\ufeff"
    "áǵńóúýıäğñöūüşİÁǴŃÓÚÝÄĞÑÖŪÜŞ]*"
)
# Readings that swap Cyrillic letters for Cyrillic letters turn the case round; Latin ones pile up accents.
_ODD = re.compile("[а-яё][А-ЯЁ]|[À-ÿ]{2}")
_LOST = re.compile(
    "\ufffd+"
    "|(?<=[а-яёәғқңөұүһіa-z])\\?+(?=[а-яёәғқңөұүһі])"
    '|(?<![^\\s«“"(])\\?+(?=[а-яёәғқңөұүһі])'
    "|(?<!\\S)\\?{2,}(?: \\?{2,})+"
)
# A word here: letters of any script and everything beyond ASCII, which may be half a letter. A question
# mark may be one, too.
_WORD = re.compile("[A-Za-z?]*[^\x00-\x7f][^\x00-\x3e@\\[-`{-\x7f]*")
_MOST_TURNS = 4  # twice over, and two kinds in one text
_SAMPLE = 24  # words that choose the readings worth following
_FOLLOWED = 3


def fix_mojibake(text: str) -> Cleaned:
    """Read anew what was read in the wrong encoding, where letters and letter pairs prove it.

    >>> fix_mojibake("Àêèìàò ã. Øûìêåíò").text
    'Акимат г. Шымкент'
    >>> fix_mojibake("Ќазаќстан єкімдігі").text
    'Қазақстан әкімдігі'
    """
    repairs: list[Repair] = []
    for _ in range(_MOST_TURNS):
        if _is_calm(text):
            break
        text, made = apply_edits(text, _edits(text))
        repairs += made
        if not made:
            break
    return Cleaned(text, tuple(repairs), _problems(text))


def _is_calm(text: str) -> bool:
    return text.isascii() or (_CALM_TEXT.fullmatch(text) is not None and _ODD.search(text) is None)


def _problems(text: str) -> tuple[Problem, ...]:
    if "?" not in text and "\ufffd" not in text:
        return ()
    places = _LOST.finditer(text)
    first = next(places, None)
    if first is None:
        return ()
    count = 1 + sum(1 for _ in places)
    detail = f"{count} {'place' if count == 1 else 'places'}, first: {around(text, *first.span())}"
    return (Problem("lost-characters", detail),)


def _edits(text: str) -> list[Edit]:
    words = [(match.start(), match.group()) for match in _WORD.finditer(text)]
    distinct = list(dict.fromkeys(word for _, word in words))
    suspicious = [word for word in distinct if not _is_calm(word)]
    if not suspicious:
        return []
    before = _costs(distinct, suspicious)
    followed = _followed(_spread(suspicious), before)
    if not followed:
        return []
    pairs = ours()
    after: list[dict[str, tuple[str, float]]] = []
    for reading in followed:
        changed = {}
        for word in distinct:
            made = reading.back(word)
            if made != word:
                changed[word] = (made, pairs.bits(made))
        after.append(changed)
    steps = [
        Step(start, word, before[word], [changed.get(word) for changed in after])
        for start, word in words
        if any(word in changed for changed in after)
    ]
    return [
        (run.start, run.end, run.rebuilt(text), followed[run.state].rule)
        for run in damaged_steps(steps, [reading.margin for reading in followed])
    ]


def _costs(words: list[str], suspicious: list[str]) -> dict[str, float]:
    """What each word costs as it stands: in our languages, or in that of the one neighbour that fits best."""
    pairs = ours()
    costs = {word: pairs.bits(word) for word in words}
    neighbours: list[Pairs] = [tables()[lang] for lang in NEIGHBOURS]
    sample = _spread(suspicious)
    best = min(neighbours, key=lambda table: sum(min(costs[word], table.bits(word)) for word in sample))
    for word in suspicious:
        costs[word] = min(costs[word], best.bits(word) + 2)
    return costs


def _spread(words: list[str]) -> list[str]:
    return words[:: max(1, len(words) // _SAMPLE)]


def _followed(sample: list[str], before: dict[str, float]) -> list[Reading]:
    """Choose the readings that could explain the suspicious words best."""
    pairs = ours()
    ranked: list[tuple[float, int, Reading]] = []
    for rank, reading in enumerate(readings()):
        saved = 0.0
        for word in sample:
            made = reading.back(word)
            if made != word:
                saved += max(0.0, before[word] - pairs.bits(made))
        if saved > reading.margin:
            ranked.append((-saved, rank, reading))
    return [reading for _, _, reading in sorted(ranked)[:_FOLLOWED]]
