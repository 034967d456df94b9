"""What a site, a file or a story says, fit for a person's terminal."""

from __future__ import annotations

from contextlib import suppress

import click


def escape_control_chars(text: str, kept: str = "") -> str:
    """Write what a terminal would obey, or turn the line round with, as its escape; ``kept`` stays.

    >>> print(escape_control_chars("no\\x1b[31m\\u202e"))
    no\\x1b[31m\\u202e
    """
    return "".join(c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)


def echo_err(line: str, *, nl: bool = True, kept: str = "") -> None:
    """Write a line to standard error, fit for a terminal; that nobody reads it any more is no failure."""
    with suppress(OSError, ValueError):  # a closed pipe, a closed stream
        click.echo(escape_control_chars(line, kept), err=True, nl=nl)
