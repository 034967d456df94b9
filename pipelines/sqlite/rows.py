"""Row values of an item and back: the only module that maps columns.

Computed without the database, so that worker processes can do it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from hashlib import blake2b
from typing import Any, NamedTuple

from pipelines.dedupe import Fingerprint, Sighting, fingerprint_of, text_of
from pipelines.extras import extras_of
from pipelines.items import ProcessedStory, RawStory
from pipelines.text_cache import cache_story

ITEM_COLUMNS = (  # columns of a sighting that depend on the item alone
    "site, page_url, section, position, entity, news_id, url, lang, published, published_at, byline, "
    "addresses, raw_title, raw_body, raw_date, raw_lang, raw_html, raw_more, on_govkz, complete, "
    "title_damage, body_damage, text_hash, text_lang, extras"
)
_SIGHTING = "id, story_id, crawl_id, seen_at, last_seen_at, text_id, record_hash, matched_by, " + ITEM_COLUMNS
_MARKS = ", ".join(["?"] * (_SIGHTING.count(",") + 1))
INSERT_SIGHTING = f"INSERT INTO sightings ({_SIGHTING}) VALUES ({_MARKS})"  # noqa: S608 - constants
STORY_COLUMNS = (
    *("url", "entity", "news_id", "lang", "title", "body", "published", "published_at", "byline"),
    *("text_hash", "first_seen", "last_seen", "title_from", "body_from", "text_lang"),
)
SELECT_STORY = f"SELECT {', '.join(STORY_COLUMNS)} FROM stories WHERE id = ?"  # noqa: S608 - constants
INSERT_STORY = (
    f"INSERT INTO stories (id, {', '.join(STORY_COLUMNS)})"  # noqa: S608 - constants
    f" VALUES (:id, :{', :'.join(STORY_COLUMNS)})"
)
UPDATE_STORY = f"UPDATE stories SET {', '.join(f'{name} = :{name}' for name in STORY_COLUMNS)} WHERE id = :id"  # noqa: S608
# The trigger of the full-text index fires on any UPDATE that names the columns of the text.
UPDATE_STORY_WITHOUT_TEXT = UPDATE_STORY.replace("title = :title, body = :body, ", "")
# A sighting with its cleaned text: from ``_texts`` if it is stored there, else as the story shows it.
TITLE_AND_BODY = (
    "CASE WHEN x.text_id IS NULL THEN t.title ELSE x.title END AS title,"
    " CASE WHEN x.text_id IS NULL THEN t.body ELSE x.body END AS body"
)
WITH_TEXT = "FROM sightings s JOIN stories t ON t.id = s.story_id LEFT JOIN _texts x ON x.text_id = s.text_id"
FEED = "/api/v1/public/rss/"  # part of the URL of a gov.kz feed
SELECT_SIGHTING = f"""
SELECT s.id, s.story_id, s.text_id, s.news_id, s.lang, {TITLE_AND_BODY},
    s.published, s.published_at, s.byline, s.url, s.entity, s.on_govkz, s.complete,
    s.on_govkz AND s.page_url LIKE '%{FEED}%' AS from_feed,
    s.title_damage, s.body_damage, s.seen_at, s.last_seen_at, s.text_hash, s.addresses, s.record_hash,
    s.page_url, s.position, s.matched_by, s.text_lang
{WITH_TEXT}
"""

_to_json = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would create an encoder each time
TEXT = f"SELECT {TITLE_AND_BODY}, s.byline, s.text_hash {WITH_TEXT} WHERE s.id = ?"


def record_hash(item: ProcessedStory) -> bytes:
    """Return the identity of a received record: its place and every string, but not when it was seen.

    On gov.kz the place is only "feed or not", because a listing moves its items with each new one. ``rest``
    is not part of it, because it holds view counts.
    """
    raw = item.raw
    if item.on_govkz:
        place: tuple[object, ...] = (FEED in (raw.page_url or ""), *sorted(raw.projects))
    else:
        place = (raw.page_url, raw.section, raw.position)
    place += (raw.complete,)
    what = (item.site, *place, raw.url, raw.entity, raw.news_id, raw.lang, raw.title, raw.body, raw.body_html)
    parts = (*what, raw.date, *raw.sources)
    text = "\0".join(["\1" if part is None else str(part) for part in parts])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def sighting_values(item: ProcessedStory) -> tuple[Any, ...]:
    """Return the values of ITEM_COLUMNS, a tuple for the bulk path."""
    raw = item.raw
    found = [repair.field for repair in item.repairs] + [problem.field for problem in item.problems]
    title_damage = found.count("title")
    return (
        item.site,
        raw.page_url,
        raw.section,
        raw.position,
        item.entity,
        item.news_id,
        item.url,
        item.lang,
        item.published,
        item.published_at,
        item.byline,
        _to_json(item.addresses) if item.addresses else None,
        raw.title,
        raw.body if raw.body_html is None else raw.body_html,
        raw.date,
        raw.lang,
        raw.body_html is not None,
        _more(item),
        item.on_govkz,
        item.complete,
        title_damage,
        len(found) - title_damage,
        item.text_hash or None,
        item.text_lang,
        extras_of(raw),
    )


def _more(item: ProcessedStory) -> str | None:
    """Return as JSON what was received and is in no column unchanged; None if nothing."""
    raw = item.raw
    more: dict[str, Any] = {}
    for name in ("url", "entity", "news_id"):
        if getattr(raw, name) != getattr(item, name):
            more[name] = getattr(raw, name)
    if raw.seen_at is None:
        more["seen_at"] = None
    if raw.body is not None and raw.body_html is not None:
        more["body"] = raw.body
    more |= {name: getattr(raw, name) for name in ("sources", "projects") if getattr(raw, name)}
    if not raw.complete:
        more["complete"] = False
    if raw.rest:
        more["rest"] = json.loads(raw.rest)
    return _to_json(more) if more else None


def raw_story(row: sqlite3.Row | Mapping[str, Any]) -> RawStory:
    """Rebuild the received record from a sighting."""
    raw = RawStory(
        url=row["url"],
        entity=row["entity"],
        news_id=row["news_id"],
        lang=row["raw_lang"],
        title=row["raw_title"],
        body=None if row["raw_html"] else row["raw_body"],
        body_html=row["raw_body"] if row["raw_html"] else None,
        date=row["raw_date"],
        section=row["section"],
        page_url=row["page_url"],
        position=row["position"],
        seen_at=row["seen_at"],
    )
    more = json.loads(row["raw_more"] or "{}")
    if "rest" in more:
        more["rest"] = _to_json(more["rest"])
    known = {field.name for field in fields(RawStory)}
    values: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in more.items() if k in known
    }
    return replace(raw, **values)


def sighting_of(row: sqlite3.Row) -> Sighting:
    """Build a ``Sighting`` from a row of SELECT_SIGHTING.

    The row is read in order: by name each value would cost a search among the names of all columns.
    """
    number, story_id, text_id, news_id, lang, title, body, published, published_at, byline, *rest = row
    url, entity, on_govkz, complete, from_feed, title_damage, body_damage, seen_at, last_seen_at, *rest = rest
    text_hash, addresses, record_hash, page_url, position, matched_by, text_lang = rest
    return Sighting(
        id=number,
        story_id=story_id,
        text_id=text_id,
        news_id=news_id,
        lang=lang,
        text=text_of(title, body, byline) if text_id is not None else text_of(None, None),
        published=published,
        published_at=published_at,
        byline=byline,
        url=url,
        entity=entity,
        on_govkz=bool(on_govkz),
        complete=bool(complete),
        from_feed=bool(from_feed),
        title_damage=title_damage,
        body_damage=body_damage,
        seen_at=seen_at,
        last_seen_at=last_seen_at,
        text_hash=text_hash,
        addresses=tuple((url, kind) for url, kind in json.loads(addresses)) if addresses else (),
        record_hash=record_hash,
        place=(page_url or "", position or 0),
        matched_by=matched_by,
        text_lang=text_lang,
    )


def day_number(published: str | None) -> int:
    """Return a date as stored in the candidate index; 0 if unknown."""
    return date.fromisoformat(published).toordinal() if published else 0


_REPAIR = "story_id, sighting_id, field, rule, before, after, start"
_PROBLEM = "story_id, sighting_id, field, kind, detail"
_INSERT_REPAIR = f"INSERT INTO repairs ({_REPAIR}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - column names
_INSERT_PROBLEM = f"INSERT INTO problems ({_PROBLEM}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 - column names


def repair_values(item: ProcessedStory) -> tuple[tuple[Any, ...], ...]:
    """Return the values of an item's repairs without ids."""
    return tuple((r.field, r.rule, r.before, r.after, r.start) for r in item.repairs)


