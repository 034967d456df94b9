"""The history of a story: its sightings and why each belongs, its repairs, its revisions."""

from __future__ import annotations

import difflib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.errors import BadInput
from pipelines.sqlite.read_only import named_rows

Row = dict[str, Any]
_PARTS = re.compile(r"\S+\s*|\s+")  # as separate tokens, spaces made the comparison take seconds


@dataclass(frozen=True, slots=True)
class StoryHistory:
    """One story with all rows that belong to it, oldest first."""

    story: Row
    sightings: list[Row]
    repairs: list[Row]
    problems: list[Row]
    revisions: list[Row]
    links: list[Row]  # with the title of the other story
    urls: list[Row]
    corrections: list[Row]  # by hand


def load_history(conn: sqlite3.Connection, story_id: int) -> StoryHistory:
    """Load the history of a story. Raise BadInput if there is no such story."""

    def rows(query: str) -> list[Row]:
        return [dict(row) for row in named_rows(conn, query, (story_id,))]

    found = rows("SELECT * FROM stories WHERE id = ?")
    if not found:
        former = rows("SELECT story_id, origin FROM former_stories WHERE id = ? ORDER BY origin")
        if former := [row for row in former if row["origin"] is None] or former:
            stories = " or ".join(dict.fromkeys(str(row["story_id"]) for row in former))
            raise BadInput(f"story {story_id} is now part of story {stories}")
        raise BadInput(f"there is no story {story_id}: `govkz search` shows the ids of stories")
    return StoryHistory(
        found[0],
        rows(
            "SELECT s.*, j.like_sighting, j.likeness FROM sightings AS s"
            " JOIN joins_explained AS j ON j.sighting_id = s.id WHERE s.story_id = ? ORDER BY s.seen_at, s.id"
        ),
        rows("SELECT * FROM repairs WHERE story_id = ? ORDER BY sighting_id, id"),
        rows("SELECT * FROM problems WHERE story_id = ? ORDER BY sighting_id, id"),
        rows("SELECT * FROM revisions WHERE story_id = ? ORDER BY seen_at, id"),
        rows(
            "SELECT l.kind, l.score, l.story_id = t.id AS outward, o.id, o.title, o.lang, o.published"
            " FROM stories t JOIN story_links l ON t.id IN (l.story_id, l.other_id)"
            " JOIN stories o ON o.id IN (l.story_id, l.other_id) AND o.id != t.id"
            " WHERE t.id = ? ORDER BY 1, 4"
        ),
        rows("SELECT url, kind FROM story_urls WHERE story_id = ? ORDER BY kind, url"),
        rows(
            "SELECT DISTINCT h.action, h.same, h.at FROM _hand h JOIN sightings s"
            " ON s.id IN (h.sighting_id, h.other_id) WHERE s.story_id = ? ORDER BY 1"
        ),
    )


def word_changes(before: str | None, after: str | None) -> Iterator[tuple[str, str, str]]:
    """Yield the word differences of two texts as (tag, before, after), tags as in difflib, including equal.

    >>> list(word_changes("136 new jobs", "140 new jobs"))
    [('replace', '136', '140'), ('equal', ' new jobs', ' new jobs')]
    """
    one, other = _PARTS.findall(before or ""), _PARTS.findall(after or "")
    space = ""  # after both words of a change: it moves to the equal run that follows
    for tag, i, i2, j, j2 in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        old, new = space + "".join(one[i:i2]), space + "".join(other[j:j2])
        space = ""
        if tag == "replace" and old[-1:].isspace() and old[len(old.rstrip()) :] == new[len(new.rstrip()) :]:
            space = old[len(old.rstrip()) :]
            old, new = old.rstrip(), new.rstrip()
        yield tag, old, new
    if space:
        yield "equal", space, space
