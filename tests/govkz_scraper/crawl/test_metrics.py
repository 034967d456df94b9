"""A crawl's result for machines: JSON, metrics, and the ping of a health check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govkz_scraper.crawl.metrics import (
    as_metrics,
    as_summary,
    check_metrics,
    check_ping,
    send_ping,
    write_metrics,
)
from govkz_scraper.crawl.monitors import CrawlOutcome
from govkz_scraper.crawl.report import CrawlReport, FailedPage, ListingReport
from govkz_scraper.crawl.runner import CrawlResult
from pipelines.errors import BadInput
from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

NOTES = CrawlReport(
    [
        ListingReport("almobl", "kk", "api", "done", items=12),
        ListingReport('odd"\\slug', "ru", "api", "failed"),
    ],
    [FailedPage("almobl", "ru", "api", "https://www.gov.kz/", "status 500")],
)
RUN = CrawlResult(
    CrawlOutcome("failed", ("almobl: silent",)), NOTES, {"items": 12, "new": 3, "repairs": {"space": 1}}, 7
)


def test_the_summary_is_one_json_object() -> None:
    found = json.loads(as_summary(RUN))
    assert (found["crawl"], found["outcome"], found["exit_code"]) == (7, "failed", 1)
    assert found["alarms"] == ["almobl: silent"] and found["totals"]["items"] == 12
    assert found["listings"][0]["slug"] == "almobl" and found["failures"][0]["why"] == "status 500"


def test_metrics_are_lines_that_prometheus_reads() -> None:
    lines = as_metrics(RUN).splitlines()
    assert "govkz_crawl_items 12" in lines and "govkz_crawl_exit_code 1" in lines
    assert 'govkz_crawl_source_items{slug="almobl",lang="kk"} 12' in lines
    values = [line for line in lines if not line.startswith("#")]
    assert all(line.rsplit(" ", 1)[1].isdigit() for line in values)
    assert not any("odd" in line or "repairs" in line for line in lines)


def test_metrics_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_metrics(tmp_path / "govkz.prom", "a 1\n")
    write_metrics(tmp_path / "govkz.prom", "a 2\n")
    assert [path.name for path in tmp_path.iterdir()] == ["govkz.prom"]
    assert (tmp_path / "govkz.prom").read_text("utf-8") == "a 2\n"
    with pytest.raises(BadInput, match="cannot write"):
        write_metrics(tmp_path / "none" / "govkz.prom", "a 1\n")


@pytest.mark.parametrize(
    ("address", "code", "asked"),
    [
        ("/ping/uuid", 0, "/ping/uuid"),
        ("/ping/uuid", 1, "/ping/uuid/fail"),
        ("/ping/uuid", 3, "/ping/uuid/fail"),
        ("/ping/uuid/", 3, "/ping/uuid/fail"),
        ("/ping/uuid?create=1", 0, "/ping/uuid?create=1"),
        ("/ping/uuid?create=1", 1, "/ping/uuid/fail?create=1"),
    ],
)
def test_a_ping_says_whether_the_run_was_good(address: str, code: int, asked: str) -> None:
    with ForeignSite([], [Trouble("/ping/", 200, b"OK")]) as site:
        assert send_ping(f"{site.url}{address}", code)
    assert [one.line.split()[1] for one in site.asked] == [asked]


def test_a_ping_that_nobody_takes_is_no_failure_of_the_crawl() -> None:
    with ForeignSite([], [Trouble("/ping/", act="reset")]) as site:
        assert not send_ping(f"{site.url}/ping/uuid", 0)
    assert not send_ping(f"{site.url}/ping/uuid", 0)


@pytest.mark.parametrize("address", ["ping.example", "file:///etc/hosts", "ftp://ping.example/", "https://"])
def test_an_address_that_cannot_be_asked_is_said_before_the_crawl(address: str) -> None:
    with pytest.raises(BadInput, match="--ping"):
        check_ping(address)


def test_a_file_of_metrics_is_looked_at_before_the_crawl(tmp_path: Path) -> None:
    check_metrics(tmp_path / "govkz.prom")
    for path in (tmp_path / "none" / "govkz.prom", tmp_path):
        with pytest.raises(BadInput, match="--prometheus"):
            check_metrics(path)
