"""Generate the reference pages from the code: ``make reference`` writes them, a test compares them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from inspect import cleandoc
from pathlib import Path

import click

from govkz_scraper.cli import COMMANDS, cli
from govkz_scraper.config import SETTINGS, Setting
from govkz_scraper.crawl.monitors import EXIT_CODES
from govkz_scraper.crawl.report import CrawlReport, FailedPage, ListingReport, Refusal
from pipelines.export import dictionary_page
from pipelines.sqlite.data_dictionary import everything

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
_NOTE = "*Generated from the code by `make reference`.*"

OUTCOMES = {
    "done": "every listing was read as far as requested",
    "alarm": "done, but a monitor raised an alarm",
    "failed": "a page failed, a source was refused by every route, or a listing was not reached",
    "stopped": "ended by a signal; everything read so far is stored",
    "refused": "every source was refused on every route allowed",
}
TOTALS = {
    "requests": "requests sent, retries and robots.txt included",
    "bytes": "bytes received",
    "retries": "requests sent again after an error",
    "pages": "listing pages stored",
    "items": "press items stored",
    "new": "press items that made a new story",
    "changed": "press items that improved or changed a story",
    "listings": "listings requested",
    "listings_done": "listings read as far as requested",
    "dropped": "press items that a pipeline dropped",
    "failures": "pages that failed",
    "refusals": "refusals by the site, one per source and route",
    "repairs": "repairs made: an object, rule to number",
    "problems": "problems reported: an object, kind to number",
}
KEYS = {
    "CrawlReport": {
        "listings": "a list with one object per listing, see below",
        "failures": "a list of pages that failed, see below",
        "refusals": "a list of refusals, see below",
        "item_errors": "a list of sentences: errors that items met in a pipeline",
        "remarks": "a list of sentences: the `note:` lines",
        "stopped": "why the run ended early; empty if it did not",
    },
    "ListingReport": {
        "slug": "publisher slug, or the URL of a digest",
        "lang": "language of the listing",
        "route": "route used last",
        "outcome": "`done`, `limited` (by `--max-pages`), `failed`, `refused`, `waiting` (not reached)",
        "walk": "`full`, `recent` or `since`: how far the listing was to be read",
        "complete": "true if a full crawl reached the end and nothing was missing",
        "had": "true if the listing had items in an earlier run",
        "first": "true if no earlier run had read it by any route",
        "pages": "pages stored",
        "listed": "items named on its pages, fetched or not",
        "items": "items stored",
        "new": "items that made a new story",
        "changed": "items that improved or changed a story",
        "no_title": "items without a title",
        "no_body": "items without a body",
        "no_date": "items without a date",
        "excerpts": "items of which only an excerpt was given",
        "dropped": "items that a pipeline dropped",
        "newest": "date of its newest item",
        "refused_by": "routes that refused it",
        "failed_by": "routes that returned nothing for it",
    },
    "FailedPage": {
        "slug": "publisher slug",
        "lang": "language of the listing",
        "route": "route",
        "url": "URL of the page",
        "why": "reason, in one line",
    },
    "Refusal": {
        "slug": "publisher slug",
        "lang": "language of the listing",
        "route": "route",
        "evidence": "what the site answered",
    },
}
STATS = {
    "govkz/repairs/": "repairs made, by rule",
    "govkz/problems/": "problems reported, by kind",
    "govkz/stories/": "stored items, by what became of them",
}
UNEXPLAINED = "NOT EXPLAINED in docs/generate_reference.py"


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [header, ("---",) * len(header), *rows]
    cells = (" | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def settings() -> str:
    """Return the page of settings."""

    def shown(value: str | float | None) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return f"`{value}`" if value else "empty"
        return f"{value:.10g}"

    def bounds(setting: Setting) -> str:
        if isinstance(setting.default, str):
            return ""
        upper = f" to {setting.most:.10g}" if setting.most < float("inf") else " or more"
        return f"{setting.least:.10g}{upper}" + (", whole" if setting.whole else "")

    rows = [
        (f"`{name}`", shown(one.default), shown(one.on_loopback), bounds(one), one.meaning)
        for name, one in SETTINGS.items()
    ]
    return f"""# Settings

{_NOTE}

