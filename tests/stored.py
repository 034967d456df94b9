"""What a database holds, without its ids: for comparing databases that were filled in different ways."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

_STORY = "SELECT min(hex(g.record_hash)) FROM sightings g WHERE g.story_id = "
# A story is named by the least of its records.
_QUERIES = {
    "stories": "SELECT ({s}t.id), url, entity, news_id, lang, text_lang, title, body, published,"
    " published_at, byline, text_hash, first_seen, last_seen, gone_at FROM stories t",
    "sightings": "SELECT ({s}t.story_id), hex(record_hash), seen_at, last_seen_at, site, page_url, section,"
    " position, raw_title, raw_body, raw_date, raw_lang, raw_html, matched_by FROM sightings t",
    "revisions": "SELECT ({s}t.story_id), seen_at, title, body FROM revisions t",
    "repairs": "SELECT ({s}t.story_id), hex(x.record_hash), field, rule, before, after, start"
    " FROM repairs t JOIN sightings x ON x.id = t.sighting_id",
    "problems": "SELECT ({s}t.story_id), hex(x.record_hash), field, kind, detail"
    " FROM problems t JOIN sightings x ON x.id = t.sighting_id",
    "urls": "SELECT ({s}t.story_id), url, kind FROM story_urls t",
    "links": "SELECT min(({s}t.story_id), ({s}t.other_id)), max(({s}t.story_id), ({s}t.other_id)),"
    " kind, round(score, 9) FROM story_links t",
    "media": "SELECT ({s}t.story_id), url, kind, caption, bytes, day, position FROM story_media t",
    "topics": "SELECT ({s}t.story_id), kind, name, code FROM story_topics t",
    "search": "SELECT rowid IN (SELECT id FROM stories) FROM stories_fts",
}
_INTERNAL = {
    "coverage": "SELECT * FROM _coverage",
    "runs": "SELECT started_at, finished_at, spider, arguments, outcome, stats FROM crawls",
    "corrections": "SELECT a.record_hash, b.record_hash, h.same, h.at FROM _hand h"
    " JOIN sightings a ON a.id = h.sighting_id JOIN sightings b ON b.id = h.other_id",
    "sources": "SELECT * FROM sources",
}


def stored(path: Path, *, internal: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that a reader sees; ``internal``: also coverage, runs and corrections."""
    queries = {name: query.replace("{s}", _STORY) for name, query in _QUERIES.items()}
    with closing(sqlite3.connect(path)) as db:
        return {
            name: sorted(db.execute(query).fetchall(), key=repr)
            for name, query in (queries | (_INTERNAL if internal else {})).items()
        }


def dump(path: Path) -> list[str]:
    """Return a database as SQL, with every id."""
    with closing(sqlite3.connect(path)) as db:
        return [line for line in db.iterdump() if "stories_fts" not in line and "_bands" not in line]
