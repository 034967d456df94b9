"""Split a rendered item page into blocks, and find the date, the view counter and the end of the story.

The text's container has no stable class name, so the text is found between these markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lxml.etree import iterwalk
from lxml.html import HtmlElement, tostring

from govkz_scraper.routes.responses import ITEM_PATH

_MONTH = r"[^\W\d_]{3,12}"
_DAY = (  # «13 июля 2026» was seen; the others are usual in the three languages and in programs
    rf"(?:\d{{1,2}}\s{_MONTH}\.?,?\s\d{{4}}|\d{{4}}\s(?:жылғы|ж\.)\s\d{{1,2}}\s{_MONTH}"
    rf"|{_MONTH}\s\d{{1,2}},\s\d{{4}}|\d{{1,2}}\.\d\d\.\d{{4}}|\d{{4}}-\d\d-\d\d)"
)
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_DATE = re.compile(rf"{_DAY}(?:\s?(?:года|г\.?|жылы|ж\.?))?(?:,?\s(?:(?:в|сағат|at)\s)?{_CLOCK})?")
_VIEWS = re.compile(r"[^\W\d][^\d:]{2,60}:\s?\d[\d\s]{0,12}")
_DATE_AND_VIEWS = re.compile(rf"(?P<date>{_DATE.pattern})(?:\s{_VIEWS.pattern})?")
# Headings that end a story: the Russian ones as seen, the Kazakh and English ones translated.
_DIRECTIONS = ("направления деятельности", "қызмет бағыттары", "directions", "areas of activity")
_OTHERS = ("читайте также", "сондай-ақ оқыңыз", "сонымен қатар оқыңыз", "read also", "see also")
_CARD = "card-news-list__item"
_ALL = ("все новости", "барлық жаңалықтар", "all news")  # the link under the other stories
_MARK_LENGTH = 90  # characters; dates, counters and headings are not longer
_LABEL_LENGTH = 400  # characters of all directions together
# Never split: a cell or an entry is meaningless without its table or list.
_WHOLE = frozenset({"table", "ul", "ol", "p", "blockquote"})
_SEARCHED = 2000  # characters; a longer element is no marker, though it may contain one
_NO_TEXT = frozenset({"script", "style", "noscript", "template"})


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page that contains no marker, or is one."""

    text: str  # visible, on one line; empty for a picture or white space
    markup: str


def one_line(element: HtmlElement) -> str:
    """Return the visible text of an element on one line."""
    return " ".join(str(element.text_content()).split())


def blocks_after(heading: HtmlElement, main: HtmlElement) -> list[Block]:
    """Return the blocks that follow the heading within ``main``, in page order."""
    for title in list(main.iter("title")):  # of a whole document pasted as a text; browsers do not show it
        title.drop_tree()
    holders = _holders(main)
    found: list[Block] = []
    place = heading
    while place is not main:
        found += _loose(place.tail)
        for sibling in place.itersiblings():
            found += _cut(sibling, holders)
            found += _loose(sibling.tail)
        place = place.getparent()
    return found


def date_at(blocks: Sequence[Block]) -> tuple[int, str] | None:
    """Find the date in the first blocks below the heading: the block's index and the date as printed."""
    for number in [number for number, block in enumerate(blocks) if block.text][:4]:
        if _tells_of_others(blocks[number]):
            return None
        match = _DATE_AND_VIEWS.fullmatch(blocks[number].text[: _MARK_LENGTH + 1])
        if match:
            following = next((n for n in range(number + 1, len(blocks)) if blocks[n].text), number)
            if re.fullmatch(_CLOCK, blocks[following].text):
                return following, f"{match['date']} {blocks[following].text}"
            return number, match["date"]
    return None


def views_at(blocks: Sequence[Block], start: int) -> int:
    """Return the index of the text's first block: after the view counter, if one follows the date."""
    first = next((number for number in range(start, len(blocks)) if blocks[number].text), start)
    return first + 1 if first < len(blocks) and _fits(_VIEWS, blocks[first].text) else start


