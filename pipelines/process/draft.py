"""An item on its way through the steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.dates import ParsedDate
from pipelines.items import LANGUAGES, Lang, Problem, RawStory, Repair
from pipelines.urls import Address, host_of, is_govkz, parse_address

# Besides our own names: the site's `qq` (Kazakh in Latin letters, 2018-2021), and what people write for `kk`.
LANGS: dict[str, Lang] = {name.lower(): name for name in LANGUAGES} | {"kz": "kk", "qq": "kk-Latn"}


@dataclass(slots=True)
class StoryDraft:
    """An item on its way; the steps write here, and only frozen records leave ``normalise``."""

    raw: RawStory
    today: date | None
    title: str | None
    body: str | None
    html: bool
    on_govkz: bool
    date: ParsedDate = field(default_factory=ParsedDate)
    byline: str | None = None
    lang: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()
    entity: str | None = None
    news_id: int | None = None
    address: Address | None = None
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, part: str, repairs: tuple[Repair, ...], problems: tuple[Problem, ...]) -> None:
        """Take over what a text step did, under the name of its field."""
        self.repairs += repairs if part == "body" else [replace(r, field=part) for r in repairs]
        self.problems += problems if part == "body" else [replace(p, field=part) for p in problems]


def on_govkz(raw: RawStory) -> bool:
    """Tell a copy seen on gov.kz itself.

    A saved answer or a record that says when it was seen, and no site where, was seen at its own address.
    """
    host = host_of(raw.page_url)
    if host is not None:
        return is_govkz(host)
    if raw.seen_at is None:
        return False
    return parse_address(raw.url) is not None or (raw.url is None and raw.news_id is not None)
