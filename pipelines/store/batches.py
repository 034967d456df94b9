"""Taking in any number of items, a transaction for each batch of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice

from pipelines.records import Normalised
from pipelines.store.prepared import Prepared
from pipelines.store.sqlite import Counts, Store


def add_batches(
    store: Store, items: Iterator[Normalised | Prepared], crawl_id: int, size: int
) -> Iterator[Counts]:
    """Take in all items, ``size`` in a transaction, and give the counts of each.

    A commit writes thousands of pages and needs no Python: another thread does it, while this one fetches
    what comes next, one batch at most. The connection is handed over and taken back, never shared. What the
    fetching of an item raises is raised when the batch before it is stored.
    """
    fetched: deque[Normalised | Prepared] = deque()
    with ThreadPoolExecutor(max_workers=1) as beside:

        def commit() -> None:
            done = beside.submit(store.commit)
            try:
                for item in islice(items, size):
                    fetched.append(item)
                    if done.done():
                        break
            finally:
                done.result()

        def waiting() -> Iterator[Normalised | Prepared]:
            while fetched:
                yield fetched.popleft()

        while (counts := store.add_all(islice(chain(waiting(), items), size), crawl_id, commit)).total:
            yield counts
