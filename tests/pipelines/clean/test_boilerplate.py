"""Boilerplate: what is marked, and the sentences that report something and stay."""

from __future__ import annotations

import pytest

from pipelines.clean.boilerplate import boilerplate

STORY = "В районе завершён ремонт дороги. Движение открыто в обе стороны."
QAZAQ = "Ауданда жол жөндеу аяқталды. Қозғалыс екі бағытта да ашық."


def marked(body: str, title: str | None = None) -> list[tuple[str, str]]:
    return [(span.kind, body[span.start : span.end].strip()) for span in boilerplate(title, body)]


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ("КОСТАНАЙ, 10 марта – ", "dateline"),
        ("АСТАНА. КАЗИНФОРМ – ", "dateline"),
        ("Костанай, 10 марта 2026 года – ", "dateline"),
        ("ШЫМКЕНТ. 20 декабря. ", "dateline"),
        ("ASTANA, March 10 (Steppe News) – ", "dateline"),
        ("14:35\n\n", "dateline"),
        ("10.03.2026 14:35\n\n", "dateline"),
        ("#акимат #новости\n\n", "counter"),
        ("Фото: пресс-служба акимата\n\n", "credit"),
        ("Как сообщает пресс-служба акимата, ", "agency"),
    ],
)
def test_what_stands_before_a_story_is_marked(before: str, kind: str) -> None:
    assert marked(before + STORY) == [(kind, before.strip())]


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (" Об этом сообщает пресс-служба акима области.", "agency"),
        ("\n\nБаспасөз қызметі", "signature"),
        ("\n\nАвтор: Айгүл Серікова", "signature"),
        ("\n\nИван Петров", "signature"),
        ("\n\nИсточник: gov.kz", "credit"),
        ("\n\nФото: Алия Омарова", "credit"),
        ("\n\nЧитать далее", "read-more"),
        ("\n\nПодписывайтесь на наш Telegram-канал!", "subscription"),
        ("\n\nБіздің Instagram парақшамызға жазылыңыз!", "subscription"),
        ("\n\nПросмотров: 158", "counter"),
        ("\n\n#акимат #Казахстан2026", "counter"),
    ],
)
def test_what_stands_after_a_story_is_marked(after: str, kind: str) -> None:
    assert marked(STORY + after) == [(kind, after.strip())]


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (", передаёт корреспондент газеты", "Ремонт дороги завершён{}. Движение открыто."),
        (", сообщает пресс-служба акимата", "Ремонт дороги завершён{}. Движение открыто."),
        (", деп хабарлайды әкімдіктің баспасөз қызметі", "Жол жөндеу аяқталды{}. Қозғалыс ашық."),
        (", the press service reports", "The road has been repaired{}. Traffic is open."),
    ],
)
def test_a_clause_that_names_the_source_is_marked(clause: str, text: str) -> None:
    assert marked(text.format(clause)) == [("agency", clause)]


@pytest.mark.parametrize("gap", ["\n\n", ". ", " "])
def test_a_repeated_title_is_marked(gap: str) -> None:
    assert marked(f"Ремонт дороги{gap}{STORY}", "Ремонт дороги")[0][0] == "title"
    assert marked("Ремонт дороги завершён. Движение открыто.", "Ремонт дороги") == []


@pytest.mark.parametrize(
    "body",
    [
        STORY,
        QAZAQ,
        f"{STORY} Об этом сообщил аким района, но набор ещё не начат.",
        f"{STORY} Пресс-служба акимата просит жителей не выходить на лёд.",
        f"{STORY} Фотографии участников конкурса принимают до пятницы.",
        f"{STORY} Источник воды находится в трёх километрах от села.",
        f"{STORY} Просмотр фильма начнётся в 18:00.",
        f"{STORY} Автор проекта получил премию.",
        f"{QAZAQ} Әкім Ерлан Қошанов құрылысшыларға алғыс айтты.",
        "Құрметті жерлестер! Мерекемен құттықтаймын!\n\nОблыс әкімі Ерлан Қошанов",
        "Уважаемые жители! Поздравляю вас с праздником.\n\nЕрлан Кошанов",
        "Победители:\n\nАйгүл Серікова\n\nИван Петров",
        "Астана – Павлодар трассасы жабық. Жүргізушілерге ескерту жасалды.",
        "АСТАНА – ПАВЛОДАР ТРАССАСЫ ЖАБЫҚ. Жүргізушілерге ескерту жасалды.",
        "Казахстан – наш общий дом. Так сказал аким.",
        "10 марта в городе открылась школа. Учиться в ней будут триста детей.",
        "В 14:35 на трассе столкнулись две машины. Пострадавших нет.",
    ],
)
def test_a_sentence_that_reports_something_is_not_marked(body: str) -> None:
    assert marked(body) == []


def test_what_differs_between_papers_is_marked_on_both_ends() -> None:
    body = f"РУДНЫЙ, 3 мая – {STORY}\n\nФото: архив\n\nЧитайте нас в Instagram."
    assert [kind for kind, _ in marked(body)] == ["dateline", "credit", "subscription"]
