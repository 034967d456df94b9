"""What the store makes of an item before it touches the database: pure work, so another process can do it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipelines.matching.fingerprints import Print, print_of
from pipelines.records import Normalised
from pipelines.store.folding import fold
from pipelines.store.rows import record_hash

_LONG = 20_000  # characters beyond which a text is not worth the memory of being remembered


@dataclass(frozen=True, slots=True)
class Prepared:
    """An item with everything that can be reckoned from it alone."""

    item: Normalised
    digest: bytes  # of what was received: the same record again has the same
    print_: Print  # by which like texts are found
    folded: tuple[str | None, str | None]  # title and body as the full-text index holds them


def prepare(item: Normalised | Prepared) -> Prepared:
    """Reckon what the store needs of one item, unless that has been done."""
    if isinstance(item, Prepared):
        return item
    folded = (item.title and fold(item.title), item.body and fold(item.body))
    title, body = (None, item.body) if item.body else (item.title, None)
    print_ = print_of(title, body) if body and len(body) > _LONG else _print_recent(title, body)
    return Prepared(item, record_hash(item), print_, folded)


@lru_cache(maxsize=512)
def _print_recent(title: str | None, body: str | None) -> Print:
    """Make the fingerprint of a text once while it comes again, as copies do."""
    return print_of(title, body)
