"""The ``govkz`` command: imports a command's module on demand and reports errors in one line."""

from __future__ import annotations

import difflib
import importlib
import io
import os
import sys
from contextlib import suppress

import click

from govkz_scraper.terminal import echo_err
from govkz_scraper.version import version_line
from pipelines.errors import GovkzError

# Command -> "module:function" in govkz_scraper.commands and the line that `govkz --help` shows for it. The
# lines are kept here so that `govkz --help` imports no command (scrapy alone takes half a second).
COMMANDS = {
    "demo": ("demo:command", "Crawl the bundled offline replica and show the result."),
    "crawl": ("crawl:command", "Crawl the press feeds of publishers, or newspaper digest pages."),
    "ingest": ("ingest:command", "Import local files: digest pages, API responses, raw records."),
    "reclean": ("reclean:command", "Repeat cleaning and matching over all stored sightings."),
    "show": ("stories:show", "Show one story: sightings, repairs, revisions, links."),
    "split": ("stories:split", "Move sightings out of their story, permanently."),
    "join": ("stories:join", "Merge two stories, permanently."),
    "shard": ("shard:command", "Write what was received as Parquet files, for another machine."),
    "merge": ("merge:command", "Merge databases and shards into one database."),
    "clean": ("clean:command", "Repair text from standard input."),
    "export": ("export:command", "Export stories as a table or a feed, with a data dictionary."),
    "search": ("search:command", "Search titles and bodies, best match first."),
    "stats": ("overview:stats", "Show counts of what the database holds."),
    "report": ("overview:report", "Write a self-contained HTML page of charts."),
    "serve": ("overview:serve", "Browse the database in a web browser (Datasette)."),
    "sources": ("sources:command", "List the publishers that can be crawled."),
    "replica": ("replica:command", "Run the offline replica of the press site."),
    "doctor": ("doctor:command", "Check the database, or the responses of the live site."),
}


class _OutputClosed(Exception):
    """The reader of our output has closed it, as in ``govkz export ... | head``."""


class LazyCommands(click.Group):
    """A group that imports a command's module when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of a typical workflow."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"govkz_scraper.commands.{module}"), function)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong row in COMMANDS is a bug of ours
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name; suggest similar names for an unknown one."""
        similar = difflib.get_close_matches(args[0].lower(), COMMANDS) if args[0] not in COMMANDS else []
        if similar:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {' or '.join(map(repr, similar))}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; raise _OutputClosed, which click does not tell from a failure."""
        try:
            exit_code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise _OutputClosed from None
        return exit_code

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table above, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _print_version(context: click.Context, _option: click.Parameter, is_set: bool) -> None:
    if is_set:
        click.echo(version_line())
        context.exit()


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and the commit, and exit.",
)
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def cli(debug: bool) -> None:
    """Crawl the press feeds of Kazakhstan's akimats into one clean, searchable SQLite file.

    \b
    Examples:
      govkz demo --db demo.db
      govkz crawl almobl kostanay --lang kk,ru
      govkz search "жаңа мектеп"
    """


def main() -> None:
    """Run ``govkz`` and exit with its exit code (entry point of the installed command)."""
    _prepare_streams()
    arguments, debug = _extract_debug(sys.argv[1:])
    try:
        code = cli.main(
            ["--debug", *arguments] if debug else arguments, prog_name="govkz", standalone_mode=False
        )
    except click.exceptions.Abort:
        _leave("stopped", 1)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        message = " ".join(error.format_message().split()).rstrip(".")
        hint = f"; `{context.command_path} --help` shows how" if context and message[-1:] != "?" else ""
        _leave(message + hint, error.exit_code)
    except GovkzError as error:
        if debug:
            raise
        _leave(str(error), error.exit_code)
    except _OutputClosed:
        _drop_output()
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        if isinstance(error, OSError):
            _drop_output()
        _leave(_describe(error), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _extract_debug(arguments: list[str]) -> tuple[list[str], bool]:
    """Remove ``--debug`` from anywhere before ``--``: people also write it after the command.

    >>> _extract_debug(["search", "x", "--debug"]), _extract_debug(["search", "--", "--debug"])
    ((['search', 'x'], True), (['search', '--', '--debug'], False))
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options = [argument for argument in arguments[:end] if argument != "--debug"]
    return options + arguments[end:], len(options) < end


def _prepare_streams() -> None:
    """Replace closed streams by the null device, and buffer an unbuffered stdout: it can cut writes short."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
    raw = getattr(sys.stdout, "buffer", None)
    if isinstance(raw, io.RawIOBase):  # PYTHONUNBUFFERED
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw), sys.stdout.encoding, sys.stdout.errors, line_buffering=True
        )


def _drop_output() -> None:
    """Discard unwritten output: Python would try to write it again at exit, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _describe(error: Exception) -> str:
    message = " ".join(str(error).split()) or "no message"
    if isinstance(error, OSError) and error.strerror:  # an error of the system, such as a full disk
        return f"{error.filename or 'cannot read or write'}: {error.strerror}"
    return f"unexpected {type(error).__name__}: {message[:300]}; `govkz --debug ...` shows where"


def _leave(message: str, code: int) -> None:
    echo_err(f"govkz: {message}")
    sys.exit(code)


if __name__ == "__main__":
    main()
