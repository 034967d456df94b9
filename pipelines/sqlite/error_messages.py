"""Error messages for database files: one line each, with the repair."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DatabaseError


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Convert SQLite errors to a DatabaseError that names the file and the repair."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a bug of the program, not a fault of the file
    except sqlite3.DatabaseError as error:
        raise DatabaseError(explain(path, str(error))) from error


@contextmanager
def opening_errors(path: Path) -> Iterator[None]:
    """Convert OS errors, such as missing permissions, to a DatabaseError."""
    try:
        yield
    except OSError as error:
        why = f"cannot open {path}: {error.strerror or error}"
        raise DatabaseError(f"{why}; check the permissions of the file and its directory") from error


def explain(path: Path, message: str) -> str:
    """Return the message for an SQLite error of this file."""
    if "disk is full" in message:
        return (
            f"no room left on the disk of {path}: no stored data is lost; "
            "free some space and run the command again"
        )
    if "disk I/O error" in message:
        return (
            f"cannot read or write {path} ({message}): stored data is not lost; check the disk and the "
            "limits on file size, and run the command again"
        )
    if "not a database" in message:
        return f"{path} is not an SQLite database: pass another file with --db"
    if "readonly" in message or "unable to open" in message:
        return f"cannot open {path}: {message}; check the directory and its permissions"
    if "decode to UTF-8" in message:
        found = re.search("column '([^']*)'", message)
        where = f"of {found[1]} " if found else ""
        message = f"malformed: text {where}is not UTF-8"
    if "malformed" in message:
        return f"{path} is damaged ({message}): restore a backup, or try `sqlite3 {path} .recover`"
    if "locked" in message:
        return f"{path} is locked by another program: close it and run the command again"
    return f"{path}: {message}"


def refuse_other_files(path: Path) -> None:
    """Raise DatabaseError for a file that is not a database; SQLite treats a short file as an empty one."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise DatabaseError(explain(path, "file is not a database"))