def problem_values(item: ProcessedStory) -> tuple[tuple[Any, ...], ...]:
    """Return the values of an item's problems without ids."""
    return tuple((p.field, p.kind, p.detail) for p in item.problems)


def insert_findings(conn: sqlite3.Connection, item: Prepared, sighting_id: int, story_id: int) -> None:
    """Insert a new sighting's repairs and problems."""
    if item.repairs:
        conn.executemany(_INSERT_REPAIR, [(story_id, sighting_id, *values) for values in item.repairs])
    if item.problems:
        conn.executemany(_INSERT_PROBLEM, [(story_id, sighting_id, *values) for values in item.problems])


def write_findings(conn: sqlite3.Connection, item: Prepared, sighting_id: int, story_id: int) -> bool:
    """Rewrite a known sighting's repairs and problems; True if they changed."""
    parameters = (sighting_id,)
    query = f"SELECT {_REPAIR} FROM repairs WHERE sighting_id = ? ORDER BY id"  # noqa: S608 - column names
    repairs = [tuple(row) for row in conn.execute(query, parameters)]
    query = f"SELECT {_PROBLEM} FROM problems WHERE sighting_id = ? ORDER BY id"  # noqa: S608 - column names
    problems = [tuple(row) for row in conn.execute(query, parameters)]
    ids = story_id, sighting_id
    new = [ids + values for values in item.repairs], [ids + values for values in item.problems]
    if (repairs, problems) == new:
        return False
    conn.execute("DELETE FROM repairs WHERE sighting_id = ?", parameters)
    conn.execute("DELETE FROM problems WHERE sighting_id = ?", parameters)
    insert_findings(conn, item, sighting_id, story_id)
    return True


