"""Atomic writing of files, and errors that explain why a file cannot be written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import BadInput

LOGS = ("-wal", "-shm", "-journal")  # suffixes of what SQLite writes beside a database
DATABASE_FILES = ("", *LOGS, ".lock")


def belongs_to(path: Path, db: Path) -> bool:
    """Return whether a path is the database or one of its files."""
    return path.resolve() in {Path(f"{db.resolve()}{end}") for end in DATABASE_FILES}


def is_device(path: Path) -> bool:
    """Return whether a path is a pipe or a device, which cannot be replaced."""
    with writing(path):
        return path.exists() and not path.is_file()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise BadInput with the reason and the remedy when a file cannot be written."""
    try:
        yield
    except FileNotFoundError:
        raise BadInput(f"cannot write {path}: its directory does not exist; create it first") from None
    except BrokenPipeError:
        raise  # the reader closed the pipe: not a failure
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write to a hidden file beside ``path`` and rename it to ``path`` on success.

    A pipe or a device is written directly. Raises BadInput when it cannot be written.
    """
    with writing(path):
        if is_device(path):
            with path.open("wb") as out:
                yield out
            return
        path = path.resolve()  # keeps a symbolic link
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                yield out
            Path(name).chmod(_mode(path))
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Return the permissions of the replaced file, or those of a new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    return 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Write into a hidden folder beside ``path`` and rename it to ``path`` on success.

    The caller has checked that a folder of this name may be replaced. Raises BadInput when that fails.
    """
    with writing(path):
        path = path.resolve()
        new = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        old = new.with_name(f"{new.name}.old")
        try:
            yield new
            new.chmod(0o777 & ~_umask())
            if path.exists():
                path.rename(old)
            new.rename(path)
        finally:
            if old.exists() and not path.exists():  # the second rename failed
                old.rename(path)
            for left in (new, old):
                if left.exists():
                    shutil.rmtree(left)
