"""The stories of one run in memory, to find repeats where no database follows."""

from __future__ import annotations

import json
import zlib
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TypeVar

from pipelines.dedupe.clustering import DAYS_APART, days_apart
from pipelines.dedupe.fingerprints import Fingerprint, fingerprint_of, plainly_different
from pipelines.dedupe.texts import Text, text_of
from pipelines.dedupe.verification import compare
from pipelines.items import MatchedBy, ProcessedStory

Key = TypeVar("Key", str, int)
_COMPARED = 40  # candidates compared word by word, as in the database


@dataclass(frozen=True, slots=True)
class _Known:
    news_id: int | None
    published: str | None
    text_hash: str
    fingerprint: Fingerprint
    packed: bytes  # title, body and byline, compressed

    @property
    def text(self) -> Text:
        return text_of(*json.loads(zlib.decompress(self.packed)))


@dataclass
class RunIndex:
    """Finds the story of a run that an item repeats.

    With a ``limit``, only so many of the latest texts are kept: enough where a database decides in the end.
    """

    limit: int | None = None
    _addresses: set[tuple[int, str | None]] = field(default_factory=set)
    _links: set[str] = field(default_factory=set)
    _texts: dict[str, list[_Known]] = field(default_factory=dict)
    _bands: dict[int, list[_Known]] = field(default_factory=dict)
    _latest: deque[_Known] = field(default_factory=deque)

    def match(self, story: ProcessedStory) -> MatchedBy:
        """Return why an item repeats a story of this run, or ``new``; the item is remembered."""
        title, body = story.title, story.body
        if title is None and body is None:
            return self._match_link(story)
        found = self._match_address(story)
        packed = zlib.compress(json.dumps((title, body, story.byline)).encode(), 1)
        fingerprint = fingerprint_of(title, body)
        known = _Known(story.news_id, story.published, story.text_hash, fingerprint, packed)
        reason: MatchedBy = (
            "address" if found else self._match_text(known, text_of(title, body, story.byline))
        )
        self._texts.setdefault(story.text_hash, []).append(known)
        for band in fingerprint.bands:
            self._bands.setdefault(band, []).append(known)
        self._latest.append(known)
        if self.limit is not None and len(self._latest) > self.limit:
            self._forget(self._latest.popleft())
        return reason

    def _forget(self, known: _Known) -> None:
        _remove(self._texts, known.text_hash, known)
        for band in known.fingerprint.bands:
            _remove(self._bands, band, known)

    def _match_link(self, story: ProcessedStory) -> MatchedBy:
        if story.news_id is not None:
            return "address" if self._match_address(story) else "new"
        known = story.url in self._links
        if story.url:
            self._links.add(story.url)
        return "address" if known else "new"

    def _match_address(self, story: ProcessedStory) -> bool:
        if story.news_id is None:
            return False
        key = (story.news_id, story.lang)
        known = key in self._addresses
        self._addresses.add(key)
        return known

    def _match_text(self, item: _Known, text: Text) -> MatchedBy:
        if any(_can_be_one(item, other) for other in self._texts.get(item.text_hash, ())):
            return "text"
        shared: Counter[int] = Counter()
        candidates: dict[int, _Known] = {}
        for band in item.fingerprint.bands:
            for other in self._bands.get(band, ()):
                if not plainly_different(
                    item.fingerprint, other.fingerprint.numbers, other.fingerprint.words
                ):
                    shared[id(other)] += 1
                    candidates[id(other)] = other
        for key, _ in shared.most_common(_COMPARED):
            other = candidates[key]
            if _can_be_one(item, other):
                match = compare(text, other.text).match
                if match is not None and match.kind != "brief":
                    return "near-text"
        return "new"


def _remove(index: dict[Key, list[_Known]], key: Key, known: _Known) -> None:
    index[key] = [other for other in index[key] if other is not known]
    if not index[key]:
        del index[key]


def _can_be_one(item: _Known, other: _Known) -> bool:
    """Return whether ids and dates allow one story: two gov.kz ids are two, and so are distant dates."""
    if item.news_id is not None and other.news_id is not None:
        return False
    apart = days_apart(item.published, other.published)
    return apart is None or apart <= DAYS_APART
