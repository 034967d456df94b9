"""Load the connected component of the match graph that a new sighting can affect."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable

from pipelines.dedupe import DAYS_APART, Correction, Match, Sighting
from pipelines.sqlite.rows import SELECT_SIGHTING, day_number, sighting_of

MAX_SIGHTINGS = 5_000  # loaded for one new sighting, besides the rest of their stories


def store_matches(conn: sqlite3.Connection, text_id: int, found: dict[int, Match]) -> None:
    """Store matches in both directions."""
    rows = [(text_id, other, v.kind, v.score, v.more[0] | v.more[1] << 1) for other, v in found.items()]
    rows += [(other, text_id, v.kind, v.score, v.more[1] | v.more[0] << 1) for other, v in found.items()]
    conn.executemany(
        "INSERT OR REPLACE INTO _near (text_id, other_id, kind, score, more) VALUES (?, ?, ?, ?, ?)", rows
    )


def known_matches(conn: sqlite3.Connection, text_id: int) -> set[int]:
    """Return the texts that are known to match a text."""
    return {other for (other,) in conn.execute("SELECT other_id FROM _near WHERE text_id = ?", (text_id,))}


def load_component(
    conn: sqlite3.Connection, start: Iterable[int]
) -> tuple[list[Sighting], dict[tuple[int, int], Match]]:
    """Return the sightings that decide about one another with these, and the matches of their texts.

    A sighting leads to its whole story and gov.kz item, to the stories of sightings corrected together with
    it, and to those of its text or a matching one within ``DAYS_APART``. From a gov.kz item only copies
    without an id are reached by text: two items are two stories, whatever their texts.
    """
    found: list[Sighting] = []
    texts = _Texts(conn)
    done: set[int] = set()
    by_hand = has_corrections(conn)
    todo = deque(dict.fromkeys(story for one in sorted(start) for story in _stories(conn, "id", one)))
    items: set[int] = set()
    while todo:
        story_id = todo.popleft()
        if story_id in done:
            continue
        done.add(story_id)
        rows = conn.execute(SELECT_SIGHTING + "WHERE s.story_id = ? ORDER BY s.id", (story_id,)).fetchall()
        for item in map(sighting_of, rows):
            found.append(item)
            if len(found) > MAX_SIGHTINGS:
                continue
            if item.news_id is not None and item.news_id not in items:
                items.add(item.news_id)
                todo += _stories(conn, "news_id", item.news_id)
            if item.text_id is not None:
                todo += texts.stories_near(item.text_id, item.published, loose=item.news_id is None)
            if by_hand:
                for other in _corrected_with(conn, item.id):
                    todo += _stories(conn, "id", other)
    return found, texts.matches


class _Texts:
    """The matches of texts, and the stories that have a text, each read once."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.matches: dict[tuple[int, int], Match] = {}
        self._alike: dict[int, list[int]] = {}  # text -> itself and those that match it
        self._stories: dict[
            int, list[tuple[int, int, bool]]
        ] = {}  # text -> story, day, without an id: not returned yet
        self._asked: set[tuple[int, str | None, bool]] = set()

    def stories_near(self, text_id: int, published: str | None, *, loose: bool) -> list[int]:
        """Return stories not returned yet that have a text or a matching one within ``DAYS_APART``.

        For an item of gov.kz, those in which a copy without an id has it.
        """
        if (text_id, published, loose) in self._asked:
            return []
        self._asked.add((text_id, published, loose))
        day, found = day_number(published), list[int]()
        for other in self._alike.get(text_id) or self._read(text_id):
            if other not in self._stories:
                rows = self.conn.execute(_OF_TEXT, (other,)).fetchall()
                self._stories[other] = [(story, day_number(date), bool(free)) for story, date, free in rows]
            rest = []
            for row in self._stories[other]:
                story, its_day, free = row
                near = not day or not its_day or abs(day - its_day) <= DAYS_APART
                if near and (loose or free):
                    found.append(story)
                else:
                    rest.append(row)
            self._stories[other] = rest
        return found

    def _read(self, text_id: int) -> list[int]:
        rows = self.conn.execute(_MATCHES, (text_id,)).fetchall()
        for other, kind, score, more in rows:
            if text_id < other:  # the other way round it is stored as well
                self.matches[text_id, other] = Match(kind, score, (bool(more & 1), bool(more & 2)))
            elif (other, text_id) not in self.matches:
                self.matches[other, text_id] = Match(kind, score, (bool(more & 2), bool(more & 1)))
        self._alike[text_id] = [text_id, *(row[0] for row in rows)]
        return self._alike[text_id]


_MATCHES = "SELECT other_id, kind, score, more FROM _near WHERE text_id = ?"
_OF_TEXT = "SELECT DISTINCT story_id, published, news_id IS NULL FROM sightings WHERE text_id = ?"


def _stories(conn: sqlite3.Connection, column: str, value: int) -> list[int]:
    """Return the stories of a sighting (``id``) or of a gov.kz item (``news_id``)."""
    query = f"SELECT DISTINCT story_id FROM sightings WHERE {column} = ? ORDER BY story_id"  # noqa: S608 - one of two
    return [story_id for (story_id,) in conn.execute(query, (value,))]


def has_corrections(conn: sqlite3.Connection) -> bool:
    """True if the database has any manual correction."""
    return conn.execute("SELECT 1 FROM _hand LIMIT 1").fetchone() is not None


def _corrected_with(conn: sqlite3.Connection, sighting_id: int) -> list[int]:
    rows = conn.execute(
        "SELECT other_id FROM _hand WHERE sighting_id = ?"
        " UNION SELECT sighting_id FROM _hand WHERE other_id = ?",
        (sighting_id, sighting_id),
    )
    return [other for (other,) in rows]


def corrections(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Correction]:
    """Return the manual corrections of any of these sightings, in order."""
    if not has_corrections(conn):
        return []
    actions: set[int] = set()
    for one in ids:
        rows = conn.execute("SELECT action FROM _hand WHERE sighting_id = ? OR other_id = ?", (one, one))
        actions.update(action for (action,) in rows)
    found = []
    for action in sorted(actions):
        query = (
            "SELECT sighting_id, other_id, same FROM _hand WHERE action = ? ORDER BY sighting_id, other_id"
        )
        pairs = conn.execute(query, (action,)).fetchall()
        found.append(
            Correction(
                bool(pairs[0]["same"]), tuple((pair["sighting_id"], pair["other_id"]) for pair in pairs)
            )
        )
    return found
