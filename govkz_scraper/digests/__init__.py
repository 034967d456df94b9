"""Parse newspaper digest pages, as text or HTML, into the press items that they reprint, as received.

Three layouts are known, also mixed on one page: a home page (section, ``More``, then title, date and body on
separate lines), a category (``TITLE dd.mm.yyyy``, the body below) and an article (title, then a line with
date, time and views). Only their lines distinguish them, so one parser handles all.
"""

from __future__ import annotations

import re
from dataclasses import replace

from govkz_scraper.digests.line_classifier import read_line
from govkz_scraper.digests.segmentation import find_marks
from govkz_scraper.digests.truncation import is_cut_off, page_end
from pipelines.clean.html import html_to_text
from pipelines.clean.source_lines import SOURCE_LABEL
from pipelines.items import RawStory
from pipelines.urls import parse_address

_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029\x85\x0b\x0c]")
_HTML_PAGE = re.compile(
    r"[\s\ufeff]*<(?:!doctype|html|head|body|\?xml|div|!--|section|main|article|header|table|h[1-6]|p|ul|title|meta)\b"
    r"|[\s\ufeff]*<!",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"<a\s[^<>]{0,400}?href\s{0,3}=\s{0,3}[\"']?(?P<href>[^\"'\s<>]{1,300})[^<>]{0,400}>(?P<text>[^<]{0,300})</a>",
    re.IGNORECASE,
)
_LABEL_ONLY = re.compile(rf"\s*{SOURCE_LABEL}\s*[:：]?\s*\Z")
_SHORTENED = re.compile(r"\s*(?:https?://|www\.|gov\.kz)\S*\s*\Z")


def read_digest(text: str, *, html: bool | None = None, page_url: str | None = None) -> list[RawStory]:
    """Parse a digest page into its items, in page order; an empty list if there are none.

    Titles, dates and bodies are as printed, the bodies with their source lines. ``html``: whether ``text`` is
    HTML; None: detect it. The last item of a truncated page is marked as not complete.

    >>> page = "News\\nMore\\nBridge opened\\n20.12.2025\\nIt is open.\\nSchool built\\n19.12.2025\\nNew."
    >>> [(item.section, item.position, item.title) for item in read_digest(page)]
    [('News', 1, 'Bridge opened'), ('News', 2, 'School built')]
    """
    if html or (html is None and is_html_page(text)):
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


def is_html_page(text: str) -> bool:
    """Return whether a text is an HTML page, and not the text copied from one.

    >>> is_html_page("<!DOCTYPE html><html>"), is_html_page("News\\nMore")
    (True, False)
    """
    return _HTML_PAGE.match(text) is not None


def visible_text(html: str) -> str:
    """Return the visible text of a page, with the URLs of its source links.

    A link that shows only ``gov.kz`` or ``Source`` is replaced by its URL, which identifies the item.
    """
    text = html_to_text(_LINK.sub(_spell_out, html)).text
    # A complete page is marked by a final line end, a truncated one has none.
    return text + "\n" if "</html>" in html[-2000:].lower() else text


def _spell_out(link: re.Match[str]) -> str:
    href, text = link["href"], link["text"]
    if parse_address(href) is None:
        return link.group()
    if _LABEL_ONLY.match(text):
        shown = f"{text.rstrip().rstrip(':：').rstrip()} : {href}"
    elif _SHORTENED.match(text) and parse_address(text) is None:
        shown = href
    else:
        return link.group()
    return link.group()[: link.start("text") - link.start()] + shown + "</a>"
