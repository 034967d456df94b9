"""Everything is explained, in one place, and the page and the database say the same."""

from __future__ import annotations

import ast
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.export import dictionary_page
from pipelines.items import RawStory
from pipelines.language.codes import LANGUAGES
from pipelines.process import process_story
from pipelines.sqlite.data_dictionary import everything, fill, written_down
from tests.databases import new_database

ROOT = Path(__file__).parents[3]
MEND = "explain it in pipelines/sqlite/dictionary.toml and run `python -m pipelines.export.dictionary_page`"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = new_database(tmp_path / "empty.db")
    yield connection
    connection.close()


def of_kind(db: sqlite3.Connection, kind: str) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
    return {name for (name,) in db.execute(sql, (kind,)) if not name.startswith("stories_fts_")}


def test_the_page_is_current() -> None:
    held = (ROOT / "data/README.md").read_text("utf-8")
    assert held == dictionary_page.page(), "run `python -m pipelines.export.dictionary_page`"


@pytest.mark.parametrize("kind", ["table", "view"])
def test_every_column_is_explained_and_nothing_else(db: sqlite3.Connection, kind: str) -> None:
    internal = set(written_down()["internal"]["tables"])
    explained = written_down()[kind]
    there = of_kind(db, kind)
    assert there - internal == set(explained), MEND
    for table, columns in explained.items():
        sql = "SELECT name FROM pragma_table_info(?)"
        names = {name for (name,) in db.execute(sql, (table,))}
        assert names == set(columns) - {""}, f"{table}: {MEND}"
        assert all(len(text) > 4 and text.endswith(".") for text in columns.values()), table


def test_internal_tables_are_those_that_say_so(db: sqlite3.Connection) -> None:
    there = of_kind(db, "table") | of_kind(db, "view")
    hidden = {name for name in there if name.startswith("_")}
    assert hidden == set(written_down()["internal"]["tables"]), MEND


def test_every_language_and_reason_is_explained() -> None:
    from typing import get_args

    from pipelines.items import LinkKind, MatchedBy

    values = written_down()["value"]
    assert set(values["stories.lang"]) == set(LANGUAGES)
    assert set(values["sightings.matched_by"]) == set(get_args(MatchedBy))
    assert set(values["story_links.kind"]) == set(get_args(LinkKind))


def made_in_code(maker: str) -> set[str]:
    """The names that the code gives to a ``Repair(...)`` or ``Problem(...)`` in so many words."""
    found = set()
    for path in sorted((ROOT / "pipelines").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == maker and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found - {"spaces"}  # the example in the docstring of records.undo


@pytest.mark.parametrize(("maker", "kind"), [("Repair", "rule"), ("Problem", "problem")])
def test_every_rule_and_problem_made_in_the_code_is_explained(maker: str, kind: str) -> None:
    explained = {one.name for one in everything() if one.kind == kind}
    made = made_in_code(maker)
    assert made
    assert made <= explained, "explain it in RULES or PROBLEMS of the module that makes it"


def test_every_rule_and_problem_that_cases_bring_is_explained() -> None:
    inputs = [
        case["input"]
        for path in sorted((ROOT / "tests/cases").glob("*.json"))
        for case in json.loads(path.read_text("utf-8"))
    ]
    cleaned = [
        process_story(RawStory(title=text, body=text, date=text)) for text in inputs if isinstance(text, str)
    ]
    rules = {repair.rule for item in cleaned for repair in item.repairs}
    problems = {problem.kind for item in cleaned for problem in item.problems}
    for found, kind in ((rules, "rule"), (problems, "problem")):
        assert len(found) > 9
        assert found <= {one.name for one in everything() if one.kind == kind}


def test_the_database_explains_itself(db: sqlite3.Connection) -> None:
    rows = db.execute("SELECT kind, part_of, name, explanation FROM dictionary").fetchall()
    assert set(rows) == {tuple(one) for one in everything()}


def test_filling_again_changes_nothing_and_mends_what_differs(db: sqlite3.Connection) -> None:
    before = db.total_changes
    fill(Database(db))
    assert db.total_changes == before
    db.execute("UPDATE dictionary SET explanation = 'old' WHERE kind = 'table' AND name = 'stories'")
    db.execute("INSERT INTO dictionary VALUES ('rule', 'repairs', 'gone', 'A rule of an earlier version.')")
    fill(Database(db))
    assert len(db.execute("SELECT * FROM dictionary").fetchall()) == len(everything())
    (text,) = db.execute(
        "SELECT explanation FROM dictionary WHERE kind = 'table' AND name = 'stories'"
    ).fetchone()
    assert text.startswith("One distinct press story")
