"""Typed tokens: one reading of numbers, dates, symbols and abbreviations."""

from __future__ import annotations

import pytest

from pipelines.dedupe.texts import Text
from pipelines.dedupe.tokens import fold, read
from pipelines.dedupe.verification import compare

BODY = (
    "В районе завершён ремонт дороги протяжённостью 3 километра. Работы вела компания «Дорстрой», на объекте"
    " трудились 45 человек. По словам подрядчика, движение транспорта открыто в обоих направлениях."
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("−12...-17", ["-12", "-17"]),
        ("-5/+10", ["-5", "+10"]),
        ("9-14 м/с", ["9", "14", "м", "с"]),
        ("2023–2024", ["2023", "2024"]),
        ("из-за", ["из", "за"]),
        ("1 250 000, 1250000, 1,250,000", ["1250000"] * 3),
        ("4,7 и 4.7", ["4.7", "и", "4.7"]),
        ("104,3 процента, 104,3%", ["104.3", "%", "104.3", "%"]),
        ("46 млн тенге, 46 миллионов ₸", ["46", "млн", "₸", "46", "млн", "₸"]),
        ("$46, €46", ["$", "46", "€", "46"]),
        ("Rh+ Rh–", ["rh", "+", "rh", "-"]),
        ("12 марта, 12.03.2026, 12 наурызда, March 12", ["12-3"] * 4),
        ("2026 жылғы 12 наурыз, 12 марта 2026 года", ["12-3"] * 2),
        ("12 мартук", ["12", "мартук"]),
        ("The city's «Akimat»", ["the", "citys", "akimat"]),
        ("Aкмoлинcк c Ё", ["акмолинск", "с", "е"]),
    ],
)
def test_keys(text: str, keys: list[str]) -> None:
    assert [token.key for token in read(text).tokens] == [fold(key) for key in keys]


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("Жол ашық. Күн жылы.", ["жол", "күн"]),
        ("На ул. Абая, ул. Гоголя. Всё.", ["на", "все"]),
        ("Пришёл И.И. Иванов. Ушёл.", ["пришел", "ушел"]),
        ("Дали 5 млн. 200 тыс. тенге. Мало.", ["дали", "мало"]),
        ("В 10 ч. 30 мин. начало. Ждём.", ["в", "ждем"]),
        ("Абай к., Сәтбаев к. жабық. Ашылды.", ["абай", "ашылды"]),
        ("School No. 5 opened. It is new.", ["school", "it"]),
        ("Что? Где… Когда!", ["что", "где", "когда"]),
        ("строка\nдругая", ["строка", "другая"]),
    ],
)
def test_where_sentences_begin(text: str, begin: list[str]) -> None:
    assert [token.key for token in read(text).tokens if token.begins] == [fold(word) for word in begin]


@pytest.mark.parametrize(
    ("text", "stopped", "broken_off"),
    [
        ("Жол ашық.", True, False),
        ("Жол ашық.»", True, False),
        ("Жол ашық", False, False),
        ("Жол…", False, True),
        ("Жол...", False, True),
    ],
)
def test_how_a_text_ends(text: str, stopped: bool, broken_off: bool) -> None:
    reading = read(text)
    assert (reading.stopped, reading.broken_off) == (stopped, broken_off)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Движение открыто", "Движение закрыто"),
        ("Тариф көтерілді", "Тариф төмендеді"),
        ("Жол ашылды", "Жол жабылды"),
        ("Жөндеу басталды", "Жөндеу аяқталды"),
        ("Road opened", "Road closed"),
        ("Турнир среди мужчин", "Турнир среди женщин"),
        ("Вакансия: врач", "Вакансия: учитель"),
        ("Отключение воды", "Отключение электроэнергии"),
        ("Открыта новая школа", "Открыта новая больница"),
        ("График приёма акимом", "График приёма заместителем акима"),
        ("Конкурс на должность главного специалиста", "Конкурс на должность ведущего специалиста"),
        ("Сабақ болады", "Сабақ болмайды"),
        ("Каток открыт", "Каток открыт в двух дворах"),
    ],
)
def test_titles_of_one_pattern_with_another_word_are_two_stories(one: str, other: str) -> None:
    assert compare(Text(one, BODY), Text(other, BODY)).answer == "contradicts"


@pytest.mark.parametrize(("one", "other"), [("c", "с"), ("C", "С"), ("y", "у"), ("o", "о"), ("K", "К")])
def test_copies_that_differ_in_a_look_alike_letter_are_equal(one: str, other: str) -> None:
    copies = (Text(None, f"{BODY} Встреча прошла {letter} жителями села.") for letter in (one, other))
    match = compare(*copies).match
    assert match is not None and match.kind == "letters"


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("", "", "same"),
        ("Пресс-служба акимата", "", "same"),
        ("Пресс-служба акимата", "Пресс-служба акимата Абайского района", "same"),
        ("Пресс-служба акимата Абайского района", "Пресс-служба акимата Шетского района", "contradicts"),
        ("Абай ауданы әкімінің баспасөз қызметі", "Шет ауданы әкімінің баспасөз қызметі", "contradicts"),
    ],
)
def test_two_offices_issue_two_stories(one: str, other: str, answer: str) -> None:
    assert compare(Text("Туман", BODY, one or None), Text("Туман", BODY, other or None)).answer == answer
