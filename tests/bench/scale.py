"""Benchmark of scaling: cost of one more record of `govkz ingest` as the archive grows.

Run by hand: ``python tests/bench/scale.py 100000 --db scale.db`` with the number of stories; a million take
an hour and 17 GB. Prints the processor time per record in the window that ends at each milestone, the peak
memory and the size of the file.

The speed of a machine varies from hour to hour. ``--beside`` therefore opens the file of an earlier run and
alternates between adding records to it and filling a new file with 10,000 stories. It prints the growth of
the cost from 10,000 stories to the size of that file.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from govkz_scraper.importers.workers import Cleaner, cleaner
from pipelines.items import RawStory
from pipelines.sqlite import Store, open_store
from pipelines.sqlite.rows import Prepared

_BATCH = 2_000  # as `govkz ingest`
# Records before a milestone over which the cost is averaged. In a large archive the window is long enough to
# include one flush of the recent candidate keys, which happens every 50,000 new stories.
_WINDOW, _LONG_WINDOW = 10_000, 66_667
_TURNS = 5
Cost = tuple[float, float, float]  # seconds: processor time of cleaning, processor time of storing, wall time


def window(records: int) -> int:
    """Return the number of records before a milestone over which the cost is averaged."""
    return _LONG_WINDOW if records > 2 * _LONG_WINDOW else _WINDOW


def milestones(stories: int) -> list[int]:
    """Return the record counts that yield 10, 20, 50, 100 … thousand stories; a quarter are copies."""
    steps = [base * 10**power for power in range(4, 8) for base in (1, 2, 5)]
    return [-(-step * 4 // 3) for step in steps if step <= stories]


def records(count: int, first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield generated records. Another process generates them, because its vocabulary takes 130 MB."""
    line = [sys.executable, str(Path(__file__).with_name("generate.py")), str(count), str(first)]
    with subprocess.Popen(line, stdout=subprocess.PIPE) as generator:
        assert generator.stdout is not None
        yield from map(json.loads, generator.stdout)


class Timed:
    """Iterator that measures the processor time its source takes."""

    def __init__(self, items: Iterator[Prepared]) -> None:
        self._items = items
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Prepared]:
        """Yield the items of the source."""
        while True:
            start = time.process_time()
            item = next(self._items, None)
            self.seconds += time.process_time() - start
            if item is None:
                return
            yield item


def clean_and_store(store: Store, prepare: Cleaner, raws: Sequence[RawStory], crawl: int) -> Cost:
    """Clean and store records in one transaction."""
    began, start = time.perf_counter(), time.process_time()
    items = Timed(prepare(raws))
    store.add_all(items, crawl)
    stored = time.process_time() - start - items.seconds
    return items.seconds, stored, time.perf_counter() - began


def cost_per_record(costs: Sequence[Cost], count: int) -> Cost:
    """Return the cost of one of ``count`` records in milliseconds."""
    clean, stored, wall = (1000 * sum(column) / count for column in zip(*costs, strict=True))
    return clean, stored, wall


def row(store: Store, done: int, each: Cost) -> str:
    """Format one line: the cost per record in milliseconds, and the totals so far."""
    stories = store.db.execute("SELECT count(*) FROM stories").fetchone()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages, each_page = (
        store.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    costs = "".join(f"{cost:11.3f}" for cost in each)
    return f"{done:11}{stories:11}{costs}{peak:11.0f}{pages * each_page / done / 1000:11.2f}"


def grow(db: Path, stories: int) -> None:
    """Fill a new database and print a line at each milestone."""
    heads = ("records", "stories", "clean ms", "store ms", "wall ms", "MB peak", "kB/record")
    print("".join(f"{head:>11}" for head in heads), flush=True)
    done, counted, costs = 0, 0, list[Cost]()
    wanted = milestones(stories)
    with open_store(db, bulk=True) as store, cleaner(1) as prepare:
        crawl = store.begin_crawl("bench", {})
        made = records(wanted[-1])
        while done < wanted[-1]:
            size = min(_BATCH, next(step - done for step in wanted if step > done))
            cost = clean_and_store(
                store, prepare, [RawStory(**record) for record in islice(made, size)], crawl
            )
            done += size
            if any(step - window(step) < done <= step for step in wanted):
                counted += size
                costs.append(cost)
            if done in wanted:
                print(row(store, done, cost_per_record(costs, counted)), flush=True)
                counted, costs = 0, []
        store.finish_crawl(crawl, "done", {})


def fill(db: Path, count: int, first: int, measured: int) -> Cost:
    """Store ``count`` records; return the cost per record of the last ``measured``."""
    raws = [RawStory(**record) for record in records(count, first)]
    costs: list[Cost] = []
    with open_store(db, bulk=True) as store, cleaner(1) as prepare:
        crawl = store.begin_crawl("bench", {})
        for part, spent in ((raws[:-measured], list[Cost]()), (raws[-measured:], costs)):
            for start in range(0, len(part), _BATCH):
                spent.append(clean_and_store(store, prepare, part[start : start + _BATCH], crawl))
        store.finish_crawl(crawl, "done", {})
    return cost_per_record(costs, measured)


def compare(db: Path) -> None:
    """Alternate between adding to a large file and filling new ones; print the cost per record of both."""
    with open_store(db, create=False) as store:
        there = store.db.execute("SELECT max(id) FROM stories").fetchone()[0]
    size = milestones(10_000)[0]
    print(f"{'':9}{'':>12}{'clean ms':>11}{'store ms':>11}{'wall ms':>11}")
    found: dict[str, list[Cost]] = {"10000": [], str(there): []}
    for turn in range(_TURNS):
        with tempfile.TemporaryDirectory() as folder:
            found["10000"].append(fill(Path(folder, "new.db"), size, 0, _WINDOW))
        # Measured over all records: five turns together flush the recent keys once.
        found[str(there)].append(fill(db, size, 2 * there + turn * size, size))
        for stories, costs in found.items():
            print(f"turn {turn + 1:<4}{stories:>12}" + "".join(f"{c:11.3f}" for c in costs[-1]), flush=True)
    small, large = ([sum(column) for column in zip(*costs, strict=True)] for costs in found.values())
    print(f"growth: {sum(large[:2]) / sum(small[:2]):.2f} processor, {large[2] / small[2]:.2f} wall")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int, nargs="?", default=100_000)
    parser.add_argument(
        "--db", type=Path, required=True, help="database to create; with --beside, the file of an earlier run"
    )
    parser.add_argument(
        "--beside", action="store_true", help="compare a file of an earlier run with new files"
    )
    options = parser.parse_args()
    if options.beside:
        compare(options.db)
    elif options.db.exists():
        parser.error(f"{options.db} exists: the benchmark needs a new file")
    else:
        grow(options.db, options.stories)


if __name__ == "__main__":
    main()
