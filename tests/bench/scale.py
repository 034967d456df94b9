"""How the cost of one more story grows with the archive: the road of `govkz ingest`, window by window.

Run by hand: ``python tests/bench/scale.py 100000 --db scale.db``, the number of stories; a million take some
thirty minutes and fourteen gigabytes. Prints processor time per record in the window that ends at each
milestone, the peak memory so far and the size of the file.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from govkz_scraper.intake.jobs import cleaner
from pipelines.records import RawStory
from pipelines.store import Store, open_store
from pipelines.store.prepared import Prepared

_BATCH = 2_000  # as `govkz ingest`
# Records before a milestone over which the cost is taken. In a large archive so many that the recent keys of
# likeness are put away once among them, which happens every 50,000 new stories.
_WINDOW, _LONG_WINDOW = 10_000, 66_667


def window(records: int) -> int:
    """Give the number of records before a milestone over which the cost is taken."""
    return _LONG_WINDOW if records > 2 * _LONG_WINDOW else _WINDOW


def milestones(stories: int) -> list[int]:
    """Give the records that make 10, 20, 50, 100 … thousand stories: a quarter of them are repeats."""
    steps = [base * 10**power for power in range(4, 8) for base in (1, 2, 5)]
    return [-(-step * 4 // 3) for step in steps if step <= stories]


def records(count: int) -> Iterator[dict[str, Any]]:
    """Give generated records, made by another process: the words for them take 130 MB."""
    line = [sys.executable, str(Path(__file__).with_name("generate.py")), str(count)]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as generator:
        assert generator.stdout is not None
        yield from map(json.loads, generator.stdout)


class Timed:
    """Passes items on and takes the processor seconds that making them took."""

    def __init__(self, items: Iterator[Prepared]) -> None:
        self._items = items
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Prepared]:
        """Pass on what comes."""
        while True:
            start = time.process_time()
            item = next(self._items, None)
            self.seconds += time.process_time() - start
            if item is None:
                return
            yield item


def row(store: Store, done: int, each: list[float]) -> str:
    """Say what one record cost, in milliseconds, and what there is by now."""
    stories = store.db.execute("SELECT count(*) FROM stories").fetchone()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages, each_page = (
        store.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    costs = "".join(f"{cost:11.3f}" for cost in each)
    return f"{done:11}{stories:11}{costs}{peak:11.0f}{pages * each_page / done / 1000:11.2f}"


def main() -> None:
    """Take the records in and print a row at each milestone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int)
    parser.add_argument("--db", type=Path, required=True, help="a file that does not exist yet")
    options = parser.parse_args()
    if options.db.exists():
        parser.error(f"{options.db} exists: the run starts from nothing")
    heads = ("records", "stories", "clean ms", "store ms", "wall ms", "MB peak", "kB/record")
    print("".join(f"{head:>11}" for head in heads), flush=True)
    done = counted = 0
    cost = [0.0, 0.0, 0.0]
    wanted = milestones(options.stories)
    with open_store(options.db, bulk=True) as store, cleaner(1) as prepare:
        crawl_id = store.begin_crawl("bench", {})
        made = records(wanted[-1])
        while done < wanted[-1]:
            size = min(_BATCH, next(step - done for step in wanted if step > done))
            raws = [RawStory(**record) for record in islice(made, size)]
            began, start = time.perf_counter(), time.process_time()
            items = Timed(prepare(raws))
            store.add_all(items, crawl_id)
            done += size
            if any(step - window(step) < done <= step for step in wanted):
                counted += size
                stored = time.process_time() - start - items.seconds
                spent = items.seconds, stored, time.perf_counter() - began
                cost = [before + more for before, more in zip(cost, spent, strict=True)]
            if done in wanted:
                print(row(store, done, [1000 * seconds / counted for seconds in cost]), flush=True)
                counted, cost = 0, [0.0, 0.0, 0.0]
        store.finish_crawl(crawl_id, "done", {})


if __name__ == "__main__":
    main()
