"""The language of a text, by its letters first: Kazakh has letters that Russian lacks."""

from __future__ import annotations

import re

from pipelines.records import Lang

_KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_LATIN = re.compile("[a-zA-Z]")
_KAZAKH_LATIN = re.compile("[áǵńóúýäğñöūüışÁǴŃÓÚÝÄĞÑÖŪÜİŞ]")
_READ = 4_000  # characters that decide


def detect_language(text: str | None) -> Lang | None:
    """Name the language of a text; None where there is too little to tell.

    >>> detect_language("Қала әкімі"), detect_language("Аким города"), detect_language("12 %")
    ('kk', 'ru', None)
    """
    part = (text or "")[:_READ]
    cyrillic = len(_CYRILLIC.findall(part)) + (kazakh := len(_KAZAKH.findall(part)))
    latin = len(_LATIN.findall(part)) + (kazakh_latin := len(_KAZAKH_LATIN.findall(part)))
    if cyrillic + latin < 4:
        return None
    if cyrillic >= latin:
        return "kk" if kazakh * 40 > cyrillic else "ru"
    return "kk-Latn" if kazakh_latin * 40 > latin else "en"
