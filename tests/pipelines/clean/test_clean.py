"""The whole chain: its order, correct text left alone, and the damages of a real page repaired."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.clean import repair_order
from pipelines.clean.quotes import fix_quotes
from pipelines.clean.repair_order import REPAIRERS, clean_text
from pipelines.items import undo

CORPORA = ("kk_news_sentences.txt", "ru_sentences.txt")
STAND_INS = [
    ("<<", ">>", "«", "»"),
    ("``", "''", "“", "”"),
    (",,", "''", "„", "“"),
    (",,", "“", "„", "“"),
    ('""', '""', '"', '"'),
    ("''", "''", '"', '"'),
]


# A Cyrillic word with a Latin letter in it is a defect of the corpus itself, and we repair it.
TWO_ALPHABETS = re.compile("[A-Za-z][а-яәғқңөұүһі]|[а-яәғқңөұүһі][A-Za-z]")


def sentences(shared: Path) -> list[str]:
    lines = [line for name in CORPORA for line in (shared / "corpus" / name).read_text("utf-8").splitlines()]
    sound = [line for line in lines if not TWO_ALPHABETS.search(line)]
    assert len(sound) >= len(lines) - 3
    return sound


def in_order(sentence: str) -> bool:
    """Whether a sentence of the corpus has as many opening marks as closing ones."""
    return sentence.count("«") == sentence.count("»") > 0


def test_every_family_has_a_reason_and_explains_its_rules() -> None:
    for repairer in REPAIRERS:
        module = sys.modules[repairer.fix.__module__]
        assert repairer.reason
        for name, sentence in {**module.RULES, **module.PROBLEMS}.items():
            assert sentence.endswith("."), f"{module.__name__}: explain {name!r} in one sentence"


def test_every_repair_and_problem_of_the_cases_is_explained() -> None:
    rules: set[str] = set()
    problems: set[str] = set()
    for repairer in REPAIRERS:
        module = sys.modules[repairer.fix.__module__]
        rules |= module.RULES.keys()
        problems |= module.PROBLEMS.keys()
    damaged = " <<А>>\u00a0 «Б\x00 сөйледі.Бұл the citys mayor \ud800\r\n\n\n\nжұмысЖоба "
    cleaned = clean_text(damaged)
    assert {repair.rule for repair in cleaned.repairs} <= rules
    assert {problem.kind for problem in cleaned.problems} <= problems
    assert len(cleaned.repairs) > 5


def test_correct_sentences_come_out_unchanged(shared: Path) -> None:
    changed = [line for line in sentences(shared) if clean_text(line).text != line]
    assert changed == []


def test_correct_stories_come_out_unchanged(shared: Path) -> None:
    lines = sentences(shared)
    stories = [" ".join(lines[i : i + 12]) for i in range(0, len(lines), 12)]
    stories += ["\n\n".join(lines[i : i + 5]) for i in range(0, len(lines), 5)]
    assert [story for story in stories if clean_text(story).text != story] == []


@pytest.mark.parametrize(("opening", "closing", "start", "end"), STAND_INS)
def test_stand_ins_come_back_exactly(shared: Path, opening: str, closing: str, start: str, end: str) -> None:
    for line in filter(in_order, sentences(shared)):
        damaged = line.replace("«", opening).replace("»", closing)
        assert clean_text(damaged).text == line.replace("«", start).replace("»", end)


@pytest.mark.parametrize("marks", ["«»", '""', "“”", "„“"])
def test_a_dropped_mark_is_restored_rightly_or_reported(shared: Path, marks: str) -> None:
    dropped = wrong = 0
    for line in filter(in_order, sentences(shared)):
        text = line.replace("«", marks[0]).replace("»", marks[1])
        for at in (i for i, letter in enumerate(text) if letter in marks):
            dropped += 1
            cleaned = fix_quotes(text[:at] + text[at + 1 :])
            kinds = [problem.kind for problem in cleaned.problems]
            assert cleaned.text == text or cleaned.repairs or "unbalanced-quote" in kinds
            wrong += bool(cleaned.repairs) and cleaned.text != text
    assert dropped > 500
    assert wrong <= dropped / 100


def test_the_page_of_the_seed_reads_right(shared: Path) -> None:
    for path in sorted((shared / "seeds").glob("*.txt")):
        text = path.read_text("utf-8")
        cleaned = clean_text(text, "en")
        assert undo(cleaned.text, cleaned.repairs) == text
        for right in ("followed. The concept", "2024 For the first time", "home. conclusions The examples"):
            assert right in cleaned.text
        for right in (
            "The city's mayor",
            "the country's southern",
            "Shymkent's industrial",
            'yards. "The most',
        ):
            assert right in cleaned.text
        for wrong in ("citys", "countrys", "Shymkents", "life?The", "2025One", "problem.–", "2024.He"):
            assert wrong not in cleaned.text


def test_a_known_language_leaves_out_the_families_of_others() -> None:
    assert clean_text("the citys mayor of the region", "kk").repairs == ()
    assert clean_text("the citys mayor of the region", "en").text == "the city's mayor of the region"


def test_a_text_that_changes_in_every_turn_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.clean.edits import apply_edits

    def grow(text: str) -> repair_order.Cleaned:
        return repair_order.Cleaned(*apply_edits(text, [(0, 0, "x", "doubled-space")]))

    monkeypatch.setattr(
        repair_order,
        "REPAIRERS",
        (repair_order.Repairer(grow, repair_order.Suspect.ANYTHING, "grows for ever"),),
    )
    cleaned = clean_text("ќа")
    assert len(cleaned.repairs) == repair_order.MOST_TURNS
    assert undo(cleaned.text, cleaned.repairs) == "ќа"


def test_importing_the_package_loads_no_repairs() -> None:
    code = "import sys, pipelines; assert not [m for m in sys.modules if m.startswith('pipelines.')]"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_names_of_the_contract_are_found() -> None:
    import pipelines

    assert pipelines.clean_text is clean_text
    assert pipelines.parse_date("20.12.2025").date.isoformat() == "2025-12-20"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pipelines.nothing
