"""A download handler that starts a browser only when a page is to be rendered; needs the extra ``pages``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class LazyBrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # the package has no types
    """scrapy-playwright's handler, without its start of a browser in every crawl: most crawls need none."""

    lazy = True

    async def _maybe_launch_in_thread(self) -> None:
        """Called when the engine starts: nothing is to be rendered yet."""

    async def download_request(self, request: Request) -> Response:
        """Start the browser before the first page that wants one."""
        if request.meta.get("playwright") and not hasattr(self, "browser_provider"):
            await self._launch()
        response: Response = await super().download_request(request)
        return response
