"""Rendered pages independent of the replica: scripts that are late, wrong, or request other hosts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crawls import crawl, rows
from tests.govkz_scraper.foreign_pages import shell
from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

pytestmark = pytest.mark.browser
FIRST = 1_300_000
ITEM = "press/news/details/{}"
TEXTS = {FIRST + n: f"В доме № {n} сменили окна и двери." for n in range(1, 6)}


def site(*troubles: Trouble, numbers: range = range(1, 6), **more: Any) -> ForeignSite:
    """Five items, two to a page, the newest with the highest number."""
    items = [
        {
            "id": FIRST + number,
            "projects": "almobl",
            "created_date": f"2026-05-{number:02}T05:00:00Z",
            "versions": {
                "ru": {"title": f"Ремонт дома № {number}", "body": f"<p>{TEXTS[FIRST + number]}</p>"}
            },
        }
        for number in numbers
    ]
    return ForeignSite(items, troubles, cards=2, **more)


@pytest.fixture
def walk(chromium: str, tmp_path: Path) -> Callable[[ForeignSite], tuple[int, dict[str, Any], str]]:
    def once(served: ForeignSite) -> tuple[int, dict[str, Any], str]:
        served.asked.clear()
        ask = ("almobl", "--lang", "ru", "--route", "pages")
        settings = {"GOVKZ_CHROMIUM": chromium, "GOVKZ_TIMEOUT": "20", "GOVKZ_RETRY_PAUSE": "0.01"}
        return crawl(served.url, tmp_path / "a.db", *ask, **settings)

    return once


def with_late_pager(page: bytes) -> bytes:
    late = """ const button = document.querySelector("button"); button.remove();
        setTimeout(() => document.querySelector("main").append(button), 700) }, 30)"""
    return page.replace(b"}, 30)", late.encode())


def stored(folder: Path) -> dict[int, str]:
    return dict(rows(folder / "a.db", "SELECT news_id, body FROM stories"))  # type: ignore[arg-type]


def complete(folder: Path) -> bool:
    return rows(folder / "a.db", "SELECT complete_at FROM _coverage WHERE route = 'pages'") != [(None,)]


def test_items_that_fail_are_told_fetched_by_the_next_run_and_cost_nothing_else(
    walk: Callable[..., Any], tmp_path: Path
) -> None:
    """The last card of a page, one on the last page, and one whose script leads to another item."""
    led = f"location.replace('/memleket/entities/almobl/{ITEM.format(FIRST + 2)}?lang=ru')"
    broken = [
        Trouble(ITEM.format(FIRST + 4), 500, b"x"),
        Trouble(ITEM.format(FIRST + 3), 200, shell("<main></main>", led).encode()),
        Trouble(ITEM.format(FIRST + 1), 200, shell("<main><h1>404</h1></main>").encode()),
    ]
    with site(*broken) as served:
        code, summary, said = walk(served)
        assert code == 1, said
        assert [failure["url"].split("/")[-1] for failure in summary["failures"]] == [
            f"{FIRST + number}?lang=ru" for number in (4, 3, 1)
        ]
        assert stored(tmp_path) == {FIRST + number: TEXTS[FIRST + number] for number in (5, 2)}
        assert not complete(tmp_path)

        served.troubles = ()
        code, summary, said = walk(served)
        assert code == 0, said
        assert stored(tmp_path) == TEXTS
        assert complete(tmp_path)
        assert len(served.lines("details/")) == 3  # those that were wanting

        code, summary, said = walk(served)
        assert code == 0 and summary["outcome"] == "done", said
        assert not served.lines("details/")


def test_an_error_in_place_of_a_list_is_no_end_of_it(walk: Callable[..., Any], tmp_path: Path) -> None:
    page = shell("<header>menu</header><main><h1>Қате орын алды</h1></main>").encode()
    with site(Trouble("press/news/2", 200, page, times=1), numbers=range(1, 4)) as served:
        code, summary, said = walk(served)
        assert code == 1 and "an error in place of a list" in summary["failures"][0]["why"], said
        assert len(stored(tmp_path)) >= 2 and not complete(tmp_path)
        code, _, said = walk(served)
        assert code == 0 and len(stored(tmp_path)) == 3 and complete(tmp_path), said


def test_a_page_is_read_when_it_is_still_and_asks_no_other_host(
    walk: Callable[..., Any], tmp_path: Path
) -> None:
    """Text and pager come late, a style never; others are not announced; one quotes a refusal; one spies."""
    with ForeignSite([]) as elsewhere:
        away = elsewhere.url
        spies = f"""
            fetch("{away}/fetch").catch(() => 0); new Image().src = "{away}/image";
            window.open("{away}/window"); navigator.sendBeacon("{away}/beacon");
            new WebSocket("{away.replace("http", "ws")}/socket");
            const frame = document.createElement("iframe"); frame.src = "{away}/frame";
            document.body.append(frame);
            const code = `fetch("{away}/worker")`;
            new Worker(URL.createObjectURL(new Blob([code])));
        """
        late = """
            setTimeout(() => document.querySelector(".text").innerHTML = "<p>Текст пришёл поздно.</p>", 700)
        """
        quoting = "В справке сказано: {&quot;error&quot;: &quot;notAllowed&quot;}, Access Denied, HTTP 403."
        cards = "".join(
            f"<div class='card-news-list__item'><a href='/memleket/entities/almobl/press/news/details/{n}'>"
            f"Чужая {n}</a><p class='categories__item color_grey'>1 мая 2026</p></div>"
            for n in (7, 8)
        )
        half = "\ud83d"  # of a sign outside the BMP
        head = "<h1>{}</h1><span>{}</span><div class='text'>{}</div>"
        pages = {
            FIRST + 1: shell(
                f"<main>{head.format('Ремонт дома № 1', '1 мая 2026', '')}</main>"
                "<link rel='stylesheet' href='/never'>",
                late,
            ),
            FIRST + 2: shell(
                f"<main>{head.format('Ремонт дома № 2', '2 мая 2026', f'<p>{quoting}</p>')}"
                f"<section><h3>Ещё по теме</h3>{cards}</section></main>"
            ),
            FIRST + 3: shell(
                f"<main>{head.format('Ремонт дома № 3', '3 мая 2026', f'<p>Готово.{half}</p>')}</main>", spies
            ),
        }
        troubles = [Trouble(ITEM.format(number), 200, page.encode()) for number, page in pages.items()]
        troubles += [Trouble("press/news/1", 200, with_late_pager), Trouble("/never", act="stall")]
        with site(*troubles, numbers=range(1, 4)) as served:
            code, _, said = walk(served)
        assert code == 0, said
        assert stored(tmp_path) == {
            FIRST + 1: "Текст пришёл поздно.",
            FIRST + 2: quoting.replace("&quot;", '"'),
            FIRST + 3: "Готово.\ufffd",
        }
        assert not elsewhere.asked
