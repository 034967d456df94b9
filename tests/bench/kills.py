"""Kills ``govkz ingest`` and ``govkz reclean`` at random moments and looks at what is left.

After every kill the database must be sound (integrity, foreign keys, search index, rows), and at the end it
must equal that of an undisturbed run, row for row. Run by hand: ``python tests/bench/kills.py --kills 50``.
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

# Everything but the runs themselves: when a record was seen is part of it.
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
    """What a database holds, apart from its runs."""
    conn = sqlite3.connect(path)
    found = {
        name: conn.execute(f"SELECT {what} FROM {name} ORDER BY 1, 2").fetchall()
        for name, what in _TABLES.items()
    }
    conn.close()
    return found


def run_killed(arguments: Sequence[str], seconds: float) -> bool:
    """Run a command and kill it after some seconds; False when it ended before."""
    process = subprocess.Popen([*GOVKZ, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def doctor(path: Path) -> str:
    """What ``govkz doctor`` finds; empty for a sound database, and before there is one."""
    if not path.exists():
        return ""
    done = subprocess.run([*GOVKZ, "doctor", "--db", str(path)], capture_output=True, text=True, check=False)
    made = " is empty: " not in done.stderr
    return "" if done.returncode == 0 or not made else done.stdout + done.stderr


def try_kills(folder: Path, kills: int, count: int, dice: random.Random) -> tuple[int, int, list[str]]:
    """Kill both commands ``kills`` times each; returns (kills of ingest, of reclean, what was wrong)."""
    source, whole, killed = folder / "records.jsonl", folder / "whole.db", folder / "killed.db"
    source.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records(count)), "utf-8")
    subprocess.run([*GOVKZ, "ingest", str(source), "--db", str(whole)], check=True, capture_output=True)
    wrong: list[str] = []
    done = {"ingest": 0, "reclean": 0}
    for name, arguments in (("ingest", [str(source)]), ("reclean", [])):
        command = [name, *arguments, "--db", str(killed)]
        for _ in range(kills):
            if run_killed(command, dice.uniform(0.2, 0.6 + count / 1_000)):
                done[name] += 1
            found = doctor(killed)
            if found:
                wrong.append(f"{name}: {found}")
        subprocess.run([*GOVKZ, *command], check=True, capture_output=True)
        if state(killed) != state(whole):
            wrong.append(f"after {name} the database differs from the undisturbed one")
    return done["ingest"], done["reclean"], wrong


def main() -> None:
    """Kill, look and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--records", type=int, default=3000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ingest, reclean, wrong = try_kills(Path(folder), options.kills, options.records, random.Random(1))
    print(f"killed {ingest} runs of ingest and {reclean} of reclean; wrong: {len(wrong)}")
    print("\n".join(wrong))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
