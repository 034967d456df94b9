"""Downloader middlewares: a host that asks for a rest gets it, and no redirect leads to another host."""

from __future__ import annotations

import asyncio
import logging
from time import time
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.utils.python import global_object_name

from govkz_scraper.backoff import BROKEN, BUSY, RetryPolicy, backoff_delay, retry_after

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger("govkz_scraper.crawl")
AFTER_REST = "govkz_after_rest"  # meta key: the spider could not read the answer; rest before trying again
PAUSE_AFTER = "govkz_pause_after"  # meta key: seconds that robots.txt wants between this request and the next


class OffsiteRequest(IgnoreRequest):
    """An address outside the site that the crawl was allowed. Raised by HostGuard, recorded by the spider."""


class HostBackingOff(IgnoreRequest):
    """The host asked for a longer rest than we wait. Raised by BackOff, recorded by the spider."""


class AllowedHostsMiddleware:
    """Lets requests go only to the spider's own hosts, and refuses redirects to any other."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Keep the crawler: the spider knows its hosts only once it is made."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse a request to another host."""
        self._check(request.url, request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse a redirect to another host, or from https to http, and what a browser found there."""
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location:
            target = urljoin(request.url, location.decode("latin-1"))
            self._check(target, request.url)
        self._check(response.url, request.url)  # a browser has followed redirects by itself
        return response

    def _check(self, target: str, asked: str) -> None:
        parts = urlsplit(target)
        hosts: frozenset[str] = getattr(self.crawler.spider, "hosts", frozenset())
        if parts.netloc.lower() not in hosts or (asked.startswith("https:") and parts.scheme != "https"):
            what = "redirected to another place" if target != asked else "not a place of this crawl"
            raise OffsiteRequest(f"{what}: {parts.scheme}://{parts.netloc}{parts.path}"[:200])


class BackoffMiddleware:
    """Lets one request at a time to a host, none before its rest is over, and tries again what may get well.

    Scrapy knows no Retry-After, its retries come at once, and AutoThrottle never slows down on fast 429s. The
    whole host rests, not only the request that met the trouble.
    """

    def __init__(self, manners: RetryPolicy, spider: Spider) -> None:
        self.manners, self.spider = manners, spider
        self.until: dict[str, float] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._holding: dict[Request, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the limits from the spider, which knows whether its site is on loopback."""
        spider = crawler.spider
        assert spider is not None  # noqa: S101 - Scrapy makes the spider before its middlewares
        return cls(spider.manners, spider)  # type: ignore[attr-defined]  # every spider of ours has manners

    async def process_request(self, request: Request) -> None:
        """Wait for this host's turn, then for the end of its rest."""
        host = urlsplit(request.url).netloc
        if request.meta.pop(AFTER_REST, False):
            self._rest(host, request.meta.get("retry_times", 1), None)
        turn = self._turns.setdefault(host, asyncio.Lock())
        await turn.acquire()
        self._holding[request] = turn
        while (left := self.until.get(host, 0.0) - time()) > 0:
            if left > self.manners.max_wait:
                self._let_go(request)
                raise HostBackingOff(f"the host asked for a rest of {left:.0f} s (GOVKZ_MAX_WAIT)")
            await asyncio.sleep(left + 0.01)  # a timer may fire a little early

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Let the next one go; give the host its rest and try again when the answer says so."""
        self._let_go(request)
        value = response.headers.get("Retry-After")
        asked = retry_after(value.decode("latin-1") if value else None, time())
        if response.status not in BUSY | BROKEN:
            if asked is not None and response.status >= 300:  # a refusal may ask for a rest, too
                self._rest(urlsplit(request.url).netloc, 1, asked)
            return response
        again = self._again(request, f"{response.status}", asked)
        return again or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Let the next one go; try again after a time-out or a broken connection."""
        held = self._let_go(request)
        if not held or isinstance(exception, (IgnoreRequest, DownloadCancelledError)):
            return None
        if isinstance(exception, DownloadTimeoutError) and request.meta.get("retry_times", 0):
            return None  # a second silence of a minute is an answer
        return self._again(request, global_object_name(type(exception)), None)

    def _let_go(self, request: Request) -> bool:
        turn = self._holding.pop(request, None)
        if turn is not None:
            host, pause = urlsplit(request.url).netloc, request.meta.get(PAUSE_AFTER, 0.0)
            self.until[host] = max(self.until.get(host, 0.0), time() + pause)
            turn.release()
        return turn is not None

    def _again(self, request: Request, reason: str, asked: float | None) -> Request | None:
        host = urlsplit(request.url).netloc
        self._rest(host, request.meta.get("retry_times", 0) + 1, asked)
        if asked is not None:
            logger.warning("%s answered %s and asked for a rest of %.0f s", host, reason, asked)
        return get_retry_request(
            request,
            spider=self.spider,
            reason=reason,
            max_retry_times=self.manners.retries,
            logger=logger,
            give_up_log_level="DEBUG",
        )

    def _rest(self, host: str, tries: int, asked: float | None) -> None:
        seconds = backoff_delay(tries, asked, self.manners)
        self.until[host] = max(self.until.get(host, 0.0), time() + seconds)
