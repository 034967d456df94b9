"""Quotation marks: replace substitutes, restore missing marks where certain, report the others.

Valid marks keep the style of their source. A closing mark that serves two opening ones, as in
«ТОО «Ромашка», is common in print and cannot be distinguished from a lost one: it is reported, never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from pipelines.clean.edits import Edit, apply_edits, around, few
from pipelines.clean.quotes.pairing import QuotePairs, all_paired, pair_quotes
from pipelines.clean.quotes.restoration import RULES as MISSING_RULES
from pipelines.clean.quotes.restoration import find_missing
from pipelines.clean.quotes.substitutes import RULES as STAND_IN_RULES
from pipelines.clean.quotes.substitutes import fix_substitutes
from pipelines.items import Cleaned, Problem

RULES = {**STAND_IN_RULES, **MISSING_RULES}
PROBLEMS = {
    "unbalanced-quote": "A quotation mark has no partner, and the place of the missing one is not certain.",
}


def fix_quotes(text: str) -> Cleaned:
    """Repair quotation marks where that is certain and report every mark that is left without a partner.

    >>> fix_quotes('""Самұрық"" қоры').text
    '"Самұрық" қоры'
    >>> [p.kind for p in fix_quotes("Аким открыл «Центр семьи").problems]
    ['unbalanced-quote']
    """
    marked = fix_substitutes(text)
    text, repairs = marked.text, marked.repairs
    if all_paired(text):
        return Cleaned(text, repairs, marked.problems)
    found = pair_quotes(text)
    missing = find_missing(text, found) if found.lone else []
    if missing:
        edits: list[Edit] = [(item.at, item.at, item.mark, "missing-quote") for item in missing]
        text, put_back = apply_edits(text, edits)
        repairs += put_back
        found = pair_quotes(text)
    return Cleaned(text, repairs, marked.problems + few(_problems(text, found)))


def _problems(text: str, found: QuotePairs) -> Iterator[Problem]:
    for lone in found.lone:
        side = "opening" if lone.opens else "closing"
        yield Problem("unbalanced-quote", f"{side} {lone.mark} alone: {around(text, lone.at, lone.at + 1)}")
    yield from repeat(Problem("unbalanced-quote", "not listed"), found.unlisted)
