"""Crawls as a user runs them: the real command in its own process, over the real replica on loopback."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from govkz_scraper.replica.server import Replica
from govkz_scraper.replica.stories import generate
from tests.crawls import crawl, rows, start

ONE = ("almobl", "--lang", "ru")
BY_API = ("--lang", "ru", "--route", "api")
TWO = ("almobl", "kostanay", "--lang", "ru,kk")


STORIES = "SELECT news_id, lang, title, published FROM stories ORDER BY 1, 2"


@pytest.mark.parametrize("route", ["api", "rss", "graphql"])
def test_every_route_stores_every_item_once_and_a_second_run_changes_nothing(
    route: str, tmp_path: Path
) -> None:
    with Replica() as replica:
        code, _, said = crawl(replica.base_url, tmp_path / "a.db", *TWO, "--route", route)
        assert code == 0, said
        listings = [(slug, lang) for slug in TWO[:2] for lang in ("ru", "kk")]
        expected = {(i.id, lang) for slug, lang in listings for i in replica.library.of(slug, lang)}
        stored = rows(tmp_path / "a.db", STORIES)
        assert {row[:2] for row in stored} == expected and len(stored) == len(expected)
        before = len(replica.requests)
        code, again, said = crawl(replica.base_url, tmp_path / "a.db", *TWO, "--route", route)
        assert code == 0 and again["totals"]["new"] == again["totals"]["changed"] == 0
        assert len(replica.requests) - before <= 6
        assert rows(tmp_path / "a.db", STORIES) == stored
        for asked in replica.requests:
            assert not {"token", "hash", "cookie", "authorization"} & asked.headers.keys()
            assert asked.headers["user-agent"].startswith("govkz-scraper/")
        assert replica.requests[0].target == "/robots.txt"


FAULTS = [  # profile, exit code, may anything be stored
    ("reset", 1, False), ("500", 1, False), ("500-once", 0, True), ("truncated", 1, False),
    ("foreign-json", 1, False), ("html-for-json", 1, False), ("empty", 1, False), ("gzip", 1, False),
    ("endless", 1, True), ("redirect-loop", 1, False), ("redirect-away", 1, False), ("oversized", 1, False),
    ("timeout", 1, False), ("shifting", 0, True),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "code", "stores"), FAULTS)
def test_a_fault_is_recorded_and_the_run_ends(profile: str, code: int, stores: bool, tmp_path: Path) -> None:
    with Replica(faults=profile) as replica:
        found, summary, said = crawl(replica.base_url, tmp_path / "a.db", *ONE, "--route", "api")
    assert found == code, said
    assert bool(summary["totals"]["items"]) == stores
    assert bool(summary["failures"] or summary["alarms"]) == bool(code)
    outcome, stats = rows(tmp_path / "a.db", "SELECT outcome, stats FROM crawls")[0]
    assert outcome == summary["outcome"] and json.loads(stats)["failures"] == summary["failures"]


@pytest.mark.parametrize(("profile", "wait"), [("429", 2.0), ("503-date", 2.0)], ids=["seconds", "http-date"])
def test_no_request_comes_before_the_rest_is_over(profile: str, wait: float, tmp_path: Path) -> None:
    with Replica(faults=profile) as replica:
        code, _, said = crawl(replica.base_url, tmp_path / "a.db", *ONE, "--max-pages", "1")
        assert code == 0, said
        refused, after, *_ = (a.at for a in replica.requests if "content-manager" in a.target)
    assert after - refused >= wait


def test_a_longer_rest_than_we_wait_is_kept_by_asking_no_more(tmp_path: Path) -> None:
    with Replica(faults="429") as replica:
        code, summary, _ = crawl(replica.base_url, tmp_path / "a.db", *TWO, GOVKZ_MAX_WAIT="1")
        assert code == 1 and len(summary["failures"]) == 1
        assert [note["outcome"] for note in summary["listings"]] == ["failed", *["waiting"] * 3]
        assert len([a for a in replica.requests if "robots" not in a.target]) == 1


@pytest.mark.parametrize("profile", ["not-allowed", "403", "filter-page", "robots-all"])
def test_a_site_that_refuses_everything_is_exit_3_and_nothing_is_stored(profile: str, tmp_path: Path) -> None:
    with Replica(faults=profile) as replica:
        code, summary, said = crawl(replica.base_url, tmp_path / "a.db", *TWO, "--route", "api")
    assert code == 3, said
    assert summary["refusals"] and not rows(tmp_path / "a.db", STORIES)
    assert {refusal["evidence"] for refusal in summary["refusals"]}
    assert "no route worked: almobl ru, almobl kk, kostanay ru, kostanay kk" in said and ": )" not in said


def test_auto_takes_another_route_when_the_api_refuses_and_says_so(tmp_path: Path) -> None:
    with Replica(faults="not-allowed-api") as replica:
        code, summary, said = crawl(replica.base_url, tmp_path / "a.db", *TWO)
    assert code == 0 and {note["route"] for note in summary["listings"]} == {"rss"}
    assert "api refused" in said and "read by rss instead" in said


def test_three_refused_sources_close_the_route_for_the_rest(tmp_path: Path) -> None:
    slugs = ("almobl", "kostanay", "shymkent", "aqmola", "aktobe")
    with Replica(faults="not-allowed-api") as replica:
        code, _, _ = crawl(replica.base_url, tmp_path / "a.db", *slugs, "--lang", "ru", "--route", "api")
        assert code == 3
        assert len([a for a in replica.requests if "content-manager" in a.target]) == 3


def test_one_source_fails_and_the_others_are_complete(tmp_path: Path) -> None:
    slugs = ("almobl", "kostanay", "shymkent", "mangystau")
    with Replica(faults="one-source-fails") as replica:
        code, summary, _ = crawl(
            replica.base_url, tmp_path / "a.db", *slugs, "--lang", "ru", "--route", "api"
        )
    assert code == 1
    assert {n["slug"]: n["complete"] for n in summary["listings"]} == {s: s != "kostanay" for s in slugs}


def test_a_changed_item_becomes_a_revision_and_a_vanished_one_is_marked(tmp_path: Path) -> None:
    with Replica(library=generate(30, ("almobl",))) as replica:
        ask = (*ONE, "--full")
        assert crawl(replica.base_url, tmp_path / "a.db", *ask)[0] == 0
        item, vanished = replica.library.items[3], replica.library.items.pop(10)
        version = replace(item.versions["ru"], body="<p>Совсем другой текст об открытии моста.</p>")
        replica.library.items[3] = replace(item, versions={"ru": version})
        for round_, gone in ((1, 0), (2, 1)):
            # Instants have whole seconds: the clock is moved instead of waited for.
            with sqlite3.connect(tmp_path / "a.db") as db:
                earlier = "UPDATE {0} SET {1} = datetime({1}, '-1 hour') || '+00:00'"
                db.execute(earlier.format("sightings", "last_seen_at"))
                db.execute(earlier.format("_coverage", "complete_from"))
            assert crawl(replica.base_url, tmp_path / "a.db", *ask)[0] == 0
            marked = rows(tmp_path / "a.db", "SELECT news_id FROM stories WHERE gone_at IS NOT NULL")
            assert marked == [(vanished.id,)] * gone, f"after round {round_}"
    assert len(rows(tmp_path / "a.db", "SELECT 1 FROM revisions")) == 1


def test_a_first_walk_that_was_cut_short_goes_on_and_does_not_pass_for_complete(tmp_path: Path) -> None:
    coverage = "SELECT complete_at IS NULL, walk_position FROM _coverage"
    with Replica(library=generate(450, ("almobl",))) as replica:
        ask = (*ONE, "--route", "api")
        crawl(replica.base_url, tmp_path / "a.db", *ask, "--max-pages", "2")
        assert rows(tmp_path / "a.db", coverage) == [(1, 100)]
        code, summary, _ = crawl(replica.base_url, tmp_path / "a.db", *ask)
    assert code == 0 and summary["listings"][0]["complete"]
    assert rows(tmp_path / "a.db", coverage) == [(0, None)]
    assert len(rows(tmp_path / "a.db", STORIES)) == 450


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_crawl_within_seconds_and_says_what_is_left(
    number: signal.Signals, tmp_path: Path
) -> None:
    with Replica(faults="timeout") as replica:
        process = start(replica.base_url, tmp_path / "a.db", *TWO, GOVKZ_TIMEOUT="60")
        while not any("content-manager" in asked.target for asked in replica.requests):
            assert process.poll() is None
        process.send_signal(number)
        _, said = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "not finished: almobl ru" in said and number.name in said
    assert rows(tmp_path / "a.db", "SELECT outcome FROM crawls") == [("stopped",)]


def test_a_killed_crawl_is_made_good_by_the_same_command(tmp_path: Path) -> None:
    ask = ("almobl", "--lang", "ru,kk", "--route", "api")
    with Replica(library=generate(500, ("almobl",), ("ru", "kk"))) as replica:
        for pages in (2, 5, 8):
            replica.requests.clear()
            process = start(replica.base_url, tmp_path / "a.db", *ask)
            while len(replica.requests) < pages and process.poll() is None:
                pass
            process.kill()
            process.communicate()
        assert crawl(replica.base_url, tmp_path / "a.db", *ask)[0] == 0
        assert crawl(replica.base_url, tmp_path / "whole.db", *ask)[0] == 0
    assert rows(tmp_path / "a.db", STORIES) == rows(tmp_path / "whole.db", STORIES)
    assert len(rows(tmp_path / "a.db", "SELECT 1 FROM sightings")) == 1000


def test_a_second_crawl_into_the_same_file_is_turned_away(tmp_path: Path) -> None:
    from pipelines.sqlite import open_store

    with Replica() as replica, open_store(tmp_path / "a.db"):
        process = start(replica.base_url, tmp_path / "a.db", "almobl")
        _, said = process.communicate(timeout=60)
        assert process.returncode == 4 and "being written to" in said
        assert not replica.requests


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("almob",), {}, "did you mean almobl"),
        ((), {}, "nothing to crawl"),
        (("almobl", "--lang", "kz"), {}, "unknown language 'kz'"),
        (("almobl", "--lang", ""), {}, "no language given"),
        (("almobl", "--all"), {}, "not both"),
        (("almobl", "--ping", "http://[::1"), {}, "not a web address"),
        (("https://paper.example/news", "--route", "api"), {}, "--route is for publishers"),
        (("https://paper.example/news", "almobl"), {}, "not both"),
        (("http://paper.example:99999/news",), {}, "not a web address"),
        (("almobl", "--route", "ftp"), {}, "unknown route"),
        (("almobl", "--prometheus", "/no/such/govkz.prom"), {}, "--prometheus"),
        (("almobl",), {"GOVKZ_OVERLAP_DAYS": "many"}, "GOVKZ_OVERLAP_DAYS=many: not a number"),
        (("almobl",), {"GOVKZ_DOWNLOAD_DELAY": "-1"}, "must be a number not below 0"),
        (("almobl",), {"GOVKZ_SILENT_DAYS": "10000000000"}, "not above 36500"),
        (("almobl",), {"GOVKZ_RETRIES": "1.7"}, "must be a whole number"),
        (("almobl",), {"GOVKZ_CONTACT": "почта@example.kz"}, "must be one line of ASCII"),
        (("almobl", "--route", "pages"), {"GOVKZ_CHROMIUM": "/no/such"}, "no such program"),
    ],
)
def test_bad_arguments_and_settings_are_one_line_and_exit_2(
    arguments: tuple[str, ...], environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    with Replica() as replica:
        process = start(replica.base_url, tmp_path / "a.db", *arguments, **environment)
        _, lines = process.communicate(timeout=60)
        assert process.returncode == 2 and said in lines and len(lines.splitlines()) == 1
        assert not replica.requests


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:99999", "http://[127.0.0.1", "ftp://127.0.0.1", "replica"]
)
def test_a_replica_that_is_no_address_ends_the_command(address: str, tmp_path: Path) -> None:
    line = [sys.executable, "-m", "govkz_scraper.cli", "crawl", "almobl", "--base-url", address]
    done = subprocess.run([*line, "--db", str(tmp_path / "a.db")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        f"govkz: --base-url {address}: not a web address (https://…)\n",
    )


def test_a_date_that_is_none_ends_the_command(tmp_path: Path) -> None:
    with Replica() as replica:
        process = start(replica.base_url, tmp_path / "a.db", "almobl", "--since", "20.13.2025")
        _, said = process.communicate(timeout=60)
        assert process.returncode == 2 and "is not a date" in said
        assert not replica.requests


def test_a_digest_is_crawled_with_its_further_pages(tmp_path: Path) -> None:
    with Replica() as replica:
        line = [sys.executable, "-m", "govkz_scraper.cli", "crawl", f"{replica.base_url}/digest/society"]
        done = subprocess.run([*line, "--db", str(tmp_path / "a.db")], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert len([a for a in replica.requests if a.target.startswith("/digest/society")]) > 1
    assert rows(tmp_path / "a.db", "SELECT 1 FROM stories")


def test_a_digest_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with Replica() as replica:
        address = f"{replica.base_url}/nothing"
        line = [sys.executable, "-m", "govkz_scraper.cli", "crawl", address, "--db", str(tmp_path / "a.db")]
        done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 1
    words = [said for said in done.stderr.splitlines() if said.startswith("failed: http")]
    assert len(words) == 1 and words[0].startswith(f"failed: {address} by digest: status 404, ")
    assert "b'" not in words[0]


def test_a_replica_stands_in_for_a_newspaper(tmp_path: Path) -> None:
    paper = "https://paper.example/digest/society"
    with Replica() as replica:
        process = start(replica.base_url, tmp_path / "a.db", paper)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert len([a for a in replica.requests if a.target.startswith("/digest/society")]) > 1
    places = rows(tmp_path / "a.db", "SELECT DISTINCT page_url, site FROM sightings ORDER BY 1")
    assert (paper, "paper.example") in places and len(places) > 1
    assert {site for _, site in places} == {"paper.example"}


def test_a_digest_goes_back_to_a_day(tmp_path: Path) -> None:
    with Replica() as replica:
        address = f"{replica.base_url}/digest/society"
        _, said = start(replica.base_url, tmp_path / "a.db", address).communicate(timeout=60)
        days = [day for (day,) in rows(tmp_path / "a.db", "SELECT published FROM sightings ORDER BY 1")]
        middle = days[len(days) // 2]
        since = start(replica.base_url, tmp_path / "b.db", address, "--since", middle)
        _, said = since.communicate(timeout=60)
        assert since.returncode == 0, said
    later = rows(tmp_path / "b.db", "SELECT published FROM sightings ORDER BY 1")
    assert [day for (day,) in later] == [day for day in days if day >= middle] != days


def test_a_machine_that_waits_hears_of_a_crawl_that_did_not_take_place(tmp_path: Path) -> None:
    from pipelines.sqlite import open_store

    metrics = tmp_path / "govkz.prom"
    with Replica() as replica, open_store(tmp_path / "a.db"):
        options = ("--ping", f"{replica.base_url}/ping", "--prometheus", str(metrics))
        process = start(replica.base_url, tmp_path / "a.db", "almobl", *options)
        process.communicate(timeout=60)
        assert process.returncode == 4
        assert [asked.target for asked in replica.requests] == ["/ping/fail"]
    assert "govkz_crawl_exit_code 4\n" in metrics.read_text("utf-8")


@pytest.mark.browser
def test_pages_are_rendered_list_and_items(chromium: str, tmp_path: Path) -> None:
    with Replica(library=generate(12, ("almobl",))) as replica:
        ask, browser = (*ONE, "--route", "pages"), {"GOVKZ_CHROMIUM": chromium, "GOVKZ_TIMEOUT": "20"}
        code, summary, said = crawl(replica.base_url, tmp_path / "p.db", *ask, **browser)
        assert code == 0, said
        assert crawl(replica.base_url, tmp_path / "a.db", *ONE, "--route", "api")[0] == 0
    texts = "SELECT news_id, lang, title, body, published FROM stories ORDER BY 1"
    assert rows(tmp_path / "p.db", texts) == rows(tmp_path / "a.db", texts)
    assert summary["listings"][0]["complete"] and len(rows(tmp_path / "p.db", texts)) == 12
