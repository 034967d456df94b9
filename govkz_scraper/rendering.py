"""Playwright settings of the route ``pages``, and the wait until a page is complete."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from govkz_scraper.config import get_text
from govkz_scraper.routes.rendered import CARD, HEADING
from pipelines.errors import BadInput

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger("govkz_scraper.crawl")

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_NOT_LOADED = {"image", "media", "font"}  # no text in them
_SETTLE_MS = 10_000  # milliseconds until a card or a heading must appear
# Texts, dates and pagination arrive by separate requests: a page is complete when its DOM has been stable for
# one second; a page that never settles is read after five.
_STILL = """() => new Promise(done => {
  const most = setTimeout(done, 5000);
  let rest;
  const again = () => {
    clearTimeout(rest);
    rest = setTimeout(() => { clearTimeout(most); done(); }, 1000);
  };
  new MutationObserver(again).observe(document.body, {subtree: true, childList: true, characterData: true});
  again();
})"""
# Lone surrogates, as in text that a program truncated, cannot be serialized by Playwright.
_WELL_FORMED = """() => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node; node = walker.nextNode();)
    for (const place of node.attributes ?? [node])
      if (!place.nodeValue.isWellFormed()) place.nodeValue = place.nodeValue.toWellFormed();
}"""


def missing(get: Callable[[str], Any]) -> str | None:
    """Return a message that says what to install for the route; None if nothing is missing."""
    if find_spec("scrapy_playwright") is None:
        return "the route pages needs one more package: pip install scrapy-playwright"
    named = get_text(get, "GOVKZ_CHROMIUM")
    if named and not shutil.which(named):
        return f"GOVKZ_CHROMIUM={named}: no such program"
    if not named and _found() is None:
        return "the route pages needs a browser: install chromium, or name one in GOVKZ_CHROMIUM"
    return None


def _found() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def prepare(settings: BaseSettings, hosts: frozenset[str], *, needed: bool) -> bool:
    """Configure Playwright as download handler; return False if no browser is available.

    Raises BadInput, which says what to install, if the browser is ``needed``.
    """
    lacking = missing(settings.get)
    if lacking and needed:
        raise BadInput(lacking)
    if lacking:
        if get_text(settings.get, "GOVKZ_CHROMIUM"):  # set by the user, who expects it to be used
            logger.warning("%s; the route pages is not used", lacking)
        return False
    # As root Chromium does not start with its sandbox.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # Some requests of a page, such as redirects, bypass Playwright's hooks: no other host resolves.
    named = {urlsplit(f"//{host}").hostname for host in hosts}
    rules = ["MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in sorted(filter(None, named)))]
    arguments.append(f"--host-resolver-rules={', '.join(rules)}")
    handler = "govkz_scraper.download_handlers.LazyBrowserHandler"
    values = {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": get_text(settings.get, "GOVKZ_CHROMIUM") or _found(),
            "headless": True,
            "args": arguments,
        },
        "PLAYWRIGHT_ABORT_REQUEST": partial(unwanted, hosts),
        "RETRY_EXCEPTIONS": [*settings.getlist("RETRY_EXCEPTIONS"), "playwright.async_api.Error"],
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.getfloat("DOWNLOAD_TIMEOUT") * 1000,
    }
    for name, value in values.items():
        settings.set(name, value, priority="spider")
    return True


def unwanted(hosts: frozenset[str], request: Any) -> bool:  # noqa: ANN401 - Playwright is an extra
    """Return whether the browser should abort a request: images, media, fonts and other hosts."""
    parts = urlsplit(request.url)
    foreign = parts.scheme in ("http", "https") and parts.netloc.lower() not in hosts
    return foreign or request.resource_type in _NOT_LOADED


async def settle(page: Any) -> None:  # noqa: ANN401 - as above
    """Wait for a card or a heading, then until the DOM is stable.

    A page that is no shell, or shows neither in time, is read as it is.
    """
    from playwright.async_api import TimeoutError as NotThere

    try:
        await page.wait_for_selector(
            f"{CARD} a[href], {HEADING}, body:not(:has(#root))", state="attached", timeout=_SETTLE_MS
        )
        await page.evaluate(_STILL)
    except NotThere:
        pass
    await page.evaluate(_WELL_FORMED)