class Prepared(NamedTuple):
    """Row values and fingerprint of an item; plain values, cheap to send between processes."""

    title: str | None
    body: str | None
    text_hash: str
    published: str | None
    published_at: str | None
    byline: str | None
    lang: str | None
    text_lang: str | None
    url: str | None
    entity: str | None
    news_id: int | None
    on_govkz: bool
    addresses: tuple[tuple[str, str], ...]
    seen_at: str | None  # None: not given
    sighting: tuple[Any, ...]  # values of ITEM_COLUMNS
    repairs: tuple[tuple[Any, ...], ...]
    problems: tuple[tuple[Any, ...], ...]
    digest: bytes  # hash of the received record
    fingerprint: Fingerprint  # blocking keys of the text


def prepare(item: ProcessedStory | Prepared) -> Prepared:
    """Compute the row values of an item, unless they are computed already."""
    if isinstance(item, Prepared):
        return item
    raw = item.raw
    return Prepared(
        # An unchanged text is the same object as in ``sighting``, so it is pickled once.
        raw.title if item.title == raw.title else item.title,
        raw.body if item.body == raw.body else item.body,
        item.text_hash,
        item.published,
        item.published_at,
        item.byline,
        item.lang,
        item.text_lang,
        item.url,
        item.entity,
        item.news_id,
        item.on_govkz,
        item.addresses,
        raw.seen_at,
        sighting_values(item),
        repair_values(item),
        problem_values(item),
        record_hash(item),
        _fingerprint(item),
    )


def _fingerprint(item: ProcessedStory) -> Fingerprint:
    title, body = (None, item.body) if item.body else (item.title, None)
    return _cached_fingerprint(title, body)


_cached_fingerprint = cache_story(512)(fingerprint_of)  # copies of a text often follow each other
