"""Repair of a text: every repairer in its order, until nothing is left to repair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.clean import apostrophes, escapes, homoglyphs, mojibake, quotes, sentence_spacing, whitespace
from pipelines.clean.mojibake import ftfy_fallback
from pipelines.clean.prefilter import Suspect, suspects
from pipelines.items import Cleaned, Problem, Repair


@dataclass(frozen=True, slots=True)
class Repairer:
    """One kind of repair, and the reason for its place in the order."""

    fix: Callable[[str], Cleaned]
    suspect: Suspect  # without a sign of this in the text there is nothing to repair or report
    reason: str
    lang: str | None = None  # the only language it applies to; None: any


REPAIRERS: tuple[Repairer, ...] = (
    Repairer(
        escapes.fix_escapes,
        Suspect.ESCAPE,
        "first: what an entity or an escape hides may be damage, a space or a mark",
    ),
    Repairer(
        ftfy_fallback.fix_with_ftfy,
        Suspect.RARE,
        "before our own tables, which would decode such text in part",
    ),
    Repairer(
        mojibake.fix_mojibake,
        Suspect.ENCODING,
        "before spaces are normalized: odd spaces are bytes of the lost letters",
    ),
    Repairer(
        homoglyphs.fix_homoglyphs,
        Suspect.SCRIPT,
        "before spaces: among spaced letters, a wider space ends a word",
    ),
    Repairer(
        whitespace.fix_whitespace,
        Suspect.SPACE,
        "after decoding; before words are matched, which invisible characters split",
    ),
    Repairer(
        quotes.fix_quotes,
        Suspect.QUOTE,
        "substitutes become marks before sentence spacing looks at what surrounds a stop",
    ),
    Repairer(
        apostrophes.fix_apostrophes, Suspect.LATIN, "needs whole words with spaces around them", lang="en"
    ),
    Repairer(
        sentence_spacing.fix_sentence_spacing,
        Suspect.SPACING,
        "last: it depends on words, marks and spaces, and inserts only plain spaces",
    ),
)

# A repairer can uncover what an earlier one repairs: an entity inside mojibake, a doubled mark behind
# a zero-width space. Each turn leaves less to do; no text was seen that needed more than three.
MOST_TURNS = 5


def clean_text(text: str, lang: str | None = None) -> Cleaned:
    """Repair a title or a body of plain text: encoding, letters, spaces, quotation marks, sentence spacing.

    ``lang`` (``kk``, ``ru``, ``en``, ``kk-Latn``) skips repairers meant for another language; without it
    each repairer judges by the text. Never raises for an odd text; ``items.undo`` returns the received
    text.

    >>> clean_text("<<Самұрық>>  қоры ашылды.Аким г.Алматы").text
    '«Самұрық» қоры ашылды. Аким г.Алматы'
    """
    repairs: list[Repair] = []
    for _ in range(MOST_TURNS):
        turn = _turn(text, lang)
        text = turn.text
        repairs += turn.repairs
        if not turn.repairs:
            break
    # The problems of the last turn are those that remain.
    return Cleaned(text, tuple(repairs), turn.problems)


def _turn(text: str, lang: str | None) -> Cleaned:
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()
    suspected = suspects(text)
    for repairer in REPAIRERS:
        if suspected & repairer.suspect and (repairer.lang is None or lang is None or repairer.lang == lang):
            cleaned = repairer.fix(text)
            repairs += cleaned.repairs
            problems += cleaned.problems
            if cleaned.text != text:
                text = cleaned.text
                suspected = suspects(text)
    return Cleaned(text, repairs, problems)
