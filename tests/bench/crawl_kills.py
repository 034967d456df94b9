"""Kill a crawl of 900 items again and again, and compare the database with an undisturbed one.

Run by hand: ``python tests/bench/crawl_kills.py [KILLS]``. Prints one line a kill and the comparison.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from govkz_scraper.replica.server import Replica
from govkz_scraper.replica.stories import generate

SLUGS = ("almobl", "kostanay", "shymkent")
WHAT = {
    "stories": "SELECT url, entity, news_id, lang, title, body, published, text_hash, gone_at FROM stories",
    "sightings": "SELECT news_id, entity, raw_title, raw_body, raw_date, matched_by FROM sightings",
    "revisions": "SELECT story_id, text_hash FROM revisions",
    "repairs": "SELECT field, rule, before, after, start FROM repairs",
    "coverage": "SELECT slug, lang, newest, complete_at IS NULL, walk_position FROM _coverage",
}


def command(base_url: str, db: Path) -> list[str]:
    arguments = ["crawl", *SLUGS, "--lang", "ru,kk", "--base-url", base_url, "--db", str(db)]
    return [sys.executable, "-m", "govkz_scraper.cli", *arguments]


def content(db: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(db) as connection:
        return {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in WHAT.items()}


def main(kills: int) -> None:
    dice = random.Random(7)
    library = generate(900, SLUGS, ("ru", "kk"))
    with Replica(library=library) as replica, tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder) / "whole.db", Path(folder) / "killed.db"
        started = time.monotonic()
        subprocess.run(command(replica.base_url, whole), check=True, capture_output=True)
        took = time.monotonic() - started
        print(f"undisturbed: {took:.1f} s, {len(content(whole)['stories'])} stories")
        for number in range(1, kills + 1):
            process = subprocess.Popen(command(replica.base_url, killed), stderr=subprocess.DEVNULL)
            time.sleep(0.6 + dice.random() * max(0.5, took - 0.6) * 0.7)
            process.kill()
            process.wait()
            try:
                print(f"kill {number}: {len(content(killed)['stories'])} stories")
            except sqlite3.OperationalError:
                print(f"kill {number}: before the tables were made")
        subprocess.run(command(replica.base_url, killed), check=True, capture_output=True)
        same = {name: content(whole)[name] == content(killed)[name] for name in WHAT}
        print(f"the same after {kills} kills: {same}")
        sys.exit(not all(same.values()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
