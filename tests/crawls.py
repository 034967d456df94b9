"""Runs ``govkz crawl`` as a user does, in a process of its own, and queries its database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any


def start(base_url: str, db: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a crawl of a site on loopback, with short timeouts."""
    line = [sys.executable, "-m", "govkz_scraper.cli", "crawl", *arguments, "--json"]
    line += ["--base-url", base_url, "--db", str(db)]
    variables = {**os.environ, "GOVKZ_TIMEOUT": "1", "GOVKZ_RETRY_PAUSE": "0.05", **environment}
    pipe = subprocess.PIPE
    return subprocess.Popen(line, env=variables, stdout=pipe, stderr=pipe, text=True)


def crawl(base_url: str, db: Path, *arguments: str, **environment: str) -> tuple[int, dict[str, Any], str]:
    """Crawl to the end: exit code, summary, and standard error, which is never a traceback."""
    process = start(base_url, db, *arguments, **environment)
    out, said = process.communicate(timeout=120)
    assert "Traceback" not in said, said
    return process.returncode, json.loads(out) if out else {}, said


def rows(db: Path, query: str) -> list[tuple[Any, ...]]:
    """Query the database of a crawl."""
    connection = sqlite3.connect(db)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
