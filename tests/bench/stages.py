"""Measure the cost of each stage in processor milliseconds per record, from a line of JSON to a stored story.

Run by hand: ``make bench``, or ``python tests/bench/stages.py 5000``. Each stage runs over all records before
the next one begins, so its figure is that of a warm processor cache; the share behind a family is that of the
bodies which it has to look at. The last lines say what the stages come to and what plain ftfy and dateparser
take for two of them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from generate import records

from govkz_scraper.importers.raw_records import Line, read_line
from pipelines.clean.prefilter import suspects
from pipelines.clean.repair_order import REPAIRERS
from pipelines.clean.story import STEPS, begin_draft
from pipelines.dedupe.fingerprints import fingerprint_of
from pipelines.items import RawStory
from pipelines.language.folding import fold
from pipelines.process import process_story
from pipelines.sqlite import open_store
from pipelines.sqlite.rows import prepare, record_hash

_ROUNDS = 3  # the best counts


def cost(work: Callable[[Any], object], things: list[Any]) -> float:
    """Return the processor milliseconds per record, best of several rounds."""
    best = float("inf")
    for _ in range(_ROUNDS):
        began = time.process_time()
        for thing in things:
            work(thing)
        best = min(best, time.process_time() - began)
    return 1000 * best / len(things)


def row(name: str, milliseconds: float) -> float:
    """Print one line of the table."""
    print(f"{name:38}{milliseconds:9.4f}", flush=True)
    return milliseconds


def cleaning(raws: list[RawStory]) -> None:
    """Print what each step costs, and within the repair of bodies each family."""
    items = [begin_draft(raw) for raw in raws]
    for step, _ in STEPS:
        began = time.process_time()
        for item in items:
            step(item)
        row(f"  step {step.__name__}", 1000 * (time.process_time() - began) / len(items))
    bodies = [raw.body or "" for raw in raws]
    row("    body: what it is suspect of", cost(suspects, bodies))
    for family in REPAIRERS:
        suspected = [body for body in bodies if suspects(body) & family.suspect]
        share = len(suspected) / len(bodies)
        each = cost(family.fix, suspected) * share if suspected else 0.0
        row(f"    body: {family.fix.__name__} ({share:.0%})", each)
        bodies = [family.fix(body).text for body in bodies]


def storing(items: Iterable[Any]) -> float:
    """Store prepared items in a new database, in the transactions of ``govkz ingest``."""
    batch, count = list(items), 0
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder, "stages.db"), bulk=True) as store:
        crawl = store.begin_crawl("bench", {})
        began = time.process_time()
        while count < len(batch):
            store.add_all(batch[count : count + 2_000], crawl)
            count += 2_000
        return 1000 * (time.process_time() - began) / len(batch)


def main(count: int) -> None:
    """Print the table."""
    lines = [Line(json.dumps(one).encode(), at, None, "bench") for at, one in enumerate(records(count), 1)]
    raws = [one for line in lines for one in read_line(line) if isinstance(one, RawStory)]
    print(f"{f'{count} records':38}{'ms each':>9}")
    total = row("read", cost(read_line, lines))
    cleaning(raws)
    total += row("normalise (all steps)", cost(process_story, raws))
    clean = [process_story(raw) for raw in raws]
    row("  fingerprint", cost(lambda one: fingerprint_of(one.title, one.body), clean))
    row("  folded for search", cost(lambda one: fold(one.body or ""), clean))
    row("  hash of the received record", cost(record_hash, clean))
    total += row("prepare (the three)", cost(prepare, clean))
    total += row("match and store", storing(map(prepare, clean)))
    row("sum", total)
    naive(raws)


def naive(raws: list[RawStory]) -> None:
    """Print what two of the stages cost with the plain libraries."""
    import dateparser
    import ftfy

    few = raws[:300]
    row("plain ftfy on bodies", cost(lambda raw: ftfy.fix_text(raw.body or ""), few))
    order = {"DATE_ORDER": "DMY"}
    row(
        "plain dateparser on dates",
        cost(lambda raw: dateparser.parse(raw.date or "", languages=["ru", "kk", "en"], settings=order), few),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
