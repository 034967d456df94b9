"""The ``govkz`` command: imports a command's module when it is asked for, and turns errors into one line."""

from __future__ import annotations

import importlib
import io
import os
import sys
from contextlib import suppress

import click

from govkz_scraper.version import version_line
from pipelines.errors import GovkzError

# Command -> its module in govkz_scraper.commands and the line that `govkz --help` shows for it. The lines
# stand here so that help needs no command's imports (scrapy alone takes half a second).
COMMANDS = {
    "demo": ("demo", "Crawl the bundled offline replica into a database and show what came out."),
    "crawl": ("crawl", "Crawl the press feeds of sources, or newspaper digest pages."),
    "ingest": ("ingest", "Take in files already at hand: pages, API answers, raw records."),
    "reclean": ("reclean", "Apply today's cleaning and matching to everything ever received."),
    "show": ("show", "Tell a story's life: sightings, repairs, revisions, links."),
    "split": ("split", "Part sightings from the story they were put into, for ever."),
    "join": ("join", "Make two stories one, for ever."),
    "clean": ("clean", "Repair text from standard input."),
    "export": ("export", "Write the stories as a table or feed, with a data dictionary."),
    "search": ("search", "Search titles and bodies, best first."),
    "stats": ("stats", "Count what the database holds."),
    "report": ("report", "Write a self-contained page of charts."),
    "serve": ("serve", "Browse the database in a web browser (Datasette)."),
    "sources": ("sources", "List the publishers that can be crawled."),
    "replica": ("replica", "Run the offline replica of the press site alone."),
    "doctor": ("doctor", "Check the database, or what the live site answers, and say what is wrong."),
}


class _ReaderGone(Exception):
    """Who reads our output has enough of it, as in ``govkz export ... | head``."""


class LazyCommands(click.Group):
    """A group that imports a command's module when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, in the order of a user's way."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"govkz_scraper.commands.{COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)  # noqa: S101 - a command module without one is our own mistake
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, and tell a reader that has enough of its output from a failure: click does not."""
        try:
            given = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise _ReaderGone from None
        return given

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
    """Crawl the press feeds of Kazakhstan's akimats into one clean, searchable SQLite file."""


def main() -> None:
    """Run ``govkz`` and exit with its code: the entry point of the installed command."""
    _prepare_streams()
    # Put first here, for people write it at the end too: `govkz crawl almaty --debug`.
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
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
        hint = f"; `{context.command_path} --help` shows how" if context else ""
        _leave(" ".join(error.format_message().split()).rstrip(".") + hint, error.exit_code)
    except GovkzError as error:
        if debug:
            raise
        _leave(str(error), error.exit_code)
    except _ReaderGone:
        _drop_output()
        sys.exit(0)
    except Exception as error:
        if debug:  # the last place: a user gets one line, --debug the traceback
            raise
        if isinstance(error, OSError):
            _drop_output()
        _leave(_explained(error), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _prepare_streams() -> None:
    """Give what is closed a place, and what is unbuffered a buffer: without one a write can be cut short."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
    raw = getattr(sys.stdout, "buffer", None)
    if isinstance(raw, io.RawIOBase):  # PYTHONUNBUFFERED
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw), sys.stdout.encoding, sys.stdout.errors, line_buffering=True
        )


def _drop_output() -> None:
    """Let what is left to write go nowhere: at the end Python would try once more, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explained(error: Exception) -> str:
    said = " ".join(str(error).split()) or "no message"
    if isinstance(error, OSError) and error.strerror:  # of the system, as that a disk is full
        return f"{error.filename or 'cannot read or write'}: {error.strerror}"
    return f"unexpected {type(error).__name__}: {said[:300]}; `govkz --debug ...` shows where"


def _leave(message: str, code: int) -> None:
    click.echo(f"govkz: {message}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
