"""Taking in any number of items, a transaction for each batch of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from pipelines.items import ProcessedStory
from pipelines.sqlite.connection import writing_back
from pipelines.sqlite.prepared import Prepared
from pipelines.sqlite.store import Counts, Store


def add_batches(
    store: Store, items: Iterator[ProcessedStory | Prepared], crawl_id: int, size: int
) -> Iterator[Counts]:
    """Take in all items, ``size`` in a transaction, and give the counts of each.

    The full-text index gathers the words of hundreds of stories, a commit writes thousands of pages, and
    neither needs Python: another thread does it, while this one fetches what comes next, one batch at most.
    A third writes the log of earlier batches back into the file, so that no commit waits for that.
    What the fetching of an item raises is raised when the batch before it is stored.
    """
    fetched: deque[ProcessedStory | Prepared] = deque()
    failed: list[BaseException] = []
    written: Future[None] | None = None
    with writing_back(store.path) as write_back, ThreadPoolExecutor(max_workers=2) as other:

        def beside(work: Callable[[], object]) -> None:
            done = other.submit(work)
            try:
                while len(fetched) < size and not failed and not done.done() and (item := next(items, None)):
                    fetched.append(item)
            except BaseException as error:  # noqa: BLE001 - raised in its turn, behind what came before it
                failed.append(error)
            done.result()

        def in_order() -> Iterator[ProcessedStory | Prepared]:
            while True:
                if not fetched and failed:
                    raise failed.pop()
                item = fetched.popleft() if fetched else next(items, None)
                if item is None:
                    return
                yield item

        following = in_order()
        with store.helped(beside):
            while (counts := store.add_all(islice(following, size), crawl_id)).total:
                if written is None or written.done():
                    written = other.submit(write_back)
                yield counts
