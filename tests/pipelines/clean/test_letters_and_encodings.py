"""Encodings, escapes and look-alike letters: the case files, properties, and correct text left alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.clean import escapes, homoglyphs, mojibake
from pipelines.clean.escapes import fix_escapes
from pipelines.clean.homoglyphs import fix_homoglyphs
from pipelines.clean.mojibake import fix_mojibake, kazakh_letters, misdecodings, scoring
from pipelines.clean.mojibake.misdecodings import characters, decode_whole
from pipelines.items import Cleaned, undo
from pipelines.language import bigrams
from pipelines.language.bigrams import project_model

CASES = Path(__file__).parents[2] / "cases"
REPAIRERS: dict[str, tuple[Callable[[str], Cleaned], dict[str, str], dict[str, str]]] = {
    "mojibake": (fix_mojibake, mojibake.RULES, mojibake.PROBLEMS),
    "letters": (fix_homoglyphs, homoglyphs.RULES, homoglyphs.PROBLEMS),
    "escapes": (fix_escapes, escapes.RULES, escapes.PROBLEMS),
}
UTF8_READERS = ("cp1251", "cp1252", "latin-1", "cp866", "koi8-r", "mac-cyrillic", "kz1048")
SINGLE = [
    ("ru", "cp1251", "cp1252"), ("ru", "cp1251", "latin-1"), ("ru", "cp1251", "koi8-r"),
    ("kk", "kz1048", "cp1251"), ("kk", "kz1048", "cp1252"), ("kk", "kz1048", "latin-1"),
    ("ru", "koi8-r", "cp1251"), ("ru", "cp866", "cp1251"),
]  # fmt: skip
CHANNELS = [
    (lang, "utf-8", read, times) for lang in ("kk", "ru") for read in UTF8_READERS for times in (1, 2)
]
CHANNELS += [(*channel, 1) for channel in SINGLE]
# Pieces of damage, so that generated texts meet the repairs and not only their pre-tests.
DAMAGE = st.text(
    st.sampled_from("аеоәқіАҚ ÀàÐÑ°±РСТ\x98\u00a0ђќєї?\ufffd«»“”’—cahiBЙл╨▒тАЩ\ud800\x00&;\\u0430\u0306"),
    max_size=40,
)


def cases() -> list[object]:
    made: list[object] = []
    for name in REPAIRERS:
        for case in json.loads((CASES / f"{name}.json").read_text("utf-8")):
            marks = [pytest.mark.xfail(reason=case["note"])] if case["expect"] == "fail" else []
            made.append(pytest.param(name, case, id=f"{name}: {case['label']}", marks=marks))
    return made


def sentences(shared: Path, lang: str) -> list[str]:
    """Lines that the letter pairs were not counted from."""
    name = {"kk": "kk_news_sentences.txt", "ru": "ru_sentences.txt"}[lang]
    return (shared / "corpus" / name).read_text("utf-8").splitlines()[1::2]


def read_as(text: str, written: str, read: str, times: int = 1) -> str:
    for _ in range(times):
        table = characters(read)
        text = "".join(chr(byte) if byte < 128 else table[byte] for byte in text.encode(written))
    return text


@pytest.mark.parametrize(("name", "case"), cases())
def test_the_cases_come_out_right(name: str, case: dict[str, object]) -> None:
    fix, rules, problems = REPAIRERS[name]
    cleaned = fix(str(case["input"]))
    assert cleaned.text == case["expected"]
    assert undo(cleaned.text, cleaned.repairs) == case["input"]
    assert {repair.rule for repair in cleaned.repairs} <= rules.keys()
    assert {problem.kind for problem in cleaned.problems} <= problems.keys()
    if "problems" in case:
        assert [problem.kind for problem in cleaned.problems] == case["problems"]


@pytest.mark.parametrize(("lang", "written", "read", "times"), CHANNELS)
def test_unseen_sentences_are_recovered(shared: Path, lang: str, written: str, read: str, times: int) -> None:
    damaged, recovered = 0, 0
    for line in sentences(shared, lang)[:: 11 if lang == "kk" else 2]:
        try:
            broken = read_as(line, written, read, times)
        except UnicodeEncodeError:
            continue
        damaged += 1
        recovered += fix_mojibake(broken).text == line
    assert damaged > 50
    assert recovered >= 0.95 * damaged


@pytest.mark.parametrize("read", ["cp1251", "cp1252", "kz1048"])
def test_lost_bytes_take_their_character_and_no_more(
    shared: Path, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = sentences(shared, "kk")[::3] + sentences(shared, "ru")
    damaged = [line.encode().decode(read, "replace") for line in lines]
    torn = [text for text in damaged if "\ufffd" in text and decode_whole(text)]
    quick = [fix_mojibake(text) for text in torn]
    monkeypatch.setattr(mojibake, "decode_whole", lambda _: None)
    assert len(torn) > 20
    for text, cleaned in zip(torn, quick, strict=True):
        word_by_word = fix_mojibake(text)
        assert (cleaned.text, cleaned.problems) == (word_by_word.text, word_by_word.problems)
        assert undo(cleaned.text, cleaned.repairs) == text
        assert "lost-characters" in [problem.kind for problem in cleaned.problems]
        assert fix_mojibake(cleaned.text).repairs == ()


def test_correct_sentences_stay(shared: Path) -> None:
    lines = sentences(shared, "kk") + sentences(shared, "ru")
    assert [line for line in lines if fix_mojibake(line).repairs or fix_escapes(line).repairs] == []


def test_only_real_look_alikes_are_touched(shared: Path) -> None:
    mixed = re.compile("[а-яёәғқңөұүһі][a-z]|[a-z][а-яёәғқңөұүһі]", re.IGNORECASE)
    for line in sentences(shared, "kk") + sentences(shared, "ru"):
        assert not fix_homoglyphs(line).repairs or mixed.search(line), line


@pytest.mark.parametrize("repairer", REPAIRERS)
@given(text=st.one_of(st.text(), DAMAGE))
@settings(max_examples=150, deadline=None)
@example("A0Aо\u0300")  # the letter, once Latin, takes up the mark behind it
@example("Hе Hе Cо")
@example("Xт0AК")  # the second word is written as the first, once that is known
def test_any_text_comes_back_and_stays_repaired(repairer: str, text: str) -> None:
    fix = REPAIRERS[repairer][0]
    cleaned = fix(text)
    assert undo(cleaned.text, cleaned.repairs) == text
    again = fix(cleaned.text)
    assert again.text == cleaned.text
    assert again.repairs == ()


@pytest.mark.parametrize("repairer", REPAIRERS)
@pytest.mark.parametrize(
    "piece", ["Р°", "а", "Ã", "?", "а?", "&amp;", "&", "\\u", "а ", "бА ", "Аa", "\u0306", "ќа ", "â€", "“"]
)
def test_a_long_text_of_one_piece_does_not_blow_up(repairer: str, piece: str) -> None:
    text = piece * 20_000  # anything but linear time would not end within a test run's patience
    cleaned = REPAIRERS[repairer][0](text)
    assert undo(cleaned.text, cleaned.repairs) == text


@pytest.mark.parametrize(
    ("remembered", "ask"),
    [
        (kazakh_letters._saved, kazakh_letters.swap_saves),
        (scoring._is_implausible, scoring.has_implausible_capitals),
        (bigrams.word_bits, bigrams.word_bits),
    ],
)
def test_only_short_words_are_remembered(remembered: object, ask: Callable[[str], object]) -> None:
    size = remembered.cache_info  # type: ignore[attr-defined]  # what lru_cache adds
    ask("ЌЕЛЛЩ")
    before = size().currsize
    ask("ЌЕЛЛЩ" * 1000)
    assert before > 0
    assert size().currsize == before


def test_every_reading_is_named_and_goes_back() -> None:
    named = {misdecoding.rule for misdecoding in misdecodings.known_misdecodings()}
    assert named | {"control-as-mark"} == misdecodings.RULES.keys()
    for misdecoding in misdecodings.known_misdecodings():
        assert misdecoding.back("ASCII only") == "ASCII only"


def test_probable_words_cost_less() -> None:
    pairs = project_model()
    for right, wrong in (("Қазақстан", "Ќазаќстан"), ("Шымкент", "Øûìêåíò"), ("региона", "ТЕЗЙПОБ")):
        assert pairs.bits(right) + 5 < pairs.bits(wrong)


@pytest.mark.parametrize("earlier", ["language.detect_language", "clean.clean_text"])
def test_earlier_texts_do_not_change_a_repair(earlier: str) -> None:
    # The models cache what an earlier text costs beside what was counted.
    text = "Олардың арасында «Јміре» бар."
    program = (
        "import pipelines.clean, pipelines.language\n"
        f"pipelines.{earlier}({text!r})\n"
        f"print(pipelines.clean.clean_text({text!r}).text)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "Олардың арасында «Әміре» бар.\n"
