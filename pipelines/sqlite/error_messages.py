"""Why a database file cannot be used: one line each, which says what to do."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DatabaseError


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a DatabaseError that names the file and says what to do."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # our own mistake, not the file's
    except sqlite3.DatabaseError as error:
        raise DatabaseError(explain(path, str(error))) from error


@contextmanager
def opening_errors(path: Path) -> Iterator[None]:
    """The same for what the system says of a file, such as that nobody may read it."""
    try:
        yield
    except OSError as error:
        why = f"cannot open {path}: {error.strerror or error}"
        raise DatabaseError(f"{why}; check the file, its folder and their permissions") from error


def explain(path: Path, message: str) -> str:
    """Say what an error of SQLite means for this file."""
    if "disk is full" in message:
        return (
            f"no room left on the disk of {path}: nothing stored is lost; make room and run the command again"
        )
    if "disk I/O error" in message:
        return (
            f"the disk refused to read or write {path} ({message}): nothing stored before is lost; look at "
            "the disk and at limits on the size of files, and run the command again"
        )
    if "not a database" in message:
        return f"{path} is not an SQLite database: give another file with --db"
    if "readonly" in message or "unable to open" in message:
        return f"cannot open {path}: {message}; check the folder and its permissions"
    if "decode to UTF-8" in message:
        found = re.search("column '([^']*)'", message)
        where = f"of {found[1]} " if found else ""
        message = f"malformed: a text {where}is not UTF-8"
    if "malformed" in message:
        return f"{path} is damaged ({message}): restore a copy, or try `sqlite3 {path} .recover`"
    if "locked" in message:
        return f"{path} is locked by another program: close it and run the command again"
    return f"{path}: {message}"


def refuse_other_files(path: Path) -> None:
    """Raise DatabaseError for a file that is no database: SQLite takes a short one for an empty database."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise DatabaseError(explain(path, "file is not a database"))
