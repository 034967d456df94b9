"""What the store makes of an item before it touches the database: pure work, so another process can do it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.matching.fingerprints import Print, print_of
from pipelines.records import Normalised
from pipelines.store.folding import fold
from pipelines.store.rows import record_hash


@dataclass(frozen=True, slots=True)
class Prepared:
    """An item with everything that can be reckoned from it alone."""

    item: Normalised
    digest: bytes  # of what was received: the same record again has the same
    print_: Print  # by which like texts are found
    folded: tuple[str | None, str | None]  # title and body as the full-text index holds them


def prepare(item: Normalised) -> Prepared:
    """Reckon what the store needs of one item."""
    folded = (item.title and fold(item.title), item.body and fold(item.body))
    return Prepared(item, record_hash(item), print_of(item.title, item.body), folded)
