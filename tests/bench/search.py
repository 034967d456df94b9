"""Speed and quality of search. Run by hand: ``python tests/bench/search.py [stories]``.

Quality: for how many queries of tests/cases/search.json the expected story is among the first three, compared
with plain FTS5 (every word as typed, default ranking). Speed: queries over generated stories with a small
vocabulary, the worst case for an index: every word is in thousands of stories.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipelines.search.ranking import search  # noqa: E402
from pipelines.sqlite.read_only import reading  # noqa: E402 - after the path
from tests.bench.generate import story  # noqa: E402
from tests.databases import NOW, add_story, new_database  # noqa: E402

QUERIES = [
    *("больница Алматы", "Алматы", "город*", "кітапхананың", "кітапханасы Тараз", "the", "schools", "работы"),
    *('"су құбыры"', "Экибастуз завершено 100", "библиотеками Актобе школа мост", "100500", "жолда школой"),
]


def plain(db: sqlite3.Connection, query: str) -> list[str]:
    """Return the first three titles of plain FTS5, with every word quoted."""
    words = re.findall(r"\w+", query)
    sql = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.plain USING fts5 (title, body)"
    db.execute(sql)
    if not db.execute("SELECT count(*) FROM temp.plain").fetchone()[0]:
        db.execute("INSERT INTO temp.plain (rowid, title, body) SELECT id, title, body FROM stories")
    match = " ".join(f'"{word}"' for word in words)
    sql = "SELECT title FROM temp.plain WHERE plain MATCH ? ORDER BY rank LIMIT 3"
    return [title for (title,) in db.execute(sql, (match,))]


def quality(folder: Path) -> None:
    """Count queries whose expected story is among the first three."""
    cases = json.loads((ROOT / "tests/cases/search.json").read_text("utf-8"))
    lines = (ROOT / "tests/cases/search_stories.jsonl").read_text("utf-8").splitlines()
    db = new_database(folder / "quality.db")
    for line in lines:
        add_story(db, json.loads(line))
    ours = sum(case["expected"] in [h.title for h in search(db, case["input"], limit=3)] for case in cases)
    theirs = sum(case["expected"] in plain(db, case["input"]) for case in cases)
    print(f"expected story in the first three: {ours} of {len(cases)} queries; plain FTS5: {theirs}\n")


def speed(folder: Path, count: int) -> None:
    """Time each query, without and with filters: the median of five."""
    db = new_database(folder / "speed.db")
    rows = (
        (
            s["url"],
            s["entity"],
            s["news_id"],
            s["lang"],
            s["title"],
            s["body"],
            f"{d[6:]}-{d[3:5]}-{d[:2]}",
            NOW,
            NOW,
        )
        for s in map(story, range(count))
        for d in (s["date"],)
    )
    db.executemany(
        "INSERT INTO stories (url, entity, news_id, lang, title, body, published, first_seen, last_seen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.commit()
    db.close()
    print(f"{count:,} stories{'':24} plain ms   filtered ms")
    with reading(folder / "speed.db", mapped=True) as db:
        for query in QUERIES:
            times = [timed(db, query), timed(db, query, lang="ru", since="2024-01-01")]
            print(f"{query:36} {times[0]:9.1f} {times[1]:13.1f}")


def timed(db: sqlite3.Connection, query: str, **filters: str) -> float:
    """Return the milliseconds of one search, the median of five."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        search(db, query, **filters)  # type: ignore[arg-type]
        times.append(time.perf_counter() - started)
    return sorted(times)[2] * 1000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        quality(Path(name))
        speed(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
