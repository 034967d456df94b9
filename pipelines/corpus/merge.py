"""Merge databases and shards: what each received is added to the first one, as if it had arrived there.

Nothing is decided here. Sightings go through the cleaning and the store like those of a crawl or a file, and
corrections by hand are resolved by the store's rules, so the stories are those of one ingest of everything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import cast

from pipelines.corpus.corrections import (
    Action,
    Decided,
    contradiction,
    in_common_order,
    last_decisions,
    read_decided,
)
from pipelines.corpus.received import BY_NAME, Received, Row, origin_of
from pipelines.sqlite import Store
from pipelines.sqlite.resolution import Normalise
from pipelines.sqlite.resolution.resolve import resolve
from pipelines.sqlite.rows import prepare, raw_story

_BATCH = 2_000  # sightings cleaned and stored at a time
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Added:
    """What one database or shard contributed."""

    name: str
    origin: str
    sightings: int  # that it has
    new: int  # of these, not known before


def restore(store: Store, source: Received, normalise: Normalise, progress: Progress) -> None:
    """Fill an empty database from a shard, with the ids of its database."""
    conn = store.db.conn
    with store.transaction():
        _insert_missing(conn, "sources", "sources", source.rows("sources"))
        _insert_missing(conn, "crawls", "crawls", source.rows("crawls"))
        ranges: dict[int, tuple[str, str]] = {}
        for row in source.rows("sightings", "story_id", "seen_at", "last_seen_at"):
            first, last = ranges.get(row["story_id"], (row["seen_at"], row["last_seen_at"]))
            ranges[row["story_id"]] = min(first, row["seen_at"]), max(last, row["last_seen_at"])
        gone = {row["id"]: row["gone_at"] for row in source.rows("gone")}
        conn.executemany(
            "INSERT INTO stories (id, first_seen, last_seen, gone_at) VALUES (?, ?, ?, ?)",
            ((story_id, *seen, gone.get(story_id)) for story_id, seen in sorted(ranges.items())),
        )
        # Cleaning and matching compute the other columns, and the reason.
        rows = ({**row, "matched_by": "new"} for row in source.rows("sightings"))
        _insert_missing(conn, "sightings", "sightings", rows, "matched_by")
        _issue_from(conn, source.last_story)
        _write_corrections(conn, read_decided(source).actions)
        store.reclean(normalise, progress)


def merge_into(
    store: Store,
    sources: Sequence[Received],
    decided: Sequence[Decided],
    normalise: Normalise,
    progress: Progress,
) -> list[Added]:
    """Add what the sources received to the database; ``decided`` has the corrections of all, its own too.

    Raise BadInput, before anything that concerns corrections is stored, if they contradict each other.
    """
    conn = store.db.conn
    origin = origin_of(conn)
    (newest,) = conn.execute("SELECT coalesce(max(id), 0) FROM sightings").fetchone()
    with store.transaction():
        _issue_from(conn, max(source.last_story for source in sources))
    added = [_add(store, source, normalise, progress) for source in sources]
    with store.transaction():
        _correct(conn, in_common_order(decided))
        for source in sources:
            _insert_missing(conn, "sources", "sources", source.rows("sources"))
            _merge_coverage(conn, source)
            first = _first_sightings(source)
            _merge_gone(conn, source, first)
            _merge_ids(conn, source, first, newest if source.origin == origin else None)
        _check_corrections(conn, sources, decided)
    return added


def _insert_missing(
    conn: sqlite3.Connection, table: str, received: str, rows: Iterable[Row], *more: str
) -> None:
    names = (*BY_NAME[received].columns, *more)
    values = f"({', '.join(names)}) VALUES (:{', :'.join(names)})"
    conn.executemany(f"INSERT OR IGNORE INTO {table} {values}", rows)


def _issue_from(conn: sqlite3.Connection, last_story: int) -> None:
    """Issue only story ids that no merged database has issued, so that those lead on without doubt."""
    conn.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'stories', 0"
        " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'stories')"
    )
    conn.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'stories'", (last_story,))


_KNOWN = """
SELECT 1 FROM sightings WHERE record_hash = :record_hash AND seen_at <= :seen_at
AND last_seen_at >= :last_seen_at AND raw_more IS :raw_more
"""


def _add(store: Store, source: Received, normalise: Normalise, progress: Progress) -> Added:
    """Add the runs and sightings of one source."""
    conn = store.db.conn
    with store.transaction():
        runs = _merge_runs(conn, source.rows("crawls"))
    rows, count, new = source.rows("sightings"), 0, 0
    while batch := list(islice(rows, _BATCH)):
        further = [row for row in batch if conn.execute(_KNOWN, row).fetchone() is None]
        items = normalise(raw_story(row) for row in further)
        counts = store.add_seen(
            # The identity of a record is what it was received with, whatever cleaning makes of it today.
            (
                prepare(item)._replace(digest=row["record_hash"], seen_at=None),
                runs[row["crawl_id"]],
                row["seen_at"],
                row["last_seen_at"],
            )
            for row, item in zip(further, items, strict=True)
        )
        count += len(batch)
        new += counts.total - counts.known
        progress(len(batch))
    return Added(source.name, source.origin, count, new)


def _merge_runs(conn: sqlite3.Connection, rows: Iterable[Row]) -> dict[int, int]:
    """Insert the runs that are missing; return the id of each here. A run that had not ended is completed."""
    ids: dict[int, int] = {}
    used: set[int] = set()
    for row in rows:
        same = conn.execute(
            "SELECT id, outcome FROM crawls WHERE started_at = :started_at AND spider = :spider"
            " AND arguments = :arguments AND version = :version AND (outcome IS NULL OR :outcome IS NULL OR"
            " (finished_at, outcome, stats) IS (:finished_at, :outcome, :stats))"
            " ORDER BY outcome IS :outcome DESC, id",
            row,
        ).fetchall()
        free = [found for found in same if found["id"] not in used]
        if not free:
            cursor = conn.execute(
                "INSERT INTO crawls (started_at, finished_at, spider, arguments, outcome, stats, version)"
                " VALUES (:started_at, :finished_at, :spider, :arguments, :outcome, :stats, :version)",
                row,
            )
            ids[row["id"]] = cast("int", cursor.lastrowid)
            used.add(ids[row["id"]])
            continue
        ids[row["id"]] = free[0]["id"]
        used.add(free[0]["id"])
        if free[0]["outcome"] is None and row["outcome"] is not None:
            conn.execute(
                "UPDATE crawls SET finished_at = :finished_at, outcome = :outcome, stats = :stats"
                " WHERE id = :here",
                {**row, "here": free[0]["id"]},
            )
    return ids


def _sighting(conn: sqlite3.Connection, record_hash: bytes) -> tuple[int, int]:
    """Return the sighting of a record, and its story."""
    query = "SELECT id, story_id FROM sightings WHERE record_hash = ?"
    sighting_id, story_id = conn.execute(query, (record_hash,)).fetchone()
    return sighting_id, story_id


def _correct(conn: sqlite3.Connection, actions: Sequence[Action]) -> None:
    """Store all corrections in their common order and resolve the stories that they concern."""
    if concerned := _write_corrections(conn, actions):
        resolve(conn, concerned, max(action.at for action in actions))


def _write_corrections(conn: sqlite3.Connection, actions: Sequence[Action]) -> list[int]:
    """Store the corrections; return their sightings, none if they are stored already."""
    rows = [
        (number, _sighting(conn, one)[0], _sighting(conn, other)[0], action.same, action.at)
        for number, action in enumerate(actions, 1)
        for one, other in action.pairs
    ]
    if [tuple(row) for row in conn.execute(_CORRECTIONS)] == sorted(rows):
        return []
    conn.execute("DELETE FROM _hand")
    conn.executemany("INSERT INTO _hand VALUES (?, ?, ?, ?, ?)", rows)
    return [one for row in rows for one in row[1:3]]


_CORRECTIONS = "SELECT action, sighting_id, other_id, same, at FROM _hand ORDER BY 1, 2, 3"


def _check_corrections(
    conn: sqlite3.Connection, sources: Sequence[Received], decided: Sequence[Decided]
) -> None:
    """Raise BadInput if a correction that holds in its database does not hold here."""
    by_name = {source.name: source for source in sources}
    stories: dict[str, dict[bytes, int]] = {}
    for one, pair, same in last_decisions(decided):
        if one.name not in by_name or len(pair) != 2:
            continue
        if one.name not in stories:
            named = {record for known in one.history for record in known}
            stories[one.name] = {
                row["record_hash"]: row["story_id"]
                for row in by_name[one.name].rows("sightings", "record_hash", "story_id")
                if row["record_hash"] in named
            }
        there = stories[one.name]
        first, second = pair
        held = (there[first] == there[second]) == same
        holds = (_sighting(conn, first)[1] == _sighting(conn, second)[1]) == same
        if held and not holds:
            others = [other.name for other in decided if other is not one and other.actions]
            raise contradiction(one.name, others[0] if others else "another database")


_COVERAGE = tuple(BY_NAME["coverage"].columns)
_COVERAGE_OF = (
    f"SELECT {', '.join(_COVERAGE)} FROM _coverage"  # noqa: S608 - constants
    " WHERE slug = :slug AND lang = :lang AND route = :route AND site = :site"
)
# What one row says together: the whole group comes from the row in which its first columns are greatest.
_GROUPS = (
    ("complete_at", "complete_from"),
    ("caught_up_at", "newest"),
    ("updated_at", "paging", "walk_started_at", "walk_position", "walk_goal", "walk_newest"),
)


def _merge_coverage(conn: sqlite3.Connection, source: Received) -> None:
    """Keep for each listing what is known of it from either database: what both received is here."""
    for row in source.rows("coverage"):
        found = conn.execute(_COVERAGE_OF, row).fetchone()
        merged = dict(row)
        if found is not None:
            mine = dict(zip(_COVERAGE, found, strict=True))
            for group in _GROUPS:
                later = max((mine, row), key=lambda one: [str(one[name] or "") for name in group])
                merged |= {name: later[name] for name in group}
        names = f"({', '.join(_COVERAGE)}) VALUES (:{', :'.join(_COVERAGE)})"
        conn.execute(f"INSERT OR REPLACE INTO _coverage {names}", merged)


def _first_sightings(source: Received) -> dict[int, bytes]:
    """Return the record hash of the first sighting of each story of a source."""
    first: dict[int, bytes] = {}
    for row in source.rows("sightings", "story_id", "record_hash"):
        first.setdefault(row["story_id"], row["record_hash"])
    return first


def _merge_gone(conn: sqlite3.Connection, source: Received, first: dict[int, bytes]) -> None:
    """Keep when a story was found gone, unless it was seen on the site since then."""
    for row in source.rows("gone"):
        _, story_id = _sighting(conn, first[row["id"]])
        conn.execute(
            "UPDATE stories SET gone_at = min(coalesce(gone_at, :at), :at) WHERE id = :id AND :at > ("
            "SELECT coalesce(max(last_seen_at), '') FROM sightings WHERE story_id = :id AND on_govkz)",
            {"at": row["gone_at"], "id": story_id},
        )


def _merge_ids(conn: sqlite3.Connection, source: Received, first: dict[int, bytes], own: int | None) -> None:
    """Store to which sightings the story ids of a source lead.

    ``own``: the highest sighting before the merge if the source is an earlier state or a copy of this
    database, which has decided about the ids of those sightings; else None.
    """
    newest = max((row["last_seen_at"] for row in source.rows("sightings", "last_seen_at")), default="")
    live = ((story_id, record, newest, source.origin) for story_id, record in sorted(first.items()))
    former = (
        (row["id"], row["record_hash"], row["at"], row["origin"] or source.origin)
        for row in source.rows("former")
    )
    for story_id, record, at, origin in chain(live, former):
        sighting_id, here = _sighting(conn, record)
        if own is not None and origin == source.origin:
            if story_id == here or _leads_to(conn, story_id, here, origin):
                continue
            if _is_free(conn, story_id):
                conn.execute("INSERT INTO _former VALUES (?, ?, ?)", (story_id, sighting_id, at))
                continue
            if sighting_id <= own:
                continue
        conn.execute(
            "INSERT INTO _merged_ids (origin, id, sighting_id, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id, origin) DO UPDATE SET sighting_id = excluded.sighting_id, at = excluded.at"
            " WHERE sighting_id != excluded.sighting_id",
            (origin, story_id, sighting_id, at),
        )


def _leads_to(conn: sqlite3.Connection, story_id: int, here: int, origin: str) -> bool:
    query = "SELECT 1 FROM former_stories WHERE id = ? AND story_id = ? AND coalesce(origin, ?3) = ?3"
    return conn.execute(query, (story_id, here, origin)).fetchone() is not None


def _is_free(conn: sqlite3.Connection, story_id: int) -> bool:
    """Return whether an id is neither a story nor a former one."""
    query = "SELECT 1 FROM stories WHERE id = :id UNION ALL SELECT 1 FROM _former WHERE id = :id"
    return conn.execute(query, {"id": story_id}).fetchone() is None
