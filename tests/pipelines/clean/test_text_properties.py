"""Properties of cleaning any text: reversible, idempotent, linear, and never an exception."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.clean.edits import MOST_PROBLEMS, MOST_REPAIRS
from pipelines.clean.html import html_to_text, looks_like_html
from pipelines.clean.quotes import fix_quotes
from pipelines.clean.repair_order import REPAIRERS, clean_text
from pipelines.clean.whitespace import fix_whitespace
from pipelines.items import Cleaned, undo

# Pieces that the repairers search for, so that generated texts reach their rules.
PIECES = [
    *("<<", ">>", "``", "''", ",,", '""', '"', "«", "»", "“", "”", "„", "‘", "’", "'", "&laquo;", "&amp;"),
    *("&#1178;", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u200b", "\u200d", "\u200e", "\u00ad", "\ufeff"),
    *("\x00", "\x85", "Аким", "сказал", "Бұл", "The", "region", "2024", "For", ".", "!", "?", "…", ",", ":"),
    *("–", "—", "(", ")", "https://www.gov.kz/a.B", "Source: http", "citys", "dont", " of ", " the ", "г."),
    *("А.Б.", "«Нұр Отан»", "Нұр Отан", "ТОО ", " ЖШС", ", — деді ол.", "😀", "👨", "א", "\ud83d", "\udc00"),
    *(
        "\ufffd",
        "и\u0306",
        "Ð°",
        "Р°",
        "\\u200b",
        "С",
        "i",
        "ХIX",
        "eТендер",
        "Cпорт",
        "К І М",
        "а б в г д е",
    ),
    *(
        "\\n",
        "\\\\n",
        '\\"',
        "\\'",
        "C:\\a\\",
        ':"а"',
        ',"а"',
        '"...',
        "6'2\"",
        "f''",
        "List<List<a>>",
        "copy.Error",
    ),
    *(
        "startsWith",
        "2048Мбайт",
        "Todays ",
        "Kazakhstans ",
        "Companys ",
        "Àêèìàò",
        "╨а",
        "дБ",
        "мРНК",
        "…",
        "ТОО а»",
    ),
]
TAGS = [
    *(
        "<p>",
        "</p>",
        "<br>",
        "<b>",
        "</b>",
        "<td>",
        "<table>",
        "</table>",
        "<ul><li>",
        "<!--",
        "-->",
        "<![x]>",
    ),
    *("<script>", "</script>", "<p hidden>", "<", ">", "&", "&lt;p&gt;", "<o:p>", "<xml>", "<w:x>", *PIECES),
    *("10", "<sup>", "</sup>", "<span>", "</span>"),
]
texts = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(codec=None)),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)
markup = st.lists(st.sampled_from(TAGS), max_size=30).map("".join)


@given(texts)
@settings(max_examples=400, deadline=None)
@example("\ud800")
@example("\x00")
@example('""""A""""')
@example("<<<<А>> <<Б>>>>")
@example("ФА")  # its bytes in ISO 8859-5 are those of İ in UTF-8, which has two characters as a small letter
def test_cleaning_is_reversible_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert undo(cleaned.text, cleaned.repairs) == text
    again = clean_text(cleaned.text)
    assert again.text == cleaned.text
    assert again.repairs == ()
    assert again.problems == cleaned.problems


@given(texts)
@settings(max_examples=200, deadline=None)
def test_every_family_is_reversible(text: str) -> None:
    for repairer in REPAIRERS:
        cleaned = repairer.fix(text)
        assert undo(cleaned.text, cleaned.repairs) == text, repairer.fix.__name__


@given(texts)
@settings(max_examples=200, deadline=None)
def test_a_cleaned_text_can_be_stored(text: str) -> None:
    cleaned = fix_whitespace(text).text
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert cleaned == cleaned.strip(" \n")
    assert "\n\n\n" not in cleaned


@given(markup)
@settings(max_examples=300, deadline=None)
def test_html_never_raises_and_can_be_undone(html: str) -> None:
    cleaned = html_to_text(html)
    assert undo(cleaned.text, cleaned.repairs) == html
    looks_like_html(html)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=200, deadline=None)
def test_an_odd_number_of_marks_is_never_passed_over(text: str) -> None:
    cleaned = fix_quotes(text)
    marks = sum(cleaned.text.count(mark) for mark in '«»“”„"')
    if marks % 2 and not any(c.isdigit() for c in text):  # 5" may be a measure
        assert any(problem.kind == "unbalanced-quote" for problem in cleaned.problems)


def work(function: Callable[[str], object], text: str) -> int:
    """Count the Python calls and lines that a call runs: a measure of work without a clock."""
    steps = 0

    def count(frame: object, event: str, argument: object) -> object:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        function(text)
    finally:
        sys.settrace(before)
    return steps


HEAVY = {
    "straight marks": '"',
    "marks in pairs": '"a" ',
    "opening guillemets": "«",
    "closing guillemets": "»",
    "angle signs": "<<",
    "angle signs in pairs": "<<а>> ",
    "doubled marks": '""а"" ',
    "full stops": ".",
    "glued sentences": "сөйледі.Бұл ",
    "glued without end": "сөйледі.Бұл",
    "glue and marks": 'said."The ',
    "capitals": "аккаунтThe ",
    "addresses": "https://www.gov.kz/ ",
    "sources": "a/1Source: http ",
    "blanks": " ",
    "line ends": "\n",
    "odd blanks": "a\u00a0",
    "joiners": "\u200d",
    "apostrophes": "the citys mayor ",
    "attributions": "«а, — деді ол. ",
    "entities": "&amp;laquo;",
    "ampersands": "&",
    "escapes": "\\u200b",
    "backslashes": "\\",
    "encodings": "Àêèìàò ã. ",
    "encodings without end": "Ð°",
    "lost bytes": "\ufffd?",
    "two alphabets": "Cпорт ",
    "letters apart": "а б в г д ",
    "two alphabets without end": "Cп",
    "Latin numbers": "ХIX ",
    "marks behind a colon": ':"а"',
    "feet and inches": "6'2\" ",
    "derivatives": "f'' ",
    "types": "List<a>>",
    "paths": 'C:\\a\\" ',
    "line breaks escaped": "\\\\n",
    "names of programs": "word.Word(",
    "possessives": "the Todays ",
    "stress marks": "а\u0301",
}


@pytest.mark.parametrize("piece", HEAVY.values(), ids=HEAVY)
@pytest.mark.parametrize("function", [repairer.fix for repairer in REPAIRERS])
def test_work_grows_with_the_length_only(function: Callable[[str], Cleaned], piece: str) -> None:
    one, two = (work(function, piece * count) for count in (1_000, 2_000))
    assert two <= 2.5 * one + 200


@pytest.mark.parametrize("piece", HEAVY.values(), ids=HEAVY)
def test_a_huge_text_is_cleaned_and_explained_in_bounded_rows(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    cleaned = clean_text(text)
    assert undo(cleaned.text, cleaned.repairs) == text
    assert len(cleaned.repairs) <= len(REPAIRERS) * (MOST_REPAIRS + 1)
    assert len(cleaned.problems) <= (len(REPAIRERS) + 1) * (MOST_PROBLEMS + 1)


@pytest.mark.parametrize("tag", ["div", "b", "ul", "table", "blockquote", "span"])
def test_text_below_deep_nesting_is_kept(tag: str) -> None:
    html = f"<{tag}>" * 50_000 + "Ішкі" + f"</{tag}>" * 50_000 + "<p>Соңы</p>"
    assert html_to_text(html).text.split() == ["Ішкі", "Соңы"]


@pytest.mark.parametrize(
    "piece", ["<p hidden>x</p>y", "<br>", "<p>", "<b>a", "<!--", "<script>", "&amp;", "<table><tr><td>a"]
)
def test_huge_markup_does_not_raise(piece: str) -> None:
    html = piece * (300_000 // len(piece))
    cleaned = html_to_text(html)
    assert undo(cleaned.text, cleaned.repairs) == html


@pytest.mark.parametrize("prefix", ["", "😀 ", "ќала "])
@pytest.mark.parametrize("unit", ["a", "?", "A?", "а", "Ð", "1a"])
def test_no_pattern_goes_back_over_a_long_word(prefix: str, unit: str) -> None:
    # ``work`` does not count what a pattern does. Not timed: a quadratic pattern would take an hour.
    text = prefix + unit * (1_000_000 // len(unit))
    cleaned = clean_text(text)
    assert undo(cleaned.text, cleaned.repairs) == text
