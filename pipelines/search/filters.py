"""Filters on stories by date, publisher and language, shared by search and export."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

# Conditions on a row `s` of stories; a NULL parameter disables its condition. A story without a date matches
# no condition on dates.
CONDITIONS = """
(:since IS NULL OR s.published >= :since) AND (:until IS NULL OR s.published <= :until)
AND (:sources IS NULL OR s.entity IN (SELECT value FROM json_each(:sources)))
AND (:langs IS NULL OR coalesce(s.lang, 'none') IN (SELECT value FROM json_each(:langs)))
"""

FILTERS = ("since", "until", "sources", "langs")  # the parameters of CONDITIONS


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters on stories; an empty field does not filter."""

    since: str | None = None  # YYYY-MM-DD, included
    until: str | None = None  # YYYY-MM-DD, included
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
        """Build filters from single values or iterables."""
        return cls(since, until, _as_tuple(source), _as_tuple(lang))

    def values(self) -> dict[str, object]:
        """Return the parameters of ``CONDITIONS``."""
        return {
            "since": self.since,
            "until": self.until,
            "sources": json.dumps(self.sources) if self.sources else None,
            "langs": json.dumps(self.langs) if self.langs else None,
        }


def _as_tuple(value: str | Iterable[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
