"""Mojibake: text decoded with the wrong encoding, in whole or in part, once or twice.

Each word that could be mojibake is decoded again in every way that fits. Its bigram cost before and after
decides, and the cheapest path through the text finds where a damaged run begins and ends: beginning one
costs the margin of its misdecoding, so that a single strange word changes nothing.
"""

from __future__ import annotations

import re

from pipelines.clean.edits import Edit, apply_edits, around
from pipelines.clean.mojibake.badness import (
    has_inverted_case,
    is_clean_but_for_losses,
    is_clean_text,
    may_be_lowercased,
    odd_words,
)
from pipelines.clean.mojibake.kazakh_letters import (
    CLOSING,
    INTACT,
    KAZAKH_SWAP,
    OPENING,
    doubtful,
    is_swapped,
    savings,
    swap_margin,
    swap_saves,
)
from pipelines.clean.mojibake.misdecodings import RULES as RULES
from pipelines.clean.mojibake.misdecodings import (
    Misdecoding,
    decode_whole,
    half_space,
    known_misdecodings,
    restore_marks,
)
from pipelines.clean.mojibake.quoted_names import decode_names, has_hidden_letters
from pipelines.clean.mojibake.scoring import (
    BaselineCosts,
    decode_words,
    has_implausible_capitals,
    is_believable,
    spread,
)
from pipelines.clean.mojibake.undecided import doubtful_names, half_letters, lost_characters, signs_inside
from pipelines.clean.mojibake.viterbi import Step, adjust_boundaries, find_damaged_runs
from pipelines.items import Cleaned, Problem, Repair
from pipelines.language.bigrams import MARKS

PROBLEMS: dict[str, str] = {
    "lost-characters": "Characters were lost before the text arrived (U+FFFD, ? inside words, half a "
    "letter); they are not guessed.",
    "doubtful-letters": "Letters such as ў or ќ, or signs within words, may be misdecoded Kazakh letters "
    "or belong to a name of a neighbouring language; or the spelling or case of a name suggests that it was "
    "misdecoded, but not from what. They were not changed.",
}

_ABBREVIATION = re.compile("[а-яё]?[А-ЯЁ]{1,3}")
_CAPITALS = re.compile("[А-ЯЁ]{2,}")
# A word: letters of any script and all non-ASCII characters, each of which may be half a letter; so may a
# question mark or a space.
_INSIDE = "[^\x00-\x3e@\\[-`{-\x7f]"
_HALF_SPACE = "|".join(map(half_space, ("cp1251", "cp1252", "kz1048")))
_WORD = re.compile(f"(?<![A-Za-z?])[A-Za-z?]*[^\x00-\x7f]{_INSIDE}*(?:(?:{_HALF_SPACE}){_INSIDE}+)*")
_MOST_TURNS = 4  # twice over, and two kinds in one text
_FEW = 6  # words of a title: each counts
_MAX_CANDIDATES = 3
_PROMISING = 0.7  # share of a margin: repeated words were counted once, short ones not at all
_FAR_BEHIND = 0.7
_BEGINS = 4.0  # bits for a small letter at the beginning of a text
_PROVEN = 25.0  # bits per word that a misdecoding saves where it is certain


def fix_mojibake(text: str) -> Cleaned:
    """Decode again what was decoded with the wrong encoding, where letters and letter pairs prove it.

    >>> fix_mojibake("Àêèìàò ã. Øûìêåíò").text
    'Акимат г. Шымкент'
    >>> fix_mojibake("Ќазаќстан јкімдігі").text
    'Қазақстан әкімдігі'
    """
    repairs: list[Repair] = []
    for _ in range(_MOST_TURNS):
        clean = is_clean_but_for_losses(text)
        if not clean or has_hidden_letters(text) or has_implausible_capitals(text):
            edits = _edits(text)
        elif may_be_lowercased(text):  # every word is clean: only a whole name or title can be damaged
            edits = decode_names(text, [])
        else:
            break
        text, made = apply_edits(text, edits)
        repairs += made
        if not made:
            break
    if not clean:
        text, made = apply_edits(text, restore_marks(text))
        repairs += made
    return Cleaned(text, tuple(repairs), _problems(text, clean=clean))


def _problems(text: str, *, clean: bool) -> tuple[Problem, ...]:
    places = {
        "lost-characters": sorted(lost_characters(text) + ([] if clean else half_letters(text))),
        "doubtful-letters": ([] if clean else doubtful(text, _WORD) + signs_inside(text))
        + doubtful_names(text),
    }
    return tuple(
        Problem(
            kind, f"{len(spans)} {'place' if len(spans) == 1 else 'places'}, first: {around(text, *spans[0])}"
        )
        for kind, spans in places.items()
        if spans
    )


def _edits(text: str) -> list[Edit]:
    if whole := decode_whole(text):
        return [whole]
    return decode_names(text, _damaged_runs(text))


