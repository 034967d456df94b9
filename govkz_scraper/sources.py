"""The registry of publishers: one row of ``sources.csv`` each, with a public URL as evidence."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.errors import BadInput
from pipelines.urls import SITE

KINDS = ("region", "city", "district", "ministry", "agency", "department")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher on gov.kz."""

    slug: str
    kind: str  # one of KINDS
    name_kk: str | None  # None: the name is not known
    name_ru: str | None
    name_en: str | None
    region: str | None  # None: nationwide
    evidence_url: str  # a public URL that contains the slug
    renamed_to: str | None = None  # the slug that replaced this one on gov.kz; None: still in use

    @property
    def name(self) -> str:
        """Return the name to display: Russian (nearly always known), else English, Kazakh, the slug."""
        return self.name_ru or self.name_en or self.name_kk or self.slug


def read_sources(lines: Iterable[str], where: str = "sources.csv") -> dict[str, Source]:
    """Parse and check a registry. Raises BadInput with the first bad row and how to repair it."""
    sources: dict[str, Source] = {}
    for number, row in enumerate(csv.DictReader(lines), 2):
        place = f"{where}, line {number}"
        slug = (row.get("slug") or "").strip()
        if not _SLUG.fullmatch(slug):
            raise BadInput(f"{place}: {slug!r} is not a slug (lower-case Latin letters, digits, hyphens)")
        if slug in sources:
            raise BadInput(f"{place}: {slug}: duplicate; remove one of the rows")
        kind, evidence = row.get("kind") or "", row.get("evidence_url") or ""
        if kind not in KINDS:
            raise BadInput(f"{place}: {slug}: unknown kind {kind!r} (use {', '.join(KINDS)})")
        if not evidence.startswith(f"{SITE}/"):
            raise BadInput(f"{place}: {slug}: evidence_url must be a URL on {SITE}/")
        names = (row.get("name_kk") or None, row.get("name_ru") or None, row.get("name_en") or None)
        region, renamed_to = row.get("region") or None, (row.get("renamed_to") or "").strip() or None
        sources[slug] = Source(slug, kind, *names, region, evidence, renamed_to)
    if not sources:
        raise BadInput(f"{where}: no rows; the first line must contain the column names, including slug")
    for source in sources.values():
        if source.renamed_to is not None and source.renamed_to not in sources:
            raise BadInput(f"{where}: {source.slug}: renamed_to {source.renamed_to!r} has no row of its own")
    return sources


@cache
def load_sources() -> dict[str, Source]:
    """Return the packaged registry by slug, in the order of the file."""
    text = files("govkz_scraper").joinpath("sources.csv").read_text("utf-8")
    return read_sources(text.splitlines())


def find_source(slug: str) -> Source:
    """Return the source of a slug. Raises BadInput with similar slugs."""
    sources = load_sources()
    name = slug.strip().lower()
    if name in sources:
        return sources[name]
    similar = difflib.get_close_matches(name, sources, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(similar)}?" if similar else "`govkz sources` lists the known slugs"
    raise BadInput(f"unknown source {slug!r}: {hint}")


def choose_sources(
    slugs: Iterable[str], *, kind: str | None = None, everything: bool = False
) -> list[Source]:
    """Return the named sources, those of a kind, or all. Raises BadInput for an unknown name."""
    named = [find_source(slug) for slug in slugs]
    if named and (kind or everything):
        raise BadInput("use either source names or --all or --kind, not both")
    if not (kind or everything):
        return list({source.slug: source for source in named}.values())
    if kind and kind not in KINDS:
        raise BadInput(f"unknown kind {kind!r} (use {', '.join(KINDS)})")
    return [source for source in load_sources().values() if kind is None or source.kind == kind]
