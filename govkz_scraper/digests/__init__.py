"""Parse newspaper digest pages, as text or HTML, into the press items that they reprint, as received.

Three layouts are known, also mixed on one page: a home page (section, ``More``, then title, date and body on
separate lines), a category (``TITLE dd.mm.yyyy``, the body below) and an article (title, then a line with
date, time and views). Only their lines distinguish them, so one parser handles all.
"""

from __future__ import annotations

import re
from dataclasses import replace

from govkz_scraper.digests.html import looks_like_page, visible_text
from govkz_scraper.digests.line_classifier import read_line
from govkz_scraper.digests.segmentation import find_marks
from govkz_scraper.digests.truncation import is_cut_off, page_end
from pipelines.items import RawStory

_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029\x85\x0b\x0c]")


def read_digest(text: str, *, html: bool | None = None, page_url: str | None = None) -> list[RawStory]:
    """Parse a digest page into its items, in page order; an empty list if there are none.

    Titles, dates and bodies are as printed, the bodies with their source lines. ``html``: whether ``text`` is
    HTML; None: detect it. The last item of a truncated page is marked as not complete.

    >>> page = "News\\nMore\\nBridge opened\\n20.12.2025\\nIt is open.\\nSchool built\\n19.12.2025\\nNew."
    >>> [(item.section, item.position, item.title) for item in read_digest(page)]
    [('News', 1, 'Bridge opened'), ('News', 2, 'School built')]
    """
    if html or (html is None and looks_like_page(text)):
        text = visible_text(text)
    lines = [read_line(line) for line in _LINE_END.split(text)]
    marks = find_marks(lines)
    if not marks:
        return []
    ends = [mark.first for mark in marks[1:]] + [len(lines)]
    items: list[RawStory] = []
    section = None
    for mark, end in zip(marks, ends, strict=True):
        if mark.section is not None:
            section = mark.section
            continue
        if mark is marks[-1]:
            end = page_end(lines, mark.after)
        body = "\n".join(line.text for line in lines[mark.after : end]).strip("\n")
        item = RawStory(title=mark.title, body=body or None, date=mark.date, section=section)
        items.append(replace(item, page_url=page_url, position=len(items) + 1))
    if items and is_cut_off(items, text):
        items[-1] = replace(items[-1], complete=False)
    return items
