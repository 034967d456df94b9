"""Convert a digest page saved as HTML to lines of visible text."""

from __future__ import annotations

import re

from pipelines.clean.html import html_to_text
from pipelines.clean.source_lines import SOURCE_LABEL
from pipelines.urls import parse_address

_PAGE = re.compile(
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


def looks_like_page(text: str) -> bool:
    """Return whether a text is an HTML page, and not the text copied from one.

    >>> looks_like_page("<!DOCTYPE html><html>"), looks_like_page("News\\nMore")
    (True, False)
    """
    return _PAGE.match(text) is not None


def visible_text(html: str) -> str:
    """Return the visible text of a page, with the URLs of its source links.

    A link that shows only ``gov.kz`` or ``Source`` is replaced by its URL, which identifies the item.
    """
    text = html_to_text(_LINK.sub(_spelled_out, html)).text
    # A complete page is marked by a final line end, a truncated one has none.
    return text + "\n" if "</html>" in html[-2000:].lower() else text


def _spelled_out(link: re.Match[str]) -> str:
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
