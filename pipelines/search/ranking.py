"""Full-text search, ranked by BM25 with a weight of ten for titles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.search.filters import CONDITIONS, FILTERS, Filters
from pipelines.search.query_parser import Query, Term, match_text, parse_query
from pipelines.search.snippets import Marked, excerpt, mark, pattern
from pipelines.sqlite.fts_index import WEIGHTS

# BM25 takes about a microsecond per match. Of more matches than this only the latest stories, and those
# with a match in the title, are ranked: a search in 100,000 stories stays below 50 ms, even with a small
# vocabulary (tests/bench/search.py).
RANKED = 2_000
_TITLES = "{title folded_title}"

# FTS5 returns matches in descending order of rowid, so the inner LIMIT ends the scan.
_RANK = f"""
SELECT id, score FROM (
    SELECT f.rowid AS id, -bm25(stories_fts, {WEIGHTS}) AS score FROM stories_fts AS f {{join}}
    WHERE stories_fts MATCH :match {{conditions}} ORDER BY f.rowid DESC LIMIT :ranked
) ORDER BY score DESC, id DESC
"""  # noqa: S608 - constants only
_RANK_ALL = _RANK.format(join="", conditions="")
_RANK_SOME = _RANK.format(join="CROSS JOIN stories AS s ON s.id = f.rowid", conditions=f"AND {CONDITIONS}")
_BY_NUMBER = f"""
SELECT s.id, 0.0 FROM stories AS s WHERE s.news_id = :number AND {CONDITIONS}
UNION ALL
SELECT s.id, 0.0 FROM stories AS s WHERE s.id = :number AND :urls IS NULL AND {CONDITIONS}
"""  # noqa: S608
_BY_URL = f"""
SELECT s.id, 0.0 FROM story_urls AS u JOIN stories AS s ON s.id = u.story_id
WHERE u.url IN (SELECT value FROM json_each(:urls)) AND {CONDITIONS}
"""  # noqa: S608
_STORIES = """
SELECT s.id, s.title, s.body, s.url, s.entity, s.lang, s.published
FROM json_each(?) AS wanted JOIN stories AS s ON s.id = wanted.value ORDER BY wanted.key
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result."""

    id: int
    title: str | None  # None: the story has no title
    excerpt: str  # of the body, on one line without control characters; "" without a body
    score: float  # higher is better; 0 for a match by id or URL
    url: str | None
    entity: str | None
    lang: str | None
    published: str | None
    title_marks: tuple[tuple[int, int], ...] = ()  # ranges in to_single_line(title)
    excerpt_marks: tuple[tuple[int, int], ...] = ()
    every_word: bool = True  # False: only some words match


def search(
    db: sqlite3.Connection,
    query: str,
    *,
    source: str | Iterable[str] | None = None,
    lang: str | Iterable[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = 10,
) -> list[Hit]:
    """Return matching stories, best first. ``query`` may be any text; without a word nothing matches.

    ``since`` and ``until`` are dates (YYYY-MM-DD), both included. A story with only some of the words matches
    if its title has two of three or more, or if no story has all words; see ``Hit.every_word``.
    """
    parsed = parse_query(query)
    values = Filters.of(source=source, lang=lang, since=since, until=until).values()
    return _hits(db, find(db, parsed, values, limit)[:limit], parsed)


def find(
    db: sqlite3.Connection, query: Query, values: dict[str, object], limit: int
) -> list[tuple[int, float, bool]]:
    """Return (story id, score, whether every word matches), best first."""
    found = [(story, 0.0, True) for story, _ in stories_by_id(db, query, values)]
    if not query.terms or limit < 1:
        return found
    known = {story for story, _, _ in found}
    ranked = _all_words(db, query.terms, values)
    best = [(story, *rest) for story, rest in sorted(ranked.items(), key=_best_first) if story not in known]
    return found + (best if best or found else _some_words(db, query.terms, values, limit))


def _best_first(pair: tuple[int, tuple[float, bool]]) -> tuple[float, int]:
    return -pair[1][0], -pair[0]


def _all_words(
    db: sqlite3.Connection, terms: tuple[Term, ...], values: dict[str, object]
) -> dict[int, tuple[float, bool]]:
    """Score stories with all words, and those with at least two of three or more in the title.

    The latter because people phrase queries differently from headlines, and long texts contain all words of
    many queries by chance.
    """
    every = _ranked(db, terms, values, len(terms))
    ranked = {story: (score, True) for story, score in every.items()}
    if ranked and len(terms) > 2:
        for story, score in _ranked(db, terms, values, 2, column=_TITLES).items():
            ranked.setdefault(story, (score, False))
    return ranked


def stories_by_id(db: sqlite3.Connection, query: Query, values: dict[str, object]) -> list[tuple[int, float]]:
    """Return stories by gov.kz id or URL, those in the language of the URL first."""
    urls = json.dumps(query.urls) if query.urls else None
    values = values | {"number": query.number, "urls": urls}
    found = db.execute(_BY_NUMBER, values).fetchall() if query.number is not None else []
    if not found and urls:
        found = db.execute(_BY_URL, values).fetchall()
    matches = dict(found)
    if query.lang and len(matches) > 1:
        langs = dict(db.execute("SELECT id, lang FROM stories WHERE news_id = ?", (query.number,)))
        matches = dict(sorted(matches.items(), key=lambda pair: langs.get(pair[0]) != query.lang))
    return list(matches.items())


def _some_words(
    db: sqlite3.Connection, terms: tuple[Term, ...], values: dict[str, object], limit: int
) -> list[tuple[int, float, bool]]:
    """Return stories with any two of the words, then with any one of them."""
    found: dict[int, tuple[float, bool]] = {}
    for least in (2, 1):
        if least < len(terms) and len(found) < limit:
            ranked = {s: (score, False) for s, score in _ranked(db, terms, values, least).items()}
            found |= {s: ranked[s] for s, _ in sorted(ranked.items(), key=_best_first) if s not in found}
    return [(story, *rest) for story, rest in found.items()]


def _ranked(
    db: sqlite3.Connection,
    terms: tuple[Term, ...],
    values: dict[str, object],
    least: int,
    column: str | None = None,
) -> dict[int, float]:
    """Score the stories that match at least ``least`` of the terms."""
    sql = _RANK_SOME if any(values[name] is not None for name in FILTERS) else _RANK_ALL
    values = values | {"match": match_text(terms, least=least, column=column), "ranked": RANKED}
    found = dict(db.execute(sql, values).fetchall())
    if len(found) == RANKED and column is None:
        for story, score in _ranked(db, terms, values, least, column=_TITLES).items():
            found[story] = max(score, found.get(story, score))
    return found


def _hits(db: sqlite3.Connection, found: list[tuple[int, float, bool]], query: Query) -> list[Hit]:
    wanted = pattern(query.terms)
    scores = {story: (score, every) for story, score, every in found}
    ids = json.dumps(list(scores))
    hits = []
    for story, title, body, url, entity, lang, published in db.execute(_STORIES, (ids,)):
        head = mark(title, wanted) if title else Marked("")
        part = excerpt(body, wanted) if body else Marked("")
        hits.append(
            Hit(
                *(story, title, part.text, scores[story][0], url, entity, lang, published),
                title_marks=head.marks,
                excerpt_marks=part.marks,
                every_word=scores[story][1],
            )
        )
    return hits
