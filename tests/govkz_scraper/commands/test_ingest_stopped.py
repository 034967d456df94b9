"""``govkz ingest`` that is stopped while it waits for more: one plain line, and what was stored is kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crawls import rows
from tests.ingesting import lines, record

SENT, STORED = 9_000, 4_000  # of what was sent, some is cleaned and waits for the rest of its transaction


def wait_for(stored: int, db: Path) -> None:
    for _ in range(600):
        if db.exists() and rows(db, "SELECT count(*) FROM sqlite_master WHERE name = 'sightings'") == [(1,)]:
            ((found,),) = rows(db, "SELECT count(*) FROM sightings")
            if found >= stored:
                return
        time.sleep(0.1)
    pytest.fail(f"{stored} records were not stored within a minute")


@pytest.mark.skipif(os.name != "posix", reason="process groups and their signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_keeps_what_was_stored(tmp_path: Path, jobs: str, number: signal.Signals) -> None:
    db, pipe = tmp_path / "a.db", subprocess.PIPE
    line = [sys.executable, "-m", "govkz_scraper.cli", "ingest", "-", "--jobs", jobs, "--db", str(db)]
    with subprocess.Popen(line, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(lines(*map(record, range(SENT))).encode())
        process.stdin.flush()
        wait_for(STORED, db)
        os.killpg(process.pid, number)  # as a terminal or a service manager does: to every process of it
        said = process.stderr.read().decode()  # ends when the last of them has ended
        assert process.wait(timeout=20) == (1 if number == signal.SIGINT else -number)
    assert said.split() == (["govkz:", "stopped"] if number == signal.SIGINT else [])
    ((stored,),) = rows(db, "SELECT count(*) FROM sightings")
    assert STORED <= stored <= SENT
    assert stored % 2_000 == 0
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]
