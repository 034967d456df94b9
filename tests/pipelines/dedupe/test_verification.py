# ruff: noqa: E501 - sample texts stay whole
"""Pairs of texts with one difference: which differences make another story, in both orders."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedupe.texts import Text
from pipelines.dedupe.verification import Match, Verdict, compare

BODY = (
    "В районе завершён ремонт дороги протяжённостью 3 километра. Работы вела компания «Дорстрой», на объекте"
    " трудились 45 человек. По словам подрядчика, движение транспорта открыто в обоих направлениях."
)
LONG = (
    BODY + " Жители давно просили привести улицу в порядок, потому что весной здесь стояла вода и дети шли в школу"
    " по обочине. Теперь вдоль проезжей части проложены тротуары, установлены фонари и знаки, посажены молодые"
    " деревья. За состоянием покрытия будет следить подрядчик, который дал на него гарантию. До холодов рабочие"
    " успеют обустроить остановки и съезды к дворам, а весной вернутся, чтобы проверить швы и обновить разметку."
    " На очереди соседние улицы, где тоже нужны лотки для талых вод и новые ограждения у перекрёстков, и там"
    " работы начнутся сразу после паводка, как только просохнет грунт и позволит погода в этих местах."
)  # fmt: skip


def judged(one: Text, other: Text) -> Match | None:
    """Compare in both orders, which must give the same result."""
    verdict = compare(one, other)
    assert verdict == turned(compare(other, one))
    return verdict.match


def turned(verdict: Verdict) -> Verdict:
    """Return the verdict of the other order of two texts."""
    match = verdict.match
    return verdict if match is None else replace(verdict, match=replace(match, more=match.more[::-1]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Итоги работы за ноябрь", "Итоги работы за декабрь"),
        ("График приёма на январь 2025", "График приёма на февраль 2025"),
        ("Приём граждан в понедельник", "Приём граждан во вторник"),
        ("Айлық есеп: қараша", "Айлық есеп: желтоқсан"),
        ("Ноябрь", "Декабрь"),
        ("Итоги первого полугодия", "Итоги второго полугодия"),
        ("Беседа, часть первая", "Беседа, часть вторая"),
        ("Погода на севере области", "Погода на юге области"),
        ("О приёме в школу", "О приёме не в школу"),
        ("Выпуск 5", "Выпуск 57"),
        ("Приём вёл Ахметов", "Приём вёл Ахметова"),
        ("Приём вёл Ахметов", "Приём вёл Жумабаев"),
    ],
)
def test_similar_titles_with_another_date_number_or_name_are_two_stories(one: str, other: str) -> None:
    assert judged(Text(one, BODY), Text(other, BODY)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Завершён ремонт дороги", "Дорога после ремонта открыта"),
        ("Завершён ремонт дороги", "Завершен ремонт дороги в районе"),
        ("Завершён ремонт дороги", "Завершён ремонт дор…"),
        ("Завершён ремонт дороги к посёлку", "Завершён ремонт дор"),
        ("Завершён ремонт дороги", "Один день из жизни стройки"),
    ],
)
def test_a_newspaper_may_write_another_title(one: str, other: str) -> None:
    assert judged(Text(one, BODY), Text(other, BODY)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Встреча прошла в Таразе. {}", "{} Встреча прошла в Шымкенте."),
        ("{} Приём провёл Асет Жумабаев.", "Приём провёл Серик Ахметов. {}"),
        ("{} Дом 5.", "{} Дом 57."),
        ("{} Дом 5", "{} Дом 57"),
        ("{} Выступил Серик Ахметов.", "{} Выступил Серик Ахметова."),
        ("{} Открытие в ноябре. Ждём всех.", "Открытие в декабре. {} Ждём всех."),
    ],
)
def test_texts_that_each_have_facts_the_other_lacks_are_two_stories(one: str, other: str) -> None:
    assert judged(Text(None, one.format(BODY)), Text(None, other.format(BODY))) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{}", "{} Приём провёл Серик Ахметов."),
        ("{}", "Алматы. КазТАГ. {}"),
        ("{}", "{} Телефон для справок: 112."),
        ("Подробности ниже. {}", "{} Читайте нас каждый день."),
    ],
)
def test_an_additional_sentence_or_byline_is_the_same_story(one: str, other: str) -> None:
    assert judged(Text(None, one.format(BODY)), Text(None, other.format(BODY))) is not None


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_copy_truncated_near_its_end_is_the_same_story(cut: int) -> None:
    match = judged(Text(None, LONG), Text(None, LONG[:-cut]))
    assert match is not None and match.kind in ("letters", "cut", "near")


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        *(("5 млн", "5 млрд"), ("двадцать", "тридцать"), ("двое", "трое"), ("пятеро", "семеро")),
        *(("на севере", "на юге"), ("сегодня", "завтра"), ("километров", "метров"), ("въезде", "выезде")),
        *(("открыто", "закрыто"), ("разрешён", "запрещён"), ("увеличилось", "уменьшилось")),
        *(("солтүстікте", "оңтүстікте"), ("үшке", "беске"), ("жабылады", "жабылмады")),
        *(("thirteen", "fifteen"), ("mln", "bln"), ("northern", "southern")),
    ],
)
def test_a_reworded_phrase_makes_another_story_also_in_a_long_text(word: str, instead: str) -> None:
    one, other = (LONG.replace("весной здесь стояла", f"{it} здесь стояла") for it in (word, instead))
    assert one != LONG
    assert judged(Text(None, one), Text(None, other)) is None


@pytest.mark.parametrize("instead", ["проезжей чсти", "проезжй части", "проезжей частти", "проезжей чатси"])
def test_a_slip_of_one_letter_may_be_another_word(instead: str) -> None:
    assert judged(Text(None, LONG), Text(None, LONG.replace("проезжей части", instead))) is None


def test_neighbouring_letters_exchanged_in_a_long_word_are_a_slip() -> None:
    assert judged(Text(None, LONG), Text(None, LONG.replace("установлены", "устаонвлены"))) is not None


def test_equal_short_texts_are_one_story_if_long_enough() -> None:
    title, body = "Открыт мост", "Через реку открыт новый мост."
    assert judged(Text(title, body), Text("«Открыт мост»", body.upper())) == Match("letters", 1.0)
    assert judged(Text(title, body), Text(None, body)) == Match("brief", 1.0)
    assert judged(Text(title, body), Text("Хорошая новость", body)) is None
    assert judged(Text("Погода", "Без осадков."), Text("Погода", "Без осадков.")) == Match("brief", 1.0)


WORDS = st.lists(
    st.sampled_from("Дом 5 57 дома домой. Ахметов Ахметова. ноября январь не … открыт закрыт".split()),
    max_size=6,
)


@given(st.lists(WORDS, min_size=6, max_size=6))
def test_the_order_of_two_texts_does_not_matter(parts: list[list[str]]) -> None:
    titles, begins, ends = ([" ".join(part) for part in parts[at : at + 2]] for at in (0, 2, 4))
    one, other = (
        Text(title or None, f"{begin} {BODY} {end}".strip())
        for title, begin, end in zip(titles, begins, ends, strict=True)
    )
    assert compare(one, other) == turned(compare(other, one))
