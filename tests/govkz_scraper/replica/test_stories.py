"""The bundled stories are many, in every language, and rehearse the defects that the live feeds have."""

from __future__ import annotations

import re

from govkz_scraper.replica.stories import bundled, generate
from govkz_scraper.sources import load_sources

ITEMS = bundled().items


def test_there_are_enough_of_five_known_publishers_in_every_language() -> None:
    assert len(ITEMS) >= 80
    assert len({item.id for item in ITEMS}) == len(ITEMS)
    slugs = {slug for item in ITEMS for slug in item.projects}
    assert slugs == {"almobl", "kostanay", "shymkent", "kostanai-kalasy-akimat", "mangystau"}
    assert slugs <= set(load_sources())
    for slug in slugs:
        for lang in ("ru", "kk", "en"):
            assert len(bundled().of(slug, lang)) >= 5
    assert any("qq" in item.versions for item in ITEMS)


def test_some_items_have_several_publishers_one_language_or_no_hour() -> None:
    assert max(len(item.projects) for item in ITEMS) == 5
    assert {len(item.versions) for item in ITEMS} == {1, 2, 3}
    assert any("T00:00:00" in item.created for item in ITEMS)
    assert any(item.created.endswith("Z") for item in ITEMS)
    assert {item.day().year for item in ITEMS} >= {2020, 2021, 2026}
    assert all(item.day().tzinfo is not None for item in ITEMS)


def test_issues_of_a_bulletin_and_releases_under_two_ids_are_there() -> None:
    by_title: dict[str, list[str]] = {}
    for item in ITEMS:
        for version in item.versions.values():
            by_title.setdefault(version.title, []).append(version.body)
    repeated = [bodies for bodies in by_title.values() if len(bodies) > 1]
    assert any(len(set(bodies)) == 1 for bodies in repeated), "the same release under two ids"
    assert any(len(set(bodies)) >= 3 for bodies in repeated), "different issues under one title"


def test_a_defect_is_where_the_item_says_it_is() -> None:
    signs = {
        "Latin letters inside Cyrillic words": r"[A-Za-z][а-яё]{3}",
        "kz1048 read as cp1251": "[Ќќўґљњї]",
        "UTF-8 read as Latin-1": "Ð¾",
        "cp1251 read as Latin-1": "îáë",
        "entity soup": r"&\w+;.*&#\d+;|&#\d+;.*&\w+;",
        "doubled and non-breaking spaces": "  |\u00a0",
        "letters separated by blanks": "О Б Ъ",
        "literal escapes and quotes": r"\\u200b",
        "paragraphs glued": r"[a-z]\.[A-Z]",
        "words glued": "millionwere",
        "word-processor markup and a base64 image": "base64",
        "Latin-script Kazakh of 2018-2021": "[ńýǵ]",
    }
    for defect, sign in signs.items():
        texts = [
            version.title + version.body
            for item in ITEMS
            if item.defect == defect
            for version in item.versions.values()
        ]
        assert texts, defect
        assert any(re.search(sign, text, re.DOTALL) for text in texts), defect


def test_a_fresh_library_each_time() -> None:
    library = bundled()
    library.items.clear()
    assert bundled().items


def test_generated_stories_are_the_same_for_a_seed_and_different_from_one_another() -> None:
    made = generate(300, ["almobl", "kostanay"], ["ru", "kk"], seed=7)
    assert made.items == generate(300, ["almobl", "kostanay"], ["ru", "kk"], seed=7).items
    assert made.items != generate(300, ["almobl", "kostanay"], ["ru", "kk"], seed=8).items
    bodies = {version.body for item in made.items for version in item.versions.values()}
    assert len(bodies) == 600
    assert len({item.id for item in made.items}) == 300
    assert len(made.of("almobl", "ru")) == 150
    days = [item.day() for item in made.of("almobl", "kk")]
    assert days == sorted(days, reverse=True)
