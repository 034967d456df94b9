"""Digest pages in every layout, as text and HTML, against goldens; and pages that break off anywhere."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkz_scraper.digests import read_digest
from govkz_scraper.digests.truncation import expected_id
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.urls import parse_address

PAGES = Path(__file__).parents[1] / "pages"
GOLDENS = sorted(PAGES.glob("*.golden.json"))
GOV = "https://www.gov.kz/memleket/entities"


def shown(items: list[RawStory]) -> list[dict[str, Any]]:
    """Items as a golden holds them: only what the page gave."""
    rows = [{field.name: getattr(item, field.name) for field in fields(item)} for item in items]
    return [{k: v for k, v in row.items() if v is not None and v != () and v is not True} for row in rows]


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.name)
def test_golden(golden: Path) -> None:
    page = (PAGES / golden.name.removesuffix(".golden.json")).read_text("utf-8")
    assert shown(read_digest(page)) == json.loads(golden.read_text("utf-8"))


def test_every_page_has_a_golden() -> None:
    pages = {path.name for path in PAGES.iterdir() if path.suffix in {".txt", ".html"}}
    assert pages == {path.name.removesuffix(".golden.json") for path in GOLDENS}


def test_the_seed_page(shared: Path) -> None:
    (seed,) = (shared / "seeds").glob("*.txt")
    items = read_digest(seed.read_text("utf-8"), page_url="https://paper.example/en")
    assert [item.section for item in items] == ["News"] * 5 + ["Society"] * 5
    assert [item.position for item in items] == list(range(1, 11))
    assert {item.date for item in items} == {"20.12.2025"}
    assert {item.page_url for item in items} == {"https://paper.example/en"}
    assert [item.title for item in items[:5]] == [item.title for item in items[5:]]
    assert all(item.complete for item in items)
    clean = [process_story(item) for item in items]
    assert [item.news_id for item in clean[:5]] == [None, 1129440, 1129441, 1129425, None]
    assert [item.lang for item in clean[:5]] == ["en", "kk", "kk", "en", "en"]


@pytest.mark.parametrize("name", ["home_en.txt", "list_kk.txt", "article_ru.txt", "mixed_cut.txt"])
def test_text_and_html_give_the_same_items(name: str) -> None:
    text = (PAGES / name).read_text("utf-8")
    html = "<html><body>" + "".join(f"<div>{line}</div>\n" for line in text.split("\n"))
    html += "</body></html>" if text.endswith("\n") else ""
    expected = [
        {**one, "body": one["body"].replace("\n\n", "\n")} if "body" in one else one
        for one in shown(read_digest(text))
    ]
    found = [
        {**one, "body": one["body"].replace("\n\n", "\n")} if "body" in one else one
        for one in shown(read_digest(html))
    ]
    assert found == expected


def test_a_page_cut_off_anywhere_never_gives_a_shortened_id() -> None:
    for name in ("home_en.txt", "list_kk.txt", "article_ru.txt"):
        page = (PAGES / name).read_text("utf-8")
        whole = {item.news_id for item in map(process_story, read_digest(page))}
        for end in range(len(page)):
            for tail in ("", "\n"):
                found = [process_story(item) for item in read_digest(page[:end] + tail)]
                assert {item.news_id for item in found} <= whole | {None}, page[:end][-60:]


def test_a_page_cut_in_its_first_address_is_judged_by_the_date() -> None:
    page = f"Title\n20.12.2025\nIt is open. Source : {GOV}/almobl/press/news/details/1129440"
    for lost in range(8):
        (item,) = read_digest(page[: len(page) - lost])
        assert process_story(item).news_id == (1129440 if lost == 0 else None)


def test_a_whole_address_at_the_very_end_is_taken() -> None:
    for day, news_id in (("21.02.2025", 942454), ("09.01.2021", 150_000), ("02.09.2025", 1060054)):
        page = f"Title {day}\nIt is open. Source : {GOV}/mfa/press/news/details/{news_id}"
        (item,) = read_digest(page)
        assert process_story(item).news_id == news_id


def test_ids_grow_with_the_days() -> None:
    from datetime import date, timedelta

    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(0, 2800, 7)]
    ids = [expected_id(day) for day in days]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        ("Title\n20.12.2025\nBody ends here.\nNext title\n19.12.2025\nText.", ["Title", "Next title"]),
        ("Title 20.12.2025\nApplications are taken until 25.12.2025\nText.", ["Title"]),
        ("Title 20.12.2025\nIt was built on 01.12.2025.\nText.", ["Title"]),
        ("Title 20.12.2025\nTerm: 21.12.2025\nText.", ["Title"]),
        ("Приём заявок до 25.12.2025\n20.12.2025\nТекст.", ["Приём заявок до 25.12.2025"]),
        ("Title\n20.12.2025\n21.12.2025\nText.", ["Title"]),
        ("One 20.12.2025\nTwo 20.12.2025\nThree 19.12.2025\nText.", ["One", "Two", "Three"]),
        ("- 20.12.2025\n– 20.12.2025", ["-", "–"]),
        ("Impossible 31.02.2025\nText.", ["Impossible"]),
        ("Газет\nСаясат\nТәуелсіздік күні 16.12.2025\nМәтін.", ["Тәуелсіздік күні"]),
        (f"One 20.12.2025\nText.Source : {GOV}/a/press/news/details/1129440?lang=kk\nTwo 2", ["One"]),
        ("One 20.12.2025\nText of one.\nTwo 20.12.20", ["One"]),
        ("One\n20.12.2025\nText of one.\nTwo\n20.12.2", ["One"]),
        ("no date at all\nin this text", []),
        ("", []),
        ("20.12.2025", [None]),
    ],
)
def test_titles(page: str, titles: list[str | None]) -> None:
    assert [item.title for item in read_digest(page)] == titles


def test_what_is_left_of_a_next_item_does_not_join_the_last_body() -> None:
    (item,) = read_digest("One 20.12.2025\nText of one.\nTwo 20.12.20")
    assert item.body == "Text of one."
    (item,) = read_digest("One\n20.12.2025\nText of one.\nTwo\n20.12.2")
    assert item.body == "Text of one."


@pytest.mark.parametrize("more", ["More", "Толығырақ", "Ещё", "Еще", "Көбірек"])
def test_sections_are_known_by_the_link_below_them(more: str) -> None:
    page = f"Ауыл\n{more}\nБір\n20.12.2025\nМәтін.\nҚала\n{more}\nЕкі\n20.12.2025\nМәтін."
    assert [(item.section, item.title, item.body) for item in read_digest(page)] == [
        ("Ауыл", "Бір", "Мәтін."),
        ("Қала", "Екі", "Мәтін."),
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                "Title",
                "More",
                "20.12.2025",
                "Title 20.12.2025",
                "",
                "-",
                "Text.",
                ".png)",
                "Source : https://a",
            ]
        )
        | st.text(max_size=12),
        max_size=30,
    )
)
def test_no_page_raises_and_positions_count_from_one(lines: list[str]) -> None:
    items = read_digest("\n".join(lines), html=False)
    assert [item.position for item in items] == list(range(1, len(items) + 1))
    for item in items:
        address = parse_address(process_story(item).url)
        assert address is None or address.entity


@pytest.mark.parametrize(
    "unit",
    [
        "Title 20.12.2025\n",
        "20.12.2025\n",
        "News\nMore\n",
        "abc\n",
        "a ",
        "<a href=x>",
        "Source : https://a\n",
        "20.12.2025 ",
    ],
)
def test_a_million_characters_come_to_an_end(unit: str) -> None:
    # Not timed: what goes back over the page again and again would take hours.
    assert len(read_digest(unit * (1_000_000 // len(unit)))) <= 1_000_000 // len(unit)
