"""The replica answers as the site is known to: the same addresses, filters, languages and shapes."""

from __future__ import annotations

import json
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from govkz_scraper.digests import read_digest
from govkz_scraper.replica.server import Replica
from govkz_scraper.routes import RouteRequest, api, rendered
from pipelines.errors import BadInput
from tests.asking import send


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with Replica() as running:
        yield running


def ask(replica: Replica, path: str, lang: str = "ru") -> tuple[int, bytes]:
    status, _, body = send(replica.base_url, RouteRequest(path, headers={"Accept-Language": lang}))
    return status, body


def rows(replica: Replica, query: str, lang: str = "ru") -> list[dict[str, object]]:
    status, body = ask(replica, f"{api.PATH}?{query}", lang)
    assert status == 200
    found = json.loads(body)
    assert isinstance(found, list)
    return found


def test_a_listing_is_walked_until_an_empty_page(replica: Replica) -> None:
    first = rows(replica, "projects=eq:kostanay&page=1&size=7")
    assert [row["id"] for row in first] == [
        row["id"] for row in rows(replica, "projects=eq:kostanay&page=0&size=7")
    ]
    second = rows(replica, "projects=eq:kostanay&page=2&size=7")
    assert {row["id"] for row in first}.isdisjoint(row["id"] for row in second)
    assert rows(replica, "projects=eq:kostanay&page=99&size=7") == []
    assert rows(replica, "projects=eq:nobody&page=1&size=7") == []
    dates = [str(row["created_date"]) for row in first + second]
    assert dates == sorted(dates, reverse=True)


def test_a_listing_holds_only_what_has_a_version_in_the_language(replica: Replica) -> None:
    for lang in ("ru", "kk", "en", "qq"):
        found = rows(replica, "projects=eq:kostanay&page=1&size=100", lang)
        assert found
        assert {row["sys_lang"] for row in found} == {lang}
    ids = {
        lang: {row["id"] for row in rows(replica, "projects=eq:kostanay&page=1&size=100", lang)}
        for lang in ("ru", "kk")
    }
    assert ids["ru"] & ids["kk"]
    assert ids["ru"] - ids["kk"]
    assert ids["kk"] - ids["ru"]


def test_filters_work_and_fail_as_on_the_site(replica: Replica) -> None:
    every = rows(replica, "projects=eq:almobl&page=1&size=100")
    since = rows(
        replica, f"projects=eq:almobl&page=1&size=100&created_date={quote('gt:2026-06-01T00:00:00')}"
    )
    assert 0 < len(since) < len(every)
    assert all(str(row["created_date"]) > "2026-06-01" for row in since)
    assert ask(replica, f"{api.PATH}?projects=eq:almobl&created_date=gte:2026-06-01T00:00:00")[0] == 500
    assert ask(replica, f"{api.PATH}?projects=contains:alm")[0] == 400


def test_every_request_is_logged_with_its_headers_and_time(replica: Replica) -> None:
    before = len(replica.requests)
    ask(replica, "/robots.txt", "kk")
    ask(replica, "/robots.txt", "kk")
    first, second = replica.requests[before:]
    assert (first.method, first.target, first.headers["accept-language"]) == ("GET", "/robots.txt", "kk")
    assert second.at >= first.at


def test_robots_close_what_they_close_on_the_site(replica: Replica) -> None:
    robots = ask(replica, "/robots.txt")[1].decode()
    assert "Disallow: /uploads/" in robots
    assert "/api/" not in robots


def test_without_a_browser_the_press_pages_are_a_shell(replica: Replica) -> None:
    story = rows(replica, "projects=eq:almobl&page=1&size=1")[0]
    for path in (
        rendered.build_request("almobl", "ru", 1).path,
        rendered.build_item_request("almobl", int(str(story["id"])), "ru").path,
    ):
        status, body = ask(replica, path)
        assert status == 200
        assert len(body) < 4000
        assert b'id="root"' in body
        assert b"<h1" not in body.partition(b"<script>")[0]
        assert str(story["title"]).encode() not in body
    assert ask(replica, "/memleket/entities/almobl/press/news/details/1?lang=ru")[0] == 404
    assert ask(replica, "/nowhere")[0] == 404


def test_digest_pages_are_read_by_the_digest_reader(replica: Replica) -> None:
    home = read_digest(ask(replica, "/digest/")[1].decode(), page_url=f"{replica.base_url}/digest/")
    assert {item.section for item in home} == {"News", "Society"}
    assert [item.position for item in home] == list(range(1, len(home) + 1))
    repeated = [item for item in home if item.section == "Society"][:3]
    assert next(item.title or "" for item in repeated if item.title != "-").casefold() in {
        (item.title or "").translate(dict.fromkeys(map(ord, "\"'«»“”’"))).casefold() for item in home
    }
    first = ask(replica, "/digest/society")[1].decode()
    assert f"{replica.base_url}/digest/society/2" in first
    following = read_digest(ask(replica, "/digest/society/2")[1].decode())
    assert following
    assert {item.title for item in following}.isdisjoint(item.title for item in read_digest(first))
    assert len(read_digest(ask(replica, "/digest/article")[1].decode())) == 1


def test_a_port_in_use_is_one_plain_line(replica: Replica) -> None:
    port = int(replica.base_url.rpartition(":")[2])
    with pytest.raises(BadInput, match=f"port {port} cannot be used"), Replica(port=port):
        pytest.fail("two servers on one port")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_stopped(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "govkz_scraper.cli", "replica", "--port", "0", "--faults", "500-once"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as run:
        assert run.stdout is not None
        line = run.stdout.readline()
        assert "faults: 500-once" in line
        base_url = line.split()[0]
        listing = api.build_request("almobl", "ru", 1)
        assert [send(base_url, listing)[0] for _ in range(2)] == [500, 200]
        run.send_signal(number)
        rest, errors = run.communicate(timeout=10)
        assert run.returncode == 0
        assert "stopped after 2 requests" in rest
        assert errors == ""


def test_what_did_not_change_is_not_sent_again(replica: Replica) -> None:
    listing = api.build_request("almobl", "ru", 1)
    _, headers, whole = send(replica.base_url, listing)
    known = RouteRequest(listing.path, headers=listing.headers | {"If-None-Match": headers["etag"]})
    assert send(replica.base_url, known)[::2] == (304, b"")
    other = RouteRequest(listing.path, headers=listing.headers | {"If-None-Match": '"another"'})
    assert send(replica.base_url, other)[::2] == (200, whole)


def test_a_client_that_resets_its_connection_causes_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with Replica() as replica:
        client = socket.create_connection(("127.0.0.1", int(replica.base_url.rpartition(":")[2])))
        client.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        assert send(replica.base_url, RouteRequest("/robots.txt"))[0] == 200
        time.sleep(0.2)  # the reset connection has a thread of its own
    assert "Traceback" not in capfd.readouterr().err
