"""The language of a text: identification, letter bigrams, language codes and letter folding.

The public entries are imported on first use: search needs folding only, and starts faster without the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.language.identify import detect_language, own_words

__all__ = ["detect_language", "own_words"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipelines.language import identify

    return getattr(identify, name)
