"""An item page: the story between the page's own marks, and none of the stories under it."""

from __future__ import annotations

import pytest

from govkz_scraper.routes import UnexpectedResponse, rendered

CARDS = (
    "<div class='card-news-list__item'>"
    "<a title='Чужая новость' href='/memleket/entities/almobl/press/news/details/8'>Чужая новость</a>"
    "<p class='categories__item color_grey'>8 июля 2026</p></div>"
)
OTHERS = f"<h2>Читайте также</h2>{CARDS}<a>Все новости</a>"


def read(main: str, lang: str = "ru"):
    page = f"<html><body><div id=root><nav><h1>Меню</h1></nav><main>{main}</main></div></body></html>"
    return rendered.parse_item(page.encode(), slug="almobl", lang=lang, news_id=7)


def test_a_story_is_what_stands_between_the_marks() -> None:
    story = read(
        "<h1>Мост  открыт</h1><p>13 июля 2026 17:29</p><p>Количество просмотров: 61</p>"
        "<p>Первый.</p><p>Второй.</p><p>Направления деятельности Транспорт</p>" + OTHERS
    )
    assert story.title == "Мост открыт"
    assert story.date == "13 июля 2026 17:29"
    assert story.body_html == "<p>Первый.</p><p>Второй.</p>"
    assert story.section == "Транспорт"
    assert (
        story.url
        == story.page_url
        == ("https://www.gov.kz/memleket/entities/almobl/press/news/details/7?lang=ru")
    )
    assert story.complete


@pytest.mark.parametrize(
    "head",
    [
        "<h1>Т</h1><div><span>13 июля 2026 17:29</span><span>Количество просмотров: 61</span></div>",
        "<div><div><h1>Т</h1></div><div>13 июля 2026 17:29</div></div><i>Қаралым саны: 1 061</i>",
        "<h1>Т</h1>13 июля 2026 17:29<br>Количество просмотров: 61<br>",
        "<h1>Т</h1><div>13 июля 2026 17:29 Количество просмотров: 61</div>",
        "<div><nav>Главная</nav><h1>Т</h1></div>13 июля 2026 17:29<i>Қаралды:&nbsp;<b>61</b></i>",
    ],
)
@pytest.mark.parametrize(
    "tail",
    [
        OTHERS,
        f"<section>{OTHERS}</section>",
        f"<div><h4>Направления деятельности</h4><ul><li>Дороги</li></ul></div>{OTHERS}",
        "<div>Направления деятельности <a>Дороги</a></div><h3>Читайте также:</h3><ul><li>Чужая</li></ul>",
        "<div class=also>Читайте также<ul><li>Чужая</li></ul></div><a>Все новости</a>",
        "<p>Читайте также</p><p>Чужая</p><a>Все новости</a>",
        "<a>Все новости</a>",
        "",
        # Nothing that we know announces these; the last of them are the page's own.
        f"<section><h3>Ещё по теме</h3>{CARDS}</section>",
        "<h3>Ещё по теме</h3><ul><li><a href='/memleket/entities/a/press/news/details/8'>Чужая</a></li>"
        "<li><a href='/memleket/entities/a/press/news/details/9'>Чужая</a></li></ul>",
    ],
)
@pytest.mark.parametrize("wrap", ["{}", "<div class=content>{}</div>", "<article><div>{}</div></article>"])
def test_the_containers_do_not_matter(head: str, tail: str, wrap: str) -> None:
    body = "<p>Первый <b>важный</b> <i>абзац</i>.</p><p>Второй.</p>"
    story = read(head + wrap.format(body) + tail)
    assert story.date == "13 июля 2026 17:29"
    assert story.body_html is not None
    assert body in story.body_html
    assert "Чужая" not in story.body_html
    assert "просмотров" not in story.body_html
    assert "Дороги" not in story.body_html
    assert "новости" not in story.body_html
    assert "Ещё по теме" not in story.body_html
    assert story.section in {"Дороги", None}


@pytest.mark.parametrize(
    "body",
    [
        "<p>12 июля 2026</p><p>Открыт мост.</p>",  # a date inside the story
        "<p>Читайте также: наш канал.</p><p>Ещё.</p>",
        "<p>Читайте также:</p><p>Все новости</p><p>Ещё.</p>",
        "<p>Направления деятельности акимата обсудили вчера.</p><p>Направления деятельности</p><p>x</p>",
        "<p>Направления деятельности на год:</p><p>дороги, школы, вода.</p>",
        "<table><tr><td>Всего: 15</td><td>Школ: 3</td></tr></table>",
        "<ul><li>Телефон: 112</li><li>Читайте также</li></ul>",
    ],
)
def test_text_that_looks_like_a_mark_stays_in_the_story(body: str) -> None:
    story = read(
        f"<h1>Т</h1><p>13 июля 2026 17:29</p><p>Количество просмотров: 61</p><div>{body}</div>"
        f"<div><h4>Направления деятельности</h4><ul><li>Дороги</li></ul></div>{OTHERS}"
    )
    assert story.body_html is not None
    assert body in story.body_html
    assert story.section == "Дороги"


def test_a_story_of_one_picture_keeps_it() -> None:
    story = read(f"<h1>Т</h1><p>13 июля 2026</p><div><img src='/uploads/a.png'></div>{OTHERS}")
    assert story.body_html == '<div><img src="/uploads/a.png"></div>'