Every setting is a Scrapy setting and an environment variable of the same name. A command's option is used first, then
the Scrapy setting (`-s NAME=VALUE`), then the environment, then the default. A bad value ends the command with exit
code 2 and a message that names the setting.

{table(("setting", "default", "on loopback", "allowed", "meaning"), rows)}
"On loopback" is the default when every start URL is on this machine, as it is for the replica.

Scrapy's own settings stand in `govkz_scraper/settings.py`, each with its reason. Four of them have to stay as they are:
`CONCURRENT_ITEMS` is 1, because items are stored in the order in which they were read; `JOBDIR` is refused with exit
code 2, because the database resumes a crawl; `EXTENSIONS` contains `CrawlRecorder`, which evaluates the crawl; and those
of our four item pipelines that are enabled keep their order ([Using it as a Scrapy project](../guides/scrapy.md)). A class
path of an earlier version and an unknown `GOVKZ_*` setting are refused with exit code 2, too.
"""


def commands() -> str:
    """Return the page of commands with their arguments and options."""
    context = click.Context(cli, info_name="govkz")
    parts = [
        f"# Commands\n\n{_NOTE}\n\n"
        "`govkz COMMAND --help` prints the same. `govkz --version` prints the version and the commit.\n\n"
        "Exit codes: 0 done · 1 done, but something failed or a monitor raised an alarm · 2 bad arguments or "
        "unreadable input · 3 the site refused the crawl · 4 the database is in use or unusable.\n"
    ]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None  # noqa: S101 - COMMANDS names commands
        inner = click.Context(command, info_name=name, parent=context)
        usage = " ".join(command.collect_usage_pieces(inner))
        parts.append(f"## {name}\n\n```text\ngovkz {name} {usage}\n```\n")
        parts.append(f"{_escaped(cleandoc(command.help or ''))}\n")
        rows = [record for one in command.params if (record := one.get_help_record(inner)) and record[1]]
        if rows:
            parts.append(table(("option", "meaning"), ((f"`{flag}`", _escaped(text)) for flag, text in rows)))
    return "\n".join(parts)


def _escaped(text: str) -> str:
    return re.sub(r"([<*])", r"\\\1", text.replace("\b\n", "").replace("  [", " ["))


def tables() -> str:
    """Return the data dictionary without rules and problems, which have a page of their own."""
    parts = [part for part in _sections() if not _is_rules(part)]
    return "\n".join(
        [
            f"# Tables and columns\n\n{_NOTE} The same is in every database, in the table `dictionary`.\n",
            *parts,
        ]
    )


def repairs() -> str:
    """Return the page of repair rules and problem kinds."""
    parts = [f"# Repairs and problems\n\n{_NOTE}\n"]
    for kind, heading, lead in (
        ("rule", "Repair rules", "The values of `repairs.rule`. Each change can be undone exactly."),
        (
            "problem",
            "Problem kinds",
            "The values of `problems.kind`: a defect that was seen and not changed.",
        ),
    ):
        rows = ((f"`{one.name}`", one.text) for one in everything() if one.kind == kind)
        parts.append(f"## {heading}\n\n{lead}\n\n{table((kind, 'meaning'), rows)}")
    return "\n".join(parts)


def _sections() -> list[str]:
    return [f"## {part}" for part in re.split(r"^## ", dictionary_page.page(), flags=re.MULTILINE)[1:]]


def _is_rules(part: str) -> bool:
    return "| rule | meaning |" in part or "| problem | meaning |" in part


def crawl_report() -> str:
    """Return the page of outcomes, report keys, Scrapy stats and metrics."""
    outcomes = [
        (f"`{name}`", str(code), OUTCOMES.get(name, UNEXPLAINED)) for name, code in EXIT_CODES.items()
    ]
    outcomes += [
        ("`incomplete`", "1", "of `govkz ingest` only: part of the input could not be read and was left out"),
        ("empty", "", "the run is in progress, or it was killed and the row was never closed"),
    ]
    totals = [(f"`{name}`", TOTALS.get(name, UNEXPLAINED)) for name in totals_in_code()]
    parts = [
        f"""# Crawl report and metrics

{_NOTE}

Every run writes one row in `crawls`. `crawls.outcome` says how it ended, and the command exits with the same result:

