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
from pipelines.text.letters import NEIGHBOURS, cyrillic_alphabets, ours, tables
from pipelines.text.mojibake_path import Step, damaged_steps
from pipelines.text.mojibake_swap import KAZAKH_SWAP, is_swapped, savings, swap_margin, swap_saves

RULES: dict[str, str] = dict(_ENCODING_RULES)
PROBLEMS: dict[str, str] = {
    "lost-characters": "Characters were lost before the text arrived (U+FFFD, or ? inside words); what they "
    "were is not guessed.",
}

# What correct Kazakh, Russian and English press text consists of. Nearly every text ends its visit here.
_CALM_TEXT = re.compile(
    "[\t\n\r -~А-Яа-яЁёӘҒҚҢӨҰҮҺІәғқңөұүһі«»“”„’‘—–…№•€₸°§©®™×²³\u00a0\u00ad\u202f\u200b\ufeff\u0301"
    "À-ÿǵńığūşİǴŃĞŪŞ]*"
)
# Readings that swap Cyrillic letters for Cyrillic letters turn the case round; Latin ones pile up accents.
# Each pattern begins with one class, which the engine looks for at several times the speed of a sequence.
_SMALL, _CAPITAL = "а-яёәғқңөұүһі", "А-ЯЁӘҒҚҢӨҰҮҺІ"
_ODD = re.compile(
    f"[{_CAPITAL}](?:(?<=[{_SMALL}].)"  # inside a word
    f"|(?=[{_CAPITAL}])(?:(?<=[^{_SMALL}][{_SMALL}] .)|(?<=^[{_SMALL}] .))"  # after a small letter alone
    f"|(?=[{_CAPITAL}]{{3,20}}[^{_SMALL}{_CAPITAL}]{{1,4}}[{_CAPITAL}]{{4}}))"  # two long words in capitals
)
# Other encodings never leave one accented letter by itself, as Müller has it.
_ACCENTS = re.compile("[À-ÿ](?:(?=[^\\x00-\\x7f])|(?<=[^\\x00-\\x7f].))")
_CYRILLIC_WORD = re.compile("[\u0400-\u045f’«»“”„—–?…]+")
_CAPITALS = re.compile("[А-ЯЁ]{2,}")
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
_SAMPLE = 8  # words that choose the readings worth following
_FOLLOWED = 3
_PROMISING = 0.8  # part of a margin: a word that stands there twice was counted once
_FAR_BEHIND = 0.7
_PROVEN = 25.0  # bits a word that a reading saves where it is beyond doubt
_AGAIN = 2.0  # bits for a second wrong reading of the same kind
_NO_ALPHABET = 8.0  # bits for a word whose letters no one language has together, such as ј and і
_NEIGHBOUR = 2.0  # bits for a word of a neighbouring language


