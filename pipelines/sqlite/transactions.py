"""Transactions that begin immediate, scripts inside them, and the lock file of the single writer."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DatabaseError


@contextmanager
def immediate_transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """Run the block in a transaction of its own, or as part of the open one."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:  # some errors, such as a full disk, end it
            conn.execute("ROLLBACK")
        raise


def execute_script(conn: sqlite3.Connection, script: str) -> None:
    """Run statements one by one; ``executescript`` would commit the open transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""


class WriterLock:
    """An exclusive lock on ``<database>.lock``, released by the OS when the process ends: never stale."""

    def __init__(self, database: Path) -> None:
        """Acquire the lock. Raise DatabaseError with the process id if another process holds it."""
        file = database.resolve()  # one lock per file, whatever link names it
        self.path = file.with_name(file.name + ".lock")
        try:
            self._file = self.path.open("a+", encoding="ascii")
        except OSError as error:
            raise DatabaseError(f"cannot create a lock file next to {database}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read(20).strip() or "unknown"
            self._file.close()
            raise DatabaseError(
                f"{database} is being written to by process {holder}; wait until it ends, or stop it"
            ) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        """Release the lock. The file stays: else two writers could lock two files of one name."""
        self._file.close()
