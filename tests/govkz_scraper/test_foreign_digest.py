"""Digests of newspapers independent of the replica: further pages, encodings, faults."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

STORY = """<h3>Мост № {n} открыт</h3><p>{day:02d}.11.2025</p>
<p>Жители села получили мост номер {n}. Его длина {length} метров. «Мы ждали долго», — сказал житель.</p>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(*numbers: int, then: str = "", named: str = "utf-8") -> str:
    stories = "".join(STORY.format(n=n, day=n + 1, length=100 + n) for n in numbers)
    link = f'<a rel="next" href="{then}">Келесі</a>' if then else ""
    head = f"<!doctype html><html><head><meta charset={named}></head>"
    return f"{head}<body><h2>Жаңалықтар</h2>{stories}{link}</body></html>"


def served(where: str, text: str) -> Trouble:
    return Trouble(f"^GET {where} ", body=text.encode(), headers=HTML)


def read(site: ForeignSite, db: Path, *options: str) -> tuple[int, str, list[str]]:
    line = [sys.executable, "-m", "govkz_scraper.cli", "crawl", f"{site.url}/news", "--db", str(db), *options]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    with sqlite3.connect(db) as conn:
        titles = [title for (title,) in conn.execute("SELECT title FROM stories ORDER BY title")]
    return done.returncode, done.stderr, titles


def titles(*numbers: int) -> list[str]:
    return sorted(f"Мост № {n} открыт" for n in numbers)


@pytest.mark.parametrize(
    ("second", "third"),
    [("/news/2", "/news/3"), ("/news/page/2", "/news/page/3"), ("/news\\?p=2", "/news\\?p=3")],
    ids=["numbers", "page", "query"],
)
def test_further_pages_are_followed_to_the_end_and_not_round(tmp_path: Path, second: str, third: str) -> None:
    plain = [address.replace("\\", "") for address in (second, third)]
    pages = [
        served("/news", page(1, 2, then=plain[0])),
        served(second, page(3, 4, then=plain[1])),
        served(third, page(5, then="/news")),
    ]
    with ForeignSite([], troubles=pages) as site:
        for _ in range(2):
            code, said, found = read(site, tmp_path / "a.db")
            assert (code, found) == (0, titles(1, 2, 3, 4, 5)), said


FILTER = "Доступ на интернет-ресурс временно ограничен"


def test_a_digest_that_tells_of_the_filter_is_read_and_the_filter_itself_refused(tmp_path: Path) -> None:
    telling = page(1, 2, 3).replace("Мы ждали долго", FILTER, 1)
    with ForeignSite([], troubles=[served("/news", telling)]) as site:
        code, said, found = read(site, tmp_path / "a.db")
        assert (code, found) == (0, titles(1, 2, 3)), said
        for refusal in (
            f"<h1>{FILTER}</h1><p>01.12.2025</p>",
            f"<?xml version='1.0'?><html><p>{FILTER}</p></html>",
        ):
            site.troubles = [served("/news", refusal)]
            code, said, found = read(site, tmp_path / "a.db")
            assert (code, found) == (3, titles(1, 2, 3)), said


@pytest.mark.parametrize(
    "link", ["http://127.0.0.2:9/news/2", "/sport/2", "javascript:next()", "file:///etc/passwd"]
)
def test_what_leads_out_of_the_section_is_not_followed(tmp_path: Path, link: str) -> None:
    with ForeignSite([], troubles=[served("/news", page(1, 2, then=link))]) as site:
        code, said, found = read(site, tmp_path / "a.db")
        assert (code, found) == (0, titles(1, 2)), said
        assert [one.line.split()[1] for one in site.asked] == ["/robots.txt", "/news"]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble("^GET /news/2 ", status=500, body=b""), "status 500"),
        (Trouble("^GET /news/2 ", body=b"<p>-</p>", headers=HTML), "no items on the page"),
        (Trouble("^GET /news/2 ", act="reset"), "the connection broke"),
    ],
    ids=["500", "no items", "reset"],
)
def test_a_further_page_that_fails_is_said_and_the_first_is_kept(
    tmp_path: Path, trouble: Trouble, said: str
) -> None:
    with ForeignSite([], troubles=[served("/news", page(1, 2, then="/news/2")), trouble]) as site:
        code, lines, found = read(site, tmp_path / "a.db")
    assert (code, found) == (1, titles(1, 2))
    assert said in next(line for line in lines.splitlines() if line.startswith("failed: http"))


@pytest.mark.parametrize(
    ("kind", "named", "codec"),
    [
        ("text/html; charset=windows-1251", "utf-8", "cp1251"),
        ("text/html", "windows-1251", "cp1251"),
        ("text/html", "utf-8", "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_has(
    tmp_path: Path, kind: str, named: str, codec: str
) -> None:
    body = page(1, 2, named=named).replace("Жаңалықтар", "Новости").encode(codec)
    with ForeignSite(
        [], troubles=[Trouble("^GET /news ", body=body, headers={"Content-Type": kind})]
    ) as site:
        code, said, found = read(site, tmp_path / "a.db")
    assert (code, found) == (0, titles(1, 2)), said


def test_a_mistake_of_ours_is_said_and_the_next_digest_is_read(tmp_path: Path) -> None:
    """An unforeseen page must be reported and not end the run: here a parser is broken on purpose."""
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import govkz_scraper.spiders.digest as d\nread = d.read_digest\n"
        "def broken(text, **more):\n    assert 'odd' not in text, 'no reader for this'\n"
        "    return read(text, **more)\n"
        "d.read_digest = broken\n"
    )
    pages = [served("/odd", page(1).replace("Жаңалықтар", "odd")), served("/news", page(2))]
    with ForeignSite([], troubles=pages) as site:
        line = [
            sys.executable,
            "-m",
            "govkz_scraper.cli",
            "--debug",
            "crawl",
            f"{site.url}/odd",
            f"{site.url}/news",
        ]
        done = subprocess.run(
            [*line, "--db", str(tmp_path / "a.db")],
            capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
    assert done.returncode == 1
    assert "a mistake in govkz-scraper: AssertionError: no reader for this" in done.stderr
    assert "Traceback" in done.stderr, "--debug shows where"
    assert ": 1 of 2 listings, 1 items" in done.stderr.splitlines()[-1]


def test_text_that_is_called_json_is_read(tmp_path: Path) -> None:
    text = "Жаңалықтар\nМост № 1 открыт 02.11.2025\nЖители села получили мост. Его длина 101 метр.\n"
    trouble = Trouble("^GET /news ", body=text.encode(), headers={"Content-Type": "application/json"})
    with ForeignSite([], troubles=[trouble]) as site:
        code, said, found = read(site, tmp_path / "a.db")
    assert (code, found) == (0, titles(1)), said


def test_another_section_that_begins_alike_is_not_followed(tmp_path: Path) -> None:
    with ForeignSite([], troubles=[served("/news", page(1, then="/newsletter"))]) as site:
        code, said, found = read(site, tmp_path / "a.db")
        assert (code, found) == (0, titles(1)), said
        assert [one.line.split()[1] for one in site.asked] == ["/robots.txt", "/news"]
