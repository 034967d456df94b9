"""Bylines: the press service's signature at the very end of a body, often glued to the last sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.records import Repair

RULES = {"byline": "The signature at the end of the text was taken out of the body; see stories.byline."}

_LONGEST = 160  # characters; a longer last line is a sentence about a press service, not a signature


@dataclass(frozen=True, slots=True)
class Signed:
    """A body without its signature, and the signature."""

    body: str
    byline: str | None = None
    repairs: tuple[Repair, ...] = ()


# The signature begins after a stop, a closing mark or a line end; names and places follow without a stop.
_SIGNATURE = re.compile(
    r"(?:(?<=[.!?…»”\"\n])|(?<=[.!?…»”\"]\)))(?P<gap>\s*)"
    r"(?P<byline>"
    r"(?:The )?[Pp]ress[ -](?:[Ss]ervice|[Oo]ffice|[Cc]ent(?:er|re)) of (?:the )?[^.!?\n:;]{3,120}"
    r"|Пресс-(?:служба|центр) [^.!?\n:;]{3,120}"
    r"|[А-ЯЁӘҒҚҢӨҰҮҺІA-Z«][^.!?\n:;]{3,120} (?:баспасөз қызметі|пресс-қызметі|баспасөз орталығы)"
    r")\.?\s*\Z"
)


def take_byline(body: str) -> Signed:
    """Take the signature off the end of a body; only known forms, only at the very end.

    >>> take_byline("Мост ашылды. Шымкент қаласы әкімінің баспасөз қызметі").byline
    'Шымкент қаласы әкімінің баспасөз қызметі'
    """
    tail_start = max(0, len(body) - _LONGEST)
    match = _SIGNATURE.search(body, tail_start)
    if match is None:
        return Signed(body)
    start = match.start("gap")
    return Signed(body[:start], match["byline"], (Repair("byline", body[start:], "", start),))
