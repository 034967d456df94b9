"""Reads files already at hand: digest pages, saved answers of the press API, raw records.

The kind of a file is told by its name, and where that says nothing by its first letters. What cannot be
read at all raises BadInput; what can be read in part is read, and every part that is left out is named.
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
from govkz_scraper.importers.api_dumps import read_answer
from govkz_scraper.importers.charset import decode
from govkz_scraper.importers.raw_records import Found, Unread, lines_of
from pipelines.errors import BadInput

_GZIP = b"\x1f\x8b"
_RECORDS, _ANSWER, _HTML = {".jsonl", ".ndjson"}, {".json"}, {".html", ".htm", ".xhtml"}
_LARGEST_PAGE = 256 * 1024 * 1024  # bytes of a page or an answer, which are read whole; records are not


def read_file(
    path: Path, url: str | None = None, progress: Callable[[int], None] | None = None
) -> Iterator[Found]:
    """Read one file; ``url`` is where it came from, else its ``file://`` address stands for it.

    Gives the stories in order, raw records as lines, and in their midst what could not be read. Raises
    BadInput when the file cannot be used at all: missing, a folder, not text, empty, without items.
    ``progress`` is told of bytes read.
    """
    place = url or path.resolve().as_uri()
    try:
        with path.open("rb") as raw:
            yield from _read_open(raw, path, place, progress)
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder: name the files in it") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror or error}") from error


def read_stream(stream: BinaryIO, url: str | None = None) -> Iterator[Found]:
    """Read raw records from standard input; like ``read_file``, but there is no address without ``url``."""
    head = stream.peek(2)[:2] if hasattr(stream, "peek") else b""
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if head == _GZIP else stream
    yield from _checked("standard input", lines_of(_lines(source), "standard input", url))


def _read_open(
    raw: BufferedReader, path: Path, place: str, progress: Callable[[int], None] | None
) -> Iterator[Found]:
    zipped = raw.peek(2)[:2] == _GZIP  # not read: a pipe cannot be wound back
    progress = progress if raw.seekable() else None
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if zipped else raw
    name = path.with_suffix("") if zipped and path.suffix.lower() == ".gz" else path
    suffix = name.suffix.lower()
    if suffix in _RECORDS:
        yield from _checked(str(path), lines_of(_lines(source, raw, progress), str(path), place))
        return
    data, broken = _whole(source, path)
    if progress:
        progress(raw.tell())
    if not data.strip():
        raise BadInput(f"{path} is empty")
    text = decode(data)
    if text is None:
        raise BadInput(
            f"{path} is not text (a picture, an archive, a document?): save the page as text or HTML"
        )
    yield from _read_text(text, path, suffix, place, _modified(path))
    if broken:
        yield Unread("the compressed data are damaged or cut off; what could be read was taken", str(path))


def _read_text(text: str, path: Path, suffix: str, place: str, modified: float) -> Iterator[Found]:
    first = text.lstrip("\ufeff \t\r\n")[:1]
    if suffix in _ANSWER or (suffix not in _HTML and first in ("{", "[")):
        if lines := _as_records(text):
            yield from _checked(str(path), lines_of(enumerate(lines, 1), str(path), place))
            return
        if suffix in _ANSWER or _is_json(text):
            yield from _checked(str(path), read_answer(text, path, place, modified))
            return
    yield from _digest(text, path, suffix, place)


def _digest(text: str, path: Path, suffix: str, place: str) -> Iterator[Found]:
    items = read_digest(text, html=True if suffix in _HTML else None, page_url=place)
    if not items:
        raise BadInput(
            f"{path} holds no press items: no line has a date like 20.12.2025 with a title before it"
        )
    yield from items


def _as_records(text: str) -> list[bytes] | None:
    """Give the lines of a text whose first two are records of their own, whatever the file is called."""
    # At line ends alone: JSON may hold U+2028 and its like as they are, where ``splitlines`` parts.
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


def _checked(name: str, found: Iterable[Found]) -> Iterator[Found]:
    """Pass everything on, naming the file; raises BadInput when it held nothing at all."""
    empty = True
    for one in found:
        empty = False
        yield replace(one, name=name) if isinstance(one, Unread) else one
    if empty:
        raise BadInput(f"{name} is empty: no records in it")


def _lines(
    source: BinaryIO | gzip.GzipFile,
    raw: BinaryIO | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, bytes | None]]:
    """Give the lines with their numbers; None as the last one when the compressed data break off."""
    number = told = 0
    try:
        for line in source:
            number += 1
            yield number, line
            if progress and raw is not None and number % 100 == 0:
                progress(raw.tell() - told)
                told = raw.tell()
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield number + 1, None
    if progress and raw is not None:
        progress(raw.tell() - told)


def _whole(source: BinaryIO | gzip.GzipFile, path: Path) -> tuple[bytes, bool]:
    """Read everything that can be read; True when compressed data broke off."""
    data = bytearray()
    try:
        while piece := source.read(1 << 16):
            data += piece
            if len(data) > _LARGEST_PAGE:
                raise BadInput(f"{path} is larger than any page: records belong into a .jsonl file")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return bytes(data), True
    return bytes(data), False


def _modified(path: Path) -> float:
    return path.stat().st_mtime
