"""Download handler that starts the browser on the first rendered request; needs the extra ``pages``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DownloadTimeoutError
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from govkz_scraper.rendering import settle

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_CLOSING = 10.0  # seconds until a closing browser is abandoned
_SPARE = 25.0  # seconds beyond the download timeout, for rendering and reading the page


class LazyBrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # the package has no types
    """scrapy-playwright's handler, but the browser is not started with every crawl: most crawls need none.

    Playwright sets no limit on a page whose scripts never end, and ``page.route`` does not see requests of
    popups and workers. So this handler limits the time, and its rules apply to the whole context.
    """

    lazy = True

    async def _maybe_launch_in_thread(self) -> None:
        """Do nothing when the engine starts: nothing is to be rendered yet."""

    async def download_request(self, request: Request) -> Response:
        """Start the browser before the first rendered request; raises DownloadTimeoutError."""
        if not request.meta.get("playwright"):
            response: Response = await super().download_request(request)
            return response
        if not hasattr(self, "browser_provider"):
            await self._launch()
        limit = self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT") + _SPARE
        work = asyncio.ensure_future(super().download_request(request))
        done, _ = await asyncio.wait({work}, timeout=limit)
        if done:
            rendered: Response = work.result()
            return rendered
        work.cancel()
        await self._end_browser()
        raise DownloadTimeoutError(f"rendering {request.url} took longer than {limit:.0f} seconds")

    async def _apply_page_methods(self, page: Any, request: Request, spider: Any) -> None:  # noqa: ANN401 - the package has no types
        """Wait until the page is complete; the package would wait for every image and tracker, too."""
        await settle(page)

    async def _end_browser(self) -> None:
        """Close a browser with a page that does not respond; the next request starts a new one."""
        browser = self.__dict__.pop("browser", None)
        self.context_wrappers.clear()
        if browser is not None:
            browser.remove_listener("disconnected", self._browser_disconnected_callback)
            await asyncio.wait({asyncio.ensure_future(browser.close())}, timeout=_CLOSING)

    async def _create_browser_context(
        self,
        name: str,
        context_kwargs: dict[str, Any] | None,
        spider: Any = None,  # noqa: ANN401 - Scrapy's
    ) -> Any:  # noqa: ANN401 - the package has no types
        kwargs = {"service_workers": "block", "accept_downloads": False} | (context_kwargs or {})
        wrapper = await super()._create_browser_context(name, kwargs, spider)

        async def guard(route: Any, request: Any) -> None:  # noqa: ANN401 - Playwright is an extra
            await (route.abort() if self.abort_request(request) else route.fallback())

        async def shut(socket: Any) -> None:  # noqa: ANN401 - as above
            await socket.close()

        async def opened(page: Any) -> None:  # noqa: ANN401 - as above
            if await page.opener() is not None:
                await page.close()

        context = wrapper.context
        await context.route("**", guard)
        await context.route_web_socket("**", shut)
        await context.add_init_script("window.open = () => null")
        context.on("page", opened)
        return wrapper
