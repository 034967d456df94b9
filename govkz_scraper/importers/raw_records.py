"""Raw records: one JSON object per line, converted to raw stories."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from govkz_scraper.routes.api_items import rest_of, whole_letters
from pipelines.items import RawStory

TEXT = ("url", "entity", "lang", "title", "body", "body_html", "date", "section", "page_url")
NUMBERS = ("news_id", "position")
PLACES = ("url", "entity", "section", "page_url")  # may be blank or a dash
_NOTHING = " \t\r\n\u00a0-–—"
_LARGEST = 10**15 - 1
_LONGEST_INSTANT = 60  # characters


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that could not be read, with a message that names its line."""

    text: str
    name: str = ""  # of the file

    def __str__(self) -> str:
        """Return the message, with the name of the file."""
        return f"{self.name}: {self.text}" if self.name else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not parsed yet, so that a worker process can do it."""

    data: bytes
    number: int
    place: str | None  # page_url of records without one
    name: str  # of the file


Found = RawStory | Line | Unread  # items of a file


def lines_of(
    lines: Iterable[tuple[int, bytes | None]], name: str, place: str | None
) -> Iterator[Line | Unread]:
    """Yield the numbered lines that are not blank.

    A line that is None marks the point where compressed data are truncated.
    """
    for number, line in lines:
        if line is None:
            text = f"line {number}: compressed data damaged or truncated; the lines before were imported"
            yield Unread(text, name)
            return
        if line.startswith(b"{") or line.strip(b" \t\r\n\xef\xbb\xbf"):  # startswith copies nothing
            yield Line(line, number, place, name)


def read_line(line: Line) -> list[RawStory | Unread]:
    """Parse one line into a story and errors; an invalid value is dropped and reported.

    A record without a page_url gets the URL of the file, and the number of the line as its position.
    """
    try:
        value = json.loads(line.data.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError:
        return [Unread(f"line {line.number}: not UTF-8", line.name)]
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", None) or "nested too deeply or too large"
        return [Unread(f"line {line.number}: not JSON: {why}", line.name)]
    story, errors = read_record(value)
    items: list[RawStory | Unread] = [Unread(f"line {line.number}: {error}", line.name) for error in errors]
    if story is not None:
        if story.page_url is None and line.place is not None:
            position = line.number if story.position is None else story.position
            story = replace(story, page_url=line.place, position=position)
        items.append(story)
    return items


def read_record(value: Any) -> tuple[RawStory | None, list[str]]:  # noqa: ANN401 - whatever JSON holds
    """Convert a JSON value to a raw story (None if it is unusable) and a list of errors.

    >>> story, errors = read_record({"title": "Мост", "news_id": "12", "date": 5})
    >>> story.news_id, errors
    (12, ['date: expected text, not a number'])
    """
    if not isinstance(value, Mapping):
        return None, [f"expected an object, not {_kind(value)}"]
    known: dict[str, Any] = {}
    errors: list[str] = []
    for key, (read, wanted) in _READERS.items():
        given = value.get(key)
        if given is None or (key in PLACES and isinstance(given, str) and not given.strip(_NOTHING)):
            continue
        parsed = read(given)
        if parsed is None:
            shown = ascii(given)[:40] if isinstance(given, str) or read is _number else _kind(given)
            errors.append(f"{key}: expected {wanted}, not {shown}")
        else:
            known[key] = parsed
    if not any(known.get(key) for key in ("title", "body", "body_html")):
        return None, [*errors, "title, body and body_html are all missing"]
    rest = (
        {str(key): given for key, given in value.items() if key not in _READERS}
        if len(value) > len(known)
        else {}
    )
    return RawStory(**known, rest=rest_of(rest)), errors


def _text(value: object) -> str | None:
    return whole_letters(value) if isinstance(value, str) else None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) < 16:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST:
        return value
    return None


def _instant(value: object) -> str | None:
    return _in_utc(value) if isinstance(value, str) and len(value) <= _LONGEST_INSTANT else None


@lru_cache(maxsize=256)  # items of one page share their timestamp
def _in_utc(value: str) -> str | None:
    """Convert a timestamp to UTC, so that timestamps compare as text; without an offset it is UTC."""
    try:
        seen = datetime.fromisoformat(value)
        seen = seen if seen.tzinfo else seen.replace(tzinfo=UTC)
        return seen.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None


_READERS: dict[str, tuple[Callable[[object], Any], str]] = {
    **dict.fromkeys(TEXT, (_text, "text")),
    **dict.fromkeys(NUMBERS, (_number, f"a whole number from 1 to {_LARGEST}")),
    "seen_at": (_instant, "an ISO 8601 timestamp"),
}


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
