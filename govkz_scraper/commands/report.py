"""``govkz report``: a self-contained page of charts."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.options import db_option


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The file; - for standard output."
)
@db_option
def command(output: Path, db: Path) -> None:
    """Write one HTML page with charts of what the database holds. It needs neither network nor scripts."""
    from govkz_scraper.html_report.page import render
    from pipelines.export.atomic_files import belongs_to, replacing, writing
    from pipelines.sqlite.read_only import reading

    with writing(output):
        if output.is_dir() or belongs_to(output, db):
            raise click.UsageError(f"{output} cannot be replaced by a page; name another file")
    with reading(db) as connection:
        page = render(connection)
    if str(output) == "-":
        click.echo(page, nl=False)
        return
    with replacing(output) as out:
        out.write(page.encode())
    click.echo(f"{output}: open it in a web browser", err=True)
