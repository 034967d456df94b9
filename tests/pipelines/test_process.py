"""From a received item to a processed one, and properties that hold for every item."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean.story import STEPS, clean_story, received_story
from pipelines.dates import date_story
from pipelines.items import RawStory, hash_text, undo
from pipelines.process import process_story

ITEM = "https://www.gov.kz/memleket/entities/almobl/press/news/details/1129440"
TODAY = date(2026, 1, 10)
KK = "Ауылда жаңа мектеп ашылды. Оған үш жүз оқушы барады, құрылысы екі жылға созылды."
RU = "В районе открыта новая школа. Она рассчитана на триста мест, строили её два года."
EN = "A new school has opened in the district. It has three hundred places and took two years to build."


def kinds(raw: RawStory) -> list[str]:
    return [problem.kind for problem in process_story(raw, today=TODAY).problems]


def received(raw: RawStory) -> dict[str, str]:
    """Undo everything that was done to the title and to the body."""
    clean = process_story(raw, today=TODAY)
    fields = {"title": clean.title or "", "body": clean.body or ""}
    return {name: undo(text, [r for r in clean.repairs if r.field == name]) for name, text in fields.items()}


def test_every_step_gives_its_reason() -> None:
    assert all(len(reason) > 10 for _, reason in STEPS)


def test_a_reprint_with_two_sources_and_a_signature() -> None:
    raw = RawStory(
        title="Жаңа мектеп",
        body=f"{RU}Пресс-служба акима районаИсточник: https://paper.example/pИсточник : {ITEM}?lang=ru",
        date="20.12.2025 14:05:33 117",
        page_url="file:///page.txt",
    )
    clean = process_story(raw, today=TODAY)
    assert (clean.body, clean.byline, clean.lang) == (RU, "Пресс-служба акима района", "ru")
    assert (clean.published, clean.published_at) == ("2025-12-20", "2025-12-20T14:05:33+05:00")
    assert (clean.url, clean.entity, clean.news_id) == (f"{ITEM}?lang=ru", "almobl", 1129440)
    assert clean.addresses == (("https://paper.example/p", "other"), (f"{ITEM}?lang=ru", "gov.kz"))
    assert (clean.site, clean.on_govkz) == ("file", False)
    assert received(raw)["body"] == raw.body


def test_html_becomes_text_and_comes_back() -> None:
    raw = RawStory(
        title="<b>Мост</b>", body_html=f"<p>{RU}</p><p>Пресс-служба акима района</p>", body="other"
    )
    clean = process_story(raw, today=TODAY)
    assert (clean.title, clean.body, clean.byline) == ("Мост", RU, "Пресс-служба акима района")
    assert received(raw) == {"title": raw.title, "body": raw.body_html}


@pytest.mark.parametrize("nothing", ["-", "–", " - ", "", "   ", "\u00a0", "\n"])
def test_what_holds_nothing_is_none(nothing: str) -> None:
    raw = RawStory(title=nothing, body=f"{nothing}Source : {ITEM}?lang=kk")
    clean = process_story(raw, today=TODAY)
    assert (clean.title, clean.body, clean.text_hash, clean.lang) == (None, None, "", "kk")
    assert received(raw) == {"title": nothing, "body": raw.body}


@pytest.mark.parametrize(
    ("raw", "site", "on_govkz"),
    [
        (RawStory(title=RU), "file", False),
        (RawStory(title=RU, page_url="file:///a.txt", url=ITEM), "file", False),
        (RawStory(title=RU, page_url="https://Paper.example/en"), "paper.example", False),
        (RawStory(title=RU, page_url="https://www.gov.kz/api/v1"), "www.gov.kz", True),
        (RawStory(title=RU, page_url="https://gov.kz/api/v1"), "www.gov.kz", True),
        (RawStory(title=RU, url=ITEM, seen_at="2026-01-01T00:00:00+00:00"), "www.gov.kz", True),
        (RawStory(title=RU, url=ITEM), "file", False),
        (RawStory(title=RU, url="https://a.kz/1", seen_at="2026-01-01T00:00:00+00:00"), "file", False),
        (
            RawStory(title=RU, page_url="https://a.kz", url=ITEM, seen_at="2026-01-01T00:00:00Z"),
            "a.kz",
            False,
        ),
    ],
)
def test_where_it_was_seen(raw: RawStory, site: str, *, on_govkz: bool) -> None:
    clean = process_story(raw, today=TODAY)
    assert (clean.site, clean.on_govkz) == (site, on_govkz)


ON_GOVKZ = RawStory(page_url="https://www.gov.kz/x", url=f"{ITEM}?lang=kk", news_id=1129440, entity="moa")


def test_on_govkz_the_listing_names_the_language() -> None:
    raw = replace(ON_GOVKZ, title=RU, body=RU, lang="kk")
    assert process_story(raw, today=TODAY).lang == "kk"
    assert "language-differs" in kinds(raw)
    assert process_story(replace(raw, lang=None), today=TODAY).lang == "kk"  # the URL names it too
    assert process_story(replace(raw, lang="qq"), today=TODAY).lang == "kk-Latn"


def test_elsewhere_the_text_names_the_language() -> None:
    raw = RawStory(title=RU, body=EN, lang="kk", body_html=None)
    assert process_story(raw, today=TODAY).lang == "en"
    assert kinds(raw) == ["title-language"]
    assert process_story(RawStory(title="123", lang="kz"), today=TODAY).lang == "kk"
    assert kinds(RawStory(title=RU, lang="de")) == ["unknown-language"]


def test_the_listing_names_the_publisher_and_the_address_the_id() -> None:
    clean = process_story(replace(ON_GOVKZ, title=RU), today=TODAY)
    assert (clean.entity, clean.news_id, clean.url) == ("moa", 1129440, f"{ITEM}?lang=kk")
    made = process_story(RawStory(title=RU, entity="Almobl", news_id=1129440, lang="ru"), today=TODAY)
    assert (made.url, made.entity) == (f"{ITEM}?lang=ru", "almobl")
    assert "address-differs" in kinds(replace(ON_GOVKZ, title=RU, news_id=5))


def test_a_source_with_another_id_is_not_the_item() -> None:
    raw = RawStory(title=RU, body=f"{RU} Источник: {ITEM}", news_id=7, entity="moa")
    clean = process_story(raw, today=TODAY)
    assert clean.news_id == 7
    assert clean.url == "https://www.gov.kz/memleket/entities/moa/press/news/details/7"
    assert (ITEM, "gov.kz") in clean.addresses


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (RawStory(title="502 Bad Gateway", body=EN), "error-title"),
        (RawStory(title="Error 404: Not Found"), "error-title"),
        (RawStory(title="Акимат сообщает 141 / 5 000 Результаты перевода"), "translation-debris"),
        (RawStory(title=RU, body=f"{RU} 1204/5000"), "translation-debris"),
        (RawStory(title=RU, date="31.02.2025"), "impossible-date"),
        (RawStory(title=RU, date="20.12.2030"), "future-date"),
        (RawStory(title=RU, body=f"{RU} Source : {ITEM[:-2]}", complete=False), "cut-address"),
    ],
)
def test_problems(raw: RawStory, kind: str) -> None:
    assert kind in kinds(raw)


@pytest.mark.parametrize(
    "title",
    [
        "502 новых места в детских садах",
        "404 школы получили оборудование",
        "Выделено 5 000 тенге",
        "2 / 500 000",
    ],
)
def test_no_problem(title: str) -> None:
    assert not kinds(RawStory(title=title))


def test_the_future_begins_on_the_day_it_was_seen() -> None:
    raw = RawStory(title=RU, date="20.12.2025", seen_at="2025-12-10T00:00:00+00:00")
    assert [problem.kind for problem in process_story(raw).problems] == ["future-date"]
    assert process_story(replace(raw, seen_at="2025-12-19T00:00:00+00:00")).published == "2025-12-20"


def test_cleaning_leaves_the_date_to_the_next_step() -> None:
    raw = RawStory(title=KK, body=KK, date="31.02.2025")
    clean = clean_story(raw)
    assert (clean.published, clean.published_at, clean.problems) == (None, None, ())
    assert [problem.kind for problem in date_story(clean, today=TODAY).problems] == ["impossible-date"]
    assert process_story(raw, today=TODAY) == date_story(clean, today=TODAY)
    assert date_story(clean_story(replace(raw, date="20.12.2025 18:30"))).published_at is not None


def test_equal_texts_have_equal_hashes() -> None:
    one, two = (
        RawStory(title=RU, body=KK),
        RawStory(title=RU, body=f"{KK}  Source : {ITEM}", date="20.12.2025"),
    )
    assert process_story(one).text_hash == process_story(two).text_hash
    assert process_story(one).text_hash != process_story(RawStory(title=RU + KK)).text_hash


PIECES = [
    KK,
    RU,
    EN,
    "-",
    " ",
    "\n\n",
    "<p>",
    "</p>",
    "<br>",
    "&laquo;",
    "Source : ",
    ITEM,
    "?lang=kk",
    "Пресс-служба акима",
    "  ",
    ".",
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=12).map("".join)


@given(title=TEXT, body=TEXT, html=st.booleans(), complete=st.booleans())
def test_any_item_can_be_undone(title: str, body: str, *, html: bool, complete: bool) -> None:
    raw = RawStory(
        title=title, body=None if html else body, body_html=body if html else None, complete=complete
    )
    assert received(raw) == {"title": title, "body": body}


@given(
    st.builds(
        RawStory,
        *[st.none() | st.text(max_size=20)] * 2,
        st.none() | st.integers(),
        *[st.none() | st.text()] * 7,
    )
)
def test_no_item_raises(raw: RawStory) -> None:
    clean = process_story(raw, today=TODAY)
    assert clean.raw is raw
    assert clean.title != ""
    assert clean.body != ""


@pytest.mark.parametrize(
    ("title", "body"),
    [("Без тела", None), ("Күн", RU), ("Без даты", None), ("Клуб „Жас дарын“ открыл набор", RU)],
)
def test_a_few_letters_contradict_nobody(title: str, body: str | None) -> None:
    found = kinds(replace(ON_GOVKZ, title=title, body=body, lang="ru"))
    assert not {"language-differs", "title-language"} & set(found)


@given(
    title=TEXT, body=TEXT, day=st.sampled_from([None, " ", "20.12.2025 14:05", "31.02.2025", "20.12.2030"])
)
def test_processing_is_cleaning_and_then_dating(title: str, body: str, day: str | None) -> None:
    raw = RawStory(title=title, body=body, date=day)
    cleaned, processed = clean_story(raw), process_story(raw, today=TODAY)
    assert (cleaned.published, cleaned.published_at) == (None, None)
    assert date_story(cleaned, today=TODAY) == processed
    assert processed.problems[: len(cleaned.problems)] == cleaned.problems
    assert len(processed.problems) - len(cleaned.problems) == (day in {"31.02.2025", "20.12.2030"})


def test_a_received_story_keeps_its_text() -> None:
    raw = RawStory(title="Жол  ашылды", body_html="<p>-</p>", lang="kz", url=f" {ITEM}", date="x")
    story = received_story(raw)
    assert (story.title, story.body, story.lang, story.url) == (raw.title, "<p>-</p>", "kk", ITEM)
    assert (story.published, story.repairs, story.problems) == (None, (), ())
    assert story.text_hash == hash_text(story.title, story.body)
