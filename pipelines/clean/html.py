"""HTML to text: ``html-text`` (on lxml) does the conversion; this module prepares the tree.

In the text one empty line separates paragraphs; a line end separates line breaks, list items and table rows.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from pipelines.clean.escapes import join_halves
from pipelines.items import Cleaned, Problem, Repair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import TreeBuilder, XPath, _Element

RULES = {"html": "The HTML of the body was converted to text; the repair contains the markup."}
PROBLEMS = {"html-unreadable": "The HTML could not be parsed as a tree; its tags were only removed."}

_TAG = re.compile(r"<(?:[a-zA-Z][^<>]*>|/[a-zA-Z]|!--|!\[|!doctype|\?xml)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"<(?:p|div|br|table|tr|td|ul|ol|li|h[1-6]|html|body|blockquote|section|article)(?:\s[^<>]*)?/?>"
    r"|</(?:p|div|table|ul|ol|li|h[1-6]|b|i|u|strong|em|span|a|font|sup|sub)>",
    re.IGNORECASE,
)
# Markup escaped as a whole, as by an editor that expects text, begins and ends with a tag.
_FIRST_TAG = re.compile(
    r"\s{0,100}<(?:!doctype|html|body|p|div|h[1-6]|ul|ol|table|section|article|span)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\s{0,100}&(?:amp;)?lt;", re.IGNORECASE)
_MOST_ESCAPED = 2
# A document may be pasted into another: libxml2 reads nothing after the first end.
_DOCUMENT_END = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
# A URL or e-mail address in angle brackets is not a tag.
_ADDRESS = re.compile(r"<(?=[^\s<>@]{1,64}@[^\s<>]{1,255}>|https?://[^\s<>]{1,500}>)")
# Not visible to a reader of the page.
_DROPPED = (
    *(
        "head",
        "title",
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "svg",
    ),
    *("math", "canvas", "audio", "video", "select", "option", "textarea", "button", "xml"),
)
_PARAGRAPH_TAGS = """
    p div h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure figcaption section article aside header
    footer main nav form fieldset details summary address hr center caption
"""
_PARAGRAPHS = frozenset(_PARAGRAPH_TAGS.split())
_LINES = frozenset(("br", "li", "tr", "dt", "dd", "legend", "thead", "tbody", "tfoot"))
# Anything else is inline: its tags go before the conversion, or html-text would split «<b>Ш</b>ымкент».
_NOT_INLINE = _PARAGRAPHS | _LINES | {"td", "th", "html", "body", "img"}
# The attributes come first in the expression: most elements have none.
_HIDDEN = "//@hidden/.. | //@style[contains(., 'none') or contains(., 'hid') or contains(., 'NONE')]/.."
_HIDDEN_STYLE = re.compile(
    r"(?<![-\w])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_CONTROLS = frozenset(("w:sdt", "w:sdtcontent"))  # Word's content controls enclose visible text
# A table of figures keeps each row on one line; a table that only lays out the page has longer cells.
_LONGEST_CELL = 300
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])  # in UTF-8, too, each is a byte of its own
_DEEPEST = 200
_FIGURES = re.compile("[+−-]?[0-9]{1,4}")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def looks_like_html(text: str) -> bool:
    """Detect markup in what should be plain text; cautious, so that ``a < b`` and ``<<кавычки>>`` stay text.

    >>> looks_like_html("<p>Аким</p>"), looks_like_html("if a <b and c> d")
    (True, False)
    """
    if "<" in text:
        return _BLOCK_TAG.search(text) is not None
    return _is_escaped(text)


def _is_escaped(text: str) -> bool:
    return _ESCAPED.match(text) is not None and _is_wrapped(unescape(unescape(text)))


def _is_wrapped(text: str) -> bool:
    return _FIRST_TAG.match(text) is not None and text.rstrip().endswith(">")


def html_to_text(html: str) -> Cleaned:
    """Convert a fragment of HTML, a whole document or mere entities to text; never raises.

    >>> html_to_text("<p>Әкім <b>жұм</b>ысты бастады.<br>Иә</p><script>x()</script><p>Ол кетті.</p>").text
    'Әкім жұмысты бастады.\\nИә\\n\\nОл кетті.'
    >>> html_to_text("&lt;p&gt;Әкім&lt;/p&gt;&lt;p&gt;Иә&lt;/p&gt;").text
    'Әкім\\n\\nИә'
    """
    text, problems = _read(html)
    for _ in range(_MOST_ESCAPED):
        if not (_is_wrapped(text) or _is_escaped(text)):
            break
        text, more = _read(text)
        problems += more
    if text == html:
        return Cleaned(html, (), problems)
    return Cleaned(text, (Repair("html", html, text, 0),), problems)


def _read(html: str) -> tuple[str, tuple[Problem, ...]]:
    problems: tuple[Problem, ...] = ()
    if _TAG.search(html) is None:
        text = unescape(join_halves(html)).strip()
    else:
        from lxml.etree import LxmlError  # imported here because most texts have no markup

        try:
            text = _convert(html)
        except (LxmlError, ValueError, AssertionError, RecursionError) as error:
            text = unescape(re.sub("<[^<>]*>", " ", join_halves(html))).strip()
            problems = (Problem("html-unreadable", f"{type(error).__name__}: {error}"[:200]),)
    return text, problems


def _convert(html: str) -> str:
    from html_text import etree_to_text

    root = _parse(html)
    if root is None:
        return ""
    _drop_hidden(root)
    _convert_superscripts(root)
    _drop_unseen(root)
    _mark_paragraphs(root)
    return str(etree_to_text(root, newline_tags=_LINES, double_newline_tags=_PARAGRAPHS))


def _parse(html: str) -> _Element | None:
    from lxml import etree
    from lxml.html import HTMLParser

    data = _as_bytes(html)
    # huge_tree: without it libxml2 stops at 10 MB of text and at depth 256, with it at depth 2048.
    parser = HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    root: _Element | None = etree.fromstring(data, parser=parser)
    if any("depth" in entry.message for entry in parser.error_log):
        flat = HTMLParser(target=_Shallow(etree.TreeBuilder()), encoding="utf-8", huge_tree=True)
        root = etree.fromstring(data, parser=flat)
    return root


def _as_bytes(html: str) -> bytes:
    html = _ADDRESS.sub("&lt;", _DOCUMENT_END.sub("<p></p>", join_halves(html)))
    return html.encode("utf-8", "replace").translate(None, _CONTROL).strip()


def start_tags(html: str) -> list[tuple[str, dict[str, str]]]:
    """Return the start tags of a document with their attributes, in text order; html and body always.

    >>> start_tags('Two <IMG alt="a > b" src=/a.png><!-- <b> -->')[-1]
    ('img', {'alt': 'a > b', 'src': '/a.png'})
    """
    from lxml import etree
    from lxml.html import HTMLParser

    target = _StartTags()
    if data := _as_bytes(html):
        with suppress(etree.LxmlError):  # what was read until then counts
            etree.fromstring(data, parser=HTMLParser(target=target, encoding="utf-8", huge_tree=True))
    return target.found


class _StartTags:
    """A parser target that collects start tags."""

    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Collect a tag."""
        self.found.append((tag, dict(attributes)))

    def close(self) -> None:
        """Finish; the tags are in ``found``."""


