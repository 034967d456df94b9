"""How the cost of one more story grows with the archive: the road of `govkz ingest`, window by window.

Run by hand: ``python tests/bench/scale.py 100000 --db scale.db``, the number of stories; a million take an
hour and seventeen gigabytes. Prints processor time per record in the window that ends at each milestone, the
peak memory so far and the size of the file.

The machine may be faster in one hour than in the next. So ``--beside`` takes the file that such a run has
made and adds some more to it, by turns with filling a new file up to 10,000 stories: what it then prints is
the growth from 10,000 to as many as there are.
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
# Records before a milestone over which the cost is taken. In a large archive so many that the recent keys of
# likeness are put away once among them, which happens every 50,000 new stories.
_WINDOW, _LONG_WINDOW = 10_000, 66_667
_TURNS = 5
Cost = tuple[float, float, float]  # seconds: processor for cleaning and for storing, and on the clock


def window(records: int) -> int:
    """Give the number of records before a milestone over which the cost is taken."""
    return _LONG_WINDOW if records > 2 * _LONG_WINDOW else _WINDOW


def milestones(stories: int) -> list[int]:
    """Give the records that make 10, 20, 50, 100 … thousand stories: a quarter of them are repeats."""
    steps = [base * 10**power for power in range(4, 8) for base in (1, 2, 5)]
    return [-(-step * 4 // 3) for step in steps if step <= stories]


def records(count: int, first: int = 0) -> Iterator[dict[str, Any]]:
    """Give generated records, made by another process: the words for them take 130 MB."""
    line = [sys.executable, str(Path(__file__).with_name("generate.py")), str(count), str(first)]
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


def take_in(store: Store, prepare: Cleaner, raws: Sequence[RawStory], crawl: int) -> Cost:
    """Clean and store records in one transaction."""
    began, start = time.perf_counter(), time.process_time()
    items = Timed(prepare(raws))
    store.add_all(items, crawl)
    stored = time.process_time() - start - items.seconds
    return items.seconds, stored, time.perf_counter() - began


def add(costs: Sequence[Cost], count: int) -> Cost:
    """Give the cost of one of ``count`` records in milliseconds."""
    clean, stored, wall = (1000 * sum(column) / count for column in zip(*costs, strict=True))
    return clean, stored, wall


def row(store: Store, done: int, each: Cost) -> str:
    """Say what one record cost, in milliseconds, and what there is by now."""
    stories = store.db.execute("SELECT count(*) FROM stories").fetchone()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages, each_page = (
        store.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    costs = "".join(f"{cost:11.3f}" for cost in each)
    return f"{done:11}{stories:11}{costs}{peak:11.0f}{pages * each_page / done / 1000:11.2f}"


def grow(db: Path, stories: int) -> None:
    """Take records in from nothing and print a row at each milestone."""
    heads = ("records", "stories", "clean ms", "store ms", "wall ms", "MB peak", "kB/record")
    print("".join(f"{head:>11}" for head in heads), flush=True)
    done, counted, costs = 0, 0, list[Cost]()
    wanted = milestones(stories)
    with open_store(db, bulk=True) as store, cleaner(1) as prepare:
        crawl = store.begin_crawl("bench", {})
        made = records(wanted[-1])
        while done < wanted[-1]:
            size = min(_BATCH, next(step - done for step in wanted if step > done))
            cost = take_in(store, prepare, [RawStory(**record) for record in islice(made, size)], crawl)
            done += size
            if any(step - window(step) < done <= step for step in wanted):
                counted += size
                costs.append(cost)
            if done in wanted:
                print(row(store, done, add(costs, counted)), flush=True)
                counted, costs = 0, []
        store.finish_crawl(crawl, "done", {})


def fill(db: Path, count: int, first: int, measured: int) -> Cost:
    """Take ``count`` records into a file; give what each of the last ``measured`` cost."""
    raws = [RawStory(**record) for record in records(count, first)]
    costs: list[Cost] = []
    with open_store(db, bulk=True) as store, cleaner(1) as prepare:
        crawl = store.begin_crawl("bench", {})
        for part, spent in ((raws[:-measured], list[Cost]()), (raws[-measured:], costs)):
            for start in range(0, len(part), _BATCH):
                spent.append(take_in(store, prepare, part[start : start + _BATCH], crawl))
        store.finish_crawl(crawl, "done", {})
    return add(costs, measured)


def compare(db: Path) -> None:
    """Add to a large file by turns with filling new ones, and print what a record costs in each."""
    with open_store(db, create=False) as store:
        there = store.db.execute("SELECT max(id) FROM stories").fetchone()[0]
    size = milestones(10_000)[0]
    print(f"{'':9}{'':>12}{'clean ms':>11}{'store ms':>11}{'wall ms':>11}")
    found: dict[str, list[Cost]] = {"10000": [], str(there): []}
    for turn in range(_TURNS):
        with tempfile.TemporaryDirectory() as folder:
            found["10000"].append(fill(Path(folder, "new.db"), size, 0, _WINDOW))
        # All of them: those of five turns together put the recent keys away once.
        found[str(there)].append(fill(db, size, 2 * there + turn * size, size))
        for stories, costs in found.items():
            print(f"turn {turn + 1:<4}{stories:>12}" + "".join(f"{c:11.3f}" for c in costs[-1]), flush=True)
    small, large = ([sum(column) for column in zip(*costs, strict=True)] for costs in found.values())
    print(f"growth: {sum(large[:2]) / sum(small[:2]):.2f} processor, {large[2] / small[2]:.2f} wall")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stories", type=int, nargs="?", default=100_000)
    parser.add_argument("--db", type=Path, required=True, help="a file that does not exist yet")
    parser.add_argument("--beside", action="store_true", help="a file that such a run has made")
    options = parser.parse_args()
    if options.beside:
        compare(options.db)
    elif options.db.exists():
        parser.error(f"{options.db} exists: the run starts from nothing")
    else:
        grow(options.db, options.stories)


if __name__ == "__main__":
    main()
