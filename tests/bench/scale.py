"""How the cost of one more story grows with the archive: one process, normalise and store, window by window.

Run by hand: ``python tests/bench/scale.py 100000 --db scale.db``, the number of stories; a million take some
thirty minutes and fourteen gigabytes. Prints processor time per record in the window that ends at each
milestone, the peak memory so far and the size of the file.
"""

from __future__ import annotations

import argparse
import resource
import time
from itertools import islice
from pathlib import Path

from generate import records

from pipelines.normalise import normalise
from pipelines.records import RawStory
from pipelines.store import open_store

_BATCH = 2_000  # as `govkz ingest`
_WINDOW = 10_000  # records before a milestone over which the cost is taken


def milestones(stories: int) -> list[int]:
    """Give the records that make 10, 20, 50, 100 … thousand stories: a quarter of them are repeats."""
    steps = [base * 10**power for power in range(4, 8) for base in (1, 2, 5)]
    return [-(-step * 4 // 3) for step in steps if step <= stories]


def main() -> None:
    """Take the records in and print a row at each milestone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int)
    parser.add_argument("--db", type=Path, required=True, help="a file that does not exist yet")
    options = parser.parse_args()
    if options.db.exists():
        parser.error(f"{options.db} exists: the run starts from nothing")
    wanted, done = milestones(options.stories), 0
    made = (RawStory(**record) for record in records(wanted[-1]))
    counted, cpu_clean, cpu_store, wall = 0, 0.0, 0.0, 0.0
    heads = ("records", "stories", "clean ms", "store ms", "wall ms", "MB peak", "kB/record")
    print("".join(f"{head:>11}" for head in heads), flush=True)
    with open_store(options.db, bulk=True) as store:
        crawl_id = store.begin_crawl("bench", {})
        while batch := list(islice(made, min(_BATCH, next((w - done for w in wanted if w > done), 0)))):
            began, start = time.perf_counter(), time.process_time()
            items = [normalise(raw) for raw in batch]
            middle = time.process_time()
            store.add_all(items, crawl_id)
            done += len(batch)
            if any(step - _WINDOW < done <= step for step in wanted):
                counted += len(batch)
                cpu_clean += middle - start
                cpu_store += time.process_time() - middle
                wall += time.perf_counter() - began
            if done in wanted:
                stories = store.db.execute("SELECT count(*) FROM stories").fetchone()[0]
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                each = [1000 * seconds / counted for seconds in (cpu_clean, cpu_store, wall)]
                pages, each_page = (
                    store.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
                )
                size = pages * each_page / done / 1000
                row = (
                    f"{done:9}{stories:9}{each[0]:10.3f}{each[1]:10.3f}{each[2]:9.3f}{peak:9.0f}{size:11.2f}"
                )
                print(row, flush=True)
                counted, cpu_clean, cpu_store, wall = 0, 0.0, 0.0, 0.0
        store.finish_crawl(crawl_id, "done", {})


if __name__ == "__main__":
    main()
