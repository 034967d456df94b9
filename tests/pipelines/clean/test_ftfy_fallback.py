"""Encodings that only ftfy knows, and correct text with such letters."""

from __future__ import annotations

import pytest

from pipelines import clean_text
from pipelines.items import undo

SENTENCES = [
    "Акимат города объявил конкурс",
    "Қазақстан Республикасының «Самұрық» қоры",
    "Café à Köln – “test”",
]
RIGHT = [
    "Премьер Греции открыл выставку «Παρθενών και Γλυπτά» в музее",
    "Qazaqstannyń jańa Ğylym kúni, Ñurly jol",
    "Премьер Đorđe прибыл из города Niš, его встретил г-н Šarić",
    "Dương Đình Ňova, Ślązak, Āboliņš",
]


@pytest.mark.parametrize("encoding", ["cp1253", "cp1254", "cp1257"])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_recovers(sentence: str, encoding: str) -> None:
    # As browsers decode: an undefined byte becomes the control character of its number.
    damaged = "".join(
        bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in sentence.encode("utf-8")
    )
    cleaned = clean_text(damaged)
    assert cleaned.text == sentence
    assert undo(cleaned.text, cleaned.repairs) == damaged


@pytest.mark.parametrize("text", RIGHT)
def test_leaves_alone(text: str) -> None:
    assert clean_text(text).text == text
