"""Language codes: ours, and those of gov.kz.

The site calls Kazakh in Latin letters ``qq`` (in use from 2018 to 2021); people also write ``kz`` for Kazakh.
"""

from __future__ import annotations

from typing import Literal

Lang = Literal["kk", "ru", "en", "kk-Latn"]
LANGUAGES: tuple[Lang, ...] = ("kk", "ru", "en", "kk-Latn")
_BY_CODE: dict[str, Lang] = {lang.lower(): lang for lang in LANGUAGES} | {"kz": "kk", "qq": "kk-Latn"}


def to_site_code(lang: str) -> str:
    """Return the code by which gov.kz knows one of our languages.

    >>> to_site_code("kk-Latn"), to_site_code("ru")
    ('qq', 'ru')
    """
    return "qq" if lang == "kk-Latn" else lang


def from_site_code(code: str | None) -> Lang | None:
    """Return our code for one of the site, or for one of ours in any case; None for anything else.

    >>> from_site_code("QQ"), from_site_code("kz"), from_site_code("de")
    ('kk-Latn', 'kk', None)
    """
    return _BY_CODE.get((code or "").strip().lower())
