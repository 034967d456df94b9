"""The publishers that can be crawled: one row each of ``sources.csv``, with a public address as evidence."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.errors import BadInput

KINDS = ("region", "city", "district", "ministry", "agency", "department")
# Slugs that gov.kz renamed: the old one, still found in links and listed with its evidence, and today's.
RENAMED = {"akimat-goroda-aktau": "mangystau-aktau", "mdai": "maidd", "miid": "mps"}
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher on gov.kz."""

    slug: str
    kind: str  # one of KINDS
    name_kk: str | None  # names are None where they are not known
    name_ru: str | None
    name_en: str | None
    region: str | None  # None: of the whole country
    evidence_url: str  # a public address that shows the slug in use

    @property
    def renamed_to(self) -> str | None:
        """Give the slug to which gov.kz renamed this source; the old one may fall silent. None: never."""
        return RENAMED.get(self.slug)

    @property
    def name(self) -> str:
        """Give a name to show: Russian, which is nearly always known, then English, Kazakh, the slug."""
        return self.name_ru or self.name_en or self.name_kk or self.slug


def read_sources(lines: Iterable[str], where: str = "sources.csv") -> dict[str, Source]:
    """Read and check the rows of a source list; raises BadInput naming the first bad row and its repair."""
    found: dict[str, Source] = {}
    for number, row in enumerate(csv.DictReader(lines), 2):
        place = f"{where}, line {number}"
        slug = (row.get("slug") or "").strip()
        if not _SLUG.fullmatch(slug):
            raise BadInput(f"{place}: {slug!r} is no slug (small Latin letters, digits, hyphens)")
        if slug in found:
            raise BadInput(f"{place}: {slug}: stands twice; remove one of the rows")
        kind, evidence = row.get("kind") or "", row.get("evidence_url") or ""
        if kind not in KINDS:
            raise BadInput(f"{place}: {slug}: unknown kind {kind!r} (use {', '.join(KINDS)})")
        if not evidence.startswith("https://www.gov.kz/"):
            raise BadInput(f"{place}: {slug}: evidence_url must be an address on https://www.gov.kz/")
        names = (row.get("name_kk") or None, row.get("name_ru") or None, row.get("name_en") or None)
        found[slug] = Source(slug, kind, *names, row.get("region") or None, evidence)
    if not found:
        raise BadInput(f"{where}: no rows; the first line must name the columns, slug among them")
    return found


@cache
def load_sources() -> dict[str, Source]:
    """Load the list that ships with the package, by slug, in the order of the file."""
    text = files("govkz_scraper").joinpath("sources.csv").read_text("utf-8")
    return read_sources(text.splitlines())


def find_source(slug: str) -> Source:
    """Give the source of a slug; raises BadInput with the slugs that come near."""
    sources = load_sources()
    name = slug.strip().lower()
    if name in sources:
        return sources[name]
    near = difflib.get_close_matches(name, sources, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "`govkz sources` lists the known ones"
    raise BadInput(f"unknown source {slug!r}: {hint}")


def choose_sources(
    slugs: Iterable[str], *, kind: str | None = None, everything: bool = False
) -> list[Source]:
    """Give the named sources, or those of a kind, or all; raises BadInput for a name that is none."""
    named = [find_source(slug) for slug in slugs]
    if named and (kind or everything):
        raise BadInput("name sources, or use --all or --kind, not both")
    if not (kind or everything):
        return list({source.slug: source for source in named}.values())
    if kind and kind not in KINDS:
        raise BadInput(f"unknown kind {kind!r} (use {', '.join(KINDS)})")
    return [source for source in load_sources().values() if kind is None or source.kind == kind]
