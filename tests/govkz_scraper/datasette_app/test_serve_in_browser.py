"""The site as a reader uses it: opened, searched, clicked through, charted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[str]:
    """The real command in a process of its own, on a free port; the address of the database's page."""
    command = [sys.executable, "-m", "govkz_scraper.cli", "serve", "--port", "0", "--db", str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line, line + (process.stderr.read() if process.stderr else "")
        yield line.split(" at ")[1].split(" ")[0]
        process.terminate()


@pytest.fixture
def home(page: Page, site: str) -> Page:
    page.goto(site)
    page.locator("h2 a").first.click()
    return page


def test_the_first_page_leads_on(page: Page, site: str) -> None:
    page.goto(site)
    expect(page).to_have_title("Press stories of Kazakhstan's akimats: my archive")
    page.get_by_role("link", name="What the columns mean").first.click()
    expect(page.locator("table.rows-and-columns")).to_contain_text("Start of the run.")


def test_tables_are_explained_and_internal_ones_hidden(home: Page) -> None:
    expect(home.get_by_role("link", name="stories_with_publisher")).to_be_visible()
    assert home.get_by_role("link", name="_hand").count() == 0
    home.get_by_role("link", name="stories", exact=True).first.click()
    expect(home.locator("body")).to_contain_text("One distinct press story in one language")


@pytest.mark.parametrize("words", ["мектептің", "МЕКТЕП", "мектеби жонделди"])
def test_the_search_box_finds_inflected_and_folded_words(home: Page, words: str) -> None:
    home.get_by_role("link", name="stories", exact=True).first.click()
    home.locator("input[name=_search]").fill(words)
    home.locator("input[name=_search]").press("Enter")
    expect(home.locator("h3").first).to_contain_text("30 rows")


@pytest.mark.parametrize("words", ['"', "AND OR", "a-b*", "title:x", "'; DROP TABLE stories; --"])
def test_no_search_breaks_the_page(home: Page, words: str) -> None:
    home.get_by_role("link", name="Search", exact=True).first.click()
    home.locator("input[name=words]").fill(words)
    home.get_by_role("button", name="Run SQL").click()
    expect(home.locator("body")).not_to_contain_text("malformed")
    expect(home.locator(".message-error")).to_have_count(0)


def test_the_ready_search_is_ranked(home: Page) -> None:
    home.get_by_role("link", name="Search", exact=True).first.click()
    home.locator("input[name=words]").fill("школы № 14")
    home.get_by_role("button", name="Run SQL").click()
    expect(home.locator("table.rows-and-columns tbody tr").first).to_contain_text("школа № 14")


def test_facets_and_links_between_tables(home: Page) -> None:
    home.get_by_role("link", name="stories", exact=True).first.click()
    facet = home.locator("#facet-results, .facet-results").first
    expect(facet).to_contain_text("kk")
    facet.get_by_role("link", name="ru", exact=True).click()
    expect(home.locator("h3").first).to_contain_text("30 rows")


def test_the_chart_draws(home: Page) -> None:
    home.get_by_role("link", name="Chart: stories per day").click()
    expect(home.locator("canvas, svg.marks").first).to_be_visible(timeout=20_000)


def test_a_story_cannot_write_into_the_page(home: Page) -> None:
    home.get_by_role("link", name="stories", exact=True).first.click()
    expect(home.locator("table.rows-and-columns")).to_contain_text("<script>document.title='owned'</script>")
    assert home.title() != "owned"


def test_nothing_can_be_written(home: Page) -> None:
    answer = home.request.get(home.url + "?sql=delete+from+stories")
    assert answer.status == 400
    answer = home.request.get(home.url + "?sql=select+count(*)+as+n+from+stories&_shape=array", headers={})
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_narrow_screens_can_scroll_the_table_only(home: Page) -> None:
    home.set_viewport_size({"width": 390, "height": 800})
    home.reload()
    assert home.evaluate("document.documentElement.scrollWidth") <= 390