{table(("outcome", "exit code", "meaning"), outcomes)}
Exit code 2 is a bad argument or setting, 4 a database that is in use or unusable. Neither opens a row.

## `crawls.stats`

One JSON object, written when the run ends. `govkz crawl --json` prints it with `crawl` (the id of the row), `outcome` and
`exit_code` before it. The spiders `press` and `digest` write these keys, `alarms` (a list of sentences) and `totals`:
""",
        table(("key", "meaning"), _keys(CrawlReport)),
        "### `totals`\n",
        table(("key", "meaning"), totals),
    ]
    for name, one in (("listings", ListingReport), ("failures", FailedPage), ("refusals", Refusal)):
        parts += [f"### `{name}`\n", table(("key", "meaning"), _keys(one))]
    stats = [(f"`{name}`", STATS.get(name, UNEXPLAINED)) for name in stats_in_code()]
    parts.append(f"""`ingest` writes numbers only: items by what became of them (`new`, `copy`, `better`, `revision`, `known`), the rows they
made (`stories`, `repairs`, `problems`) and `left_out`. `reclean` writes `sightings` (read), `changed` (cleaned to another
text), and the number of stories that are `new`, `gone`, `better`, `revision` or `moved`.

## Scrapy stats

These stand beside Scrapy's own in the stats collector. `item_scraped_count` is Scrapy's and counts press items. A name
that ends in `/` is a prefix.

{table(("stat", "meaning"), stats)}
## Prometheus metrics

`--prometheus FILE` writes gauges for the textfile collector of node_exporter. A run that could not begin writes
`govkz_crawl_exit_code` and `govkz_crawl_finished_timestamp_seconds` only.

{table(("metric", "meaning"), _metrics())}""")
    return "\n".join(parts)


def _keys(report: type) -> Iterator[tuple[str, str]]:
    known = KEYS[report.__name__]
    yield from ((f"`{one.name}`", known.get(one.name, UNEXPLAINED)) for one in fields(report))


def _metrics() -> Iterator[tuple[str, str]]:
    numbers = {
        name: TOTALS.get(name, UNEXPLAINED)
        for name in totals_in_code()
        if name not in ("repairs", "problems")
    }
    numbers |= {"alarms": "alarms raised", "exit_code": "exit code of the run"}
    numbers["finished_timestamp_seconds"] = "when the run ended, in seconds since 1970"
    yield from ((f"`govkz_crawl_{name}`", meaning) for name, meaning in sorted(numbers.items()))
    yield '`govkz_crawl_source_items{slug="…",lang="…"}`', "items stored, by listing"


def _trees() -> Iterator[ast.Module]:
    for package in ("govkz_scraper", "pipelines"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def totals_in_code() -> list[str]:
    """Return the keys of ``totals``, from the one dictionary in the code that has ``listings_done``."""
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                names = [key.value for key in node.keys if isinstance(key, ast.Constant)]
                if "listings_done" in names:
                    return [str(name) for name in names]
    return []


def stats_in_code() -> list[str]:
    """Return the names of our stats: every text in the code that begins with ``govkz/``."""
    names = {
        node.value
        for tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return sorted(name for name in names if re.fullmatch(r"govkz/[a-z_/]+", name))


def matching_examples() -> str:
    """Return the page of matching cases, which are tests."""
    cases = json.loads((ROOT / "tests" / "cases" / "matching.json").read_text("utf-8"))
    rows = ((one["label"], one["expected"], one["note"]) for one in cases if one["expect"] == "pass")
    failing = [(one["label"], one["expected"], one["note"]) for one in cases if one["expect"] != "pass"]
    known = f"\n## Known failures\n\n{table(('example', 'wanted', 'why'), failing)}" if failing else ""
    return f"""# Matching examples

{_NOTE} Each line is a test case of `tests/cases/matching.json`, checked in both orders of arrival. The rules are in
[What counts as one story](../guides/matching.md).

{table(("example", "result", "why"), rows)}{known}"""


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "commands.md": commands,
    "tables.md": tables,
    "repairs.md": repairs,
    "crawl-report.md": crawl_report,
    "matching-examples.md": matching_examples,
}


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for filename, build in PAGES.items():
        (REFERENCE / filename).write_text(build(), encoding="utf-8")
    dictionary_page.PAGE.write_text(dictionary_page.page(), encoding="utf-8")
