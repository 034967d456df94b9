"""Raw records: one JSON object a line, as docs and contract describe them, into raw stories."""

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
PLACES = ("url", "entity", "section", "page_url")  # that may be left blank, or filled with a dash
_NOTHING = " \t\r\n\u00a0-–—"
_LARGEST = 10**15 - 1
_LONGEST_INSTANT = 60  # characters


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in a file that could not be read, in words that name its line."""

    text: str
    name: str = ""  # of the file

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.name}: {self.text}" if self.name else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, not read yet: reading it is pure work, so another process can do it."""

    data: bytes
    number: int
    place: str | None  # an address for records that have none
    name: str  # of the file


Found = RawStory | Line | Unread  # what files hold


def lines_of(
    lines: Iterable[tuple[int, bytes | None]], name: str, place: str | None
) -> Iterator[Line | Unread]:
    """Give the numbered lines that hold something.

    A line that is None stands for the place where compressed data break off.
    """
    for number, line in lines:
        if line is None:
            text = f"line {number}: the compressed data are damaged or cut off; the lines before were taken"
            yield Unread(text, name)
            return
        if line.startswith(b"{") or line.strip(b" \t\r\n\xef\xbb\xbf"):  # the first is no copy of the line
            yield Line(line, number, place, name)


def read_line(line: Line) -> list[RawStory | Unread]:
    """Read one line: a bad one is named, and so is a bad value, which is left out.

    A record that does not say where it was seen was seen in this file, as its line's number.
    """
    try:
        value = json.loads(line.data.removeprefix(b"\xef\xbb\xbf"))
    except UnicodeDecodeError:
        return [Unread(f"line {line.number}: not UTF-8", line.name)]
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", None) or "too deep or too large"
        return [Unread(f"line {line.number}: not JSON: {why}", line.name)]
    story, complaints = read_record(value)
    found: list[RawStory | Unread] = [Unread(f"line {line.number}: {one}", line.name) for one in complaints]
    if story is not None:
        if story.page_url is None and line.place is not None:
            position = line.number if story.position is None else story.position
            story = replace(story, page_url=line.place, position=position)
        found.append(story)
    return found


def read_record(value: Any) -> tuple[RawStory | None, list[str]]:  # noqa: ANN401 - whatever JSON holds
    """Turn one JSON value into a raw story, and say what of it could not be used; None: nothing.

    >>> story, complaints = read_record({"title": "Мост", "news_id": "12", "date": 5})
    >>> story.news_id, complaints
    (12, ['date: text is wanted, not a number'])
    """
    if not isinstance(value, Mapping):
        return None, [f"an object is wanted, not {_kind(value)}"]
    known: dict[str, Any] = {}
    complaints: list[str] = []
    for key, (read, wanted) in _READERS.items():
        given = value.get(key)
        if given is None or (key in PLACES and isinstance(given, str) and not given.strip(_NOTHING)):
            continue
        taken = read(given)
        if taken is None:
            shown = ascii(given)[:40] if isinstance(given, str) or read is _number else _kind(given)
            complaints.append(f"{key}: {wanted} is wanted, not {shown}")
        else:
            known[key] = taken
    if not any(known.get(key) for key in ("title", "body", "body_html")):
        return None, [*complaints, "none of title, body and body_html is there"]
    rest = (
        {str(key): given for key, given in value.items() if key not in _READERS}
        if len(value) > len(known)
        else {}
    )
    return RawStory(**known, rest=rest_of(rest)), complaints


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


@lru_cache(maxsize=256)  # the items of one page were seen at one instant
def _in_utc(value: str) -> str | None:
    """Give an instant in UTC, so that instants compare as text; without an offset it counts as UTC."""
    try:
        seen = datetime.fromisoformat(value)
        seen = seen if seen.tzinfo else seen.replace(tzinfo=UTC)
        return seen.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None


_READERS: dict[str, tuple[Callable[[object], Any], str]] = {
    **dict.fromkeys(TEXT, (_text, "text")),
    **dict.fromkeys(NUMBERS, (_number, f"a whole number from 1 to {_LARGEST}")),
    "seen_at": (_instant, "an ISO 8601 instant"),
}


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
