"""``govkz crawl``: the press feeds of sources, or newspaper digest pages."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.options import db_option
from pipelines.errors import BadInput


@click.command()
@click.argument("targets", metavar="[SLUG...|URL...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every source of the registry.")
@click.option("--kind", help="Every source of a kind: region, city, district, ministry, agency, department.")
@click.option("--lang", default="kk,ru,en", show_default=True, help="Languages, each its own listing.")
@click.option("--route", default="auto", show_default=True, help="auto, rss, api, graphql or pages.")
@click.option("--since", help="Back to this date (2025-12-20), known or not.")
@click.option("--full", is_flag=True, help="To the end of every listing, known or not.")
@click.option("--max-pages", type=click.IntRange(1), help="At most so many pages of each listing.")
@click.option("--base-url", help="Send every request to a replica, like http://127.0.0.1:8000.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON on standard output.")
@click.option("--prometheus", type=click.Path(path_type=Path), help="Write metrics for node_exporter here.")
@click.option("--ping", help="Ask this address at the end, with /fail when the exit code is not 0.")
@click.option("-v", "--verbose", is_flag=True, help="Scrapy's own log on standard error.")
@db_option
def command(
    targets: tuple[str, ...],
    as_json: bool,
    prometheus: Path | None,
    ping: str | None,
    verbose: bool,
    db: Path,
    **wishes: str | bool | int | None,
) -> int:
    """Crawl the press feeds of sources, or newspaper digest pages.

    What is known and unchanged is not fetched again; a first walk that was interrupted goes on where it was.
    Exit codes: 0 done; 1 something failed or raised an alarm; 2 bad arguments; 3 the site refused; 4 the
    database is in use or unusable.
    """
    from govkz_scraper import reporting
    from govkz_scraper.progress import shown, summary
    from govkz_scraper.run import run_crawl

    spider, arguments = _arguments(targets, wishes)
    if ping:
        reporting.check_ping(ping)
    if prometheus:
        reporting.check_metrics(prometheus)
    with shown():
        run = run_crawl(spider, arguments, db=db, debug=verbose)
    for line in summary(run):
        click.echo(line, err=True)
    if as_json:
        click.echo(reporting.as_summary(run))
    if prometheus:
        reporting.write_metrics(prometheus, reporting.as_metrics(run))
    if ping and not reporting.send_ping(ping, run.verdict.exit_code):
        click.echo(f"the ping address did not answer: {ping}", err=True)
    return run.verdict.exit_code


def _arguments(
    targets: tuple[str, ...], wishes: dict[str, str | bool | int | None]
) -> tuple[str, dict[str, str]]:
    """Turn the command line into a spider and its arguments, which are text. Raises BadInput."""
    urls = [target for target in targets if "://" in target]
    given = {name: str(value) for name, value in wishes.items() if value not in (None, False)}
    everything = given.pop("everything", None)
    if urls:
        if len(urls) < len(targets) or everything or wishes["kind"]:
            raise BadInput("give either sources or addresses of newspaper pages, not both")
        kept = {name: value for name, value in given.items() if name in ("max_pages",)}
        return "digest", {"urls": " ".join(urls), **kept}
    if everything:
        given["all"] = "yes"
    return "press", {"slugs": ",".join(targets), **given}
