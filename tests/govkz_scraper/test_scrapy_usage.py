"""The project as a Scrapy engineer uses it: feeds, shell, fetch, parse, check, own spiders and pipelines."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from govkz_scraper.replica.server import Replica
from tests.crawls import rows

ROOT = Path(__file__).parents[2]
OURS = {
    "pipelines.clean.pipeline.CleanPipeline": 300,
    "pipelines.dates.pipeline.DatesPipeline": 400,
    "pipelines.dedupe.pipeline.DedupePipeline": 500,
    "pipelines.sqlite.pipeline.SqlitePipeline": 800,
}
FOREIGN = """
import scrapy
from scrapy.exceptions import DropItem

class DropEverything:
    def process_item(self, item):
        raise DropItem("unwanted")

class Replace:
    def process_item(self, item):
        return dict(vars(item))

class DropSecond:
    seen = 0
    def process_item(self, item):
        self.seen += 1
        if self.seen == 2:
            raise DropItem("unwanted")
        return item

class Fail:
    def process_item(self, item):
        raise ValueError("a mistake in somebody's pipeline")

class Watch:
    def process_item(self, item):
        assert getattr(item, "matched_by", "new") is not None
        return item

class Swallow:
    async def process_spider_output(self, response, result):
        async for one in result:
            if isinstance(one, scrapy.Request):
                yield one

class MineSpider(scrapy.Spider):
    name = "mine"
    def parse(self, response):
        yield {"words": len(response.text)}
