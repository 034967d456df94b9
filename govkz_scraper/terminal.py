"""What a site, a file or a story says, fit for a person's terminal."""

from __future__ import annotations


def visible(text: str, kept: str = "") -> str:
    """Write what a terminal would obey, or turn the line round with, as its escape; ``kept`` stays.

    >>> print(visible("no\\x1b[31m\\u202e"))
    no\\x1b[31m\\u202e
    """
    return "".join(c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)
