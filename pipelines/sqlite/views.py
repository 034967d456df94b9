"""Views that join the tables with names and explanations, so that a query needs no joins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:  # sqlite-utils would slow down the commands that only read
    from sqlite_utils import Database

VIEWS = """
CREATE VIEW stories_with_publisher AS
SELECT s.id, s.title, s.published, s.lang, s.text_lang, s.entity,
    coalesce(p.name_ru, p.name_kk, p.name_en) AS publisher, p.name_kk AS publisher_kk,
    p.name_ru AS publisher_ru, p.name_en AS publisher_en, p.kind AS publisher_kind,
    p.region, s.body, s.byline, s.url, s.news_id, s.published_at, s.first_seen, s.last_seen, s.gone_at,
    (SELECT count(*) FROM sightings AS g WHERE g.story_id = s.id) AS sightings
FROM stories AS s LEFT JOIN sources AS p ON p.slug = s.entity;

CREATE VIEW story_publishers AS
SELECT id AS story_id, entity AS slug FROM stories WHERE entity IS NOT NULL
UNION SELECT story_id, entity FROM sightings WHERE entity IS NOT NULL
UNION SELECT g.story_id, p.value FROM sightings AS g, json_each(g.raw_more, '$.projects') AS p;

CREATE VIEW former_stories AS
SELECT f.id, g.story_id, f.at, NULL AS origin FROM _former AS f JOIN sightings AS g ON g.id = f.sighting_id
UNION ALL
SELECT m.id, g.story_id, m.at, m.origin FROM _merged_ids AS m JOIN sightings AS g ON g.id = m.sighting_id;

CREATE VIEW stories_by_day AS
SELECT published, count(*) AS stories, sum(lang = 'kk') AS kk, sum(lang = 'ru') AS ru, sum(lang = 'en') AS en,
    count(DISTINCT entity) AS publishers
FROM stories WHERE published IS NOT NULL GROUP BY published;

CREATE VIEW stories_by_source AS
SELECT s.entity, coalesce(p.name_ru, p.name_kk, p.name_en) AS publisher, p.region, count(*) AS stories,
    sum(s.lang = 'kk') AS kk, sum(s.lang = 'ru') AS ru, sum(s.lang = 'en') AS en,
    min(s.published) AS first_published, max(s.published) AS last_published,
    sum(s.body IS NULL) AS without_text
FROM stories AS s LEFT JOIN sources AS p ON p.slug = s.entity GROUP BY s.entity;

CREATE VIEW stories_by_month AS
SELECT substr(s.published, 1, 7) AS month, s.entity, coalesce(p.name_ru, p.name_kk, p.name_en) AS publisher,
    s.lang, count(*) AS stories
FROM stories AS s LEFT JOIN sources AS p ON p.slug = s.entity
WHERE s.published IS NOT NULL GROUP BY 1, s.entity, s.lang;

CREATE VIEW reprints AS
WITH dated AS (
    SELECT id, title, entity, published,
        coalesce(julianday(published_at), julianday(published, '-5 hours'), julianday(first_seen)) AS at
    FROM stories
)
SELECT a.id AS first_id, b.id AS later_id, a.title, a.entity AS first_entity, b.entity AS later_entity,
    a.published AS first_published, b.published AS later_published,
    CAST(julianday(b.published) - julianday(a.published) AS INTEGER) AS days_later, l.score
FROM story_links AS l JOIN dated AS a ON a.id IN (l.story_id, l.other_id)
    JOIN dated AS b ON b.id = l.story_id + l.other_id - a.id
WHERE l.kind = 'reprint' AND (a.at, a.id) < (b.at, b.id);

CREATE VIEW repairs_explained AS
SELECT r.id, r.story_id, s.title, r.field, r.rule, d.explanation, r.before, r.after, r.start,
    r.sighting_id, s.url
FROM repairs AS r JOIN stories AS s ON s.id = r.story_id
LEFT JOIN dictionary AS d ON d.kind = 'rule' AND d.part_of = 'repairs' AND d.name = r.rule;

CREATE VIEW problems_explained AS
SELECT r.id, r.story_id, s.title, r.field, r.kind, d.explanation, r.detail, r.sighting_id, s.url
FROM problems AS r JOIN stories AS s ON s.id = r.story_id
LEFT JOIN dictionary AS d ON d.kind = 'problem' AND d.part_of = 'problems' AND d.name = r.kind;

CREATE VIEW joins_explained AS
SELECT g.id AS sighting_id, g.story_id, s.title, g.matched_by, d.explanation, g.seen_at, g.site, g.page_url,
    g.section, g.position, g.raw_title, g.url,
    CASE g.matched_by WHEN 'text' THEN g.text_id WHEN 'near-text' THEN (
        SELECT n.other_id FROM _near AS n JOIN sightings AS o ON o.id = n.other_id
        WHERE n.text_id = g.text_id AND o.story_id = g.story_id ORDER BY n.score DESC, 1 LIMIT 1
    ) END AS like_sighting,
    CASE g.matched_by WHEN 'text' THEN 1.0 WHEN 'near-text' THEN (
        SELECT max(n.score) FROM _near AS n JOIN sightings AS o ON o.id = n.other_id
        WHERE n.text_id = g.text_id AND o.story_id = g.story_id
    ) END AS likeness
FROM sightings AS g JOIN stories AS s ON s.id = g.story_id
LEFT JOIN dictionary AS d
    ON d.kind = 'value' AND d.part_of = 'sightings.matched_by' AND d.name = g.matched_by;

CREATE VIEW source_coverage AS
SELECT p.slug, coalesce(p.name_ru, p.name_kk, p.name_en) AS publisher, p.region,
    coalesce(n.stories, 0) AS stories, n.newest_story,
    CAST(julianday(substr(c.newest_crawl, 1, 10)) - julianday(n.newest_story) AS INTEGER) AS days_silent,
    coalesce(w.listings, 0) AS listings, coalesce(w.complete, 0) AS listings_complete,
    w.last_walk
FROM sources AS p
LEFT JOIN (
    SELECT entity, count(*) AS stories, max(published) AS newest_story FROM stories GROUP BY entity
) AS n ON n.entity = p.slug
LEFT JOIN (
    SELECT slug, count(DISTINCT lang) AS listings,
        count(DISTINCT CASE WHEN complete_at IS NOT NULL THEN lang END) AS complete,
        max(updated_at) AS last_walk
    FROM _coverage GROUP BY slug
) AS w ON w.slug = p.slug
CROSS JOIN (SELECT max(started_at) AS newest_crawl FROM crawls) AS c;
"""
VERSION = f"{crc32(VIEWS.encode()):08x}"


def make(db: Database) -> None:
    """Create the views, in place of those of another version."""
    for name, select in re.findall(r"CREATE VIEW (\w+) AS\n(.*?);\n", VIEWS, re.DOTALL):
        db.create_view(name, select, replace=True)
