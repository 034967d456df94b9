"""Restoration of missing quotation marks, only where a single place is possible."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.clean.quotes.pairing import Lone, QuotePairs

RULES = {"missing-quote": "A missing quotation mark was restored where only one place was possible."}

# With more unpaired marks than this no place is certain.
MOST_LONE = 6
_LONGEST_NAME = 80
_CLOSING = {"«": "»", "„": "“", "“": "”", '"': '"'}
_OPENING = {"»": "«", "”": "“", '"': '"'}

_RU_SAID = (
    "сказал|заявил|отметил|подчеркнул|сообщил|рассказал|добавил|пояснил|уточнил|напомнил|говорит|говорится"
    "|ответил|поделил|поздравил|считает|заключил|объяснил|пишет|написал|прокомментировал|резюмировал"
)
_KK_SAID = "де[йг]|деді|деп|айтты|жазды|хабарла"
# The attribution after a speech: «…», — сказал аким. It ends the paragraph, and no further dash or
# comma resumes the speech.
_SAID = re.compile(
    rf"(,) [—–-]{{1,2}} (?:{_RU_SAID}|{_KK_SAID})[^\n—–«»\"“”„]{{0,200}}[.!?…]?(?=\n\n|\Z)", re.IGNORECASE
)
_KK_FORM = re.compile(r" (?:ЖШС|АҚ|ШЖҚ|КММ|РММ|ММ|КМҚК|МКҚК|РМК)\b")
_RU_FORM = re.compile(r"(?:^|[\s(])(?:ТОО|АО|ОО|КГУ|ГУ|ГКП|КГП|РГП|РГУ|ИП|ОАО|ЗАО|ООО) (\w{3,40})$")


@dataclass(frozen=True, slots=True)
class Missing:
    """A mark to insert, and the offset in the text at which it belongs."""

    at: int
    mark: str


def find_missing(text: str, found: QuotePairs) -> list[Missing]:
    """Return the missing partners of unpaired marks whose place is certain.

    >>> from pipelines.clean.quotes.pairing import pair_quotes
    >>> text = "«Нұр Отан» партиясы. Сайлауда «Нұр Отан партиясы жеңді."
    >>> find_missing(text, pair_quotes(text))
    [Missing(at=39, mark='»')]
    """
    if len(found.lone) > MOST_LONE:
        return []
    names = _names(text, found)
    missing = []
    for lone in found.lone:
        place = _place(text, lone, found, names)
        if place is not None:
            mark = (_CLOSING if lone.opens else _OPENING).get(lone.mark)
            if mark:
                missing.append(Missing(place, mark))
    return sorted(missing, key=lambda item: item.at)


def _names(text: str, found: QuotePairs) -> list[str]:
    """Return the names that the text itself quotes elsewhere; speech is left out."""
    pairs = zip(found.starts[:200], found.ends[:200], strict=True)
    names = {text[start + 1 : end] for start, end in pairs if end - start <= _LONGEST_NAME}
    return [name for name in sorted(names) if len(name) >= 4 and not _has_mark(name) and _is_name(name)][:50]


def _is_name(words: str) -> bool:
    return not words[0].islower() and words[-1].isalnum()


def _has_mark(text: str) -> bool:
    return any(mark in text for mark in '«»“”„"')


def _place(text: str, lone: Lone, found: QuotePairs, names: list[str]) -> int | None:
    if lone.opens:
        return (
            _after_twin(text, lone.at, names)
            or _before_attribution(text, lone, found)
            or _before_form(text, lone)
        )
    return _before_twin(text, lone.at, names) or _after_form(text, lone.at)


def _after_twin(text: str, at: int, names: list[str]) -> int | None:
    """Match a name that is quoted elsewhere in the text, unless speech begins here."""
    if at == 0 or text[at - 1] == "\n" or text[max(0, at - 2) : at] in {": ", ", "}:
        return None
    ends = [at + 1 + len(n) for n in names if text.startswith(n, at + 1)]
    if len(ends) != 1 or text[ends[0] : ends[0] + 1].isalnum():
        return None
    return ends[0]


def _before_twin(text: str, at: int, names: list[str]) -> int | None:
    starts = [at - len(n) for n in names if text.endswith(n, 0, at)]
    if len(starts) != 1 or (starts[0] > 0 and text[starts[0] - 1] not in " \n(—–-"):
        return None
    return starts[0]


def _before_attribution(text: str, lone: Lone, found: QuotePairs) -> int | None:
    """Match a speech that opens its paragraph and is followed only by its attribution."""
    at = lone.at
    if len(found.lone) != 1 or not (at == 0 or text[at - 1] == "\n" or text[max(0, at - 2) : at] == ": "):
        return None
    said = _SAID.search(text, at)
    end = text.find("\n", at)
    if said is None or (0 <= end < said.start()) or _has_mark(text[said.start() - 1]):
        return None
    if any(start < said.start() < stop for start, stop in zip(found.starts, found.ends, strict=True)):
        return None
    return said.start()


def _next_mark(text: str, at: int) -> int:
    following = re.compile('[«»“”„"\n]').search(text, at)
    return following.start() if following else len(text)


def _before_form(text: str, lone: Lone) -> int | None:
    """Match a Kazakh company name: its legal form follows the closing mark."""
    limit = min(_next_mark(text, lone.at + 1), lone.at + _LONGEST_NAME)
    form = _KK_FORM.search(text, lone.at, limit)
    if form is None or any(sign in text[lone.at : form.start()] for sign in ",.;:!?"):
        return None
    return form.start()


def _after_form(text: str, at: int) -> int | None:
    """Match a Russian company name of one word: its legal form precedes the opening mark."""
    form = _RU_FORM.search(text[max(0, at - _LONGEST_NAME) : at])
    return at - len(form.group(1)) if form else None
