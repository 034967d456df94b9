"""Descriptions of the tables and the canned queries of the site, without a browser."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from govkz_scraper.datasette_app.canned_queries import QUERIES
from govkz_scraper.datasette_app.metadata import metadata
from govkz_scraper.datasette_app.plugin import search_text
from pipelines.sqlite.data_dictionary import written_down
from pipelines.sqlite.read_only import reading


def test_every_table_and_view_is_described_and_internal_ones_hidden() -> None:
    tables = metadata("my archive")["databases"]["my archive"]["tables"]
    for kind in ("table", "view"):
        for name in written_down()[kind]:
            assert tables[name]["description"]
            assert tables[name]["columns"]
    assert all(tables[name]["hidden"] for name in written_down()["internal"]["tables"])


def test_facets_and_sort_orders_name_real_columns() -> None:
    for name, about in metadata("a")["databases"]["a"]["tables"].items():
        for column in [*about.get("facets", []), *filter(None, [about.get("sort_desc")])]:
            assert column in about["columns"], f"{name}.{column}"


@pytest.mark.parametrize("name", QUERIES)
def test_every_ready_question_runs(archive: Path, name: str) -> None:
    with reading(archive) as db:
        db.create_function("escape_fts", 1, search_text)
        found = db.execute(QUERIES[name]["sql"], {"words": "школа", "story": 1}).fetchall()
    assert found or name in {"changed_by_their_publisher", "translations"}, "the archive has no such rows"


@pytest.mark.parametrize("words", [None, "", '"', "AND", "*", "a\x00b"])
def test_any_words_make_a_question_that_sqlite_understands(archive: Path, words: str | None) -> None:
    with reading(archive) as db:
        assert db.execute(
            "SELECT count(*) FROM stories_fts WHERE stories_fts MATCH ?", (search_text(words),)
        ).fetchone()


def test_the_site_cannot_write(archive: Path) -> None:
    from govkz_scraper.datasette_app.server import build_site

    database = build_site(archive).databases["my archive"]
    connection = database.connect()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM stories")
    connection.close()
