"""The same crawls by `scrapy crawl`, as Scrapyd and Scrapy users start them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from govkz_scraper.replica.server import Replica
from tests.crawls import crawl, rows

ROOT = Path(__file__).parents[2]
STORED = "SELECT news_id, lang, title, body, published FROM stories ORDER BY 1, 2, 3"


def scrapy_crawl(spider: str, db: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy crawl`` in the checkout with an argument beside ours, as Scrapyd does."""
    line = [sys.executable, "-m", "scrapy", "crawl", spider, "-s", f"GOVKZ_DB={db}", "-a", "_job=7f"]
    for argument in arguments:
        line += ["-a", argument]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_scrapy_crawl_stores_what_govkz_crawl_stores(tmp_path: Path) -> None:
    with Replica() as replica:
        wanted = ("slugs=almobl", "lang=ru", "route=api", f"base_url={replica.base_url}")
        done = scrapy_crawl("press", tmp_path / "scrapy.db", *wanted)
        assert done.returncode == 0, done.stderr
        ours = ("almobl", "--lang", "ru", "--route", "api")
        assert crawl(replica.base_url, tmp_path / "govkz.db", *ours)[0] == 0
    stored = rows(tmp_path / "scrapy.db", STORED)
    assert stored and stored == rows(tmp_path / "govkz.db", STORED)
    assert rows(tmp_path / "scrapy.db", "SELECT spider, outcome FROM crawls") == [("press", "done")]


def test_scrapy_crawl_takes_a_digest(tmp_path: Path) -> None:
    with Replica() as replica:
        done = scrapy_crawl("digest", tmp_path / "a.db", f"urls={replica.base_url}/digest/society")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "a.db", "SELECT spider, outcome FROM crawls") == [("digest", "done")]


@pytest.mark.parametrize("spider", ["press", "digest"])
def test_an_unknown_argument_is_named(spider: str, tmp_path: Path) -> None:
    done = scrapy_crawl(spider, tmp_path / "a.db", "slug=almobl")
    assert "unknown argument 'slug'" in done.stderr
    assert not (tmp_path / "a.db").exists()
