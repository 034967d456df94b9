"""The errors that a user meets. Each is one plain line that says what to do, and an exit code.

Commands, readers and the store raise them. The command line turns them into that line
(``govkz_scraper.cli``); ``ingest`` names a bad file and goes on, a crawl notes what kept a page from being
stored and ends.
"""

from __future__ import annotations


class GovkzError(Exception):
    """Something the user can mend; the message says how. Shown as one line, without a traceback."""

    exit_code = 1


class BadInput(GovkzError):
    """An argument or a file that cannot be used at all. Raised by commands, readers and the source list."""

    exit_code = 2


class DatabaseError(GovkzError):
    """The database is in use, unwritable, foreign, damaged or too new. Raised by ``pipelines.sqlite``."""

    exit_code = 4
