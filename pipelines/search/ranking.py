"""Full-text search: the wanted story first, whatever the person typed, and fast in a large archive.

Ranked by BM25 with the title counting ten times. Reads only; needs no more than a plain connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.search.filters import CONDITIONS, FILTERS, Filters
from pipelines.search.query_parser import Question, Term, match_text, understand
from pipelines.search.snippets import Marked, excerpt, mark, pattern
from pipelines.sqlite.fts_index import WEIGHTS

# BM25 costs about a microsecond a match. A word that more stories than this have tells little: then only
# those stored last, and those that have it in the title, are ranked. Keeps 100,000 stories under 50 ms even
# when they share a small vocabulary (tests/bench/search.py).
RANKED = 2_000
_TITLES = "{title folded_title}"

# FTS5 walks its matches from the newest row down, so the inner LIMIT ends the walk.
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
SELECT s.id, 0.0 FROM stories AS s WHERE s.id = :number AND :addresses IS NULL AND {CONDITIONS}
"""  # noqa: S608
_BY_ADDRESS = f"""
SELECT s.id, 0.0 FROM story_urls AS u JOIN stories AS s ON s.id = u.story_id
WHERE u.url IN (SELECT value FROM json_each(:addresses)) AND {CONDITIONS}
"""  # noqa: S608
_STORIES = """
SELECT s.id, s.title, s.body, s.url, s.entity, s.lang, s.published
FROM json_each(?) AS wanted JOIN stories AS s ON s.id = wanted.value ORDER BY wanted.key
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found story."""

    id: int
    title: str | None  # None: the story has no title
    excerpt: str  # of the body, one line, safe to print; "" when the story has no body
    score: float  # higher is better; 0 when found by its number or address
    url: str | None
    entity: str | None
    lang: str | None
    published: str | None
    title_marks: tuple[tuple[int, int], ...] = ()  # places in safe(title)
    excerpt_marks: tuple[tuple[int, int], ...] = ()
    every_word: bool = True  # False: it has only some of the words


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
    """Find stories, best first. ``query`` may be any text; one that asks for nothing finds nothing.

    ``since`` and ``until`` are dates (YYYY-MM-DD), both included. A story that has only some of the words is
    found when its title has two of three or more, or when no story has all; its hit says so.
    """
    question = understand(query)
    values = Filters.of(source=source, lang=lang, since=since, until=until).values()
    return _hits(db, find(db, question, values, limit)[:limit], question)


def find(
    db: sqlite3.Connection, question: Question, values: dict[str, object], limit: int
) -> list[tuple[int, float, bool]]:
    """Find (story id, score, whether it has every word of the question), best first."""
    found = [(story, 0.0, True) for story, _ in named(db, question, values)]
    if not question.terms or limit < 1:
        return found
    known = {story for story, _, _ in found}
    ranked = _all_words(db, question.terms, values)
    best = [(story, *rest) for story, rest in sorted(ranked.items(), key=_best_first) if story not in known]
    return found + (best if best or found else _some_words(db, question.terms, values, limit))


def _best_first(pair: tuple[int, tuple[float, bool]]) -> tuple[float, int]:
    return -pair[1][0], -pair[0]


def _all_words(
    db: sqlite3.Connection, terms: tuple[Term, ...], values: dict[str, object]
) -> dict[int, tuple[float, bool]]:
    """Stories with all the words, and those with two or more of three or more in the title.

    The latter because a person words a question otherwise than the publisher words a title, and any long
    text has all the words of many questions somewhere.
    """
    every = _ranked(db, terms, values, len(terms))
    ranked = {story: (score, True) for story, score in every.items()}
    if ranked and len(terms) > 2:
        for story, score in _ranked(db, terms, values, 2, column=_TITLES).items():
            ranked.setdefault(story, (score, False))
    return ranked


def named(db: sqlite3.Connection, question: Question, values: dict[str, object]) -> list[tuple[int, float]]:
    """Stories that the question names by number or address, in the language of the address first."""
    addresses = json.dumps(question.addresses) if question.addresses else None
    values = values | {"number": question.number, "addresses": addresses}
    found = db.execute(_BY_NUMBER, values).fetchall() if question.number is not None else []
    if not found and addresses:
        found = db.execute(_BY_ADDRESS, values).fetchall()
    named = dict(found)
    if question.lang and len(named) > 1:
        langs = dict(db.execute("SELECT id, lang FROM stories WHERE news_id = ?", (question.number,)))
        named = dict(sorted(named.items(), key=lambda pair: langs.get(pair[0]) != question.lang))
    return list(named.items())


def _some_words(
    db: sqlite3.Connection, terms: tuple[Term, ...], values: dict[str, object], limit: int
) -> list[tuple[int, float, bool]]:
    """When nothing has all the words: stories with any two of them, then with any one."""
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
    """Score the stories that have at least ``least`` of the terms."""
    sql = _RANK_SOME if any(values[name] is not None for name in FILTERS) else _RANK_ALL
    values = values | {"match": match_text(terms, least=least, column=column), "ranked": RANKED}
    found = dict(db.execute(sql, values).fetchall())
    if len(found) == RANKED and column is None:
        for story, score in _ranked(db, terms, values, least, column=_TITLES).items():
            found[story] = max(score, found.get(story, score))
    return found


def _hits(db: sqlite3.Connection, found: list[tuple[int, float, bool]], question: Question) -> list[Hit]:
    wanted = pattern(question.terms)
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
