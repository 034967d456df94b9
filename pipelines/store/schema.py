"""The tables of the database, as sqlite-utils migrations, and how a connection is opened.

Public tables are those of the project's contract; tables whose name begins with ``_`` are internal.
A released migration is never edited: a later change is a further function.
"""

from __future__ import annotations

from sqlite3 import complete_statement

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipelines.store.folding import FOLDED
from pipelines.store.likeness import index_anew
from pipelines.store.views import VIEWS

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
CREATE INDEX sightings_text ON sightings (text_id) WHERE text_id IS NOT NULL;
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
-- a sketch that tells most chance finds apart without reading the text.
-- A text is known by the first sighting that had it: text_id.
CREATE TABLE _bands (
    band INTEGER NOT NULL, day INTEGER NOT NULL, text_id INTEGER NOT NULL, sketch INTEGER NOT NULL,
    PRIMARY KEY (band, day, text_id)
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
    complete_at TEXT, complete_from TEXT, walk_started_at TEXT, walk_position INTEGER NOT NULL DEFAULT 0,
    newest TEXT, updated_at TEXT NOT NULL,
    PRIMARY KEY (slug, lang, route, site)
) WITHOUT ROWID;
"""


def _fold_expression(column: str) -> str:
    for letter, plain in FOLDED.items():
        column = f"replace(replace({column}, '{letter}', '{plain}'), '{letter.upper()}', '{plain.upper()}')"
    return column


def _search_sql() -> str:
    """The full-text index and its triggers.

    The index holds folded text but stores none: it reads the view, which folds the table's own columns in
    plain SQL, so any SQLite program can write to ``stories`` and the index stays right. A new story that
    names the sightings of its text comes from the store, which folds in Python at half the cost and feeds
    the index itself.
    """
    title, body = _fold_expression("title"), _fold_expression("body")
    row = "SELECT {lead}id, title, body FROM _stories_folded WHERE id = {which}.id;"
    insert = "INSERT INTO stories_fts (rowid, title, body) " + row.format(lead="", which="new")
    delete = "INSERT INTO stories_fts (stories_fts, rowid, title, body) " + row.format(
        lead="'delete', ", which="old"
    )
    return f"""
CREATE VIEW _stories_folded AS SELECT id, {title} AS title, {body} AS body FROM stories;
CREATE VIRTUAL TABLE stories_fts USING fts5 (
    title, body, content='_stories_folded', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER stories_fts_insert AFTER INSERT ON stories
WHEN new.title_from IS NULL AND new.body_from IS NULL BEGIN {insert} END;
CREATE TRIGGER stories_fts_before_update BEFORE UPDATE OF title, body ON stories BEGIN {delete} END;
CREATE TRIGGER stories_fts_after_update AFTER UPDATE OF title, body ON stories BEGIN {insert} END;
CREATE TRIGGER stories_fts_delete BEFORE DELETE ON stories BEGIN {delete} END;
"""  # noqa: S608 - built from the constants above, nothing received


def _run(db: Database, script: str) -> None:
    """Run statements one by one: ``executescript`` would commit the migration's own transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations()
def m001_tables(db: Database) -> None:
    """The tables of the first release."""
    _run(db, _TABLES)


@migrations()
def m002_search(db: Database) -> None:
    """The full-text index over folded text."""
    _run(db, _search_sql())


@migrations()
def m003_views(db: Database) -> None:
    """Views for people, and the table that explains everything."""
    _run(db, VIEWS)


@migrations()
def m004_likeness(db: Database) -> None:
    """A second sketch beside each key, an index that answers alone, and fewer rewritings of the search index.

    In rows of earlier versions both sketches become 0, which tells nothing apart; `govkz reclean` makes
    them anew. FTS5 joins its segments by sixteen in place of four: a tenth of the cost of storing
    (tests/bench/store_cost.py).
    """
    _run(
        db,
        """
UPDATE _bands SET sketch = 0;
ALTER TABLE _bands ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
ALTER TABLE _bands RENAME COLUMN sketch TO numbers;
DROP INDEX sightings_text;
CREATE INDEX sightings_text ON sightings (text_id, news_id, story_id) WHERE text_id IS NOT NULL;
INSERT INTO stories_fts (stories_fts, rank) VALUES ('automerge', 16);
""",
    )


_RECENT = """
-- Rows that are not in _bands yet: hashes lie all over a table, and many at a time cost less.
CREATE TABLE IF NOT EXISTS _bands_recent (
    band INTEGER NOT NULL, day INTEGER NOT NULL, text_id INTEGER NOT NULL, numbers INTEGER NOT NULL,
    words INTEGER NOT NULL, PRIMARY KEY (band, day, text_id)
) WITHOUT ROWID;
"""


@migrations()
def m005_keys(db: Database) -> None:
    """A table of recent keys; their other kind came with it, and m007 makes a newer one."""
    _run(db, _RECENT)


@migrations()
def m006_recent_keys(db: Database) -> None:
    """The table of recent keys, where a file took m005 by a version without it."""
    _run(db, _RECENT)


@migrations()
def m007_drawn_words(db: Database) -> None:
    """Sketches of words drawn in another way: the index of likenesses is made anew of every text."""
    index_anew(db.conn)
