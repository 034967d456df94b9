"""The report as a reader sees it: complete, harmless, wide and narrow, with and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from govkz_scraper.html_report.page import render
from pipelines.sqlite.read_only import reading

pytestmark = pytest.mark.browser


@pytest.fixture
def report(archive: Path, tmp_path: Path) -> str:
    path = tmp_path / "report.html"
    with reading(archive) as db:
        path.write_text(render(db), encoding="utf-8")
    return path.as_uri()


def test_it_shows_every_chart(page: Page, report: str) -> None:
    page.goto(report)
    headings = page.locator("h2").all_inner_texts()
    assert {"Stories per day", "Publishers", "Languages", "Duplicates", "Repairs", "Problems"} <= set(
        headings
    )
    assert page.locator("svg.daily rect").count() > 20
    assert "Түркістан облысының әкімдігі" in page.inner_text("#publishers")
    assert "Several spaces, or a tab, became one space." in page.inner_text("#repairs")
    assert page.locator(".tile").first.inner_text().split() == ["61", "stories"]


def test_links_lead_to_the_sections_and_details_open(page: Page, report: str) -> None:
    page.goto(report)
    page.get_by_role("link", name="Repairs").click()
    assert page.url.endswith("#repairs")
    page.get_by_text("Table", exact=True).click()
    assert page.locator("#days details td").first.is_visible()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_sticks_out_at_the_side(page: Page, report: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(report)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_needs_no_script(browser: Browser, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    assert page.locator("svg.daily rect").count() > 20
    context.close()


def test_it_prints(page: Page, report: str) -> None:
    page.goto(report)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("svg.daily").is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_no_story_can_write_into_the_page(page: Page, report: str) -> None:
    page.goto(report)
    assert page.locator("script, img").count() == 0
    assert "<script>document.title" in page.inner_text("#publishers")