"""


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with Replica() as running:
        yield running


def scrapy(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Scrapy's command in the checkout, with a module of somebody else's on the path."""
    (folder / "foreign.py").write_text(FOREIGN, "utf-8")
    line = [sys.executable, "-m", "scrapy", *arguments]
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def crawl(replica: Replica, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    wanted = ["slugs=almobl", "lang=ru", "route=api", f"base_url={replica.base_url}"]
    line = [part for argument in wanted for part in ("-a", argument)]
    return scrapy(folder, "crawl", "press", *line, "-s", f"GOVKZ_DB={folder / 'a.db'}", *arguments)


def pipelines(*more: tuple[str, int], without: tuple[str, ...] = ()) -> str:
    kept = {name: place for name, place in OURS.items() if not name.endswith(without or ("-",))}
    return "ITEM_PIPELINES=" + json.dumps(kept | dict(more))


def test_feeds_have_a_line_for_each_sighting_with_clean_text(replica: Replica, tmp_path: Path) -> None:
    out, table = tmp_path / "out.jsonl", tmp_path / "out.csv"
    done = crawl(replica, tmp_path, "-O", str(out), "-O", str(table), "-s", pipelines(("foreign.Watch", 600)))
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    with table.open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == len(items)
    (sightings,) = rows(tmp_path / "a.db", "SELECT count(*) FROM sightings")[0]
    assert len(items) == sightings > 0
    stored = dict(rows(tmp_path / "a.db", "SELECT id, title FROM stories"))
    assert all(stored[item["story_id"]] == item["title"] for item in items)
    assert all(item["published"] and item["matched_by"] and item["outcome"] for item in items)
    assert f"'item_scraped_count': {sightings}" in done.stderr
    assert not any(item["body"] in done.stderr for item in items if item["body"])


def test_without_sqlite_a_feed_has_clean_dated_deduplicated_stories(replica: Replica, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    digest = f"urls={replica.base_url}/digest/society"
    line = ["crawl", "digest", "-a", digest, "-O", str(out), "-s", f"GOVKZ_DB={tmp_path / 'a.db'}"]
    done = scrapy(tmp_path, *line, "-s", pipelines(without=("SqlitePipeline",)))
    assert done.returncode == 0, done.stderr
    items = [json.loads(text) for text in out.read_text("utf-8").splitlines()]
    assert items and all(item["matched_by"] == "new" for item in items)
    assert any(item["published"] for item in items)
    stored = scrapy(tmp_path, *line)
    assert stored.returncode == 0
    (stories,) = rows(tmp_path / "a.db", "SELECT count(*) FROM stories")[0]
    assert len(items) == stories


@pytest.mark.parametrize(
    ("setting", "code", "said", "stories"),
    [
        ("ITEM_PIPELINES={}", 0, "done: 1 of 1 listings", None),
        (pipelines(without=("CleanPipeline", "DatesPipeline", "DedupePipeline")), 0, "done: 1 of 1", 19),
        (pipelines(("foreign.DropEverything", 100)), 1, "all 19 items were dropped", 0),
        (pipelines(("foreign.DropEverything", 900)), 0, "19 new, 0 changed, 0 failed pages", 19),
        (pipelines(("foreign.Replace", 350)), 1, "all 19 items were dropped or replaced", 0),
        (pipelines(("foreign.Replace", 900)), 0, "19 new, 0 changed, 0 failed pages", 19),
        (pipelines(("foreign.DropSecond", 350)), 0, "1 dropped", 18),
        (pipelines(("foreign.Fail", 350)), 1, "a mistake in somebody's pipeline", 0),
    ],
    ids=["none", "only sqlite", "drop all", "drop late", "replace", "replace late", "drop one", "fail"],
)
def test_other_pipelines_end_with_a_truthful_line(
    replica: Replica, tmp_path: Path, setting: str, code: int, said: str, stories: int | None
) -> None:
    done = crawl(replica, tmp_path, "-s", setting)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr[-2000:]
    if stories is None:
        assert not (tmp_path / "a.db").exists()
    else:
        assert rows(tmp_path / "a.db", "SELECT count(*) FROM stories") == [(stories,)]


def test_an_item_error_holds_the_checkpoint_back(replica: Replica, tmp_path: Path) -> None:
    assert crawl(replica, tmp_path, "-s", pipelines(("foreign.Fail", 350))).returncode == 1
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM _coverage") == [(0,)]
    assert crawl(replica, tmp_path).returncode == 0
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM stories") == [(19,)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["JOBDIR=jobs"], "JOBDIR is not supported"),
        (["CONCURRENT_ITEMS=50"], "CONCURRENT_ITEMS must be 1"),
        (['ITEM_PIPELINES={"pipelines.adapters.StorePipeline": 800}'], "is now pipelines.sqlite.pipeline"),
        ([pipelines(("pipelines.clean.pipeline.CleanPipeline", 900))], "CleanPipeline must come before"),
        (['ITEM_PIPELINES={"pipelines.clean.pipeline.CleanPipeline": "first"}'], "must be a number"),
        (['EXTENSIONS={"govkz_scraper.extensions.RunRecord": 100}'], "is now govkz_scraper.extensions.C"),
        (["EXTENSIONS={}"], "EXTENSIONS must contain govkz_scraper.extensions.CrawlRecorder"),
        (['DOWNLOADER_MIDDLEWARES={"govkz_scraper.robots.RobotsGate": 100}'], "is now govkz_scraper.middle"),
        (["LOG_FORMATTER=govkz_scraper.extensions.QuietItems"], "is now govkz_scraper.log_formatter"),
        (["GOVKZ_DELAY=3"], "unknown setting GOVKZ_DELAY: did you mean GOVKZ_DOWNLOAD_DELAY?"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_line(
    replica: Replica, tmp_path: Path, settings: list[str], said: str
) -> None:
    done = crawl(replica, tmp_path, *[part for one in settings for part in ("-s", one)])
    assert done.returncode == 2 and said in done.stderr.splitlines()[-1], done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "a.db").exists() and not (ROOT / "jobs").exists()


@pytest.mark.parametrize(
    ("spider", "said"),
    [("press", "name publishers"), ("digest", "name newspaper pages"), ("nix", "no spider 'nix'")],
)
def test_a_crawl_of_nothing_ends_in_one_line_and_opens_no_database(
    tmp_path: Path, spider: str, said: str
) -> None:
    done = scrapy(tmp_path, "crawl", spider, "-s", f"GOVKZ_DB={tmp_path / 'a.db'}")
    assert done.returncode == 2 and said in done.stderr.splitlines()[-1], done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "a.db").exists()


def test_shell_fetch_parse_check_and_bench_work(replica: Replica, tmp_path: Path) -> None:
    page = f"{replica.base_url}/robots.txt"
    shell = scrapy(tmp_path, "shell", page, "-c", "response.status", "--nolog")
    assert (shell.returncode, shell.stdout.strip()) == (0, "200"), shell.stderr
    assert "Disallow" in scrapy(tmp_path, "fetch", "--nolog", page).stdout
    listing = f"{replica.base_url}/api/v1/public/content-manager/news?projects=eq:almobl&page=1&size=3"
    parsed = scrapy(
        tmp_path, "parse", "--spider=press", "-a", f"base_url={replica.base_url}", listing, "--nolog"
    )
    assert "'news_id': " in parsed.stdout, parsed.stderr
    checked = scrapy(tmp_path, "check")
    assert checked.returncode == 0 and "OK" in checked.stderr and "Ran 0" not in checked.stderr
    bench = scrapy(tmp_path, "bench", "-s", "CLOSESPIDER_TIMEOUT=1")
    assert bench.returncode == 0 and "Traceback" not in bench.stderr, bench.stderr[-2000:]


def test_a_spider_of_ones_own_works(replica: Replica, tmp_path: Path) -> None:
    out = tmp_path / "mine.jsonl"
    (tmp_path / "mine.py").write_text(
        "import scrapy\nclass Mine(scrapy.Spider):\n    name = 'mine'\n"
        f"    start_urls = ['{replica.base_url}/robots.txt']\n"
        "    def parse(self, response):\n        yield {'words': len(response.text)}\n",
        "utf-8",
    )
    done = scrapy(
        tmp_path,
        "runspider",
        str(tmp_path / "mine.py"),
        "-O",
        str(out),
        "-s",
        f"GOVKZ_DB={tmp_path / 'a.db'}",
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-2000:]
    assert json.loads(out.read_text("utf-8"))["words"] > 0
    assert not (tmp_path / "a.db").exists()


def test_items_that_vanish_before_the_pipelines_hang_nothing(replica: Replica, tmp_path: Path) -> None:
    swallow = 'SPIDER_MIDDLEWARES={"foreign.Swallow": 10}'
    done = crawl(replica, tmp_path, "-s", swallow)
    assert done.returncode == 1 and "all 19 items were dropped" in done.stderr, done.stderr[-2000:]
