"""The stories that an export selects: filters, a query, changes since an instant, least words, a sample."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from heapq import nsmallest

from pipelines.errors import BadInput
from pipelines.search.filters import CONDITIONS, Filters
from pipelines.search.query_parser import match_text, parse_query
from pipelines.search.ranking import stories_by_id

# A story has changed when the copy that it shows was seen, when it absorbed another or disappeared, or when
# the publisher restored an earlier text, which is no new copy. Ids of merged databases lead to it and change
# nothing.
_CHANGED = """
julianday(s.first_seen) >= julianday(:seen_since) OR julianday(s.gone_at) >= julianday(:seen_since)
OR EXISTS (SELECT 1 FROM former_stories AS f WHERE f.story_id = s.id AND f.origin IS NULL
    AND julianday(f.at) >= julianday(:seen_since))
OR EXISTS (SELECT 1 FROM sightings AS g WHERE g.id IN (s.title_from, s.body_from)
    AND (julianday(g.seen_at) >= julianday(:seen_since)
        OR julianday(g.last_seen_at) >= julianday(:seen_since) AND EXISTS (SELECT 1 FROM revisions AS r
            WHERE r.story_id = s.id AND julianday(r.seen_at) > julianday(g.seen_at))))
"""
# Conditions on a row `s` of stories; `Selection.values` returns the parameters.
SELECTED = f"""
{CONDITIONS} AND (:named IS NULL OR s.id IN (SELECT value FROM json_each(:named))
    OR s.id IN (SELECT rowid FROM stories_fts WHERE stories_fts MATCH :match))
AND (:seen_since IS NULL OR {_CHANGED})
AND (:min_words IS NULL OR word_count(s.body) >= :min_words)
AND (:sampled IS NULL OR s.id IN (SELECT value FROM json_each(:sampled)))
"""  # noqa: S608 - constants


_DEFINED = "SELECT 1 FROM pragma_function_list WHERE name = 'word_count'"


@dataclass(frozen=True, slots=True)
class Selection:
    """The stories to export."""

    filters: Filters = field(default_factory=Filters)
    query: str | None = None  # as typed; None: all stories that pass the filters
    seen_since: datetime | None = None  # only stories first seen or changed since then
    min_words: int | None = None  # least words of the body
    sample: int | None = None  # at most so many stories, drawn by chance
    seed: int = 0  # of the sample

    def values(self, db: sqlite3.Connection) -> dict[str, object]:
        """Return the parameters of ``SELECTED``. Raises BadInput for a query without a word."""
        if db.execute(_DEFINED).fetchone() is None:  # SQLite refuses to define it again during a query
            db.create_function("word_count", 1, _word_count, deterministic=True)
        since = self.seen_since.isoformat() if self.seen_since else None
        further = {"seen_since": since, "min_words": self.min_words, "sampled": None}
        values = self.filters.values() | {"named": None, "match": None} | further
        if self.query is not None:
            query = parse_query(self.query)
            ids = [story for story, _ in stories_by_id(db, query, self.filters.values())]
            if not ids and not query.terms and not query.urls:
                raise BadInput(f"the query {self.query!r} has no word to search for")
            values |= {"named": json.dumps(ids), "match": match_text(query.terms) or '""'}
        if self.sample is not None:
            found = db.execute(f"SELECT s.id FROM stories AS s WHERE {SELECTED}", values)  # noqa: S608
            values["sampled"] = json.dumps(nsmallest(self.sample, (story for (story,) in found), self._rank))
        return values

    def _rank(self, story: int) -> bytes:
        """Return the rank of a story in the samples of this seed.

        It depends on the story alone: a larger sample contains the smaller ones, and new stories leave most
        of a sample as it was.
        """
        return blake2b(f"{self.seed}:{story}".encode(), digest_size=16).digest()


_NEWEST = f"""
SELECT at FROM (
    SELECT s.first_seen AS at FROM stories AS s WHERE {SELECTED}
    UNION ALL SELECT r.seen_at FROM revisions AS r JOIN stories AS s ON s.id = r.story_id WHERE {SELECTED}
) ORDER BY julianday(at) DESC, at LIMIT 1
"""  # noqa: S608 - SELECTED is a constant


def newest_change(db: sqlite3.Connection, values: Mapping[str, object]) -> str | None:
    """Return when the newest selected story or revision was first seen; None without a story."""
    row = db.execute(_NEWEST, values).fetchone()
    return row[0] if row else None


def _word_count(text: str | None) -> int:
    return len(text.split()) if text else 0
