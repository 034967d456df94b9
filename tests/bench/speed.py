"""The whole pipeline, raw record to searchable story, compared with a naive chain and a lower bound.

naive: the same packages in sequence, one record at a time (ftfy, dateparser, lingua, datasketch,
       sqlite-utils),
       each as its front page shows it; and with sketches of datasketch in batches, as its manual suggests.
floor: a bare insert of the same rows with a full-text index, and nothing else.
ours:  ``govkz ingest``, start-up included; and without pandas and numpy, which only the development
       environment has and which sqlite-utils would load in half a second.

Run by hand: ``make bench``, or ``python tests/bench/speed.py --records 20000 --jobs 1 2``. The runs are
interleaved and the medians are printed, because the speed of a shared machine varies. The chain takes
minutes, so it gets a quarter of the records. Compare ratios, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from generate import records

_WIDTHS = (16, 9, 12, 12, 8, 8, 9, 8)  # of the columns
Measured = tuple[float, float]  # wall seconds, processor seconds


def measure(work: Callable[[], object]) -> Measured:
    """Run once and return wall and processor time of this process and its finished children."""

    def used() -> float:
        mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime

    wall, cpu = time.perf_counter(), used()
    work()
    return time.perf_counter() - wall, used() - cpu


def naive(items: list[dict[str, Any]], db_path: Path, *, batches: bool = False) -> None:
    """Run the packages as their front pages suggest, record by record; ``batches``: sketches in batches."""
    import dateparser
    import ftfy
    from datasketch import MinHash, MinHashLSH
    from lingua import Language, LanguageDetectorBuilder
    from sqlite_utils import Database

    languages = (Language.KAZAKH, Language.RUSSIAN, Language.ENGLISH)
    detector = LanguageDetectorBuilder.from_languages(*languages).build()
    index = MinHashLSH(threshold=0.8, num_perm=128)
    table = Database(db_path).table("stories")
    for number, item in enumerate(items):
        title, body = ftfy.fix_text(item["title"]), ftfy.fix_text(item["body"])
        day = dateparser.parse(item["date"], languages=["ru", "kk", "en"], settings={"DATE_ORDER": "DMY"})
        language = detector.detect_language_of(body)
        words = body.split()
        sketch = MinHash(num_perm=128)
        shingles = [" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))]
        if batches:
            sketch.update_batch(shingles)
        else:
            for shingle in shingles:
                sketch.update(shingle)
        if index.query(sketch):
            continue
        index.insert(str(number), sketch)
        row = {"url": item.get("url"), "title": title, "body": body, "published": str(day and day.date())}
        table.insert(row | {"lang": language and language.iso_code_639_1.name})
        if number == 0:
            table.enable_fts(["title", "body"], create_triggers=True)


def floor(items: list[dict[str, Any]], db_path: Path) -> None:
    """Insert the rows into a table with a full-text index, five hundred per transaction."""
    db = sqlite3.connect(db_path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE stories (id INTEGER PRIMARY KEY, url, title, body, published)")
    db.execute("CREATE VIRTUAL TABLE fts USING fts5 (title, body, content='stories', content_rowid='id')")
    for start in range(0, len(items), 500):
        db.execute("BEGIN IMMEDIATE")
        for number, item in enumerate(items[start : start + 500], start + 1):
            row = (number, item.get("url"), item["title"], item["body"], item["date"])
            db.execute("INSERT INTO stories VALUES (?, ?, ?, ?, ?)", row)
            db.execute("INSERT INTO fts (rowid, title, body) VALUES (?, ?, ?)", (number, row[2], row[3]))
        db.execute("COMMIT")
    db.close()


_AS_INSTALLED = (
    "import sys; sys.modules.update(pandas=None, numpy=None); from govkz_scraper.cli import main; main()"
)


def ours(source: Path, db_path: Path, jobs: int) -> None:
    """Run ``govkz ingest``."""
    command = [sys.executable, "-c", _AS_INSTALLED, "ingest", str(source), "--db", str(db_path)]
    # With compiled modules, as after pip install; the first run compiles them.
    env = os.environ | {"PYTHONPYCACHEPREFIX": str(db_path.parent / "compiled")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([*command, "--jobs", str(jobs)], check=True, capture_output=True, env=env)


def print_table(measured: dict[str, list[Measured]], counts: dict[str, int], sizes: dict[str, int]) -> None:
    """Print the medians of records per second and the ratios."""
    speed = {
        name: [counts[name] / statistics.median(column) for column in zip(*runs, strict=True)]
        for name, runs in measured.items()
    }
    heads = ("", "records", "wall rec/s", "cpu rec/s", "x wall", "x cpu", "% floor", "kB/rec")
    print("".join(f"{head:>{width}}" for head, width in zip(heads, _WIDTHS, strict=True)))
    for name, (wall, cpu) in speed.items():
        to_naive = [mine / its for mine, its in zip((wall, cpu), speed["naive"], strict=True)]
        row = (
            name,
            f"{counts[name]}",
            f"{wall:.0f}",
            f"{cpu:.0f}",
            *(f"{ratio:.1f}" for ratio in to_naive),
            f"{100 * wall / speed['floor'][0]:.0f}",
            f"{sizes[name] / counts[name] / 1e3:.1f}",
        )
        print("".join(f"{cell:>{width}}" for cell, width in zip(row, _WIDTHS, strict=True)))


def main() -> None:
    """Parse the arguments, run the interleaved measurements and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--naive", type=int, help="how many of them the naive chain gets; else a quarter")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    items = list(records(options.records))
    few = items[: options.naive or len(items) // 4]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "records.jsonl")
        source.write_text("".join(json.dumps(i, ensure_ascii=False) + "\n" for i in items), "utf-8")
        work: dict[str, Callable[[Path], object]] = {"floor": partial(floor, items)}
        for jobs in options.jobs:
            work[f"ours, {jobs} job(s)"] = partial(ours, source, jobs=jobs)
        chain = {"naive": partial(naive, few), "naive, batches": partial(naive, few, batches=True)}
        counts = dict.fromkeys(work, len(items)) | dict.fromkeys(chain, len(few))
        measured: dict[str, list[Measured]] = {name: [] for name in (*chain, *work)}
        sizes: dict[str, int] = {}
        for name, run in [*chain.items(), *work.items()] * options.runs:
            path = Path(folder, "bench.db")
            measured[name].append(measure(partial(run, path)))
            sizes[name] = path.stat().st_size
            for file in Path(folder).glob("bench.db*"):
                file.unlink()
        print_table(measured, counts, sizes)


if __name__ == "__main__":
    main()
