"""Figures that stand raised behind a figure, in a tree of HTML: plain, they would be another number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_FIGURES = re.compile("[+−-]?[0-9]{1,4}")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def raise_figures(root: _Element) -> None:
    """Keep raised figures behind a figure what they are: 10 to the sixth is not 106. м2 says it all."""
    for raised in list(root.iter("sup")):
        figures = "".join(raised.itertext()).strip()
        if raised.getparent() is not None and _FIGURES.fullmatch(figures) and _before(raised)[-1:].isdigit():
            raised[:] = []
            raised.text = figures.translate(_RAISED)


def _before(element: _Element) -> str:
    """The text right before an element, be it inside another one."""
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
