"""Speed and memory of the export of a large table. Run by hand: ``python tests/bench/export.py``.

Prints, for each format, rows per second and the growth of peak memory from a small export to a large one,
beside pandas doing the same with `read_sql` and `to_csv`. Each export runs in its own process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

PANDAS = (
    "import sqlite3, sys, pandas as pd; "
    "pd.read_sql('SELECT * FROM stories', sqlite3.connect(sys.argv[1])).to_csv(sys.argv[2], index=False)"
)


def fill(path: Path, count: int, size: int) -> None:
    """Create a database of ``count`` stories of about ``size`` characters, without its full-text index."""
    from tests.bench.generate import story
    from tests.databases import NOW, new_database

    db = new_database(path)
    for trigger in ("insert", "before_update", "after_update", "delete"):
        db.execute(f"DROP TRIGGER stories_fts_{trigger}")
    made = [story(number, size) for number in range(1000)]
    rows = (
        (s["url"], s["entity"], n, s["lang"], f"{n} {s['title']}", s["body"], "2025-12-20", NOW, NOW)
        for n in range(count)
        for s in (made[n % 1000],)
    )
    db.executemany(
        "INSERT INTO stories (url, entity, news_id, lang, title, body, published, first_seen, last_seen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.commit()
    db.close()


def run(*command: str) -> tuple[float, float]:
    """Run a command; return seconds and peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main(large: int, size: int, formats: list[str]) -> None:
    """Measure each format at a tenth of the size and at the whole."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for count in (large // 10, large):
            paths[count] = Path(folder) / f"{count}.db"
            # In another process: the peak memory of a child starts at that of its parent.
            run(sys.executable, __file__, "fill", str(paths[count]), str(count), str(size))
        print(f"{'':10} {'rows':>9} {'rows/s':>9} {'peak MB':>8} {'grows by':>9}")
        for name in [*formats, "pandas"]:
            peaks = []
            for count, path in paths.items():
                out = f"{folder}/out.{name}"
                ours = ["-m", "govkz_scraper.cli", "export", "--format", name, "-o", out, "--db", str(path)]
                seconds, peak = run(
                    sys.executable, *(ours if name != "pandas" else ["-c", PANDAS, str(path), out])
                )
                Path(out).unlink()
                peaks.append(peak)
                print(
                    f"{name:10} {count:9,} {count / seconds:9,.0f} {peak:8.0f} {peaks[-1] - peaks[0]:+8.0f}"
                )


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
        sys.exit()
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 300,
        sys.argv[3].split(",") if len(sys.argv) > 3 else ["csv", "jsonl"],
    )
