"""Crawls of a site independent of the bundled replica: every item, once per language, with text and day."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crawls import crawl, rows
from tests.govkz_scraper.foreign_site import ForeignSite, Trouble

CASES = json.loads((Path(__file__).parents[1] / "cases" / "foreign_items.json").read_text("utf-8"))
ITEMS = [case["input"] for case in CASES]
BOTH = ("almobl", "kostanay")
STORED = "SELECT news_id, lang, title, body, published FROM stories ORDER BY 1, 2"
CONTACT = "press-archive@example.org"
# Never sent: what the page's own scripts send, and what would tie requests to a person.
FORBIDDEN = {"token", "hash", "cookie", "authorization", "x-token", "x-hash", "referer"}


def expected(langs: tuple[str, ...] = ("kk", "ru", "en")) -> dict[tuple[int, str], list[Any]]:
    """Return what must be stored: title, body (left out where only cleaning decides) and local day."""
    return {
        (case["input"]["id"], lang): [*case["expected"][lang], case["expected"]["published"]]
        for case in CASES
        for lang in case["expected"]
        if lang in langs
    }


def assert_stored(db: Path, wanted: dict[tuple[int, str], list[Any]]) -> None:
    stored = {(row[0], row[1]): list(row[2:]) for row in rows(db, STORED)}
    assert len(rows(db, STORED)) == len(stored) and stored.keys() == wanted.keys()
    for key, (title, body, published) in wanted.items():
        assert stored[key][0] == title and stored[key][2] == published, key
        assert body == "*" or stored[key][1] == body, key


def assert_good_manners(site: ForeignSite) -> None:
    assert site.asked[0].line.startswith("GET /robots.txt")
    for asked in site.asked:
        assert not FORBIDDEN & asked.headers.keys(), asked.line
        assert asked.headers["user-agent"].startswith("govkz-scraper/")
        assert CONTACT in asked.headers["user-agent"]
        assert not re.search("ticket|captcha|/auth", asked.line, re.IGNORECASE)


MANY_PAGES = {"most": 4, "twice": True, "wrapped": True, "text_ids": True, "kind": "text/html"}
QUIRKS: dict[str, tuple[str, dict[str, Any]]] = {
    "api, packed, a byte order mark": ("api", {"packed": True, "bom": True}),
    "api, small pages, all twice, wrapped, ids as text, named HTML": ("api", MANY_PAGES),
    "graphql": ("graphql", {"text_ids": True}),
    "rss, content:encoded, a byte order mark": ("rss", {"feed": "encoded", "bom": True}),
    "rss, description, packed": ("rss", {"feed": "description", "packed": True}),
    "atom": ("rss", {"feed": "atom"}),
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_every_item_is_stored_once_and_a_second_run_changes_nothing(quirk: str, tmp_path: Path) -> None:
    route, quirks = QUIRKS[quirk]
    db = tmp_path / "a.db"
    with ForeignSite(ITEMS, **quirks) as site:
        code, summary, said = crawl(site.url, db, *BOTH, "--route", route, GOVKZ_CONTACT=CONTACT)
        assert code == 0, said
        assert_stored(db, expected())
        first = rows(db, STORED)
        site.asked.clear()
        code, summary, said = crawl(site.url, db, *BOTH, "--route", route, GOVKZ_CONTACT=CONTACT)
        assert code == 0, said
        assert summary["totals"]["new"] == summary["totals"]["changed"] == 0
        assert rows(db, STORED) == first and not rows(db, "SELECT 1 FROM revisions")
        assert len(site.asked) <= (12 if quirks.get("most") else 7), site.lines()
        assert_good_manners(site)


def test_a_listing_that_moves_while_it_is_walked_loses_nothing(tmp_path: Path) -> None:
    ask = (tmp_path / "a.db", "almobl", "--lang", "ru", "--route", "api")
    with ForeignSite(plain_items(230), moving=publish_and_withdraw) as site:
        code, _, said = crawl(site.url, *ask)
        assert code == 0, said
        left = {item["id"] for item in site.items}
        stored = [row[0] for row in rows(tmp_path / "a.db", "SELECT news_id FROM stories")]
        assert {one for one in left if one <= 1_200_230} <= set(stored) and len(stored) == len(set(stored))
        site.moving = None
        assert crawl(site.url, *ask)[0] == 0  # what was published meanwhile
    stored = [row[0] for row in rows(tmp_path / "a.db", "SELECT news_id FROM stories")]
    assert left <= set(stored) and len(stored) == len(set(stored))


def test_a_listing_whose_first_page_came_for_every_page_is_had_whole_once_it_is_well(tmp_path: Path) -> None:
    ask = (tmp_path / "a.db", "almobl", "--lang", "ru", "--route", "api")
    with ForeignSite(plain_items(130)) as site:
        first = json.dumps(site._page("almobl", "ru", 1, 100)).encode()
        site.troubles = [Trouble("news[?]projects", body=first)]
        code, summary, said = crawl(site.url, *ask)
        assert code == 1 and "repeats earlier ones" in said and not summary["listings"][0]["complete"]
        site.troubles = []
        code, summary, said = crawl(site.url, *ask)
        assert code == 0 and summary["listings"][0]["complete"], said
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM stories") == [(130,)]


def plain_items(count: int) -> list[dict[str, Any]]:
    """Build items that differ in everything that matching must notice, a few hours apart."""
    start = datetime(2026, 6, 1, 8, tzinfo=UTC)
    return [
        {
            "id": 1_200_000 + number,
            "projects": "almobl",
            "created_date": (start - timedelta(hours=5 * (count - number))).isoformat(),
            "versions": {"ru": {"title": f"Сводка № {number}", "body": f"<p>Сдано {number * 7} домов.</p>"}},
        }
        for number in range(1, count + 1)
    ]


def publish_and_withdraw(site: ForeignSite, number: int) -> None:
    """Before each further page: one newer item on top, and two that were read already are gone."""
    if number > 1:
        newest = max(site.items, key=lambda item: item["id"])
        version = {"title": f"Сообщение {number}", "body": f"<p>Дежурит смена {number}.</p>"}
        late = datetime.fromisoformat(newest["created_date"]) + timedelta(hours=1)
        more = {"id": newest["id"] + 1, "created_date": late.isoformat(), "versions": {"ru": version}}
        site.items = [*site.items[:-2], {**newest, **more}]


def test_kazakh_in_latin_letters_and_an_item_of_another_publisher(tmp_path: Path) -> None:
    latin = {"title": "Jańa mektep ashyldy", "body": "<p>Mektepte júz bala oqıdy.</p>"}
    items = [
        {"id": 300, "projects": "almobl", "created_date": "2019-11-05T04:00:00.000+0000", "sys_lang": "qq",
         "versions": {"kk": latin}},
        {"id": 301, "projects": "almobl almobl-talgar", "created_date": "2019-11-06T04:00:00.000+0000",
         "sys_lang": "kk", "versions": {"kk": {"title": "Жаңа көпір", "body": "Көпір ашылды."}}},
    ]  # fmt: skip
    with ForeignSite(items) as site:
        code, _, said = crawl(site.url, tmp_path / "a.db", "almobl", "--lang", "kk", "--route", "api")
    assert code == 0, said
    assert rows(tmp_path / "a.db", "SELECT news_id, lang FROM stories ORDER BY 1") == [
        (300, "kk-Latn"),
        (301, "kk"),
    ]


@pytest.mark.browser
def test_rendered_pages_give_what_the_api_gives(chromium: str, tmp_path: Path) -> None:
    drawn = ("utc-evening", "summer-2024", "summer-2023", "own-offset", "document", "forty")
    cases = [case for case in CASES if case["label"] in drawn]
    with ForeignSite([case["input"] for case in cases]) as site:
        ask = ("almobl", "--lang", "ru", "--route", "pages")
        code, _, said = crawl(
            site.url,
            tmp_path / "a.db",
            *ask,
            GOVKZ_CHROMIUM=chromium,
            GOVKZ_TIMEOUT="20",
            GOVKZ_CONTACT=CONTACT,
        )
        assert code == 0, said
        assert_good_manners(site)
    wanted = expected(("ru",))
    assert_stored(
        tmp_path / "a.db", {(c["input"]["id"], "ru"): wanted[c["input"]["id"], "ru"] for c in cases}
    )
