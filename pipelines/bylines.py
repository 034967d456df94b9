"""Bylines: the press service's signature at the very end of a body, often glued to the last sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.records import Repair

RULES = {"byline": "The signature at the end of the text was taken out of the body; see stories.byline."}

_LONGEST = 180  # characters; a longer last line is a sentence about a press service, not a signature


@dataclass(frozen=True, slots=True)
class Signed:
    """A body without its signature, and the signature."""

    body: str
    byline: str | None = None
    repairs: tuple[Repair, ...] = ()


# Names of offices and places; a stop only in an abbreviation before a name: г.Алматы.
_NAME = r"(?:[^.!?\n:;]|(?<![^\W\d_])(?:г|гор|обл|им|с|ст|St)\.\s?(?=\w)){3,130}"
_LABEL = r"(?:(?:Source|Источник|Дереккөзі?|Автор|Author|Фото|Photo)\s?:\s?)?"
_FORMS = (
    rf"(?:(?:The|the) )?[Pp]ress[ -](?:[Ss]ervice|[Oo]ffice|[Cc]ent(?:er|re)) of {_NAME}",
    rf"[Пп]ресс[- –](?:служба|центр|секретарь) {_NAME}",
    rf"[^\W\d_]{_NAME}(?:ның|нің|дың|дің|тың|тің) (?:баспас[өо]з|пресс)[ -](?:қызметі|орталығы|хатшысы)",
    rf"[^\W\d_]{_NAME}(?:nyń|niń|dyń|diń|tyń|tiń) baspasóz (?:qyzmeti|ortalyǵy)",
)
_EVERY_FORM_HAS = ("ress", "ресс", "баспас", "baspas")
# After a stop, a closing mark or a line end; glued to a word only with a capital that no sentence has there.
_BEFORE = r"(?:(?<=[.!?…»”\"\n)])|\A|(?<=[a-zа-яёәғқңөұүһі])(?=P[a-z]{4} [Ss]|Пресс-))"
_SIGNATURE = re.compile(rf"{_BEFORE}(?P<gap>\s*{_LABEL})(?P<byline>{'|'.join(_FORMS)})\.?\s*\Z")
# A sentence about a press service has a verb; a signature has none.
_VERB = re.compile(
    r"\b(?:said|says|told|reports?|reported|inform(?:s|ed)|not(?:es|ed)|announce[sd]|has|have|had|will|is|was|are"
    r"|were|that|сообщ\w+|информир\w+|напомин\w+|призыв\w+|отме[чт]\w+|поздравля\w+|рассказ\w+|уточн\w+|передаёт"
    r"|передает|приглаша\w+|объявля\w+|провел\w*|деп|хабарла\w+|мәлімде\w+|айт\w+|ұсын\w+|жазды)\b",
    re.IGNORECASE,
)


def take_byline(body: str) -> Signed:
    """Take the signature off the end of a body; only known forms, only at the very end.

    >>> take_byline("Мост ашылды. Шымкент қаласы әкімінің баспасөз қызметі").byline
    'Шымкент қаласы әкімінің баспасөз қызметі'
    """
    end = len(body.rstrip())
    tail = body[max(0, end - _LONGEST) : end]
    if not any(word in tail for word in _EVERY_FORM_HAS):
        return Signed(body)
    match = _SIGNATURE.search(body, max(0, end - _LONGEST))
    if match is None or _VERB.search(match["byline"]) or match.start() == 0:
        return Signed(body)  # a body that is nothing but a signature is kept as it is
    start = match.start("gap")
    return Signed(body[:start], match["byline"], (Repair("byline", body[start:], "", start),))
