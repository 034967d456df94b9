"""Searching: the wanted story among the first three, and no text that breaks it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.search.ranking import Hit, search
from tests.databases import NASTY, add_story, new_database

CASES = Path(__file__).parents[2] / "cases"
QUERIES: list[dict[str, str]] = json.loads((CASES / "search.json").read_text("utf-8"))
STORIES: list[dict[str, Any]] = [
    json.loads(line) for line in (CASES / "search_stories.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    connection = new_database(tmp_path_factory.mktemp("search") / "search.db")
    for story in STORIES:
        add_story(connection, story)
    yield connection
    connection.close()


def titles(hits: list[Hit]) -> list[str | None]:
    return [hit.title for hit in hits]


def test_there_are_enough_queries() -> None:
    assert sum(case["expect"] == "pass" for case in QUERIES) >= 40


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(reason=case["note"])] * (case["expect"] == "fail"),
        )
        for case in QUERIES
    ],
)
def test_the_wanted_story_is_among_the_first_three(db: sqlite3.Connection, case: dict[str, str]) -> None:
    assert case["expected"] in titles(search(db, case["input"]))[:3]


@pytest.mark.parametrize("query", ["қала күні", "Кала куни", "ҚАЛА", "кАлА күніне"])
def test_letters_and_case_are_folded(db: sqlite3.Connection, query: str) -> None:
    assert titles(search(db, query))[0] == "Қала күніне орай жәрмеңке өтті"


def test_an_address_or_an_id_finds_its_story(db: sqlite3.Connection) -> None:
    wanted = STORIES[7]
    for query in (wanted["url"], str(wanted["news_id"]), wanted["url"].replace("https://www.", "http://")):
        assert titles(search(db, query)) == [wanted["title"]]
    assert search(db, "8")[0].id == 8


def test_the_language_of_an_address_comes_first(db: sqlite3.Connection) -> None:
    for lang in ("ru", "kk", "en"):
        add_story(db, {"news_id": 77, "lang": lang, "title": f"in {lang}"})
    for lang in ("kk", "ru", "en"):
        found = search(db, f"https://www.gov.kz/memleket/entities/x/press/news/details/77?lang={lang}")
        assert found[0].lang == lang
        assert len(found) == 3


def test_an_article_is_found_by_its_address_in_any_spelling(db: sqlite3.Connection) -> None:
    """Articles have ids of their own, which are not news ids."""
    place = "https://www.gov.kz/memleket/entities/x/press/article/details/77"
    story = add_story(db, {"title": "Article", "url": f"{place}?lang=ru"})
    db.execute("INSERT INTO story_urls VALUES (?, ?, 'gov.kz')", (story, f"{place}?lang=ru"))
    for query in (place, f"{place}?lang=ru", place.replace("https://www.", "http://"), f"{place}/"):
        assert [hit.id for hit in search(db, query)] == [story]


def test_other_addresses_are_looked_up_as_sources(db: sqlite3.Connection) -> None:
    story = add_story(db, {"title": "Reprint"})
    db.execute("INSERT INTO story_urls VALUES (?, 'https://paper.example/a?b=1', 'other')", (story,))
    assert [hit.id for hit in search(db, "https://paper.example/a?b=1")] == [story]


def test_filters(db: sqlite3.Connection) -> None:
    assert {hit.lang for hit in search(db, "автобус", lang="ru")} == {"ru"}
    assert {hit.entity for hit in search(db, "мектеп OR школ* OR new", source=["almobl"], limit=50)} <= {
        "almobl"
    }
    hits = search(db, "region области облыс", since="2025-03-01", until="2025-08-31", limit=50)
    assert hits
    assert all("2025-03-01" <= (hit.published or "") <= "2025-08-31" for hit in hits)


def test_some_words_do_when_no_story_has_all(db: sqlite3.Connection) -> None:
    hits = search(db, "томограф жирафтар")
    assert hits
    assert not hits[0].every_word
    assert search(db, "томограф")[0].every_word


def test_a_title_with_most_of_the_words_beats_a_text_that_has_them_somewhere(db: sqlite3.Connection) -> None:
    """The title says «отремонтировали», which no beginning of «ремонт» finds."""
    filler = "Совещание прошло в областном центре. " * 20
    for number in range(5):
        add_story(
            db,
            {"title": f"Совещание {number}", "body": f"{filler} Ремонт. {filler} Тротуары. {filler} Рудный."},
        )
    wanted = add_story(db, {"title": "Отремонтировали тротуары в городе Рудный", "body": "Работы закончены."})
    hits = search(db, "ремонт тротуаров в Рудном")
    assert hits[0].id == wanted
    assert not hits[0].every_word
    assert hits[1].every_word


def test_a_phrase_is_exact(db: sqlite3.Connection) -> None:
    assert titles(search(db, '"новая школа"')) == ["В районе открылась новая школа"]
    assert search(db, '"школа новая"') == []


def test_the_title_counts_more_than_the_body(db: sqlite3.Connection) -> None:
    add_story(db, {"title": "Нечто другое", "body": "О верблюдоводстве. Верблюдоводство и верблюдоводство."})
    wanted = add_story(
        db, {"title": "Верблюдоводство", "body": "Совсем иные слова, и их здесь довольно много."}
    )
    assert search(db, "верблюдоводство")[0].id == wanted


def test_the_excerpt_shows_the_found_words_as_they_are_written(db: sqlite3.Connection) -> None:
    long = "Кіріспе сөз. " * 60 + "Мұнда Ёлкалар мен Қала туралы айтылады. " + "Соңы. " * 60
    add_story(db, {"title": "Ұзақ мәтін", "body": long})
    (hit,) = search(db, "елкалар кала")
    assert "Ёлкалар мен Қала" in hit.excerpt
    assert {hit.excerpt[a:b] for a, b in hit.excerpt_marks} == {"Ёлкалар", "Қала"}
    assert len(hit.excerpt) < 250


def test_an_excerpt_cannot_play_with_a_terminal(db: sqlite3.Connection) -> None:
    add_story(db, {"title": "Зловред \x1b[2J", "body": "зловред \x1b]0;owned\x07 \u202eтекст\nстрока"})
    (hit,) = search(db, "зловред")
    assert not set("\x1b\x07\n\u202e") & set(hit.excerpt)


@pytest.mark.parametrize(
    "query",
    [
        *NASTY,
        *('"', "'", '""', "«»", "*", "**", "a*", "-", "--", "NOT", "AND", "OR", "AND AND", "NEAR(a b)"),
        *(
            "title:школа",
            "{title}: школа",
            "^школа",
            "школа AND",
            "( школа",
            "школа )",
            "a\x00b",
            "",
            " ",
            "\ud800",
        ),
        *(
            "9" * 30,
            "٣",
            "²",
            "ǅ",
            "İstanbul",
            "ß",
            "a" * 100_000,
            "слово " * 5_000,
            '"' * 1001,
            "https://",
            "gov.kz/",
        ),
        *("a-b", "b.c", "C++", "т.д.", "100%", "№ 5", "_", "__a__", "a_b", "x'y", "%", "?", ":1", "@x", "$y"),
    ],
    ids=lambda query: ascii(query[:20]),
)
def test_any_text_is_safe(db: sqlite3.Connection, query: str) -> None:
    for hit in search(db, query, limit=3):
        assert hit.id


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_generated_text_is_safe(query: str) -> None:
    assert search(_EMPTY, query) == []


_EMPTY = new_database(":memory:")  # type: ignore[arg-type]


def test_hyphens_and_stops_hold_words_together(db: sqlite3.Connection) -> None:
    wanted = add_story(db, {"title": "Экс-аким и ИП «Ромашка-2»", "body": "Т.д. и т.п."})
    assert [hit.id for hit in search(db, "экс-аким")] == [wanted]
    assert search(db, "ромашка-2")[0].id == wanted


def test_the_limit_is_kept(db: sqlite3.Connection) -> None:
    assert len(search(db, "жаңа", limit=1)) == 1
    assert search(db, "жаңа", limit=0) == []
