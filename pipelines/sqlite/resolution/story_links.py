"""Links between stories: translations share an id, reprints a text, an update extends an earlier text."""

from __future__ import annotations

import sqlite3

MOST_LINKS = 100  # of one kind per story, for notices that hundreds of publishers print

_TRANSLATIONS = """
SELECT o.id FROM stories t JOIN stories o ON o.news_id = t.news_id
WHERE t.id = :id AND o.id != t.id AND o.lang IS NOT t.lang ORDER BY o.id LIMIT :most
"""
# Other stories that show the text of this story, or one that matches it. The limit inside ``others`` is
# applied on the index alone, before any story is read.
_ALIKE = """
WITH mine AS (
    SELECT DISTINCT s.text_id FROM stories t CROSS JOIN sightings s ON s.id IN (t.title_from, t.body_from)
    WHERE t.id = :id
),
alike AS (
    SELECT text_id, 'letters' AS kind, 1.0 AS score FROM mine
    UNION ALL SELECT n.other_id, n.kind, n.score FROM _near n JOIN mine m ON m.text_id = n.text_id
),
others AS (
    SELECT DISTINCT s.story_id, s.text_id, a.kind, a.score
    FROM alike a CROSS JOIN sightings s ON s.text_id = a.text_id  -- in this order: alike are few
    WHERE s.story_id != :id ORDER BY a.score DESC, s.story_id LIMIT 4 * :most
)
SELECT a.kind, a.score, o.id AS other_id, length(t.body) AS size, length(o.body) AS other_size,
    t.published, o.published AS other_published, t.news_id, o.news_id AS other_news_id,
    max(a.score + 1e-6 * (a.kind != 'cut'))
FROM others a CROSS JOIN stories o ON o.id = a.story_id CROSS JOIN stories t ON t.id = :id
WHERE a.text_id IN (SELECT s.text_id FROM sightings s WHERE s.id IN (o.title_from, o.body_from))
AND (t.news_id IS NULL OR o.news_id IS NULL OR t.news_id != o.news_id)
GROUP BY o.id ORDER BY a.score DESC, o.id LIMIT :most
"""


def relink(conn: sqlite3.Connection, story_id: int) -> None:
    """Rewrite the links of one story. An undirected link is one row, smaller id first."""
    values = {"id": story_id, "most": MOST_LINKS}
    rows = {
        (*sorted((story_id, row["id"])), "translation", None) for row in conn.execute(_TRANSLATIONS, values)
    }
    for row in conn.execute(_ALIKE, values):
        other_id, size, other_size = row["other_id"], row["size"], row["other_size"]
        issued = row["published"] or "", row["news_id"] or 0
        other_issued = row["other_published"] or "", row["other_news_id"] or 0
        if row["kind"] == "cut" and size and other_size and issued != other_issued:
            is_later = issued > other_issued
            later, earlier = (story_id, other_id) if is_later else (other_id, story_id)
            if (size > other_size) if is_later else (other_size > size):
                rows.add((later, earlier, "update", row["score"]))
                continue
        if row["kind"] != "brief":
            rows.add((*sorted((story_id, other_id)), "reprint", row["score"]))
    old = conn.execute("SELECT * FROM story_links WHERE story_id = ? OR other_id = ?", (story_id, story_id))
    if {tuple(row) for row in old} != rows:
        conn.execute("DELETE FROM story_links WHERE story_id = ? OR other_id = ?", (story_id, story_id))
        conn.executemany("INSERT OR REPLACE INTO story_links VALUES (?, ?, ?, ?)", sorted(rows, key=str))
