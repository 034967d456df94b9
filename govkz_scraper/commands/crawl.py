"""``govkz crawl``: the press feeds of sources, or newspaper digest pages."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.filters import read_day
from govkz_scraper.commands.options import db_option
from govkz_scraper.terminal import echo_err
from pipelines.errors import BadInput, GovkzError


@click.command()
@click.argument("targets", metavar="[SLUG...|URL...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every source of the registry.")
@click.option("--kind", help="Every source of a kind: region, city, district, ministry, agency, department.")
@click.option("--lang", default="kk,ru,en", show_default=True, help="Languages, each its own listing.")
@click.option("--route", default="auto", show_default=True, help="auto, rss, api, graphql or pages.")
@click.option("--since", callback=read_day, help="Back to this date (2025-12-20), known or not.")
@click.option("--full", is_flag=True, help="To the end of every listing, known or not.")
@click.option(
    "--max-pages", type=click.IntRange(1), help="About so many pages a listing; the next run goes on."
)
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

    What is known and unchanged is not fetched again; a walk that was interrupted goes on where it was.
    Exit codes: 0 done; 1 something failed or raised an alarm; 2 bad arguments; 3 the site refused; 4 the
    database is in use or unusable.
    """
    from govkz_scraper.crawl import metrics
    from govkz_scraper.crawl.console import shown, summary
    from govkz_scraper.crawl.runner import run_crawl

    if ping:
        metrics.check_ping(ping)
    if prometheus:
        metrics.check_metrics(prometheus)
    debug = bool(click.get_current_context().find_root().params["debug"])
    try:
        spider, arguments = _arguments(targets, wishes)
        with shown(debug=debug):
            run = run_crawl(spider, arguments, db=db, verbose=verbose)
    except GovkzError as error:
        _report(prometheus, metrics.exit_metrics(error.exit_code), ping, error.exit_code)
        raise
    exit_code = _report(prometheus, metrics.as_metrics(run), ping, run.verdict.exit_code)
    for line in summary(run):  # the last one is the outcome
        echo_err(line)
    if as_json:
        click.echo(metrics.as_summary(run))
    return exit_code


def _report(prometheus: Path | None, figures: str, ping: str | None, exit_code: int) -> int:
    """Tell the machines that wait for it how the run ended; that they cannot be told fails it, too."""
    from govkz_scraper.crawl import metrics

    if prometheus:
        try:
            metrics.write_metrics(prometheus, figures)
        except GovkzError as error:
            echo_err(str(error))
            exit_code = exit_code or 1
    if ping and not metrics.send_ping(ping, exit_code):
        echo_err(f"the ping address did not answer: {ping}")
    return exit_code


def _arguments(
    targets: tuple[str, ...], wishes: dict[str, str | bool | int | None]
) -> tuple[str, dict[str, str]]:
    """Turn the command line into a spider and its arguments, which are text. Raises BadInput."""
    urls = [target for target in targets if "://" in target]
    given = {name: str(value) for name, value in wishes.items() if value not in (None, False)}
    if given.pop("everything", None):
        given["all"] = "yes"
    if "full" in given:
        given["full"] = "yes"
    if not urls:
        return "press", {"slugs": ",".join(targets), **given}
    if len(urls) < len(targets) or "all" in given or "kind" in given:
        raise BadInput("give either sources or addresses of newspaper pages, not both")
    for name in ("lang", "route"):
        source = click.get_current_context().get_parameter_source(name)
        if source is not click.core.ParameterSource.DEFAULT:
            raise BadInput(f"--{name} is for sources: a newspaper page is read as it is")
        given.pop(name, None)
    return "digest", {"urls": " ".join(urls), **given}
