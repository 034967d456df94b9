"""The parts of a rendered item page: its own marks (date, counter, other stories) and what lies between.

The container of the text has no name that is known to last, so the text is what stands between the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lxml.html import HtmlElement, tostring

_DAY = r"(?:\d{1,2}\s[^\W\d_]{3,12}\.?,?\s\d{4}|\d{4}\sжылғы\s\d{1,2}\s[^\W\d_]{3,12}|\d{1,2}\.\d\d\.\d{4})"
_DATE = re.compile(rf"{_DAY}(?:\s?(?:г\.?|ж\.?))?(?:,?\s\d{{1,2}}:\d\d(?::\d\d)?)?")
_VIEWS = re.compile(r"[^\W\d][^\d:]{2,60}:\s?\d[\d\s]{0,12}")
# What parts a story from the others: the Russian words as seen, the Kazakh and English ones by their sense.
_DIRECTIONS = ("направления деятельности", "қызмет бағыттары", "directions", "areas of activity")
_OTHERS = ("читайте также", "сондай-ақ оқыңыз", "сонымен қатар оқыңыз", "read also", "see also")
_MARK_LENGTH = 90  # characters; a longer text is no date, counter or heading
# Never cut in parts: a cell or an entry without its table or list is no longer one.
_WHOLE = frozenset({"table", "ul", "ol", "p", "blockquote"})
_NO_TEXT = frozenset({"script", "style", "noscript", "template"})


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the page that holds no mark inside, or is one."""

    text: str  # visible, on one line; empty for a picture or white space
    markup: str


def one_line(element: HtmlElement) -> str:
    """Give the visible text of an element, its white space made single blanks."""
    return " ".join(str(element.text_content()).split())


def blocks_after(heading: HtmlElement, main: HtmlElement) -> list[Block]:
    """Give what follows the heading inside the main part, in the order of the page."""
    for title in list(main.iter("title")):  # of a whole document given as a text; a browser does not show it
        title.drop_tree()
    found: list[Block] = []
    place = heading
    while place is not main:
        found += _loose(place.tail)
        for sibling in place.itersiblings():
            found += _cut(sibling)
            found += _loose(sibling.tail)
        place = place.getparent()
    return found


def date_at(blocks: Sequence[Block]) -> int | None:
    """Find the date: among the first texts under the heading, or there is none."""
    texts = [number for number, block in enumerate(blocks) if block.text][:4]
    return next((number for number in texts if _fits(_DATE, blocks[number].text)), None)


def views_at(blocks: Sequence[Block], start: int) -> int:
    """Give where the text begins: after the counter of readers, when one follows the date."""
    first = next((number for number in range(start, len(blocks)) if blocks[number].text), start)
    return first + 1 if first < len(blocks) and _fits(_VIEWS, blocks[first].text) else start


def end_of_story(blocks: Sequence[Block], start: int) -> tuple[int, str | None]:
    """Give where the story ends, and the section named there; the last mark of a kind is the page's own."""
    texts = [block.text.casefold() for block in blocks]
    end = next((n for n in reversed(range(start, len(texts))) if texts[n] in _OTHERS), len(texts))
    named = next((n for n in reversed(range(start, end)) if texts[n].startswith(_DIRECTIONS)), None)
    if named is None:
        return end, None
    words = " ".join(block.text for block in blocks[named:end] if block.text)
    label = next(label for label in _DIRECTIONS if words.casefold().startswith(label))
    return named, words[len(label) :].strip(" :") or None


def _cut(element: HtmlElement) -> Iterator[Block]:
    """Give an element whole, or in parts when a mark of the page stands somewhere inside it."""
    if not isinstance(element.tag, str) or element.tag in _NO_TEXT:
        return
    if element.tag in _WHOLE or not any(_is_mark(inner) for inner in element.iterdescendants()):
        yield Block(one_line(element), tostring(element, encoding="unicode", with_tail=False))
        return
    yield from _loose(element.text)
    for child in element:
        yield from _cut(child)
        yield from _loose(child.tail)


def _is_mark(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in _NO_TEXT:
        return False
    text = one_line(element)
    if len(text) > _MARK_LENGTH and not text.casefold().startswith(_DIRECTIONS):
        return False
    return (
        text.casefold() in _OTHERS
        or text.casefold().startswith(_DIRECTIONS)
        or _fits(_DATE, text)
        or _fits(_VIEWS, text)
    )


def _loose(text: str | None) -> list[Block]:
    """Give text that stands between elements; white space counts, for it parts words."""
    return [Block(" ".join(text.split()), escape(text, quote=False))] if text else []


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _MARK_LENGTH and pattern.fullmatch(text) is not None
