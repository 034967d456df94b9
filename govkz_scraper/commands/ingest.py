"""``govkz ingest``: files already at hand go the same road as a crawl."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govkz_scraper.commands.options import db_option
from pipelines.errors import BadInput

if TYPE_CHECKING:
    from govkz_scraper.importers.raw_records import Found, Unread
    from pipelines.sqlite import Counts
    from pipelines.sqlite.rows import Prepared

_BATCH = 2_000  # records in a transaction; a kill loses no more work than that, and nothing that was stored
_REPORT_EVERY = 10_000  # records between two plain lines where there is no terminal
_MOST_COMPLAINTS = 20  # lines on the screen for one file; the rest are counted


def _web_address(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from pipelines.urls import host_of

    if value is not None and host_of(value) is None:
        raise click.BadParameter(f"{value!r} is no web address: give one that begins with https://")
    return value


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--url",
    callback=_web_address,
    help="Where the files came from; it stands in place of their file:// addresses.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, one of which stores."
)
@db_option
def command(paths: tuple[str, ...], url: str | None, jobs: int, db: Path) -> int:
    """Take in files already at hand.

    They are digest pages saved as text or HTML, saved API answers (.json), or raw records (.jsonl,
    .jsonl.gz, or - for standard input).

    What cannot be read is named and left out, the rest is taken. Taking the same file in again adds nothing.
    Exit code 1: something was left out; 2: nothing could be read.
    """
    from govkz_scraper.importers.workers import preparer

    intake = Intake(paths, url)
    with preparer(jobs) as prepare:
        import pipelines.sqlite.store  # noqa: F401 - while other processes start

        stories = intake.hear(prepare(intake.found()))
        first = next(stories, None)
        if first is None:
            raise BadInput(intake.nothing())
        intake.speak()
        return _store(chain((first,), stories), intake, jobs, db)


class Intake:
    """All files, in order, with a count of what had to be left out."""

    def __init__(self, paths: tuple[str, ...], url: str | None) -> None:
        self.paths, self.url = paths, url
        self.left_out = 0
        self._held: list[str] | None = []  # said when it is known whether anything can be read at all
        self._read = 0  # bytes
        self._shown: Callable[[int], object] | None = None

    @property
    def size(self) -> int:
        """Bytes of all files together, as far as the disk knows."""
        files = (Path(path) for path in self.paths if path != "-")
        return sum(file.stat().st_size for file in files if file.is_file())

    def found(self) -> Iterator[Found]:
        """Open file after file; one that is unreadable is named, and the others go on."""
        from govkz_scraper.importers.files import read_file, read_stream
        from govkz_scraper.importers.raw_records import Unread

        for path in self.paths:
            try:
                if path == "-":
                    yield from read_stream(sys.stdin.buffer, self.url)
                else:
                    yield from read_file(Path(path), self.url, self._tell)
            except BadInput as error:
                yield Unread(str(error))

    def show(self, progress: Callable[[int], object]) -> None:
        """Tell ``progress`` of the bytes read up to now, and from now on of every further one."""
        progress(self._read)
        self._shown = progress

    def _tell(self, read: int) -> None:
        self._read += read
        if self._shown is not None:
            self._shown(read)

    def hear(self, items: Iterator[Prepared | Unread]) -> Iterator[Prepared]:
        """Pass on what could be read, and say on standard error what not; of one file only so much."""
        from govkz_scraper.importers.raw_records import Unread

        name, bad = "", 0
        for one in items:
            if not isinstance(one, Unread):
                yield one
                continue
            self.left_out += 1
            if one.name != name:
                self._say_how_many_more(name, bad)
                name, bad = one.name, 0
            bad += 1
            if bad <= _MOST_COMPLAINTS or not name:
                self._say(str(one))
        self._say_how_many_more(name, bad)

    def _say_how_many_more(self, name: str, bad: int) -> None:
        if name and bad > _MOST_COMPLAINTS:
            self._say(f"{name}: and {bad - _MOST_COMPLAINTS} more such lines")

    def _say(self, text: str) -> None:
        if self._held is None:
            click.echo(f"govkz: {text}", err=True)
        else:
            self._held.append(text)

    def speak(self) -> None:
        """Say what was held back, and from now on everything at once."""
        held, self._held = self._held or [], None
        for text in held:
            click.echo(f"govkz: {text}", err=True)

    def nothing(self) -> str:
        """Say why nothing was read: in one line where there is one reason."""
        if self._held and len(self._held) == 1:
            return self._held[0]
        self.speak()
        return "nothing was stored: none of it could be read"


def _store(stories: Iterator[Prepared], intake: Intake, jobs: int, db: Path) -> int:
    from govkz_scraper.sources import load_sources
    from pipelines.sqlite import Counts, open_store
    from pipelines.sqlite.store import add_batches

    total = Counts()
    with ExitStack() as stack:
        store = stack.enter_context(open_store(db, bulk=True))
        store.put_sources(asdict(source) for source in load_sources().values())
        crawl = store.begin_crawl("ingest", {"paths": intake.paths, "url": intake.url, "jobs": jobs})
        before = store.newest()
        if sys.stderr.isatty():
            bar = stack.enter_context(click.progressbar(length=intake.size, label="Reading", file=sys.stderr))
            intake.show(bar.update)
        for counts in add_batches(store, stories, crawl, _BATCH):
            _add_up(total, counts)
            if not sys.stderr.isatty() and total.total % _REPORT_EVERY == 0:
                click.echo(f"{total.total} records read", err=True)
        found = store.count_newer(before)
        outcome = "incomplete" if intake.left_out else "done"
        store.finish_crawl(crawl, outcome, {**asdict(total), **found, "left_out": intake.left_out})
    _summary(total, found, intake, db)
    return 1 if intake.left_out else 0


def _add_up(total: Counts, counts: Counts) -> None:
    for name, count in asdict(counts).items():
        setattr(total, name, getattr(total, name) + count)


def _summary(total: Counts, found: dict[str, int], intake: Intake, db: Path) -> None:
    sightings = total.total - total.known
    click.echo(
        f"{total.total} items: {found['stories']} new stories, {sightings - total.new} further sightings "
        f"({total.better} with a better text, {total.revision} revised), {total.known} known already; "
        f"{found['repairs']} repairs, {found['problems']} problems; in {db}"
    )
    if intake.left_out:
        click.echo(f"{intake.left_out} left out, see above")
