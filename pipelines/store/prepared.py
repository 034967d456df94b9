"""What the store makes of an item before it touches the database: pure work, so another process can do it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from pipelines.matching.fingerprints import Print, print_of
from pipelines.records import Normalised, RawStory
from pipelines.store.rows import record_hash

_LONG = 20_000  # characters beyond which a text is not worth the memory of being remembered


@dataclass(frozen=True, slots=True)
class Prepared:
    """An item with everything that can be reckoned from it alone, but for what is as cheap as sending it."""

    item: Normalised
    digest: bytes  # of what was received: the same record again has the same
    print_: Print  # by which like texts are found


def prepare(item: Normalised | Prepared) -> Prepared:
    """Reckon what the store needs of one item, unless that has been done."""
    if isinstance(item, Prepared):
        return item
    title, body = (None, item.body) if item.body else (item.title, None)
    print_ = print_of(title, body) if body and len(body) > _LONG else _print_recent(title, body)
    return Prepared(item, record_hash(item), print_)


@lru_cache(maxsize=512)
def _print_recent(title: str | None, body: str | None) -> Print:
    """Make the fingerprint of a text once while it comes again, as copies do."""
    return print_of(title, body)


# What is sent between processes names no class a thousand times over: a quarter of the time on both sides.
Packed = tuple[Any, ...]
_OF_RAW = attrgetter(*(field.name for field in fields(RawStory)))
_REST = attrgetter(*(field.name for field in fields(Normalised)[3:]))
_OF_PRINT = attrgetter(*(field.name for field in fields(Print)))


def pack(ready: Prepared) -> Packed:
    """Make of an item what can be sent to another process: a text that is as received goes once."""
    item, raw = ready.item, ready.item.raw
    title = raw.title if item.title == raw.title else item.title
    body = raw.body if item.body == raw.body else item.body
    return _OF_RAW(raw), title, body, _REST(item), ready.digest, _OF_PRINT(ready.print_)


def unpack(packed: Packed) -> Prepared:
    """Make the item again that was packed.

    >>> from pipelines.normalise import normalise
    >>> ready = prepare(normalise(RawStory(title="Жол  ашылды", body="Аким келді.", date="20.12.2025")))
    >>> unpack(pack(ready)) == ready
    True
    """
    of_raw, title, body, rest, digest, of_print = packed
    return Prepared(Normalised(RawStory(*of_raw), title, body, *rest), digest, Print(*of_print))
