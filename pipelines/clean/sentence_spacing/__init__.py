"""Sentences and paragraphs that lost the space between them: ``region.The team``, ``2024For``.

A space is restored only where both sides are known words of prose. URLs, file names, initials,
abbreviations, numbers, formulas and brands are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.clean.edits import Edit, apply_edits, around, few
from pipelines.clean.sentence_spacing.boundaries import certain_places
from pipelines.items import Cleaned, Problem

RULES = {
    "glued-sentences": "A missing space between two sentences, or a heading and its text, was inserted.",
    "glued-source": "A missing space before the label of the source was inserted.",
}
PROBLEMS = {
    "glued-words": "A space may be missing where a capital follows a lower-case letter; it may be a name.",
}

_UPPER = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_LOWER = "a-zа-яёәғқңөұүһі"
# A stop followed by text, or a capital directly after a letter, a digit or a closing mark. Starts with one
# character class, which Python's engine searches fastest.
_SUSPECT = re.compile(
    rf"[{_UPPER}.!?…](?:"
    r"(?<=[.!?…])(?=[«“„\"»”)]{0,2}[–—\w«“„])(?!(?<=\d\.)\d)"
    rf"|(?<=[^\s\-{_UPPER}(«“„\"'‘’`/№$€_#&@–—\[*+=.!?…][{_UPPER}]))"
)
_WORD = re.compile(r"\S+")
_SPACE = re.compile(r"\s")
_SOURCE = re.compile(
    r"(?<=[\w/.?!…=%&)»”,;-])(?:Source|Источник|Дереккөз[іi]?)(?=\s{0,3}:\s{0,3}(?:http|www))"
)
_SOURCE_TAIL = len("   :   http")
# The id of a press item is a number: a word after it is not part of the URL.
_AFTER_ID = re.compile(r"/(?:details|article|post)/\d+(?=(?:Source|Источник|Дереккөз)(?:[іi]?[\s:]|$))")
# A longer run without a space is no prose (base64, a list of codes).
LONGEST_RUN = 600
_SUSPECT_PAIR = re.compile(rf"(?<![^\W_])[{_LOWER}]{{4,30}}[{_UPPER}][{_LOWER}]{{2,30}}(?![{_UPPER}\w])")


def fix_sentence_spacing(text: str) -> Cleaned:
    """Insert missing spaces between sentences where that is certain.

    >>> fix_sentence_spacing("Жұмыс аяқталды.Аким Б.Иванов г.Астана").text
    'Жұмыс аяқталды. Аким Б.Иванов г.Астана'
    """
    if _SUSPECT.search(text) is None:
        return Cleaned(text)
    problems: list[Problem] = []
    text, repairs = apply_edits(text, _edits(text, problems))
    return Cleaned(text, repairs, few(problems))


def _edits(text: str, problems: list[Problem]) -> Iterator[Edit]:
    sourced = any(word in text for word in ("Source", "Источник", "Дереккөз"))
    for match in _WORD.finditer(text) if sourced else _suspect_runs(text):
        run, start, end = match.group(), match.start(), match.end()
        if len(run) < 4 or (run.isalpha() and (run.islower() or run.isupper())):
            continue
        named = _before_source(text, start, end) if sourced else set()
        places = set(named)
        if len(run) <= LONGEST_RUN and _SUSPECT.search(run):
            places.update(certain_places(text, start, end))
        for place in sorted(places):
            rule = "glued-source" if place in named else "glued-sentences"
            yield start + place, start + place, " ", rule
        if not places and _SUSPECT_PAIR.fullmatch(run.strip('.,;:!?()«»"“”')):
            problems.append(Problem("glued-words", around(text, start, end, width=16)))


def _suspect_runs(text: str) -> Iterator[re.Match[str]]:
    """Yield the runs without a space that contain something suspicious, sometimes with a neighbour."""
    done = 0
    while suspect := _SUSPECT.search(text, done):
        start = text.rfind(" ", done, suspect.start()) + 1 or done
        space = _SPACE.search(text, suspect.end())
        done = space.end() if space else len(text)
        yield from _WORD.finditer(text, start, done)


def _before_source(text: str, start: int, end: int) -> set[int]:
    """Return the offsets from ``start`` at which a run continues with the label of a source."""
    named = {found.start() - start for found in _SOURCE.finditer(text, start, end + _SOURCE_TAIL)}
    return named | {found.end() - start for found in _AFTER_ID.finditer(text, start, end)}