def _damaged_runs(text: str) -> list[Edit]:
    words = [(match.start(), match.group()) for match in _WORD.finditer(text)]
    distinct = list(dict.fromkeys(word for _, word in words))
    suspicious = _suspicious(text, distinct)
    if not suspicious:
        return []
    before = BaselineCosts(suspicious)
    margins = {misdecoding: misdecoding.margin for misdecoding in known_misdecodings()}
    if any(is_swapped(word) for word in spread(suspicious)):
        margin = swap_margin([word for word in distinct if is_clean_text(word)])
        margins = {
            misdecoding: margin if misdecoding.rule == KAZAKH_SWAP else bits
            for misdecoding, bits in margins.items()
        }
    candidates, proven = _choose_candidates(suspicious, before, margins)
    if not candidates:
        return []
    after = [decode_words(misdecoding, distinct) for misdecoding in candidates[proven:]]
    if proven:
        after.insert(0, _decode_proven(candidates[0], suspicious, distinct, before))
    swap = next((at for at, misdecoding in enumerate(candidates) if misdecoding.rule == KAZAKH_SWAP), -1)
    saved = savings(text, words) if swap >= 0 else {}
    steps = _steps(text, words, before, after, swap, saved)
    runs = find_damaged_runs(steps, [margins[misdecoding] for misdecoding in candidates])
    return [
        (run.start, run.end, run.rebuilt(text), candidates[run.state].rule)
        for run in adjust_boundaries(runs, steps, candidates, text)
        if is_believable(run, candidates[run.state], text)
    ]


def _steps(
    text: str,
    words: list[tuple[int, str]],
    before: BaselineCosts,
    after: list[dict[str, tuple[str, float]]],
    swap: int,
    saved: dict[int, float],
) -> list[Step]:
    """Build the steps: the words that a misdecoding changes, with their context."""
    steps, intact, after_name = [], 0, False
    beginning = len(text) - len(text.lstrip())
    for start, word in words:
        made = [changed.get(word) for changed in after]
        if not any(made):
            intact += INTACT.search(word) is not None
            continue
        swapped = made[swap] if swap >= 0 else None
        if swapped:
            made[swap] = swapped[0], before[word] - saved.get(start, 0.0)
        first = start <= beginning
        if first:
            # Texts begin with a capital.
            made = [found and (found[0], found[1] + _begins(word[0], found[0][0])) for found in made]
        begins = first or word[0] in OPENING or text[start - 1 : start] in OPENING
        joined = text[start - 1 : start] == "-"
        steps.append(Step(start, word, before[word], made, begins, after_name, joined, intact))
        end = start + len(word)
        intact, after_name = 0, word[-1] in CLOSING or text[end : end + 1] in CLOSING
    return steps


def _begins(stands: str, made: str) -> float:
    return _BEGINS * ((made.islower() and stands.isupper()) - (made.isupper() and stands.islower()))


def _suspicious(text: str, words: list[str]) -> list[str]:
    # A text in capitals is clean unless a word has inverted case; then words in capitals are suspicious, too.
    inverted = has_inverted_case(text) or has_implausible_capitals(text)
    if inverted and len(words) <= _FEW:
        return words
    odd = odd_words(text, words)
    if not inverted:
        return odd
    known = set(odd)
    found = [word for word in words if word in known or _CAPITALS.fullmatch(word.strip(MARKS))]
    # Some abbreviations begin small: мРНК, рН.
    if all(_ABBREVIATION.fullmatch(word.strip(MARKS)) for word in found) and not has_implausible_capitals(
        text
    ):
        return []
    return found


def _decode_proven(
    misdecoding: Misdecoding, suspicious: list[str], words: list[str], before: BaselineCosts
) -> dict[str, tuple[str, float]]:
    """Decode words with a misdecoding that a sample has proved; score letters only where needed.

    A word that occurs in no correct text and becomes a clean one is certain. Most words of a damaged text are
    such, and scoring them would take most of the time.
    """
    changed, doubtful, odd = {}, [], set(suspicious)
    for word in words:
        made = misdecoding.back(word) if word in odd else word
        if made != word and (is_clean_text(made) or _is_clean_after_another(misdecoding, made)):
            changed[word] = (made, 0.0)
            before[word] = _PROVEN
        else:
            doubtful.append(word)
    return changed | decode_words(misdecoding, doubtful)


def _is_clean_after_another(misdecoding: Misdecoding, made: str) -> bool:
    """Return whether a word that was misdecoded twice becomes correct text the second time."""
    again = misdecoding.back(made)
    return again != made and is_clean_text(again)


def _choose_candidates(
    suspicious: list[str], before: BaselineCosts, margins: dict[Misdecoding, float]
) -> tuple[list[Misdecoding], bool]:
    """Choose the misdecodings that explain the suspicious words best, and whether the first is proven."""
    sample = spread(suspicious)
    ranked: list[tuple[float, int, Misdecoding]] = []
    for rank, misdecoding in enumerate(known_misdecodings()):
        if misdecoding.rule == KAZAKH_SWAP:
            saved = sum(max(0.0, swap_saves(word)) for word in sample if is_swapped(word))
        else:
            changed = decode_words(misdecoding, sample)
            saved = sum(max(0.0, before[word] - cost) for word, (_, cost) in changed.items())
        if saved * len(suspicious) / len(sample) > margins[misdecoding] * _PROMISING:
            ranked.append((-saved, rank, misdecoding))
    ranked.sort(key=lambda entry: entry[:2])
    proven = bool(ranked) and ranked[0][2].distinct and -ranked[0][0] > _PROVEN * len(sample) > _PROVEN * 3
    # A misdecoding far behind the best can only explain another run, which the next pass repairs.
    candidates = [
        misdecoding
        for saved, _, misdecoding in ranked[:_MAX_CANDIDATES]
        if (saved < ranked[0][0] * _FAR_BEHIND and misdecoding.distinct >= proven)
        or (misdecoding.rule == KAZAKH_SWAP and not proven)
    ]
    return candidates, proven
