"""The tables of the database, as sqlite-utils migrations.

Tables whose name begins with ``_`` are internal. Migrations create only what cannot be rebuilt: what was
received, and what was decided about it. Views and text indexes are derived, see ``connection.DERIVED``. A
released migration is never edited: a later change is a new function, with SQL that uses no constant.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipelines.sqlite.transactions import execute_script

migrations = Migrations("govkz")

_TABLES = """
CREATE TABLE sources (
    slug TEXT PRIMARY KEY, kind TEXT NOT NULL, name_kk TEXT, name_ru TEXT, name_en TEXT, region TEXT,
    evidence_url TEXT
) WITHOUT ROWID;

CREATE TABLE crawls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT NOT NULL, finished_at TEXT, spider TEXT NOT NULL,
    arguments TEXT NOT NULL, outcome TEXT, stats TEXT, version TEXT NOT NULL
);

CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT, entity TEXT, news_id INTEGER, lang TEXT,
    title TEXT, body TEXT, published TEXT, published_at TEXT, byline TEXT, text_hash TEXT,
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, gone_at TEXT,
    title_from INTEGER, body_from INTEGER
);
CREATE INDEX stories_news_id ON stories (news_id, lang) WHERE news_id IS NOT NULL;
CREATE INDEX stories_published ON stories (published);
CREATE INDEX stories_entity ON stories (entity, published);

CREATE TABLE sightings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    crawl_id INTEGER NOT NULL REFERENCES crawls (id),
    seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, site TEXT NOT NULL, page_url TEXT, section TEXT,
    position INTEGER, entity TEXT, news_id INTEGER, url TEXT, lang TEXT,
    published TEXT, published_at TEXT, byline TEXT, addresses TEXT,
    raw_title TEXT, raw_body TEXT, raw_date TEXT, raw_lang TEXT, raw_html INTEGER NOT NULL DEFAULT 0,
    raw_more TEXT, on_govkz INTEGER NOT NULL DEFAULT 0, complete INTEGER NOT NULL DEFAULT 1,
    title_damage INTEGER NOT NULL DEFAULT 0, body_damage INTEGER NOT NULL DEFAULT 0,
    text_id INTEGER, text_hash TEXT, record_hash BLOB NOT NULL, matched_by TEXT NOT NULL
);
CREATE UNIQUE INDEX sightings_record ON sightings (record_hash);
CREATE INDEX sightings_story ON sightings (story_id);
CREATE INDEX sightings_crawl ON sightings (crawl_id);
CREATE INDEX sightings_text ON sightings (text_id, news_id, story_id) WHERE text_id IS NOT NULL;
CREATE INDEX sightings_news_id ON sightings (news_id) WHERE news_id IS NOT NULL;

CREATE TABLE revisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, story_id INTEGER NOT NULL REFERENCES stories (id),
    seen_at TEXT NOT NULL, title TEXT, body TEXT, text_hash TEXT NOT NULL,
    UNIQUE (story_id, text_hash)
);

CREATE TABLE repairs (
    id INTEGER PRIMARY KEY, story_id INTEGER NOT NULL REFERENCES stories (id),
    sighting_id INTEGER REFERENCES sightings (id),
    field TEXT NOT NULL, rule TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, start INTEGER NOT NULL
);
CREATE INDEX repairs_sighting ON repairs (sighting_id);
CREATE INDEX repairs_story ON repairs (story_id);

