"""What the store makes of an item before it touches the database: pure work, so another process can do it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from pipelines.dedupe.fingerprints import Fingerprint, fingerprint_of
from pipelines.items import ProcessedStory
from pipelines.sqlite.repairs_table import problem_values, repair_values
from pipelines.sqlite.rows import record_hash, sighting_values

_LONG = 20_000  # characters beyond which a text is not worth the memory of being remembered


class Prepared(NamedTuple):
    """An item as the store writes it. Plain values, which cost another process little to send."""

    title: str | None
    body: str | None
    text_hash: str
    published: str | None
    published_at: str | None
    byline: str | None
    lang: str | None
    url: str | None
    entity: str | None
    news_id: int | None
    on_govkz: bool
    addresses: tuple[tuple[str, str], ...]
    seen_at: str | None  # None: it does not say when it was seen
    sighting: tuple[Any, ...]  # values of OF_ITEM
    repairs: tuple[tuple[Any, ...], ...]
    problems: tuple[tuple[Any, ...], ...]
    digest: bytes  # of what was received: the same record again has the same
    fingerprint: Fingerprint  # by which like texts are found


def prepare(item: ProcessedStory | Prepared) -> Prepared:
    """Reckon what the store needs of one item, unless that has been done."""
    if isinstance(item, Prepared):
        return item
    raw = item.raw
    return Prepared(
        # A text that is as received is the same object as in ``sighting``: it is sent once.
        raw.title if item.title == raw.title else item.title,
        raw.body if item.body == raw.body else item.body,
        item.text_hash,
        item.published,
        item.published_at,
        item.byline,
        item.lang,
        item.url,
        item.entity,
        item.news_id,
        item.on_govkz,
        item.addresses,
        raw.seen_at,
        sighting_values(item),
        repair_values(item),
        problem_values(item),
        record_hash(item),
        _fingerprint(item),
    )


def _fingerprint(item: ProcessedStory) -> Fingerprint:
    title, body = (None, item.body) if item.body else (item.title, None)
    return fingerprint_of(title, body) if body and len(body) > _LONG else _recent_fingerprint(title, body)


@lru_cache(maxsize=512)
def _recent_fingerprint(title: str | None, body: str | None) -> Fingerprint:
    """Make the fingerprint of a text once while it comes again, as copies do."""
    return fingerprint_of(title, body)
