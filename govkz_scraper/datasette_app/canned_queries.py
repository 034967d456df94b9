"""Canned queries of the Datasette application, in plain SQL."""

from __future__ import annotations

from typing import TypedDict


class Query(TypedDict):
    """A canned query, with the keys of Datasette."""

    title: str
    description: str
    sql: str


QUERIES: dict[str, Query] = {
    "search": {
        "title": "Search, best first",
        "description": 'Words in any form, "words in quotes", beginnings* – in Kazakh, Russian and English.',
        "sql": """
SELECT s.id, s.title, s.published, s.lang, s.entity, s.url
FROM stories_fts JOIN stories AS s ON s.id = stories_fts.rowid
WHERE stories_fts MATCH escape_fts(:words)
ORDER BY stories_fts.rank LIMIT 100""",
    },
    "stories_per_day": {
        "title": "Stories per day",
        "description": "How many stories were published on each day, by language.",
        "sql": "SELECT published, stories, kk, ru, en FROM stories_by_day ORDER BY published DESC LIMIT 400",
    },
    "a_story_s_life": {
        "title": "A story's life",
        "description": "Every sighting of one story, and why it belongs to the story.",
        "sql": """
SELECT sighting_id, seen_at, matched_by, explanation, site, page_url, section, position, raw_title
FROM joins_explained WHERE story_id = :story ORDER BY seen_at, sighting_id""",
    },
    "seen_most_often": {
        "title": "Seen most often",
        "description": "Stories with the most sightings.",
        "sql": """
SELECT s.id, s.title, count(*) AS sightings, count(DISTINCT g.site) AS sites
FROM sightings AS g JOIN stories AS s ON s.id = g.story_id
GROUP BY s.id HAVING count(*) > 1 ORDER BY sightings DESC, s.id LIMIT 100""",
    },
    "changed_by_their_publisher": {
        "title": "Changed by their publisher",
        "description": "Stories whose text the publisher changed, with the earlier title.",
        "sql": """
SELECT r.story_id, s.title, r.title AS earlier_title, r.seen_at, s.url
FROM revisions AS r JOIN stories AS s ON s.id = r.story_id ORDER BY r.seen_at DESC LIMIT 200""",
    },
    "repairs_by_rule": {
        "title": "Repairs by rule",
        "description": "The most frequent repairs of cleaning.",
        "sql": """
SELECT rule, explanation, count(*) AS repairs, count(DISTINCT story_id) AS stories
FROM repairs_explained GROUP BY rule ORDER BY repairs DESC""",
    },
    "problems_by_kind": {
        "title": "Problems by kind",
        "description": "Defects that were found and not changed.",
        "sql": """
SELECT kind, explanation, count(*) AS problems, count(DISTINCT story_id) AS stories
FROM problems_explained GROUP BY kind ORDER BY problems DESC""",
    },
    "silent_publishers": {
        "title": "Silent publishers",
        "description": "Publishers with stories, the longest silence first.",
        "sql": """
SELECT slug, publisher, region, stories, newest_story, days_silent
FROM source_coverage WHERE stories > 0 ORDER BY days_silent DESC LIMIT 100""",
    },
    "translations": {
        "title": "Kazakh and Russian side by side",
        "description": "Stories that exist in both languages.",
        "sql": """
SELECT k.news_id, k.published, k.title AS kazakh, r.title AS russian, k.entity
FROM stories AS k JOIN stories AS r ON r.news_id = k.news_id AND r.lang = 'ru'
WHERE k.lang = 'kk' ORDER BY k.published DESC LIMIT 100""",
    },
}
