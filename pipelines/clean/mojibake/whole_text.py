"""UTF-8 that was read in another encoding from end to end: read back as a whole, which proves itself.

UTF-8 has a structure that no text has by chance. Where every byte of a text fits into it, and dozens of
characters came of several bytes each, there is nothing to weigh, and a long text need not be taken apart.
A last byte that was lost on the way (U+FFFD) takes its character with it and leaves the rest as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.clean.edits import Edit
from pipelines.clean.mojibake.misdecodings import readings, to_bytes

_ASCII = "".join(map(chr, range(128)))
_SAMPLE = 160  # characters by which most encodings are ruled out
# A character in bytes, all but the last of which arrived; what is left of it is one U+FFFD.
_TORN = re.compile("(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf])\ufffd")
_LOST = "\ufffd".encode().decode("latin-1")
_PROOF = 24  # bytes beyond the first of their character: fewer are left to the evidence of letters


def read_whole(text: str) -> Edit | None:
    """Return the one change that turns a wholly damaged text back by one reading; None: there is none.

    >>> read_whole("Жаңа мектеп ашылды, қатысқандар көп болды".encode().decode("latin-1"))
    (0, 76, 'Жаңа мектеп ашылды, қатысқандар көп болды', 'mojibake-utf8-as-cp1252')
    >>> read_whole("Инженер Исаев открыл школу в Иле".encode().decode("cp1251", "replace"))[2]
    '\ufffdнженер \ufffdсаев открыл школу в \ufffdле'
    >>> read_whole("Жаңа мектеп ашылды") is None
    True
    """
    end = len(text.rstrip(_ASCII))
    start = len(text) - len(text.lstrip(_ASCII))
    if end - start < 2 * _PROOF:
        return None
    damaged = text[start:end]
    blank = damaged.rfind(" ", 0, _SAMPLE)
    sample = damaged[:blank] if blank > 0 else damaged
    for table, rule in _tables():
        if _decoded(sample, table) is None:
            continue
        made = _decoded(damaged, table)
        if made is not None and len(damaged) - len(made) >= _PROOF:
            return start, end, made, rule
    return None


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[dict[int, int], str], ...]:
    return tuple((to_bytes(one.read), one.rule) for one in readings() if one.written == "utf-8")


def _decoded(damaged: str, table: dict[int, int]) -> str | None:
    read = damaged.translate(table)
    if "\ufffd" in read:
        read = _TORN.sub(_LOST, read)
    try:
        return read.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
