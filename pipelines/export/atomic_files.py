"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import BadInput

_BESIDE = ("", "-wal", "-shm", "-journal", ".lock")  # what a database consists of


def belongs_to(path: Path, db: Path) -> bool:
    """True where a path is a database or one of the files that it works with."""
    return path.resolve() in {Path(f"{db.resolve()}{end}") for end in _BESIDE}


def is_device(path: Path) -> bool:
    """True for a pipe or a device: it cannot be replaced and has no place beside it."""
    with writing(path):
        return path.exists() and not path.is_file()


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise BadInput, which says what to do, where a file cannot be written."""
    try:
        yield
    except FileNotFoundError:
        raise BadInput(f"cannot write {path}: its folder does not exist; make it, or name another") from None
    except BrokenPipeError:
        raise  # whoever reads has enough
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write to a hidden file beside ``path`` and put it in its place at the end, when nothing failed.

    A pipe or a device cannot be replaced and is written directly. Raises BadInput when it cannot be written.
    """
    with writing(path):
        if is_device(path):
            with path.open("wb") as out:
                yield out
            return
        path = path.resolve()  # a link stays a link to the new file
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                yield out
            Path(name).chmod(_mode(path))
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, else those of any new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
