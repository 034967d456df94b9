"""Views and indexes are rebuilt when another version of the program built them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from pipelines.dedupe import fingerprints
from pipelines.errors import DatabaseError
from pipelines.sqlite import Store, connection, open_store
from pipelines.sqlite.read_only import reading
from tests.pipelines.sqlite.items import BODY, item
from tests.pipelines.sqlite.test_order import mixed_set
from tests.pipelines.sqlite.test_store import rows, sound

KEYS = "SELECT * FROM _bands UNION ALL SELECT * FROM _bands_recent ORDER BY band, day, text_id"


def spoil(store: Store, name: str) -> None:
    """Change a database as if another version of the program had built it."""
    for statement in {
        "views": ["DROP VIEW stories_by_day", "CREATE VIEW stories_by_day AS SELECT 1 AS other"],
        "search": [
            "DROP TRIGGER stories_fts_insert",
            "INSERT INTO stories_fts (stories_fts) VALUES ('delete-all')",
        ],
        "likeness": [
            "INSERT OR IGNORE INTO _bands SELECT * FROM _bands_recent",
            "DELETE FROM _bands_recent",
            "UPDATE OR REPLACE _bands SET band = text_id * 10 + band % 10, words = words >> 1",
        ],
    }[name]:
        store.db.execute(statement)
    store.db.execute("UPDATE _derived SET version = 'other' WHERE name = ?", (name,))


@pytest.mark.parametrize("name", [one.name for one in connection.DERIVED])
def test_what_another_version_built_is_rebuilt(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / "a.db") as store:
        store.add_all(mixed_set(), store.begin_crawl("test", {}))
        made = rows(store, KEYS)
        schema = rows(store, "SELECT name, sql FROM sqlite_master ORDER BY name")
        spoil(store, name)
    with open_store(tmp_path / "a.db") as store:
        assert rows(store, KEYS) == made != []
        assert rows(store, "SELECT name, sql FROM sqlite_master ORDER BY name") == schema
        assert sound(store) == []
        store.add_all(mixed_set(), store.begin_crawl("test", {}))
        assert rows(store, KEYS) == made
        assert sound(store) == []


@pytest.mark.parametrize(("name", "refused"), [("views", True), ("search", True), ("likeness", False)])
def test_a_reader_needs_the_current_version_of_what_it_reads(
    tmp_path: Path, name: str, refused: bool
) -> None:
    with open_store(tmp_path / "a.db") as store:
        spoil(store, name)
    if not refused:
        with reading(tmp_path / "a.db"):
            return
    with pytest.raises(DatabaseError, match="govkz reclean"), reading(tmp_path / "a.db"):
        pass


def test_nothing_is_rebuilt_without_need(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        store.add(item(), store.begin_crawl("test", {}))
        before = store.db.conn.total_changes
        connection.bring_up_to_date(store.db)
        assert store.db.conn.total_changes == before


def test_changed_fingerprints_need_another_version() -> None:
    """Databases store fingerprints; those of another version would match nothing."""
    made = [
        tuple(fingerprints.fingerprint_of(title, body))
        for title, body in (("Екі зауыт", None), (None, BODY), ("", ""))
    ]
    digest = sha256(repr(made).encode()).hexdigest()[:12]
    assert (fingerprints.VERSION, digest) == ("4", "d1d2d1f8d4c2"), (
        "raise VERSION in fingerprints.py, then change this line"
    )