def test_a_story_without_text_has_none() -> None:
    assert read(f"<h1>Т</h1><p>13 июля 2026</p>{OTHERS}").body_html is None


@pytest.mark.parametrize(
    "date",
    [
        *("13 шілде 2026 17:29", "2026 жылғы 13 шілде", "2026 ж. 13 шілде, 17:29", "13 шілде 2026 жылы"),
        *("13 July 2026", "July 13, 2026", "13.07.2026", "2026-07-13 17:29", "13 июля 2026 г. в 17:29"),
    ],
)
def test_dates_in_the_languages_of_the_site(date: str) -> None:
    assert read(f"<h1>T</h1><p>{date}</p><p>Мәтін.</p>", "kk").date == date


def test_an_hour_apart_from_its_day_belongs_to_it() -> None:
    story = read(f"<h1>Т</h1><div><span>13 июля 2026</span> <span>17:29</span></div><p>Текст.</p>{OTHERS}")
    assert (story.date, story.body_html) == ("13 июля 2026 17:29", "<p>Текст.</p>")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<html><body><div id='root'></div></body></html>", "the shell"),
        ("<html><body><main><h1>404</h1></main></body></html>", "no date under the heading: 404"),
        ("<html><body><h1>Welcome</h1></body></html>", "not a press page"),
        ("", "not a press page"),
        ("<main><h1>Т</h1><p>Текст без даты</p></main>" + OTHERS, "no date under the heading"),
    ],
)
def test_what_is_no_item_page_is_not_understood(page: str, said: str) -> None:
    with pytest.raises(UnexpectedResponse, match=said):
        rendered.parse_item(page.encode(), slug="almobl", lang="ru", news_id=7)


@pytest.mark.parametrize("nested", ["<div>" * 3000 + OTHERS, OTHERS + "<div>" * 3000, "<p>1</p>" * 20_000])
def test_a_page_nested_without_end_is_read(nested: str) -> None:
    story = read(f"<h1>Т</h1><p>13 июля 2026</p><p>Текст</p>{nested}")
    assert story.body_html is not None
    assert story.body_html.startswith("<p>Текст</p>")
    assert "Чужая" not in story.body_html


def list_of(main: str) -> bytes:
    return f"<div id=root><header>1234</header><main>{main}</main></div>".encode()


def card(number: int, link: str = "<a title='Т {0}' href='{1}'></a>") -> str:
    address = f"/memleket/entities/almobl/press/news/details/{number}?lang=ru"
    return f"<div class='card-news-list__item'>{link.format(number, address)}</div>"


@pytest.mark.parametrize(
    "words",
    [
        "<h2>Ошибка 500</h2>",
        "<p>Қате орын алды</p>",
        "<h1>404</h1><p>Страница не найдена</p>",
        "Сервис временно недоступен",
        "Something went wrong, try again",
    ],
)
def test_an_error_in_place_of_the_cards_is_no_empty_list(words: str) -> None:
    with pytest.raises(UnexpectedResponse, match="an error in place of a list"):
        rendered.parse_body(list_of(words), slug="almobl", lang="ru", page=2)


@pytest.mark.parametrize(
    "words", ["<h2>Пресс-центр</h2>", "Новостей нет", "Жаңалықтар жоқ", "<p>Всего: 1500</p>"]
)
def test_a_list_without_cards_is_empty(words: str) -> None:
    listing = rendered.parse_body(list_of(words), slug="almobl", lang="ru", page=2)
    assert (listing.stories, listing.problems, listing.more) == ([], [], False)


@pytest.mark.parametrize(
    ("cards", "pager", "more"),
    [
        (10, "", True),  # there may be a pager of another make
        (9, "", False),
        (9, "<button aria-label='Next page'>", True),
        (10, "<button aria-label='Next page' disabled>", False),
        (10, "<button aria-label='Next page' aria-disabled='true'>", False),
    ],
)
def test_a_list_goes_on_unless_it_says_or_shows_that_it_is_the_last(
    cards: int, pager: str, more: bool
) -> None:
    drawn = "".join(map(card, range(cards)))
    assert rendered.parse_body(list_of(drawn + pager), slug="almobl", lang="ru", page=1).more is more


def test_a_card_without_a_title_of_its_own_has_the_words_of_its_link() -> None:
    listing = rendered.parse_body(
        list_of(card(7, "<a href='{1}'><b>Мост</b> открыт</a>")), slug="almobl", lang="ru", page=1
    )
    assert [(story.news_id, story.title) for story in listing.stories] == [(7, "Мост открыт")]


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [
        ("/memleket/entities/almobl/press/news/details/7?lang=ru", False),
        ("/memleket/entities/almobl/press/news/details/7-most-otkryt?lang=ru", False),
        ("/memleket/entities/almobl/press/news/details/7", False),
        ("/memleket/entities/almobl/press/news/details/8?lang=ru", True),
        ("/memleket/entities/almobl/press/news/details/7?lang=kk", True),
        ("/memleket/entities/almobl/press/news/1?lang=ru", True),
        ("/", True),
    ],
)
def test_where_a_browser_ended_tells_whether_it_is_the_item(address: str, elsewhere: bool) -> None:
    assert rendered.leads_elsewhere(f"http://127.0.0.1:8000{address}", 7, "ru") is elsewhere
