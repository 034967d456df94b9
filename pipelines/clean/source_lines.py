"""Source lines: the lines in which a reprint names its sources, cut out of the body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.clean.edits import Edit, apply_edits
from pipelines.items import Problem, Repair
from pipelines.urls import parse_address

RULES = {"source-line": "The source lines were removed from the body; their URLs are in story_urls."}
PROBLEMS = {
    "cut-address": "The text ends within a URL: its id may be incomplete, so it was not used.",
    "no-address": "The text ends with the label of a source, and no URL follows.",
}

# The label of a source, in capitals or not. No \b: the label often follows a word or number without a space.
SOURCE_LABEL = (
    r"(?:S(?:ources?|OURCES?)|(?:Первои|И)сточники?(?:\sинформации)?|ИСТОЧНИК"
    r"|Ссылка\sна\sисточник|Дерек\s?көз(?:і|дері)?|ДЕРЕККӨЗІ?|Ақпарат\sкөзі|Qaınar\skózi|Derekkóz[iı]?)"
)
_START = r"(?:https?://|www\.|gov\.kz/)"
_LABEL = re.compile(rf"{SOURCE_LABEL}\s{{0,3}}(?:[:：]\s{{0,3}}|(?<=\s))(?={_START})")
_BARE_LABEL = re.compile(rf"{SOURCE_LABEL}\s{{0,3}}[:：]\s*(?:h|ht|htt|https?:?/?/?|www?\.?)?\Z")
_NEXT = rf"(?:{SOURCE_LABEL}\s{{0,3}}[:：]|https?://|[\s<>\"«»“”]|\Z)"
_URL = re.compile(rf"{_START}[^\s<>\"«»“”]*?(?={_NEXT})")
_SPACES = re.compile(r"[\s,;|]{0,20}")
_CLOSING = ").,;:!?'’*_"


@dataclass(frozen=True, slots=True)
class BodySources:
    """A body without its source lines, and the URLs that they named."""

    body: str
    urls: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    problems: tuple[Problem, ...] = ()


def extract_sources(body: str, *, cut_off: bool = False) -> BodySources:
    """Cut the source lines out of a body, also where no space precedes them.

    ``cut_off``: the text is truncated, so a URL at its very end may be incomplete; it is reported, not used.

    >>> extract_sources("Мост ашылды.Source: https://paper.example/p/1Source : https://gov.kz/x").urls
    ('https://paper.example/p/1', 'https://gov.kz/x')
    """
    spans = _spans(body) if "://" in body or "www." in body or "gov.kz/" in body else []
    if not spans:
        return _without_bare_label(body)
    urls: list[str] = []
    problems: list[Problem] = []
    for start, end in spans:
        for match in _URL.finditer(body, start, end):
            url = _normalize(match.group())
            if cut_off and not body[match.end() :].strip() and _may_be_cut(url):
                problems.append(Problem("cut-address", url[-120:]))
            else:
                urls.append(url)
    text, repairs = apply_edits(body, _edits(body, spans))
    rest = _without_bare_label(text)
    return BodySources(
        rest.body, tuple(dict.fromkeys(urls)), repairs + rest.repairs, (*problems, *rest.problems)
    )


def _normalize(url: str) -> str:
    """Strip the punctuation of the sentence from a URL and add a missing scheme."""
    url = url.rstrip(_CLOSING)
    return url if url.startswith("http") else f"https://{url}"


def _spans(body: str) -> list[tuple[int, int]]:
    """Find the spans from a label to the end of the last URL that follows it directly."""
    spans: list[tuple[int, int]] = []
    at = 0
    while match := _LABEL.search(body, at):
        end = after = match.end()
        while url := _URL.match(body, after):
            end = url.end()
            spaces = _SPACES.match(body, end)
            after = spaces.end() if spaces else end
            if label := _LABEL.match(body, after):
                after = label.end()
        spans.append((match.start(), end))
        at = end
    return spans


def _may_be_cut(url: str) -> bool:
    """Return whether a URL may be incomplete; after ``?`` at least the id is whole."""
    return parse_address(url) is None or "?" not in url


def _edits(body: str, spans: list[tuple[int, int]]) -> list[Edit]:
    """Cut out the spans and the spaces before them; text that continues after one begins a new paragraph."""
    edits: list[Edit] = []
    done = 0
    for start, end in spans:
        if start > done and body[start - 1] == "(" and body[end - 1] == ")":
            start -= 1
        while start > done and body[start - 1].isspace():
            start -= 1
        between = start > 0 and end < len(body) and not body[end].isspace()
        edits.append((start, end, "\n\n" if between else "", "source-line"))
        done = end
    return edits


def _without_bare_label(body: str) -> BodySources:
    first = max(0, len(body) - 60)
    match = _BARE_LABEL.search(body, first)
    if match is None:
        return BodySources(body)
    start = len(body[: match.start()].rstrip())
    problem = Problem("no-address", body[start:].strip())
    return BodySources(body[:start], (), (Repair("source-line", body[start:], "", start),), (problem,))
