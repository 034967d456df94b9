"""Several SQL statements in one transaction."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DatabaseError


@contextmanager
def whole(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: in a transaction of its own, or as part of the open one."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:  # some errors, as of a full disk, have ended it already
            conn.execute("ROLLBACK")
        raise


def run(conn: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: ``executescript`` would commit the open transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""


class WriterLock:
    """Holds ``<database>.lock`` until closed; a killed process lets go of it by dying, so never stale."""

    def __init__(self, database: Path) -> None:
        """Take the lock at once. Raises DatabaseError naming the holder when another process has it."""
        file = database.resolve()  # one file has one lock, by whatever link it was named
        self.path = file.with_name(file.name + ".lock")
        try:
            self._file = self.path.open("a+", encoding="ascii")
        except OSError as error:
            raise DatabaseError(f"cannot write beside {database}: {error.strerror}") from error
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
        """Let go. The file stays: deleting it would let two writers hold two files of one name."""
        self._file.close()
