"""Fingerprints: unchanged by copying, for any letters; byte tokens equal the tokens of ``str``."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedupe.byte_tokens import _words_of_any, spaced_words, words_of
from pipelines.dedupe.fingerprints import fingerprint_of, plainly_different
from pipelines.dedupe.tokens import MARKS, fold

BODY = (
    "Шымкентте 2025 жылы екі жаңа зауыт ашылды. Іске қосу рәсіміне қала әкімі қатысты. «Бұл – жаңа кезең», – "
    "деді ол. Бірінші зауыт мата шығарып, 136 адамды жұмыспен қамтиды. Екіншісі есік жасайды, оны 2026 "
    "жылдан бастап шетелге сатуды жоспарлап отыр. "
    "Жалпы құны 4,7 миллиард теңге. Биыл қалада 12 кәсіпорын іске қосылды."
)
PRESS = st.text("абвёқңіүҰҚЁ abcXYZ 0123456789 .,-–«»\"'’“”\n", max_size=80)
_DROPPED, _WORD = re.compile(f"[{MARKS}]+"), re.compile(r"[\w\ufffd]+")


def _plainly(text: str) -> list[str]:
    """Tokenize by the definition, without byte tables."""
    return _WORD.findall(fold(_DROPPED.sub("", text)))


@given(PRESS, PRESS)
def test_byte_tokens_are_equal_where_words_are(one: str, other: str) -> None:
    mine, its = words_of(one), words_of(other)
    assert [len(word) for word in mine.words] == [len(word) for word in _plainly(one)]
    assert (mine.words == its.words) == (_plainly(one) == _plainly(other))
    assert [number.decode() for number in mine.numbers] == re.findall("[0-9]+", one)


@given(st.text("аҚё bX0123 .,-–−(\u00a0\t\x1f\n'«»_²é"))
def test_byte_tokens_decode_to_the_same_words(text: str) -> None:
    assert spaced_words(text).split() == _words_of_any(text)


@given(st.text())
def test_case_does_not_change_the_tokens_of_any_text(text: str) -> None:
    assert len(words_of(text).words) == len(words_of(text + " .!").words)
    assert words_of(text.lower()).words == words_of(text.lower().replace("a", "A")).words


@pytest.mark.parametrize("word", ["Müller", "東京", "Ґрунт", "žluťoučký", "\ufffdазақ"])
def test_words_with_rare_letters_are_distinguished(word: str) -> None:
    assert words_of(word).words == words_of(word.upper()).words
    assert len(words_of(word).words) == 1
    assert words_of(word).words != words_of(word[1:]).words


@pytest.mark.parametrize(
    "copy",
    [
        BODY.replace("«", "").replace("»", ""),
        BODY.replace(". ", "."),
        BODY.upper(),
        BODY.replace("–", "-").replace(" ", "  "),
    ],
    ids=["marks", "glued", "capitals", "blanks"],
)
def test_damage_does_not_change_the_fingerprint(copy: str) -> None:
    assert fingerprint_of(None, copy) == fingerprint_of(None, BODY)


@pytest.mark.parametrize(
    "copy",
    [
        BODY[: len(BODY) * 2 // 3],
        f"{BODY} Әкімдіктің баспасөз қызметі",
        BODY.partition(". ")[2],
        f"{BODY}\n\nТолығырақ 😀 東京 сайтта.",
    ],
    ids=["cut", "signed", "without its beginning", "with rare letters"],
)
def test_a_changed_copy_is_a_candidate_and_passes_the_sketches(copy: str) -> None:
    one, other = fingerprint_of(None, BODY), fingerprint_of(None, copy)
    assert {*one.bands} & {*other.bands}
    assert not plainly_different(one, other.numbers, other.words)


def test_another_instance_of_a_template_is_rejected_by_its_numbers() -> None:
    next_year = (
        BODY.replace("2025", "2031").replace("136", "951").replace("4,7", "88,33").replace("12 ", "77 ")
    )
    one, other = fingerprint_of(None, BODY), fingerprint_of(None, next_year)
    assert plainly_different(one, other.numbers, other.words)


def test_every_process_computes_the_same_fingerprint() -> None:
    code = (
        "from pipelines.dedupe.fingerprints import fingerprint_of; "
        f"print(fingerprint_of(None, {BODY!r}).bands)"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {f"{fingerprint_of(None, BODY).bands}\n".encode()}
