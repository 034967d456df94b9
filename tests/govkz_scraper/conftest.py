"""A database with some of everything, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.databases import add_story, insert, new_database

EVIL = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some stories of three publishers over a month, with copies, repairs, problems and one attack."""
    path = tmp_path_factory.mktemp("archive") / "my archive.db"
    db = new_database(path)
    names = {"almobl": "Акимат Алматинской области", "kostanay": "Акимат Костанайской области"}
    insert(
        db, "sources", [{"slug": s, "kind": "region", "name_ru": n, "region": s} for s, n in names.items()]
    )
    insert(
        db, "sources", [{"slug": "turkistan", "kind": "region", "name_kk": "Түркістан облысының әкімдігі"}]
    )
    for number in range(60):
        story = {
            "title": f"Мектеп № {number} жөнделді" if number % 2 else f"Отремонтирована школа № {number}",
            "body": "Қала әкімі мектепті аралап көрді.\n\nЕкінші абзац."
            if number % 2
            else "Работы завершены.",
            "lang": "kk" if number % 2 else "ru",
            "entity": ("almobl", "kostanay", "turkistan")[number % 3],
            "published": f"2025-{11 + number % 2}-{1 + number % 20:02}",
            "news_id": 1_130_000 + number,
            "url": f"https://www.gov.kz/memleket/entities/almobl/press/news/details/{1_130_000 + number}",
        }
        story_id = add_story(db, story)
        if number % 4 == 0:
            copy = {
                "story_id": story_id,
                "crawl_id": 1,
                "seen_at": "2025-12-20",
                "last_seen_at": "2025-12-20",
            }
            copy |= {"site": "paper.example", "record_hash": f"copy {number}", "matched_by": "text"}
            insert(db, "sightings", [copy])
            repair = {
                "story_id": story_id,
                "field": "body",
                "rule": "doubled-space",
                "before": "  ",
                "after": " ",
            }
            insert(db, "repairs", [repair | {"start": 3}])
            insert(
                db,
                "problems",
                [{"story_id": story_id, "field": "body", "kind": "unbalanced-quote", "detail": "«…"}],
            )
    add_story(db, {"title": EVIL, "body": EVIL, "entity": EVIL, "lang": "en", "published": "2025-12-19"})
    db.close()
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test when the console reports an error or anything leaves this machine."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:"))
            else wrong.append(f"left this machine: {request.url}")
        ),
    )
    yield page
    title = page.title()
    page.close()
    assert not wrong
    assert title != "owned"