def fix_mojibake(text: str) -> Cleaned:
    """Read anew what was read in the wrong encoding, where letters and letter pairs prove it.

    >>> fix_mojibake("Àêèìàò ã. Øûìêåíò").text
    'Акимат г. Шымкент'
    >>> fix_mojibake("Ќазаќстан јкімдігі").text
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
    return text.isascii() or (
        _CALM_TEXT.fullmatch(text) is not None and not _ODD.search(text) and not _ACCENTS.search(text)
    )


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
    suspicious = _suspicious(text, distinct)
    if not suspicious:
        return []
    before = _Before(suspicious)
    saved = savings(text, words) if any(is_swapped(word) for word in suspicious) else {}
    margin = swap_margin([word for word in distinct if _is_calm(word)]) if saved else 0.0
    margins = {reading: margin if reading.rule == KAZAKH_SWAP else reading.margin for reading in readings()}
    followed, proven = _followed(suspicious, before, margins)
    if not followed:
        return []
    after = [_read_anew(reading, distinct) for reading in followed[proven:]]
    if proven:
        after.insert(0, _read_on_trust(followed[0], suspicious, distinct, before))
    swap = next((at for at, reading in enumerate(followed) if reading.rule == KAZAKH_SWAP), -1)
    steps = []
    for start, word in words:
        made = [changed.get(word) for changed in after]
        if any(made):
            swapped = made[swap] if swap >= 0 else None
            if swapped:
                made[swap] = swapped[0], before[word] - saved.get(start, 0.0)
            steps.append(Step(start, word, before[word], made))
    return [
        (run.start, run.end, run.rebuilt(text), followed[run.state].rule)
        for run in damaged_steps(steps, [margins[reading] for reading in followed])
    ]


def _suspicious(text: str, words: list[str]) -> list[str]:
    # A text in capitals is calm until something turned stands in it: then its capitals count, too.
    turned = _ODD.search(text) is not None
    return [word for word in words if not _is_calm(word) or (turned and _CAPITALS.fullmatch(word))]


def _read_anew(reading: Reading, words: list[str]) -> dict[str, tuple[str, float]]:
    """What a reading makes of each word that it changes, and what that costs."""
    changed = {}
    for word in words:
        made = reading.back(word)
        if made != word:
            changed[word] = (made, _cost_of(reading, made))
    return changed


def _read_on_trust(
    reading: Reading, suspicious: list[str], words: list[str], before: _Before
) -> dict[str, tuple[str, float]]:
    """Read words anew with a reading that a sample has proved, and count letters only where it is needed.

    What no correct text holds and becomes what correct text holds is not in doubt; it is most of a damaged
    text, and counting it would cost most of the time.
    """
    changed, doubtful, odd = {}, [], set(suspicious)
    for word in words:
        made = reading.back(word) if word in odd else word
        if made != word and (_is_calm(made) or _is_calm_below(reading, made)):
            changed[word] = (made, 0.0)
            before[word] = _PROVEN
        else:
            doubtful.append(word)
    return changed | _read_anew(reading, doubtful)


def _is_calm_below(reading: Reading, made: str) -> bool:
    """Whether a word that was read wrongly twice over comes out as correct text the second time."""
    again = reading.back(made)
    return again != made and _is_calm(again)


def _cost_of(reading: Reading, made: str) -> float:
    cost = ours().bits(made)
    if reading.written == "utf-8" and not _is_calm(made):
        # Read wrongly twice over: half-way it looks no better, and other readings would win.
        again = reading.back(made)
        if again != made:
            return min(cost, ours().bits(again) + _AGAIN)
    return cost


class _Before(dict[str, float]):
    """What each word costs as it stands: in our languages, or in that of the one neighbour that fits best."""

    def __init__(self, suspicious: list[str]) -> None:
        self._foreign = {word for word in suspicious if _CYRILLIC_WORD.fullmatch(word)}
        sample = _spread(sorted(self._foreign))
        neighbours = [tables()[lang] for lang in NEIGHBOURS] if sample else [ours()]
        self._neighbour = min(
            neighbours, key=lambda table: sum(min(ours().bits(word), table.bits(word)) for word in sample)
        )

    def __missing__(self, word: str) -> float:
        cost = ours().bits(word)
        if word in self._foreign:
            cost = min(cost, self._neighbour.bits(word) + _NEIGHBOUR)
            letters = {letter for letter in word.lower() if letter.isalpha()}
            if not any(letters <= alphabet for alphabet in cyrillic_alphabets()):
                cost += _NO_ALPHABET
        self[word] = cost
        return cost


def _spread(words: list[str]) -> list[str]:
    return words[:: max(1, len(words) // _SAMPLE)][:_SAMPLE]


def _followed(
    suspicious: list[str], before: _Before, margins: dict[Reading, float]
) -> tuple[list[Reading], bool]:
    """Choose the readings that could explain the suspicious words best; say whether the first is proven."""
    sample = _spread(suspicious)
    ranked: list[tuple[float, int, Reading]] = []
    for rank, reading in enumerate(readings()):
        if reading.rule == KAZAKH_SWAP:
            saved = sum(max(0.0, swap_saves(word)) for word in sample if is_swapped(word))
        else:
            changed = _read_anew(reading, sample)
            saved = sum(max(0.0, before[word] - cost) for word, (_, cost) in changed.items())
        if saved * len(suspicious) / len(sample) > margins[reading] * _PROMISING:
            ranked.append((-saved, rank, reading))
    ranked.sort(key=lambda entry: entry[:2])
    # Far behind the best, another reading can at most explain another run: that is the next turn's work.
    followed = [
        reading
        for saved, _, reading in ranked[:_FOLLOWED]
        if saved < ranked[0][0] * _FAR_BEHIND or reading.rule == KAZAKH_SWAP
    ]
    proven = bool(ranked) and ranked[0][2].distinct and -ranked[0][0] > _PROVEN * len(sample) > _PROVEN * 3
    return followed, proven