class _Shallow:
    """A parser target that leaves out the tags below a depth that no page reaches, and keeps their text."""

    def __init__(self, builder: TreeBuilder[_Element]) -> None:
        self.builder, self.depth = builder, 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element, if it is not too deep."""
        self.depth += 1
        if self.depth <= _DEEPEST:
            self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        """Close an element that was opened."""
        if self.depth <= _DEEPEST:
            self.builder.end(tag)
        self.depth -= 1

    def data(self, text: str) -> None:
        """Pass text on at any depth."""
        self.builder.data(text)

    def close(self) -> _Element:
        """Finish the tree."""
        return self.builder.close()


def _drop_hidden(root: _Element) -> None:
    """Remove what a style or an attribute hides."""
    for element in _find_hidden()(root):
        if "hidden" in element.attrib or _HIDDEN_STYLE.search(element.get("style", "")):
            element.clear(keep_tail=True)
            element.tag = "span"


@cache
def _find_hidden() -> XPath:
    from lxml.etree import XPath

    return XPath(_HIDDEN)


def _drop_unseen(root: _Element) -> None:
    """Remove other invisible elements, and tags that only style words."""
    from lxml import etree

    unusual = {element.tag for element in root.iter()} - _NOT_INLINE
    if not unusual:
        return
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, *_DROPPED, with_tail=False)
    tags = {str(tag) for tag in unusual}
    # Islands of word-processor data (w:, m:, v:, x:); o:p and st1:place contain words of the text.
    islands = [tag for tag in tags if tag[:2] in {"w:", "m:", "v:", "x:"} and tag not in _CONTROLS]
    if islands:
        etree.strip_elements(root, *islands, with_tail=False)
    etree.strip_tags(root, *tags.difference(islands))


def _mark_paragraphs(root: _Element) -> None:
    """Rename elements that html-text would separate wrongly: double breaks, blocks in items and cells."""
    for line in list(root.iter("br")):
        following = line.getnext()
        if following is not None and following.tag == "br" and not (line.tail or "").strip():
            line.tag = "p"
    for item in root.iter("li"):
        for child in item:
            if child.tag in {"p", "div", "ul", "ol"}:
                child.tag = "dd"
    for table in root.iter("table"):
        if next(table.iterdescendants("table"), None) is None and _holds_figures(table):
            for cell in table.iter("td", "th"):
                for block in cell.iter(*_PARAGRAPHS, "br", "li", "dd"):
                    block.tag = "span"


def _holds_figures(table: _Element) -> bool:
    cells = list(table.iter("td", "th"))
    rows = sum(1 for _ in table.iter("tr"))
    return len(cells) > rows and all(len("".join(cell.itertext())) <= _LONGEST_CELL for cell in cells)


def _convert_superscripts(root: _Element) -> None:
    """Convert raised digits after a digit to superscripts: 10 to the sixth is not 106; м2 stays."""
    for raised in list(root.iter("sup")):
        figures = "".join(raised.itertext()).strip()
        if (
            raised.getparent() is not None
            and _FIGURES.fullmatch(figures)
            and _text_before(raised)[-1:].isdigit()
        ):
            raised[:] = []
            raised.text = figures.translate(_RAISED)


def _text_before(element: _Element) -> str:
    """Return the text directly before an element, also from within another one."""
    previous = element.getprevious()
    while previous is not None:
        text = (str(previous.xpath("string()")) if isinstance(previous.tag, str) else "") + (
            previous.tail or ""
        )
        if text:
            return text
        previous = previous.getprevious()
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""
