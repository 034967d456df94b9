"""Opening a database: lock, foreign files, full disks and damage, each reported in one line."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.errors import DatabaseError
from pipelines.sqlite import Store, connection, open_store
from pipelines.sqlite.integrity import check, check_search_index
from pipelines.sqlite.read_only import reading
from pipelines.sqlite.transactions import immediate_transaction
from tests.pipelines.sqlite.items import BODY, item
from tests.pipelines.sqlite.test_order import mixed_set


def rows(store: Store, query: str, *values: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.db.conn.execute(query, values)]


def sound(store: Store) -> list[str]:
    return [*check(store.db.conn), *check_search_index(store.db.conn)]


def test_a_second_writer_is_refused_with_the_process_id_of_the_first(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db"):
        with pytest.raises(DatabaseError, match=f"process {os.getpid()}"):
            open_store(tmp_path / "a.db")
        with reading(tmp_path / "a.db") as db:
            assert db.execute("SELECT count(*) FROM stories").fetchone() == (0,)
    open_store(tmp_path / "a.db").close()


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pipelines.sqlite import open_store; s = open_store(sys.argv[1]);"
        "print('open', flush=True); sys.stdin.read()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "a.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None and writer.stdin is not None
    assert writer.stdout.readline() == b"open\n"
    with pytest.raises(DatabaseError, match=str(writer.pid)):
        open_store(tmp_path / "a.db")
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdin.close()
    writer.stdout.close()
    open_store(tmp_path / "a.db").close()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE recipes (id)")
    conn.close()


def _newer(path: Path) -> None:
    with open_store(path) as store:
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('govkz', 'm999', '')"
        )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.mkdir(), "directory"),
        (lambda path: path.write_bytes(b"no database" * 200), "not an SQLite database"),
        (
            lambda path: path.write_bytes(b"x\n"),
            "not an SQLite database",
        ),  # to SQLite an empty one
        (_foreign, "another program"),
        (_newer, "newer version"),
    ],
    ids=["directory", "text", "short text", "foreign", "newer"],
)
def test_unusable_files_are_not_changed(tmp_path: Path, make, says: str) -> None:
    path = tmp_path / "a.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DatabaseError, match=says):
        open_store(path)
    with pytest.raises(DatabaseError, match=says), reading(path):
        pass
    assert before is None or path.read_bytes() == before


def test_a_file_whose_creation_was_interrupted_is_empty_and_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(conn: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "a.db"
    with monkeypatch.context() as patched:
        patched.setattr(connection.data_dictionary, "fill", cut_short)
        with pytest.raises(KeyboardInterrupt):
            open_store(path)
    with pytest.raises(DatabaseError, match="is empty"), reading(path):
        pass
    with open_store(path) as store:
        store.add(item(), store.begin_crawl("test", {}))
        assert sound(store) == []


def test_an_error_that_ends_the_transaction_is_raised_unchanged() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        conn.execute("CREATE TABLE once (id INTEGER PRIMARY KEY)")
        with pytest.raises(sqlite3.IntegrityError), immediate_transaction(conn):
            conn.execute("INSERT INTO once VALUES (1)")
            conn.execute("INSERT OR ROLLBACK INTO once VALUES (1)")
        assert conn.execute("SELECT count(*) FROM once").fetchone() == (0,)


def test_reading_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="does not exist"), reading(tmp_path / "none.db"):
        pass
    with pytest.raises(DatabaseError, match="does not exist"):
        open_store(tmp_path / "none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_a_full_disk_loses_no_stored_data(tmp_path: Path) -> None:
    with open_store(tmp_path / "a.db") as store:
        crawl = store.begin_crawl("test", {})
        store.add(item(), crawl)
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(DatabaseError, match="no room left"):
            store.add_all(
                [item(position=n, body=BODY * n, published="2024-01-01") for n in range(2, 60)], crawl
            )
        assert rows(store, "SELECT count(*) FROM sightings") == [(1,)]
        assert sound(store) == []


@pytest.mark.parametrize("replaced", [True, False])
def test_a_file_that_is_removed_while_open_is_reported(tmp_path: Path, replaced: bool) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as store:
        crawl = store.begin_crawl("test", {})
        store.add(item(), crawl)
        path.rename(tmp_path / "elsewhere.db")
        if replaced:
            path.write_bytes(b"")
        with pytest.raises(DatabaseError, match="removed or replaced"):
            store.finish_crawl(crawl, "done", {})


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as store:
        store.add_all(mixed_set(), store.begin_crawl("test", {}))
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 30] = b"\x55" * (4096 * 27)
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "govkz_scraper.cli", "doctor", "--db", str(path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode in (1, 4)
    assert "Traceback" not in done.stderr


def test_a_file_with_another_page_size_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as store:
        assert rows(store, "PRAGMA page_size") == [(8192,)]
        store.add(item(), store.begin_crawl("test", {}))
        log = rows(store, "PRAGMA wal_autocheckpoint")[0][0]
    conn = sqlite3.connect(path)
    for statement in ("PRAGMA journal_mode = DELETE", "PRAGMA page_size = 4096", "VACUUM"):
        conn.execute(statement)
    conn.close()
    with open_store(path) as store:
        assert rows(store, "PRAGMA page_size") == [(4096,)]
        assert rows(store, "PRAGMA wal_autocheckpoint") == [(2 * log,)]  # the same number of bytes
        store.add(item(position=2), store.begin_crawl("test", {}))
        assert rows(store, "SELECT count(*) FROM sightings") == [(2,)]
        assert sound(store) == []
