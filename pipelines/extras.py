"""Media and topics of a received item, derived purely from its markup and from what the source said besides.

One entry of a file is ``[url, kind, caption, bytes, day, position]``, one of a topic ``[kind, name, code]``.
Entries of several copies are merged in any order with the same result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipelines.clean.html import start_tags
from pipelines.items import RawStory
from pipelines.urls import SITE, host_of, is_govkz

LATER = "_later"  # key in ``rest``: the rests of later sightings of one record that had further entries
_SHOWS = re.compile(r"<(?:img|a|video|source|iframe|embed)\s", re.IGNORECASE)  # most bodies have none
# Tag -> attribute with the URL, kind of the file if its name does not say it; None: only what its name says.
_TAGS: dict[str, tuple[str, str | None]] = {
    "img": ("src", "image"),
    **dict.fromkeys(("video", "source", "iframe"), ("src", "video")),
    "embed": ("src", "other"),
    "a": ("href", None),
}
_UNSAFE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
_PATH = re.compile("[/.]")
_SIZE = re.compile(r"_original\.([0-9]{1,15})\.[A-Za-z0-9]{1,5}$")
_DAY = re.compile(r"/uploads/([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})/")
_NO_NUMBERS = frozenset(("NaN", "Infinity", "-Infinity"))  # in ``rest`` in place of such a number
_LONGEST_URL = 2_000
_LONGEST_NAME = 1_000
_KINDS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "bmp", "svg", "tif", "tiff", "heic"), "image"),
    **dict.fromkeys(
        ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "zip", "rar"), "document"
    ),
    **dict.fromkeys(("mp4", "avi", "mov", "webm", "mkv", "m4v", "wmv"), "video"),
}
_PICTURES = "heropic", "image", "images"
_FILES = "files", "attachments", "other_files", "enclosures"
_TOPICS = (  # key in ``rest``, kind, names of the key that holds the name
    ("directions", "direction", ("title", "name")),
    ("activities", "activity", ("title", "name")),
    ("gosorgan", "department", ("project_name", "title", "name")),
    ("categories", "category", ("title", "name")),
)


def extras_of(raw: RawStory) -> str | None:
    """Return media and topics of an item as JSON; None: it has neither.

    >>> extras_of(RawStory(entity="almobl", rest='{"heropic": "/uploads/2026/7/8/a_original.9.png"}'))
    '{"media": [["https://www.gov.kz/uploads/2026/7/8/a_original.9.png", "image", null, 9, "2026-07-08", 1]]}'
    """
    media: list[list[Any]] = []
    topics: list[list[Any]] = []
    base = _base(raw)
    if raw.rest:
        rest = json.loads(raw.rest)
        later = rest.get(LATER)
        for fields in (rest, *(later if isinstance(later, list) else ())):
            if isinstance(fields, Mapping):
                media += _numbered(_listed_files(fields, base))
                topics += _listed_topics(fields)
    if raw.body_html:
        media += _numbered(_shown_files(raw.body_html, base), start=1_000_000)  # after the listed ones
    found = {"media": merge_media(media), "topics": merge_topics(topics)}
    present = {name: entries for name, entries in found.items() if entries}
    return json.dumps(present, ensure_ascii=False) if present else None


def merge_media(entries: Iterable[list[Any]]) -> list[list[Any]]:
    """Return one entry per URL: its first position and its shortest caption, numbered from 1."""
    merged: dict[str, list[Any]] = {}
    for url, kind, caption, size, day, position in entries:
        known = merged.setdefault(url, [url, kind, caption, size, day, position])
        known[1] = min(known[1], kind, key=_KIND_ORDER.index)
        known[2] = min(filter(None, (known[2], caption)), key=lambda text: (len(text), text), default=None)
        known[5] = min(known[5], position)
    ordered = sorted(merged.values(), key=lambda entry: (entry[5], entry[0]))
    return [[*entry[:5], number] for number, entry in enumerate(ordered, 1)]


def merge_topics(entries: Iterable[list[Any]]) -> list[list[Any]]:
    """Return one entry per kind and name, sorted, with its smallest code."""
    merged: dict[tuple[str, str], str | None] = {}
    for kind, name, code in entries:
        known = merged.get((kind, name))
        merged[kind, name] = min(filter(None, (known, code)), default=None)
    return [[kind, name, code] for (kind, name), code in sorted(merged.items())]


_KIND_ORDER = ("image", "document", "video", "other")


def with_later(more: str | None, further: str | None) -> str | None:
    """Return ``raw_more`` with the rest of a later sighting of the same record added."""
    known, new = json.loads(more or "{}"), json.loads(further or "{}").get("rest")
    if not new:
        return more
    rest = known.setdefault("rest", {})
    its_later = new.pop(LATER, [])
    rest[LATER] = list(rest[LATER]) if isinstance(rest.get(LATER), list) else []
    further_rests = [new, *(its_later if isinstance(its_later, list) else [])]
    rest[LATER] += [one for one in further_rests if one and one not in rest[LATER]]
    return json.dumps(known, ensure_ascii=False)


def _base(raw: RawStory) -> str | None:
    for address in (raw.page_url, raw.url):
        if address and address.lower().startswith(("http://", "https://")):
            return f"{SITE}/" if is_govkz(host_of(address)) else address
    return f"{SITE}/" if raw.entity or raw.news_id else None


def _numbered(entries: Iterable[list[Any]], start: int = 1) -> list[list[Any]]:
    return [[*entry, number] for number, entry in enumerate(entries, start)]


def _file(address: object, base: str | None, kind: str | None, caption: object) -> list[Any] | None:
    """Return an entry without its position; None for what is no address of the web."""
    if not isinstance(address, str) or not _PATH.search(address) or len(address) > _LONGEST_URL:
        return None
    try:
        url = urljoin(base or "", _UNSAFE.sub("", address).strip())
        parts = urlsplit(url)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.hostname
            or url == base
            or len(url) > _LONGEST_URL
        ):
            return None
    except ValueError:  # an invalid IPv6 host in brackets
        return None
    by_name = _KINDS.get(parts.path.rpartition(".")[2].lower())
    size, day = _SIZE.search(parts.path), _DAY.search(parts.path)
    return [url, by_name or kind or "other", _name(caption), int(size[1]) if size else None, _day(day)]


def _day(found: re.Match[str] | None) -> str | None:
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def _name(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int) or value in _NO_NUMBERS:
        return None
    if isinstance(value, int) and abs(value) > 10**15:
        return None
    return " ".join(_UNSAFE.sub(" ", str(value)).split())[:_LONGEST_NAME] or None


def _entries(value: object) -> list[Any]:
    """Return the entries of a list, of an object with ``items``, or of a single value."""
    if isinstance(value, Mapping) and "items" in value:
        value = value["items"]
    return value if isinstance(value, list) else [value]


def _listed_files(fields: Mapping[str, Any], base: str | None) -> Iterator[list[Any]]:
    for keys, kind in ((_PICTURES, "image"), (_FILES, None)):
        for key in keys:
            for entry in _entries(fields.get(key)):
                address, caption = entry, fields.get("alt_image") if key == "heropic" else None
                if isinstance(entry, Mapping):
                    address = next((entry[name] for name in ("url", "file", "path") if entry.get(name)), None)
                    names = ("title", "name", "file_name")
                    caption = next((entry[name] for name in names if entry.get(name)), caption)
                if found := _file(address, base, kind, caption):
                    yield found


def _shown_files(html: str, base: str | None) -> Iterator[list[Any]]:
    for tag, given in start_tags(html) if _SHOWS.search(html) else ():
        if tag not in _TAGS:
            continue
        attribute, kind = _TAGS[tag]
        found = _file(given.get(attribute), base, kind, given.get("alt") or given.get("title"))
        if found and (kind or found[1] != "other"):
            yield found


def _listed_topics(fields: Mapping[str, Any]) -> Iterator[list[Any]]:
    for key, kind, names in _TOPICS:
        for entry in _entries(fields.get(key)):
            name, code = entry, None
            if isinstance(entry, Mapping):
                name = next((entry[one] for one in names if entry.get(one)), None)
                code = _name(entry.get("id"))
            text = _name(name) if isinstance(name, str) else None
            if text:
                yield [kind, text, code]
