"""The registry of publishers: checked at load, found by slug, printed by `govkz sources`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from govkz_scraper.commands.sources import command
from govkz_scraper.sources import KINDS, choose_sources, find_source, load_sources, read_sources
from pipelines.errors import BadInput

HEAD = "slug,kind,name_en,name_ru,name_kk,region,evidence_url"
ROW = "almobl,region,,Акимат Алматинской области,,Almaty region,https://www.gov.kz/memleket/entities/almobl"


def test_the_bundled_list_is_whole_and_every_row_names_a_place_where_it_was_seen() -> None:
    sources = load_sources()
    assert len(sources) == 339
    assert {source.kind for source in sources.values()} == set(KINDS)
    for slug, source in sources.items():
        assert f"/entities/{slug}" in source.evidence_url
        assert source.name


def test_the_bundled_list_says_what_the_shared_one_says(shared: Path) -> None:
    with (shared / "sources.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["slug"]: row for row in csv.DictReader(lines)}
    assert set(rows) == set(load_sources())
    for slug, source in load_sources().items():
        assert (source.kind, source.name_ru or "", source.region or "") == (
            rows[slug]["kind"],
            rows[slug]["name_ru"],
            rows[slug]["region"],
        )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW.replace("almobl,", "Алматы,"), "'Алматы' is not a slug"),
        (ROW.replace(",region,", ",village,"), "almobl: unknown kind 'village' (use region, city"),
        (ROW.replace("https://www.gov.kz/", "https://gov.kz.example/"), "almobl: evidence_url must be"),
        (f"{ROW}\n{ROW}", "line 3: almobl: duplicate; remove one"),
        ("", "no rows"),
    ],
)
def test_a_bad_row_names_itself_and_its_repair(row: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        read_sources(f"{HEAD}\n{row}".splitlines(), "my.csv")
    assert said in str(error.value)
    assert str(error.value).startswith("my.csv")


def test_a_list_without_a_column_of_slugs_is_refused() -> None:
    with pytest.raises(BadInput, match="not a slug"):
        read_sources(["name,kind", "almobl,region"])


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("almobI", "did you mean almobl"),
        ("kostanai", "kostanay"),
        ("q" * 30, "`govkz sources` lists"),
        ("", "unknown source ''"),
    ],
)
def test_an_unknown_slug_is_answered_with_what_comes_near(slug: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        find_source(slug)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_renamed_source_can_still_be_asked_and_says_its_new_slug() -> None:
    assert find_source("akimat-goroda-aktau").renamed_to == "mangystau-aktau"
    assert find_source("mangystau-aktau").renamed_to is None
    renamed = {source.slug: source.renamed_to for source in load_sources().values() if source.renamed_to}
    assert renamed == {"akimat-goroda-aktau": "mangystau-aktau", "mdai": "maidd", "miid": "mps"}
    shown = CliRunner().invoke(command, ["akimat-goroda-aktau"]).stdout
    assert "renamed: now mangystau-aktau" in shown


def test_sources_are_chosen_by_name_or_kind_and_never_twice() -> None:
    assert [source.slug for source in choose_sources(["shymkent", " ALMOBL", "shymkent"])] == [
        "shymkent",
        "almobl",
    ]
    assert {source.kind for source in choose_sources([], kind="agency")} == {"agency"}
    assert len(choose_sources([], everything=True)) == len(load_sources())
    assert choose_sources([]) == []
    with pytest.raises(BadInput, match="unknown kind 'akimat'"):
        choose_sources([], kind="akimat")


def test_the_command_lists_and_filters() -> None:
    every = json.loads(CliRunner().invoke(command, ["--json"]).stdout)
    assert [row["slug"] for row in every] == list(load_sources())
    found = json.loads(CliRunner().invoke(command, ["--json", "--kind", "city", "ШЫМКЕНТ"]).stdout)
    assert found
    assert all("шымкент" in json.dumps(row, ensure_ascii=False).casefold() for row in found)
    assert json.loads(CliRunner().invoke(command, ["--json", "https://"]).stdout) == []
    plain = CliRunner().invoke(command, ["--region", "kostanay", "--kind", "region"])
    assert plain.stdout.startswith("kostanay")
    assert "1 of 339" in plain.stderr