CREATE TABLE problems (
    id INTEGER PRIMARY KEY, story_id INTEGER NOT NULL REFERENCES stories (id),
    sighting_id INTEGER REFERENCES sightings (id),
    field TEXT NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX problems_sighting ON problems (sighting_id);
CREATE INDEX problems_story ON problems (story_id);

-- Ids that stood in stories and do not any more, because their sightings came to another story.
CREATE TABLE _former (
    id INTEGER PRIMARY KEY, sighting_id INTEGER NOT NULL REFERENCES sightings (id), at TEXT NOT NULL
);

CREATE TABLE story_urls (
    story_id INTEGER NOT NULL REFERENCES stories (id), url TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (story_id, url)
) WITHOUT ROWID;

CREATE TABLE story_links (
    story_id INTEGER NOT NULL REFERENCES stories (id), other_id INTEGER NOT NULL REFERENCES stories (id),
    kind TEXT NOT NULL, score REAL,
    PRIMARY KEY (story_id, other_id, kind)
) WITHOUT ROWID;
CREATE INDEX story_links_other ON story_links (other_id);

-- Near-duplicate candidates: the keys of each distinct text on each of its dates (day 0: undated), and
-- two sketches that tell most chance finds apart without reading the text.
-- A text is known by the first sighting that had it: text_id.
CREATE TABLE _bands (
    band INTEGER NOT NULL, day INTEGER NOT NULL, text_id INTEGER NOT NULL, numbers INTEGER NOT NULL,
    words INTEGER NOT NULL, PRIMARY KEY (band, day, text_id)
) WITHOUT ROWID;

-- Rows that are not in _bands yet: hashes lie all over a table, and many at a time cost less.
CREATE TABLE _bands_recent (
    band INTEGER NOT NULL, day INTEGER NOT NULL, text_id INTEGER NOT NULL, numbers INTEGER NOT NULL,
    words INTEGER NOT NULL, PRIMARY KEY (band, day, text_id)
) WITHOUT ROWID;

-- Cleaned texts that no story shows as they are: other copies, earlier versions.
CREATE TABLE _texts (text_id INTEGER PRIMARY KEY, title TEXT, body TEXT);

-- Pairs of texts found to be one story, both ways round; what the difference is.
CREATE TABLE _near (
    text_id INTEGER NOT NULL, other_id INTEGER NOT NULL, kind TEXT NOT NULL, score REAL NOT NULL,
    PRIMARY KEY (text_id, other_id)
) WITHOUT ROWID;

-- Corrections by hand, kept for ever and applied in order: pairs of sightings that are one
-- story, or are not.
CREATE TABLE _hand (
    action INTEGER NOT NULL, sighting_id INTEGER NOT NULL, other_id INTEGER NOT NULL, same INTEGER NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (action, sighting_id, other_id)
) WITHOUT ROWID;
CREATE INDEX _hand_sighting ON _hand (sighting_id);
CREATE INDEX _hand_other ON _hand (other_id);

-- How far each listing was walked: one row per source, language and route.
CREATE TABLE _coverage (
    slug TEXT NOT NULL, lang TEXT NOT NULL, route TEXT NOT NULL, site TEXT NOT NULL,
    complete_at TEXT, complete_from TEXT, -- when a walk last reached the end, and when it began
    newest TEXT, caught_up_at TEXT, -- from this day down nothing is missing, as of then
    walk_started_at TEXT, walk_position INTEGER, walk_goal TEXT, walk_newest TEXT, -- of a walk under way
    paging TEXT NOT NULL, updated_at TEXT NOT NULL,
    PRIMARY KEY (slug, lang, route, site)
) WITHOUT ROWID;

-- What every table, view, column, value, rule and problem means; filled when the file is opened.
CREATE TABLE dictionary (
    kind TEXT NOT NULL, part_of TEXT NOT NULL, name TEXT NOT NULL, explanation TEXT NOT NULL,
    PRIMARY KEY (kind, part_of, name)
) WITHOUT ROWID;

-- By which version the views, the search index and the index of likenesses were made: see derived.py.
CREATE TABLE _derived (name TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
"""


@migrations()
def m001_tables(db: Database) -> None:
    """Create the tables of the first release."""
    execute_script(db.conn, _TABLES)


@migrations()
def m002_near_more(db: Database) -> None:
    """Record which of two matching texts has something that the other lacks: 1 the first, 2 the second."""
    # Both until the texts are compared again: it only means that more is asked.
    db.execute("ALTER TABLE _near ADD COLUMN more INTEGER NOT NULL DEFAULT 3")


_MEDIA_AND_TOPICS = """
ALTER TABLE stories ADD COLUMN text_lang TEXT;
ALTER TABLE sightings ADD COLUMN text_lang TEXT;
ALTER TABLE sightings ADD COLUMN extras TEXT;

CREATE TABLE story_media (
    story_id INTEGER NOT NULL REFERENCES stories (id), url TEXT NOT NULL, kind TEXT NOT NULL, caption TEXT,
    bytes INTEGER, day TEXT, position INTEGER NOT NULL,
    PRIMARY KEY (story_id, url)
) WITHOUT ROWID;

CREATE TABLE story_topics (
    story_id INTEGER NOT NULL REFERENCES stories (id), kind TEXT NOT NULL, name TEXT NOT NULL, code TEXT,
    PRIMARY KEY (story_id, kind, name)
) WITHOUT ROWID;
"""


@migrations()
def m003_media_and_topics(db: Database) -> None:
    """Add media, topics and the language of the text; ``reclean`` fills them for what is stored."""
    execute_script(db.conn, _MEDIA_AND_TOPICS)


_MERGED_IDS = """
-- Story ids of other databases that were merged into this one, each with the first sighting of that story.
CREATE TABLE _merged_ids (
    origin TEXT NOT NULL, id INTEGER NOT NULL, sighting_id INTEGER NOT NULL REFERENCES sightings (id),
    at TEXT NOT NULL, PRIMARY KEY (id, origin)
) WITHOUT ROWID;
"""


@migrations()
def m004_merged_ids(db: Database) -> None:
    """Add the story ids of merged databases."""
    execute_script(db.conn, _MERGED_IDS)
