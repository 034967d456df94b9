"""``govkz ingest``: import local files through the same steps as a crawl."""

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
from govkz_scraper.terminal import echo_err
from pipelines.errors import BadInput

if TYPE_CHECKING:
    from govkz_scraper.importers.raw_records import Found, Unread
    from pipelines.sqlite import Counts
    from pipelines.sqlite.rows import Prepared

_BATCH = 2_000  # records per transaction: a kill loses at most that much unstored work
_REPORT_EVERY = 10_000  # records between two progress lines without a terminal
_MAX_ERRORS = 20  # lines printed per file; further errors are counted


def _check_url(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from pipelines.urls import host_of

    if value is not None and host_of(value) is None:
        raise click.BadParameter(f"{value!r} is not a web URL: it must begin with https://")
    return value


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--url",
    metavar="URL",
    callback=_check_url,
    help="URL that the files came from, instead of their file:// URLs.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of processes.")
@db_option
def command(paths: tuple[str, ...], url: str | None, jobs: int, db: Path) -> int:
    """Import local files: digest pages saved as text or HTML, API responses (.json), or raw records.

    Raw records are .jsonl or .jsonl.gz files, or - for standard input. Items that cannot be read are reported
    and skipped. Importing a file again adds nothing. Exit code 1: some items were skipped; 2: nothing could
    be read.

    \b
    Examples:
      govkz ingest saved/*.html --url https://newspaper.example/digest
      govkz ingest records.jsonl.gz --jobs 2
      zcat records.gz | govkz ingest -
    """
    from govkz_scraper.importers.workers import preparer

    files = InputFiles(paths, url)
    with preparer(jobs) as prepare:
        import pipelines.sqlite.store  # noqa: F401 - imported while the workers start

        stories = files.readable(prepare(files.items()))
        first = next(stories, None)
        if first is None:
            raise BadInput(files.failure())
        files.print_errors()
        return _store(chain((first,), stories), files, jobs, db)


class InputFiles:
    """The files to import, in order, with a count of skipped items."""

    def __init__(self, paths: tuple[str, ...], url: str | None) -> None:
        self.paths, self.url = paths, url
        self.left_out = 0
        self._held_errors: list[str] | None = []  # errors held back until something could be read
        self._bytes_read = 0
        self._progress: Callable[[int], object] | None = None

    @property
    def size(self) -> int:
        """Return the total size of the regular files in bytes."""
        paths = (Path(path) for path in self.paths if path != "-")
        return sum(path.stat().st_size for path in paths if path.is_file())

    def items(self) -> Iterator[Found]:
        """Yield the items of all files; an unreadable file is yielded as Unread."""
        from govkz_scraper.importers.files import read_file, read_stream
        from govkz_scraper.importers.raw_records import Unread

        for path in self.paths:
            try:
                if path == "-":
                    yield from read_stream(sys.stdin.buffer, self.url)
                else:
                    yield from read_file(Path(path), self.url, self._count_bytes)
            except BadInput as error:
                yield Unread(str(error))

    def report_progress(self, progress: Callable[[int], object]) -> None:
        """Call ``progress`` with the bytes read so far, and from now on with further bytes."""
        progress(self._bytes_read)
        self._progress = progress

    def _count_bytes(self, count: int) -> None:
        self._bytes_read += count
        if self._progress is not None:
            self._progress(count)

    def readable(self, items: Iterator[Prepared | Unread]) -> Iterator[Prepared]:
        """Yield readable records; report the others on stderr, at most _MAX_ERRORS per file."""
        from govkz_scraper.importers.raw_records import Unread

        name, bad = "", 0
        for item in items:
            if not isinstance(item, Unread):
                yield item
                continue
            self.left_out += 1
            if item.name != name:
                self._print_remaining(name, bad)
                name, bad = item.name, 0
            bad += 1
            if bad <= _MAX_ERRORS or not name:
                self._print_error(str(item))
        self._print_remaining(name, bad)

    def _print_remaining(self, name: str, bad: int) -> None:
        if name and bad > _MAX_ERRORS:
            self._print_error(f"{name}: and {bad - _MAX_ERRORS} more errors")

    def _print_error(self, text: str) -> None:
        if self._held_errors is None:
            echo_err(f"govkz: {text}")
        else:
            self._held_errors.append(text)

    def print_errors(self) -> None:
        """Print the errors held back, and from now on every error at once."""
        held, self._held_errors = self._held_errors or [], None
        for text in held:
            echo_err(f"govkz: {text}")

    def failure(self) -> str:
        """Return why nothing was read; print the errors first if there are several."""
        if self._held_errors and len(self._held_errors) == 1:
            return self._held_errors[0]
        self.print_errors()
        return "nothing was stored: no file could be read"


def _store(stories: Iterator[Prepared], files: InputFiles, jobs: int, db: Path) -> int:
    from govkz_scraper.sources import load_sources
    from pipelines.sqlite import Counts, open_store
    from pipelines.sqlite.store import add_batches

    total = Counts()
    with ExitStack() as stack:
        store = stack.enter_context(open_store(db, bulk=True))
        store.put_sources(asdict(source) for source in load_sources().values())
        crawl = store.begin_crawl("ingest", {"paths": files.paths, "url": files.url, "jobs": jobs})
        before = store.newest()
        if sys.stderr.isatty():
            bar = stack.enter_context(click.progressbar(length=files.size, label="Reading", file=sys.stderr))
            files.report_progress(bar.update)
        for counts in add_batches(store, stories, crawl, _BATCH):
            _add_up(total, counts)
            if not sys.stderr.isatty() and total.total % _REPORT_EVERY == 0:
                echo_err(f"{total.total} records read")
        found = store.count_newer(before)
        outcome = "incomplete" if files.left_out else "done"
        store.finish_crawl(crawl, outcome, {**asdict(total), **found, "left_out": files.left_out})
    _summary(total, found, files, db)
    return 1 if files.left_out else 0


def _add_up(total: Counts, counts: Counts) -> None:
    for name, count in asdict(counts).items():
        setattr(total, name, getattr(total, name) + count)


def _summary(total: Counts, found: dict[str, int], files: InputFiles, db: Path) -> None:
    sightings = total.total - total.known
    click.echo(
        f"{total.total} items: {found['stories']} new stories, {sightings - total.new} further sightings "
        f"({total.better} with a better text, {total.revision} revised), {total.known} known already; "
        f"{found['repairs']} repairs, {found['problems']} problems; in {db}"
    )
    if files.left_out:
        click.echo(f"{files.left_out} left out, see above")
