"""The parts of a rendered item page: its own marks (date, counter, other stories) and what lies between.

The container of the text has no name that is known to last, so the text is what stands between the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lxml.etree import iterwalk
from lxml.html import HtmlElement, tostring

_MONTH = r"[^\W\d_]{3,12}"
_DAY = (  # «13 июля 2026» was seen; the others are how the three languages and programs write a day
    rf"(?:\d{{1,2}}\s{_MONTH}\.?,?\s\d{{4}}|\d{{4}}\s(?:жылғы|ж\.)\s\d{{1,2}}\s{_MONTH}"
    rf"|{_MONTH}\s\d{{1,2}},\s\d{{4}}|\d{{1,2}}\.\d\d\.\d{{4}}|\d{{4}}-\d\d-\d\d)"
)
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_DATE = re.compile(rf"{_DAY}(?:\s?(?:года|г\.?|жылы|ж\.?))?(?:,?\s(?:(?:в|сағат|at)\s)?{_CLOCK})?")
_VIEWS = re.compile(r"[^\W\d][^\d:]{2,60}:\s?\d[\d\s]{0,12}")
_DATE_AND_VIEWS = re.compile(rf"(?P<date>{_DATE.pattern})(?:\s{_VIEWS.pattern})?")
# What parts a story from the others: the Russian words as seen, the Kazakh and English ones by their sense.
_DIRECTIONS = ("направления деятельности", "қызмет бағыттары", "directions", "areas of activity")
_OTHERS = ("читайте также", "сондай-ақ оқыңыз", "сонымен қатар оқыңыз", "read also", "see also")
_CARD = "card-news-list__item"
_LINKED = "/press/news/details/"
_ALL = ("все новости", "барлық жаңалықтар", "all news")  # the link under the other stories
_MARK_LENGTH = 90  # characters; a longer text is no date, counter or heading
_LABEL_LENGTH = 400  # characters of all directions together
# Never cut in parts: a cell or an entry without its table or list is no longer one.
_WHOLE = frozenset({"table", "ul", "ol", "p", "blockquote"})
_SEARCHED = 2000  # characters; a longer element is no mark, though one may stand in it
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
    """Find the date among the first texts under the heading: the number of its block and its words."""
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
    """Give where the text begins: after the counter of readers, when one follows the date."""
    first = next((number for number in range(start, len(blocks)) if blocks[number].text), start)
    return first + 1 if first < len(blocks) and _fits(_VIEWS, blocks[first].text) else start


def end_of_story(blocks: Sequence[Block], start: int) -> tuple[int, str | None]:
    """Give where the story ends, and the section named there; the last mark of a kind is the page's own."""
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
    """Tell the heading over other stories, one of their cards, or a list of links to them."""
    if block.text.casefold().removesuffix(":") in (*_OTHERS, *_ALL) or _CARD in block.markup:
        return True
    return block.markup.count(_LINKED) > 1 and not block.markup.startswith("<p")


def _last_of_its_own(blocks: Sequence[Block], start: int) -> int:
    """Give where other stories begin that no known words announce: at the end, with the heading over them."""
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
    """Tell the line that names directions from a paragraph that begins so: nothing is told from there on."""
    first, *others = (block for block in blocks if block.text)
    told = first.text.endswith((".", "!", "?")) or len(first.text) > _LABEL_LENGTH
    return not told and not any(b.markup.startswith("<p") or len(b.text) > _MARK_LENGTH for b in others)


def _announces(block: Block) -> bool:
    """Tell a heading with a colon from a line of the story that says the same."""
    return block.text.endswith(":") and not block.markup.startswith("<p")


def _holders(main: HtmlElement) -> set[HtmlElement]:
    """Find the elements inside which a mark of the page stands, in one pass from the inside out."""
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
    """Tell an element whose own first words are a mark, and what the mark announces stands in it."""
    words = (element.text or "")[:_MARK_LENGTH].strip().casefold().removesuffix(":")
    return len(element) > 0 and words in _OTHERS


def _cut(element: HtmlElement, holders: set[HtmlElement]) -> Iterator[Block]:
    """Give an element whole, or in parts when a mark of the page stands somewhere inside it."""
    waiting: list[HtmlElement | str | None] = [element]  # not by recursion: a page may be nested without end
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
    """Give text that stands between elements; white space counts, for it parts words."""
    return [Block(" ".join(text.split()), escape(text, quote=False))] if text else []


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return len(text) <= _MARK_LENGTH and pattern.fullmatch(text) is not None
