"""``govkz sources``: list the registry of publishers."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from govkz_scraper.sources import KINDS, Source, load_sources


@click.command()
@click.argument("text", required=False)
@click.option("--kind", type=click.Choice(KINDS), help="Only sources of this kind.")
@click.option("--region", help="Only sources of this region.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def command(text: str | None, kind: str | None, region: str | None, as_json: bool) -> None:
    """List the publishers that can be crawled; TEXT matches part of a slug, name or region.

    \b
    Examples:
      govkz sources шымкент
      govkz sources --kind region --json
    """
    wanted = (text or "").casefold()
    rows = [
        source
        for source in load_sources().values()
        if (kind is None or source.kind == kind)
        and (region is None or (source.region or "").casefold() == region.casefold())
        and any(wanted in (part or "").casefold() for part in _searchable(source))
    ]
    if as_json:
        click.echo(json.dumps([asdict(source) for source in rows], ensure_ascii=False, indent=1))
        return
    width = max((len(source.slug) for source in rows), default=0)
    for source in rows:
        now = f" (renamed: now {source.renamed_to})" if source.renamed_to else ""
        click.echo(f"{source.slug:{width}}  {source.kind:10}  {source.region or '-':16}  {source.name}{now}")
    click.echo(f"{len(rows)} of {len(load_sources())} sources", err=True)


def _searchable(source: Source) -> tuple[str | None, ...]:
    return source.slug, source.name_kk, source.name_ru, source.name_en, source.region
