"""Crash test: kills ``govkz ingest`` and ``govkz reclean`` at random times and checks the database.

After every kill the database must be consistent (integrity, foreign keys, full-text index, rows). At the end
it must equal the database of an uninterrupted run, row by row.

Run by hand: ``python tests/bench/kills.py --kills 50``.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.generate import records

# All tables except `crawls`. The times at which records were seen are compared.
_TABLES = {
    "stories": "*",
    "sightings": "id, story_id, seen_at, last_seen_at, url, published, raw_title, raw_body, matched_by",
    "revisions": "story_id, seen_at, title, body",
    "repairs": "story_id, sighting_id, field, rule, before, after, start",
    "problems": "story_id, sighting_id, field, kind, detail",
    "story_urls": "*",
    "story_links": "*",
}
GOVKZ = (sys.executable, "-m", "govkz_scraper.cli")


def state(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of a database, except those of its runs."""
    conn = sqlite3.connect(path)
    rows = {
        name: conn.execute(f"SELECT {columns} FROM {name} ORDER BY 1, 2").fetchall()
        for name, columns in _TABLES.items()
    }
    conn.close()
    return rows


def run_killed(arguments: Sequence[str], seconds: float) -> bool:
    """Run a command and kill it after ``seconds``; return False if it ended earlier."""
    process = subprocess.Popen([*GOVKZ, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def doctor(path: Path) -> str:
    """Return the findings of ``govkz doctor``; empty for a consistent database, or before it exists."""
    if not path.exists():
        return ""
    done = subprocess.run([*GOVKZ, "doctor", "--db", str(path)], capture_output=True, text=True, check=False)
    has_tables = " is empty: " not in done.stderr
    return done.stdout + done.stderr if done.returncode != 0 and has_tables else ""


def try_kills(folder: Path, kills: int, count: int, dice: random.Random) -> tuple[int, int, list[str]]:
    """Kill each command ``kills`` times; return (kills of ingest, kills of reclean, errors)."""
    source, whole, killed = folder / "records.jsonl", folder / "whole.db", folder / "killed.db"
    source.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records(count)), "utf-8")
    subprocess.run([*GOVKZ, "ingest", str(source), "--db", str(whole)], check=True, capture_output=True)
    errors: list[str] = []
    done = {"ingest": 0, "reclean": 0}
    for name, arguments in (("ingest", [str(source)]), ("reclean", [])):
        command = [name, *arguments, "--db", str(killed)]
        for _ in range(kills):
            if run_killed(command, dice.uniform(0.2, 0.6 + count / 1_000)):
                done[name] += 1
            findings = doctor(killed)
            if findings:
                errors.append(f"{name}: {findings}")
        subprocess.run([*GOVKZ, *command], check=True, capture_output=True)
        if state(killed) != state(whole):
            errors.append(f"after {name} the database differs from that of an uninterrupted run")
    return done["ingest"], done["reclean"], errors


def main() -> None:
    """Run the crash test and print its result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--records", type=int, default=3000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ingest, reclean, errors = try_kills(Path(folder), options.kills, options.records, random.Random(1))
    print(f"killed {ingest} runs of ingest and {reclean} of reclean; errors: {len(errors)}")
    print("\n".join(errors))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
