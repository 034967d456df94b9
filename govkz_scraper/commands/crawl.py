"""``govkz crawl``: the press feeds of sources, or newspaper digest pages."""

from __future__ import annotations

from pathlib import Path

import click

from govkz_scraper.commands.options import db_option, parse_date_option
from govkz_scraper.terminal import echo_err
from pipelines.errors import BadInput, GovkzError


@click.command()
@click.argument("targets", metavar="[SLUG...|URL...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Crawl every publisher of the registry.")
@click.option(
    "--kind",
    metavar="KIND",
    help="Crawl every publisher of a kind: region, city, district, ministry, agency, department.",
)
@click.option(
    "--lang",
    default="kk,ru,en",
    show_default=True,
    metavar="LIST",
    help="Languages; a publisher has one listing for each.",
)
@click.option(
    "--route",
    default="auto",
    show_default=True,
    metavar="ROUTE",
    help="How to read a listing: rss, api, graphql, pages; auto chooses.",
)
@click.option(
    "--since",
    callback=parse_date_option,
    metavar="DATE",
    help="Read back to this date, including pages whose items are stored already.",
)
@click.option("--full", is_flag=True, help="Read every listing to its end, including what is stored already.")
@click.option(
    "--max-pages",
    type=click.IntRange(1),
    help="Read about this many pages per listing; the next run continues.",
)
@click.option(
    "--base-url", metavar="URL", help="Send every request to a replica, like http://127.0.0.1:8000."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on standard output.")
@click.option(
    "--prometheus",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write Prometheus metrics to this file, for the textfile collector of node_exporter.",
)
@click.option(
    "--ping",
    metavar="URL",
    help="Request this URL at the end, with /fail appended if the exit code is not 0.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show Scrapy's own log on standard error.")
@db_option
def command(
    targets: tuple[str, ...],
    as_json: bool,
    prometheus: Path | None,
    ping: str | None,
    verbose: bool,
    db: Path,
    **options: str | bool | int | None,
) -> int:
    """Crawl the press feeds of publishers (SLUG, see `govkz sources`), or newspaper digest pages (URL).

    Known and unchanged items are not fetched again; an interrupted crawl resumes where it stopped.
    Exit codes: 0 done; 1 something failed or raised an alarm; 2 bad arguments; 3 the site refused; 4 the
    database is in use or unusable.

    \b
    Examples:
      govkz crawl almobl kostanay --lang kk,ru
      govkz crawl --kind region --since 2025-12-01
      govkz crawl https://newspaper.example/digest
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
        spider, arguments = _arguments(targets, options)
        with shown(debug=debug):
            result = run_crawl(spider, arguments, db=db, verbose=verbose)
    except GovkzError as error:
        _report(prometheus, metrics.exit_metrics(error.exit_code), ping, error.exit_code)
        raise
    exit_code = _report(prometheus, metrics.as_metrics(result), ping, result.outcome.exit_code)
    for line in summary(result):  # the last one is the outcome
        echo_err(line)
    if as_json:
        click.echo(metrics.as_summary(result))
    return exit_code


def _report(prometheus: Path | None, figures: str, ping: str | None, exit_code: int) -> int:
    """Write metrics and send the ping; return the exit code, 1 if one of them fails."""
    from govkz_scraper.crawl import metrics

    if prometheus:
        try:
            metrics.write_metrics(prometheus, figures)
        except GovkzError as error:
            echo_err(str(error))
            exit_code = exit_code or 1
    if ping and not metrics.send_ping(ping, exit_code):
        echo_err(f"the ping URL did not respond: {ping}")
    return exit_code


def _arguments(
    targets: tuple[str, ...], options: dict[str, str | bool | int | None]
) -> tuple[str, dict[str, str]]:
    """Turn the command line into a spider and its arguments, which are text. Raises BadInput."""
    urls = [target for target in targets if "://" in target]
    given = {name: str(value) for name, value in options.items() if value not in (None, False)}
    if given.pop("everything", None):
        given["all"] = "yes"
    if "full" in given:
        given["full"] = "yes"
    if not urls:
        return "press", {"slugs": ",".join(targets), **given}
    if len(urls) < len(targets) or "all" in given or "kind" in given:
        raise BadInput("name either publishers or URLs of newspaper pages, not both")
    for name in ("lang", "route"):
        source = click.get_current_context().get_parameter_source(name)
        if source is not click.core.ParameterSource.DEFAULT:
            raise BadInput(f"--{name} is for publishers: it cannot be used with a newspaper page")
        given.pop(name, None)
    return "digest", {"urls": " ".join(urls), **given}
