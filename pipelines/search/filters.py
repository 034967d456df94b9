"""Which stories somebody asked for: one set of conditions, the same for search and for export."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

# Each condition on a row `s` of stories, switched off by a NULL value. Conditions on what a story lacks do
# not hold: a story without a date lies neither before nor after a day.
CONDITIONS = """
(:since IS NULL OR s.published >= :since) AND (:until IS NULL OR s.published <= :until)
AND (:sources IS NULL OR s.entity IN (SELECT value FROM json_each(:sources)))
AND (:langs IS NULL OR coalesce(s.lang, 'none') IN (SELECT value FROM json_each(:langs)))
"""

FILTERS = ("since", "until", "sources", "langs")  # the names of the values


@dataclass(frozen=True, slots=True)
class Filters:
    """What a story must be; an empty field asks for nothing."""

    since: str | None = None  # first day, YYYY-MM-DD
    until: str | None = None  # last day, YYYY-MM-DD, included
    sources: tuple[str, ...] = ()  # gov.kz slugs, compared with stories.entity
    langs: tuple[str, ...] = ()  # languages; "none" for stories whose language is not known

    @classmethod
    def of(
        cls,
        *,
        source: str | Iterable[str] | None = None,
        lang: str | Iterable[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Filters:
        """Build filters from one value or several."""
        return cls(since, until, _several(source), _several(lang))

    def values(self) -> dict[str, object]:
        """The named values that ``CONDITIONS`` needs."""
        return {
            "since": self.since,
            "until": self.until,
            "sources": json.dumps(self.sources) if self.sources else None,
            "langs": json.dumps(self.langs) if self.langs else None,
        }


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
