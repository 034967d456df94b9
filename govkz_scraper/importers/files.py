"""Read local files: digest pages, saved responses of the press API, raw records.

The suffix decides the kind of a file, else its first characters. An unusable file raises BadInput; of a
partly readable file every item that is skipped is reported.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from govkz_scraper.digests import read_digest
from govkz_scraper.importers.api_dumps import read_api_dump
from govkz_scraper.importers.charset import decode
from govkz_scraper.importers.raw_records import Found, Unread, lines_of
from pipelines.errors import BadInput

_GZIP = b"\x1f\x8b"
_RECORDS, _ANSWER, _HTML = {".jsonl", ".ndjson"}, {".json"}, {".html", ".htm", ".xhtml"}
_LARGEST_PAGE = 256 * 1024 * 1024  # bytes; records are read line by line


def read_file(
    path: Path, url: str | None = None, progress: Callable[[int], None] | None = None
) -> Iterator[Found]:
    """Yield the stories of a file in order, raw records as lines, and unreadable items.

    ``url`` is where the file came from, by default its ``file://`` URL. Raises BadInput for an unusable
    file: missing, a directory, not text, empty, without items. ``progress`` is called with bytes read.
    """
    place = url or path.resolve().as_uri()
    try:
        with path.open("rb") as raw:
            yield from _read_open(raw, path, place, progress)
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a directory: name the files in it") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror or error}") from error


def read_stream(stream: BinaryIO, url: str | None = None) -> Iterator[Found]:
    """Yield raw records from standard input; like ``read_file``, but the default URL is None."""
    head = stream.peek(2)[:2] if hasattr(stream, "peek") else b""
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if head == _GZIP else stream
    yield from _with_name("standard input", lines_of(_lines(source), "standard input", url))


def _read_open(
    raw: BufferedReader, path: Path, place: str, progress: Callable[[int], None] | None
) -> Iterator[Found]:
    zipped = raw.peek(2)[:2] == _GZIP  # peek: a pipe cannot be rewound
    progress = progress if raw.seekable() else None
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if zipped else raw
    name = path.with_suffix("") if zipped and path.suffix.lower() == ".gz" else path
    suffix = name.suffix.lower()
    if suffix in _RECORDS:
        yield from _with_name(str(path), lines_of(_lines(source, raw, progress), str(path), place))
        return
    data, broken = _read_all(source, path)
    if progress:
        progress(raw.tell())
    if not data.strip():
        raise BadInput(f"{path} is empty")
    text = decode(data)
    if text is None:
        raise BadInput(
            f"{path} is not text (an image, an archive, a document?): save the page as text or HTML"
        )
    yield from _read_text(text, path, suffix, place, _modified(path))
    if broken:
        yield Unread("compressed data damaged or truncated; the readable part was imported", str(path))


def _read_text(text: str, path: Path, suffix: str, place: str, modified: float) -> Iterator[Found]:
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if suffix in _ANSWER or (suffix not in _HTML and first in ("{", "[")):
        if lines := _as_records(text):
            yield from _with_name(str(path), lines_of(enumerate(lines, 1), str(path), place))
            return
        if suffix in _ANSWER or _is_json(text):
            yield from _with_name(str(path), read_api_dump(text, path, place, modified))
            return
    yield from _digest(text, path, suffix, place)


def _digest(text: str, path: Path, suffix: str, place: str) -> Iterator[Found]:
    items = read_digest(text, html=True if suffix in _HTML else None, page_url=place)
    if not items:
        raise BadInput(f"{path} contains no press items: no line has a date like 20.12.2025 after a title")
    yield from items


def _as_records(text: str) -> list[bytes] | None:
    """Return the lines of a text whose first two lines are JSON objects; else None."""
    # Not ``splitlines``: JSON may contain U+2028, at which that would split.
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = [line.strip() for line in lines[:2]]
    if len(first) == 2 and all(line.startswith("{") and line.endswith("}") for line in first):
        return [line.encode("utf-8", "surrogatepass") for line in lines]
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _with_name(name: str, items: Iterable[Found]) -> Iterator[Found]:
    """Yield all items, errors with the name of the file. Raises BadInput if there are none."""
    empty = True
    for item in items:
        empty = False
        yield replace(item, name=name) if isinstance(item, Unread) else item
    if empty:
        raise BadInput(f"{name} is empty: it contains no records")


def _lines(
    source: BinaryIO | gzip.GzipFile,
    raw: BinaryIO | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, bytes | None]]:
    """Yield numbered lines; None as the last line if the compressed data are truncated."""
    number = reported = 0
    try:
        for line in source:
            number += 1
            yield number, line
            if progress and raw is not None and number % 100 == 0:
                progress(raw.tell() - reported)
                reported = raw.tell()
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield number + 1, None
    if progress and raw is not None:
        progress(raw.tell() - reported)


def _read_all(source: BinaryIO | gzip.GzipFile, path: Path) -> tuple[bytes, bool]:
    """Return all readable bytes, and whether compressed data were truncated."""
    data = bytearray()
    try:
        while piece := source.read(1 << 16):
            data += piece
            if len(data) > _LARGEST_PAGE:
                raise BadInput(f"{path} is too large for a page: put records into a .jsonl file")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return bytes(data), True
    return bytes(data), False


def _modified(path: Path) -> float:
    return path.stat().st_mtime