def end_of_story(blocks: Sequence[Block], start: int) -> tuple[int, str | None]:
    """Return the index after the story, and the section named there; of several markers the last counts."""
    texts = [block.text.casefold() for block in blocks]
    ends = [
        number
        for marks in (_OTHERS, _ALL)
        for number in reversed(range(start, len(texts)))
        if texts[number] in marks or (texts[number][:-1] in marks and _announces(blocks[number]))
    ]
    end = ends[0] if ends else _last_of_its_own(blocks, start)
    named = next((n for n in reversed(range(start, end)) if texts[n].startswith(_DIRECTIONS)), None)
    if named is None or not _is_label(blocks[named:end]):
        return end, None
    words = " ".join(block.text for block in blocks[named:end] if block.text)
    label = next(label for label in _DIRECTIONS if words.casefold().startswith(label))
    return named, words[len(label) :].strip(" :") or None


def _tells_of_others(block: Block) -> bool:
    """Return whether a block is the heading of other stories, one of their cards, or a list of links."""
    if block.text.casefold().removesuffix(":") in (*_OTHERS, *_ALL) or _CARD in block.markup:
        return True
    return block.markup.count(ITEM_PATH) > 1 and not block.markup.startswith("<p")


def _last_of_its_own(blocks: Sequence[Block], start: int) -> int:
    """Return the index where other stories begin at the end of a page, including an unknown heading."""
    end = len(blocks)
    for number in reversed(range(start, len(blocks))):
        block = blocks[number]
        if _tells_of_others(block):
            end = number
        elif block.text:
            heads = end < len(blocks) and re.match(r"<h\d", block.markup)
            return number if heads else end
    return end


def _is_label(blocks: Sequence[Block]) -> bool:
    """Return whether blocks list the directions; a paragraph may begin with the same word."""
    first, *others = (block for block in blocks if block.text)
    told = first.text.endswith((".", "!", "?")) or len(first.text) > _LABEL_LENGTH
    return not told and not any(b.markup.startswith("<p") or len(b.text) > _MARK_LENGTH for b in others)


def _announces(block: Block) -> bool:
    """Return whether a block is a heading with a colon, and not a paragraph with the same words."""
    return block.text.endswith(":") and not block.markup.startswith("<p")


def _holders(main: HtmlElement) -> set[HtmlElement]:
    """Find the elements that contain a marker, in one bottom-up pass."""
    holders: set[HtmlElement] = set()
    sizes: dict[HtmlElement, int] = {}
    for _, element in iterwalk(main, events=("end",)):
        sizes[element] = len(element.text or "") + sum(
            sizes.get(child, 0) + len(child.tail or "") for child in element
        )
        if _begins_with_mark(element):
            _add(element, holders)
        if sizes[element] <= _SEARCHED and _is_mark(element):
            _add(element.getparent(), holders)
    return holders


def _add(element: HtmlElement | None, holders: set[HtmlElement]) -> None:
    while element is not None and element not in holders:
        holders.add(element)
        element = element.getparent()


def _begins_with_mark(element: HtmlElement) -> bool:
    """Return whether an element begins with a marker and contains what the marker announces."""
    words = (element.text or "")[:_MARK_LENGTH].strip().casefold().removesuffix(":")
    return len(element) > 0 and words in _OTHERS


def _cut(element: HtmlElement, holders: set[HtmlElement]) -> Iterator[Block]:
    """Yield an element as one block, or its parts if it contains a marker."""
    waiting: list[HtmlElement | str | None] = [element]  # not by recursion: nesting may be arbitrarily deep
    while waiting:
        part = waiting.pop()
        if part is None or isinstance(part, str):
            yield from _loose(part)
        elif not isinstance(part.tag, str) or part.tag in _NO_TEXT:
            continue
        elif part.tag in _WHOLE or part not in holders or _is_card(part):
            yield Block(one_line(part), tostring(part, encoding="unicode", with_tail=False))
        else:
            waiting += reversed([part.text, *(piece for child in part for piece in (child, child.tail))])


def _is_mark(element: HtmlElement) -> bool:
    text = one_line(element)
    folded = text.casefold()
    named = folded.removesuffix(":") in (*_OTHERS, *_ALL) or folded.startswith(_DIRECTIONS)
    if _is_card(element):
        return True
    return element.tag not in _NO_TEXT and (named or _fits(_DATE_AND_VIEWS, text) or _fits(_VIEWS, text))


def _is_card(element: HtmlElement) -> bool:
    return _CARD in (element.get("class") or "")


def _loose(text: str | None) -> list[Block]:
    """Convert text between elements to a block; whitespace is kept, because it separates words."""
    return [Block(" ".join(text.split()), escape(text, quote=False))] if text else []


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _MARK_LENGTH and pattern.fullmatch(text) is not None
