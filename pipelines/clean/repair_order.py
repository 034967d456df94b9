"""The repair of a text: every family in its order, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.clean import apostrophes, escapes, homoglyphs, mojibake, quotes, sentence_spacing, whitespace
from pipelines.clean.mojibake import ftfy_fallback
from pipelines.clean.prefilter import Suspect, suspects
from pipelines.items import Cleaned, Problem, Repair


@dataclass(frozen=True, slots=True)
class Repairer:
    """One kind of repair, and why it stands where it stands."""

    fix: Callable[[str], Cleaned]
    suspect: Suspect  # without a sign of this in the text it has nothing to do or to report
    reason: str
    lang: str | None = None  # the only language it knows; None: any


REPAIRERS: tuple[Repairer, ...] = (
    Repairer(
        escapes.fix_escapes,
        Suspect.ESCAPE,
        "first: what an entity or an escape hides may be damage, a blank or a mark",
    ),
    Repairer(
        ftfy_fallback.fix_rare_encodings,
        Suspect.RARE,
        "before our own tables, which would read such text in part",
    ),
    Repairer(
        mojibake.fix_mojibake,
        Suspect.ENCODING,
        "before blanks are made plain: odd blanks are bytes of the lost letters",
    ),
    Repairer(
        homoglyphs.fix_homoglyphs,
        Suspect.SCRIPT,
        "before blanks: among letters set apart, a wider blank ends a word",
    ),
    Repairer(
        whitespace.fix_whitespace,
        Suspect.BLANK,
        "after decoding; before words are read, which invisible characters part",
    ),
    Repairer(
        quotes.fix_quotes,
        Suspect.QUOTE,
        "stand-ins become marks before glue looks at what stands around a stop",
    ),
    Repairer(apostrophes.fix_apostrophes, Suspect.LATIN, "whole words with blanks around them", lang="en"),
    Repairer(
        sentence_spacing.fix_sentence_spacing,
        Suspect.GLUE,
        "last: it reads words, marks and blanks, and puts in nothing but plain blanks",
    ),
)

# A family can bring to light what an earlier one repairs: an entity inside mojibake, a doubled mark behind
# a zero-width space. Each turn leaves less to do; no text was seen that needed more than three.
MOST_TURNS = 5


def clean_text(text: str, lang: str | None = None) -> Cleaned:
    """Repair a title or a body of plain text: encoding, blanks, quotation marks, letters, glue.

    ``lang`` (``kk``, ``ru``, ``en``, ``kk-Latn``) leaves out what is meant for another language; without it
    each family judges by the text. Nothing is ever raised for an odd text; ``records.undo`` gives the
    received text back.

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
    # What the last turn saw is what is left.
    return Cleaned(text, tuple(repairs), turn.problems)


def _turn(text: str, lang: str | None) -> Cleaned:
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()
    suspected = suspects(text)
    for family in REPAIRERS:
        if suspected & family.suspect and (family.lang is None or lang is None or family.lang == lang):
            cleaned = family.fix(text)
            repairs += cleaned.repairs
            problems += cleaned.problems
            if cleaned.text != text:
                text = cleaned.text
                suspected = suspects(text)
    return Cleaned(text, repairs, problems)
