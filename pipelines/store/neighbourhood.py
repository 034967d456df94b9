"""Finds what a new text may belong to, and everything that its coming can touch; the matcher decides."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from pipelines.matching.fingerprints import Print, plainly_different, print_of
from pipelines.matching.grouping import DAYS_APART, Correction
from pipelines.matching.same_story import Verdict
from pipelines.matching.seen import Seen
from pipelines.store.rows import SEEN, TITLE_AND_BODY, WITH_TEXT, day_number, seen

FEW = 120  # rows of the index that one text may find before its templates are looked at more closely
PER_KEY = 100  # rows taken of one crowded key: other keys tell the issues of a template apart
VERIFIED = 40  # candidates compared word by word: those that share most keys come first
MOST = 400  # sightings that one arrival may touch; bounds the cost of a text that is printed every week


def candidates(conn: sqlite3.Connection, print_: Print, published: str | None) -> list[int]:
    """Text ids that share keys with a text and can be its copies: most shared first, then nearest in date."""
    if not print_.bands:
        return []
    marks = ", ".join("?" * len(print_.bands))
    query = f"SELECT text_id, day, numbers, words FROM _bands WHERE band IN ({marks}) LIMIT {FEW + 1}"  # noqa: S608
    found = conn.execute(query, print_.bands).fetchall()
    day = day_number(published)
    if len(found) > FEW:
        found = [row for band in print_.bands for row in _crowded(conn, band, day)]
    shared: Counter[int] = Counter()
    distance: dict[int, int] = {}
    for text_id, other, its_numbers, its_words in found:
        if not plainly_different(print_, its_numbers, its_words):
            shared[text_id] += 1
            distance[text_id] = min(distance.get(text_id, 1 << 30), abs(other - day))
    return sorted(shared, key=lambda t: (-shared[t], distance[t], t))[:VERIFIED]


def _crowded(conn: sqlite3.Connection, band: int, day: int) -> list[tuple[int, int, int, int]]:
    """Some of the texts behind one key of a template: the same day first, for copies are made at once."""
    query = "SELECT text_id, day, numbers, words FROM _bands WHERE band = ? AND day BETWEEN ? AND ? LIMIT ?"
    found = conn.execute(query, (band, day - 1, day + 1, PER_KEY)).fetchall()
    if day and len(found) < PER_KEY:
        found += conn.execute(query, (band, day - DAYS_APART, day - 2, PER_KEY // 2)).fetchall()
        found += conn.execute(query, (band, day + 2, day + DAYS_APART, PER_KEY // 2)).fetchall()
    return found


def index_text(conn: sqlite3.Connection, print_: Print, published: str | None, text_id: int) -> None:
    """Make a text findable on one of its dates."""
    _index(conn, print_, day_number(published), text_id)


def index_anew(conn: sqlite3.Connection) -> None:
    """Make every text that is findable so by the keys of this version."""
    conn.execute("CREATE TEMP TABLE _indexed AS SELECT DISTINCT text_id, day FROM _bands")
    conn.execute("DELETE FROM _bands")
    query = f"SELECT d.text_id, d.day, {TITLE_AND_BODY} {WITH_TEXT} JOIN temp._indexed d ON d.text_id = s.id"
    for text_id, day, title, body in conn.execute(query):
        _index(conn, print_of(title, body), day, text_id)
    conn.execute("DROP TABLE temp._indexed")


def _index(conn: sqlite3.Connection, print_: Print, day: int, text_id: int) -> None:
    rows = [(band, day, text_id, print_.numbers, print_.words) for band in print_.bands]
    conn.executemany("INSERT OR IGNORE INTO _bands VALUES (?, ?, ?, ?, ?)", rows)


def write_verdicts(conn: sqlite3.Connection, text_id: int, found: dict[int, Verdict]) -> None:
    """Keep what was found, both ways round."""
    rows = [(text_id, other, v.kind, v.score) for other, v in found.items()]
    rows += [(other, text_id, v.kind, v.score) for other, v in found.items()]
    conn.executemany("INSERT OR REPLACE INTO _near VALUES (?, ?, ?, ?)", rows)


def gather(
    conn: sqlite3.Connection, start: Iterable[int]
) -> tuple[list[Seen], dict[tuple[int, int], Verdict]]:
    """Every sighting that shares a fate with the given ones: by id, text, near text, story or hand."""
    found: dict[int, Seen] = {}
    verdicts: dict[tuple[int, int], Verdict] = {}
    texts: set[int] = set()
    asked: set[tuple[str, int]] = set()
    todo = [("id", sighting) for sighting in sorted(start)]
    while todo:
        what = todo.pop(0)
        if what in asked:
            continue
        asked.add(what)
        for sighting_id in _sightings(conn, *what):
            if sighting_id in found:
                continue
            item = found[sighting_id] = seen(conn.execute(SEEN + "WHERE s.id = ?", (sighting_id,)).fetchone())
            todo.append(("story_id", item.story_id))
            if item.news_id is not None:
                todo.append(("news_id", item.news_id))
            if item.text_id is not None and item.text_id not in texts:
                texts.add(item.text_id)
                todo.append(("text_id", item.text_id))
                for other, verdict in _near(conn, item.text_id):
                    verdicts[min(item.text_id, other), max(item.text_id, other)] = verdict
                    todo.append(("text_id", other))
            todo += [("id", other) for other in _by_hand(conn, item.id)]
        if len(found) > MOST:
            todo = [
                step for step in todo if step[0] == "story_id"
            ]  # whole stories, or a best copy would be lost
    return list(found.values()), verdicts


_BY = {
    column: f"SELECT id FROM sightings WHERE {column} = ? ORDER BY id LIMIT {MOST}"  # noqa: S608 - constants
    for column in ("text_id", "news_id", "story_id")
}


def _sightings(conn: sqlite3.Connection, what: str, value: int) -> list[int]:
    """The ids behind one step: out of an index alone, for most of them have been read already."""
    return [value] if what == "id" else [found for (found,) in conn.execute(_BY[what], (value,))]


def _near(conn: sqlite3.Connection, text_id: int) -> list[tuple[int, Verdict]]:
    rows = conn.execute("SELECT other_id, kind, score FROM _near WHERE text_id = ?", (text_id,))
    return [(row[0], Verdict(row[1], row[2])) for row in rows]


def _by_hand(conn: sqlite3.Connection, sighting_id: int) -> list[int]:
    rows = conn.execute(
        "SELECT other_id FROM _hand WHERE sighting_id = ?"
        " UNION SELECT sighting_id FROM _hand WHERE other_id = ?",
        (sighting_id, sighting_id),
    )
    return [other for (other,) in rows]


def corrections(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Correction]:
    """The corrections by hand that name any of these sightings, in the order they were given."""
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
        found.append(Correction(bool(pairs[0][2]), tuple((row[0], row[1]) for row in pairs)))
    return found
