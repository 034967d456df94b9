"""The prefilter has no false negatives: a repairer that it skips has nothing to do."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.clean.prefilter import Suspect, suspects
from pipelines.clean.repair_order import REPAIRERS, clean_text
from pipelines.items import Cleaned

ROOT = Path(__file__).parents[3]
# Signs of every class, letters of both scripts that look alike, and words that some repairers search for.
SIGNS = [
    *"аАіІзcCzZ05 \n.!…?&\\,:;%])}»”«„“\"'`<>([{/-–—№$#@’‘•°|~^_*+=",
    "  ",
    "the ",
    "citys ",
    "Аким",
    "Source",
    "г.",
]
PROSE = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join)


def passed_over(text: str) -> list[str]:
    """Return the repairers that find something although the prefilter skips them."""
    found = suspects(text)
    return [
        repairer.fix.__name__
        for repairer in REPAIRERS
        if not found & repairer.suspect and repairer.fix(text) != Cleaned(text)
    ]


@given(PROSE)
@settings(max_examples=1_500, deadline=None)
def test_nothing_is_passed_over(text: str) -> None:
    assert passed_over(text) == []


def test_nothing_is_passed_over_between_any_two_signs_in_a_sentence() -> None:
    for left, right in product(SIGNS, repeat=2):
        for text in (
            f"Жаңа мектеп{left}{right}аким келді",
            f"A school{left}{right}Mayor came",
            f"{left}{right}",
            f"В {left}{right} ЮНЕСКО",
        ):
            assert passed_over(text) == [], text


def test_nothing_is_passed_over_in_the_cases() -> None:
    for file in sorted((ROOT / "tests" / "cases").glob("*.json")):
        for case in json.loads(file.read_text("utf-8")):
            for text in (case["input"], case["expected"]):
                if isinstance(text, str):
                    assert passed_over(text) == [], text


def test_nothing_is_passed_over_in_real_sentences_with_characters_lost_doubled_and_swapped(
    shared: Path,
) -> None:
    dice = random.Random(5)
    for name in ("kk_news_sentences.txt", "ru_sentences.txt"):
        for line in (shared / "corpus" / name).read_text("utf-8").splitlines()[::3]:
            place = dice.randrange(len(line))
            for text in (
                line,
                line[:place] + line[place + 1 :],
                line[:place] + line[place:].swapcase(),
                line[:place] * 2,
            ):
                assert passed_over(text) == [], text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Қала әкімі жаңа мектепті ашты, оған 1,5 млрд теңге бөлінді (өткен жылы – 900 млн).\n\nИә.",
            Suspect.NOTHING,
        ),
        ("В городе открыли школу; на это ушло 3 года – и 20 % бюджета!", Suspect.NOTHING),
        ("The new school was opened in May.", Suspect.LATIN),
        ("«Нұр» партиясы", Suspect.QUOTE),
        ("Мектеп\u00a0ашылды", Suspect.ANYTHING),
    ],
)
def test_plain_text_is_suspect_of_little(text: str, found: Suspect) -> None:
    assert suspects(text) == found


def test_what_is_only_found_after_another_repair_is_still_looked_for() -> None:
    assert (
        clean_text("Аким &laquo;Нұр&raquo;  ашты&#46;Бұл қажет еді").text == "Аким «Нұр» ашты. Бұл қажет еді"
    )
