"""The errors that a user meets. Each is one plain line that says what to do, and an exit code.

The steps and stores raise them; only the command line catches them (``govkz_scraper.cli``).
"""

from __future__ import annotations


class GovkzError(Exception):
    """Something the user can mend; the message says how. Shown as one line, without a traceback."""

    exit_code = 1


class BadInput(GovkzError):
    """An argument or a file that cannot be used at all. Raised by commands, readers and the source list."""

    exit_code = 2


class SiteRefused(GovkzError):
    """The site said no to every route. Raised by the verdict on a crawl."""

    exit_code = 3


class DatabaseError(GovkzError):
    """The database is in use, unwritable, foreign, damaged or too new. Raised by ``pipelines.store``."""

    exit_code = 4
