"""Quotation marks and dashes that Latin-1 read as control characters.

cp1251 and cp1252 have these marks at the same bytes, so one that stands alone leaves nothing open. Beside
other such bytes it may be part of a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.clean.edits import Edit
from pipelines.clean.mojibake.misdecodings import C1_MARKS

RULES = {
    "control-as-mark": "A quotation mark, a dash or the like of cp1251 or cp1252 had been read as a control "
    "character of Latin-1; it is a mark again.",
}

_CONTROL = re.compile(f"[{''.join(map(chr, C1_MARKS))}](?<![\x80-\x9fÂ-ô].)(?![\x80-\x9f])", re.DOTALL)


def marks_again(text: str) -> Iterator[Edit]:
    """Make the control characters marks again that can be nothing else.

    >>> list(marks_again("Проект \\x93Ауыл\\x94"))
    [(7, 8, '“', 'control-as-mark'), (12, 13, '”', 'control-as-mark')]
    """
    for match in _CONTROL.finditer(text):
        yield match.start(), match.end(), C1_MARKS[ord(match.group())], "control-as-mark"
