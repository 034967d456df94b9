"""``govkz ingest`` as users run it: every kind of file, and several processes."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingesting import PAGES, Ingest, lines, record

URL = "https://www.gov.kz/memleket/entities/almobl/press/news/details/{}?lang=ru"


def test_pages_as_text_and_as_html(ingest: Ingest) -> None:
    done = ingest(PAGES / "home_en.txt", PAGES / "home_kk.html")
    assert (done.return_value, done.exception) == (0, None), done.output
    assert "10 items" in done.stdout
    places = ingest.rows("SELECT page_url, site, count(*) FROM sightings GROUP BY page_url ORDER BY page_url")
    assert places == [
        ((PAGES / "home_en.txt").as_uri(), "file", 7),
        ((PAGES / "home_kk.html").as_uri(), "file", 3),
    ]


def test_url_stands_in_place_of_the_file(ingest: Ingest) -> None:
    ingest(PAGES / "list_kk.txt", "--url", "https://paper.example/kk/category/1")
    assert ingest.rows("SELECT DISTINCT page_url, site FROM sightings") == [
        ("https://paper.example/kk/category/1", "paper.example")
    ]


def test_taking_in_again_adds_nothing(ingest: Ingest) -> None:
    ingest(PAGES / "home_en.txt")
    before = ingest.rows("SELECT * FROM stories"), ingest.rows("SELECT id, raw_body FROM sightings")
    done = ingest(PAGES / "home_en.txt")
    assert "0 new stories" in done.stdout
    assert "7 known already" in done.stdout
    after = ingest.rows("SELECT * FROM stories"), ingest.rows("SELECT id, raw_body FROM sightings")
    assert [row[:11] for row in before[0]] == [row[:11] for row in after[0]]
    assert before[1] == after[1]


def test_records_plain_zipped_and_from_standard_input(ingest: Ingest, tmp_path: Path) -> None:
    plain, zipped = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text(lines(record(1), record(2)), "utf-8")
    zipped.write_bytes(gzip.compress(lines(record(3)).encode()))
    assert ingest(plain, zipped, "-", stdin=lines(record(4)).encode()).return_value == 0
    places = ingest.rows("SELECT page_url, position FROM sightings ORDER BY id")
    assert places == [(plain.as_uri(), 1), (plain.as_uri(), 2), (zipped.as_uri(), 1), (None, None)]


def test_bad_lines_are_named_and_the_others_taken(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = lines(record(1), record(2, news_id="12"), record(3, date=20251220)).encode()
    bad = b'{"title": \n[1, 2]\n"text"\n{"url": "https://a.kz"}\nnull\n{"title": 5}\n{"title": "\xff"}\n'
    path.write_bytes(good + bad)
    done = ingest(path)
    assert done.return_value == 1
    for number in range(3, 11):
        assert f"line {number}:" in done.stderr, number
    assert "line 1:" not in done.stderr
    assert ingest.rows("SELECT count(*) FROM stories") == [(3,)]


def test_a_number_that_is_none_is_shown(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(record(1, position=-1, news_id=10**15)), "utf-8")
    done = ingest(path)
    assert done.return_value == 1
    for name, value in (("news_id", 10**15), ("position", -1)):
        assert f"{name}: expected a whole number from 1 to {10**15 - 1}, not {value}" in done.output
    assert ingest.rows("SELECT news_id, position FROM sightings") == [(None, 1)]  # the line


def test_what_is_left_blank_is_missing(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(record(1, url="-", entity=" ", section="", page_url="–")), "utf-8")
    assert ingest(path).exit_code == 0
    assert ingest.rows("SELECT url, entity FROM stories") == [(None, None)]
    assert ingest.rows("SELECT section, page_url FROM sightings") == [(None, path.as_uri())]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.txt"])
def test_a_line_of_json_ends_at_a_line_end_alone(ingest: Ingest, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    odd = "Мост\u2028открыт\u2029в\x85районе"
    path.write_text(
        lines(record(1, title=odd), record(2), record(3)).replace("\n", "\r\n"), "utf-8", newline=""
    )
    assert ingest(path).exit_code == 0
    assert ingest.rows("SELECT count(*) FROM stories") == [(3,)]
    assert ingest.rows("SELECT raw_title FROM sightings ORDER BY id LIMIT 1") == [(odd,)]


def test_compressed_data_that_break_off(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(lines(*map(record, range(400))).encode())
    path.write_bytes(whole[: len(whole) // 2])
    done = ingest(path)
    assert done.return_value == 1
    assert "damaged or truncated" in done.stderr
    assert 0 < ingest.rows("SELECT count(*) FROM stories")[0][0] < 400


ITEM = {
    "id": 1129440,
    "title": "Открыт мост",
    "body": "<p>Мост открыт.</p><p>По нему идут машины.</p>",
    "created_date": "2025-12-19T20:30:00.000+0000",
    "projects": "almobl moa",
    "sys_lang": "ru",
}


@pytest.mark.parametrize(
    "answer",
    [[ITEM], {"content": [ITEM]}, {"data": {"news": [{**ITEM, "id": "1129440"}]}}],
    ids=["list", "content", "graphql"],
)
def test_saved_answers_were_seen_on_govkz(ingest: Ingest, tmp_path: Path, answer: object) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer), "utf-8")
    assert ingest(path).return_value == 0
    assert ingest.rows(
        "SELECT url, entity, news_id, lang, title, body, published, published_at FROM stories"
    ) == [
        (
            URL.format(1129440),
            "almobl",
            1129440,
            "ru",
            "Открыт мост",
            "Мост открыт.\n\nПо нему идут машины.",
            "2025-12-20",
            "2025-12-20T01:30:00+05:00",
        )
    ]
    assert ingest.rows("SELECT site, on_govkz, page_url FROM sightings") == [("www.gov.kz", 1, path.as_uri())]


def test_half_a_character_is_no_reason_to_lose_a_story(ingest: Ingest, tmp_path: Path) -> None:
    answer, records = tmp_path / "a.json", tmp_path / "a.jsonl"
    answer.write_text(json.dumps([{**ITEM, "title": "Мост\ud800"}]), "utf-8")
    records.write_text(json.dumps(record(1, title="Парк\ud800")) + "\n", "utf-8")
    assert ingest(answer, records).return_value == 0
    assert ingest.rows("SELECT raw_title FROM sightings ORDER BY id") == [("Мост\ufffd",), ("Парк\ufffd",)]


def test_items_that_are_none_are_named(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"id": "x", "title": "a"}, 5, ITEM, {**record(7), "position": -1}]), "utf-8")
    done = ingest(path)
    assert done.return_value == 1
    assert [f"item {number}:" in done.stderr for number in (1, 2, 3, 4)] == [True, True, False, True]
    assert ingest.rows("SELECT count(*) FROM stories") == [(2,)]


def test_an_item_of_several_publishers_seen_in_the_listing_that_was_asked_for(
    ingest: Ingest, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([ITEM]), "utf-8")
    url = "https://www.gov.kz/api/v1/public/content-manager/news?projects=eq:moa&page=1"
    assert ingest(path, "--url", url).return_value == 0
    assert ingest.rows("SELECT entity, site, page_url FROM sightings") == [("moa", "www.gov.kz", url)]


def test_a_changed_item_becomes_a_revision(ingest: Ingest, tmp_path: Path) -> None:
    for number, body in enumerate(
        ("<p>Мост откроют в мае этого года.</p>", "<p>Мост откроют в июне этого года.</p>")
    ):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps([{**ITEM, "body": body}]), "utf-8")
        os.utime(path, (1_780_000_000 + number, 1_780_000_000 + number))
    assert ingest(tmp_path / "1.json", tmp_path / "0.json").return_value == 0
    assert ingest.rows("SELECT body FROM stories") == [("Мост откроют в июне этого года.",)]
    assert ingest.rows("SELECT body FROM revisions") == [("Мост откроют в мае этого года.",)]


@pytest.mark.parametrize("name", ["cp1251", "utf-16", "utf-16-le", "utf-8-sig"])
def test_encodings(ingest: Ingest, tmp_path: Path, name: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes((PAGES / "article_ru.txt").read_text("utf-8").encode(name))
    assert ingest(path).return_value == 0
    assert ingest.rows("SELECT title FROM stories") == [("Открыта новая школа",)]


def test_several_processes_give_the_same_database(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(*(record(number, url=URL.format(1000 + number)) for number in range(450))), "utf-8")
    queries = (
        "SELECT id, url, title, body, published, lang, text_hash FROM stories ORDER BY id",
        "SELECT id, story_id, position, raw_body, matched_by FROM sightings ORDER BY id",
        "SELECT story_id, rule, before, after, start FROM repairs ORDER BY id",
    )
    found = []
    for jobs in ("1", "3"):
        ingest = Ingest(tmp_path / jobs)
        assert ingest(path, "--jobs", jobs).return_value == 0
        found.append([ingest.rows(query) for query in queries])
    assert found[0] == found[1]
    assert len(found[0][0]) == 450


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_bar_on_a_terminal_reaches_its_end(tmp_path: Path, jobs: str) -> None:
    """Also for a file that is read before the database is open, and the bar with it."""
    path = tmp_path / "a.jsonl"
    path.write_text(lines(record(1), record(2)), "utf-8")
    ours, theirs = os.openpty()
    line = [sys.executable, "-m", "govkz_scraper.cli", "ingest", str(path), "--jobs", jobs]
    line += ["--db", str(tmp_path / "a.db")]
    subprocess.run(line, stdout=subprocess.DEVNULL, stderr=theirs, check=True, timeout=60)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how Linux says that nobody writes there any more
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert b"100%" in shown
