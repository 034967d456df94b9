"""Fallback to ftfy for UTF-8 decoded with an encoding that our tables lack (cp1253, cp1254, cp1257 …).

ftfy gets only lines with a character that such a misdecoding leaves, and its result is accepted only if
none of those remains, so that neither Greek nor Latin-script Kazakh (`Ğ`) is touched.
"""

from __future__ import annotations

import re

from pipelines.clean.edits import Edit, apply_edits
from pipelines.items import Cleaned

RULES = {"mojibake-rare": "UTF-8 decoded as a rarer encoding (cp1253, cp1254 …) was decoded correctly."}
PROBLEMS: dict[str, str] = {}

# What the first bytes of Cyrillic letters (D0, D1, D2), of accented ones (C3) and of marks (E2) become.
_LEFT_BEHIND = re.compile("[ΠΡΒΓβĞĆŠŃŅāĐŇĂ]")


def fix_with_ftfy(text: str) -> Cleaned:
    """Decode lines that contain such characters with ftfy; a line that it cannot fully repair stays as it is.

    >>> fix_with_ftfy("дала".encode().decode("cp1254")).text
    'дала'
    >>> fix_with_ftfy("Ğylym kúni, Đình, Παρθενών").text
    'Ğylym kúni, Đình, Παρθενών'
    """
    if text.isascii() or _LEFT_BEHIND.search(text) is None:
        return Cleaned(text)
    from ftfy import TextFixerConfig, fix_encoding  # here: most texts never need it

    # Only the encoding: quotes, entities, width and line ends belong to other repairers.
    config = TextFixerConfig(
        restore_byte_a0=False, replace_lossy_sequences=False, decode_inconsistent_utf8=False
    )
    edits: list[Edit] = []
    for line in re.finditer("[^\n]+", text):
        if _LEFT_BEHIND.search(line.group()):
            fixed = fix_encoding(line.group(), config)
            if not _LEFT_BEHIND.search(fixed):
                edits.append((line.start(), line.end(), fixed, "mojibake-rare"))
    changed, repairs = apply_edits(text, edits)
    return Cleaned(changed, repairs)
