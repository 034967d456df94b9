"""Output to a terminal: control characters in text of sites, files and stories are escaped."""

from __future__ import annotations

from contextlib import suppress

import click


def escape_control_chars(text: str, kept: str = "") -> str:
    """Return a text with its control and direction characters escaped, except those in ``kept``.

    >>> print(escape_control_chars("no\\x1b[31m\\u202e"))
    no\\x1b[31m\\u202e
    """
    return "".join(c if c.isprintable() or c in kept else ascii(c)[1:-1] for c in text)


def echo_err(line: str, *, nl: bool = True, kept: str = "") -> None:
    """Write an escaped line to standard error; a closed stream is not an error."""
    with suppress(OSError, ValueError):
        click.echo(escape_control_chars(line, kept), err=True, nl=nl)
