"""``govkz ingest`` on files that cannot be read, in whole or in part: one clear line each, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import BadInput
from tests.ingesting import PAGES, Ingest, lines, record

BAD = {
    "missing.txt": (None, "no such file"),
    "empty.txt": (b"", "is empty"),
    "blank.html": (b" \n\n", "is empty"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n\x00\x00", "is not text"),
    "none.txt": ("Ни одной новости.\n".encode(), "contains no press items"),
    "none.html": (b"<html><body><p>Nothing</p></body></html>", "contains no press items"),
    "broken.json": (b'[{"id": 1},\n{"id": \n', "line 3"),
    "empty.json": (b"[]", "contains no items"),
    "other.json": (b'{"error": "x"}', "neither a list"),
    "refused.json": (b'{"code": "notAllowed"}', "refusal"),
    "empty.jsonl": (b"", "is empty"),
    "bad.jsonl": (b"{\n", "line 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_nothing_readable_at_all(ingest: Ingest, tmp_path: Path, name: str) -> None:
    data, words = BAD[name]
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    done = ingest(path)
    assert isinstance(done.exception, BadInput)
    assert done.exception.exit_code == 2
    assert words in str(done.exception)
    assert name in str(done.exception)
    assert done.output == ""
    assert not ingest.db.exists()


def test_several_reasons_why_nothing_was_read(ingest: Ingest, tmp_path: Path) -> None:
    done = ingest(tmp_path / "a.txt", tmp_path / "b.txt")
    assert isinstance(done.exception, BadInput)
    assert done.stderr.count("no such file") == 2


def test_many_bad_lines_are_counted(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(record(1)) + "{\n" * 50, "utf-8")
    done = ingest(path)
    assert done.return_value == 1
    assert done.stderr.count("line ") == 20
    assert "and 30 more errors" in done.stderr
    assert "50 left out" in done.stdout


def test_two_processes_say_what_one_says_and_in_its_order(tmp_path: Path) -> None:
    """Files that cannot be used between files that can, and bad lines amid good ones, in many chunks."""
    paths: list[Path] = []
    for name, (data, _) in BAD.items():
        paths.append(tmp_path / name)
        if data is not None:
            paths[-1].write_bytes(data)
        paths.append(tmp_path / f"good-{name}.jsonl")
        number = 1000 * len(paths)
        good = lines(*map(record, range(number, number + 300)))
        paths[-1].write_text(good + "{\n[]\n" * 15 + good.replace("Новость", "Весть"), "utf-8")
    said = []
    for jobs in ("1", "2"):
        ingest = Ingest(tmp_path / jobs)
        done = ingest(*paths, PAGES / "home_en.txt", "--jobs", jobs)
        assert done.return_value == 1
        stories = ingest.rows("SELECT id, title, url FROM stories ORDER BY id")
        said.append((done.stderr, done.stdout.replace(str(ingest.db), "a.db"), stories))
    assert said[0] == said[1]
    assert said[0][0].count("and 10 more errors") == len(BAD)
    assert f"{len(BAD) * 31} left out" in said[0][1]


def test_a_folder(ingest: Ingest, tmp_path: Path) -> None:
    done = ingest(tmp_path)
    assert isinstance(done.exception, BadInput)
    assert "is a directory" in str(done.exception)


def test_the_good_ones_are_taken(ingest: Ingest, tmp_path: Path) -> None:
    done = ingest(tmp_path / "missing.txt", PAGES / "article_ru.txt", tmp_path)
    assert done.return_value == 1
    assert done.stderr.count("govkz: ") == 2
    assert ingest.rows("SELECT count(*) FROM stories") == [(1,)]
    assert ingest.rows("SELECT outcome FROM crawls") == [("incomplete",)]
