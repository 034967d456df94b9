"""Downloader middlewares on Scrapy's own: allowed hosts, retries with back-off, and robots.txt by RFC 9309.

They work for any spider. A spider with an attribute ``hosts`` is confined to them, redirects included.
"""

from __future__ import annotations

import asyncio
import logging
from time import time
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, NotConfigured
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.python import to_unicode

from govkz_scraper.backoff import backoff_delay, parse_retry_after
from govkz_scraper.config import get_number
from govkz_scraper.crawl.failure_messages import reason

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser
    from scrapy.settings import BaseSettings

logger = logging.getLogger("govkz_scraper.crawl")
BACKOFF_FIRST = "govkz_backoff_first"  # meta key: the response could not be parsed; back off before the retry
CRAWL_DELAY = "govkz_crawl_delay"  # meta key: seconds that robots.txt asks for between two requests


class OffsiteRequest(IgnoreRequest):
    """The URL is on none of the spider's hosts. Raised by AllowedHostsMiddleware, recorded by the spider."""


class HostBackingOff(IgnoreRequest):
    """The host asked for a longer wait than allowed. Raised by BackoffMiddleware, recorded by the spider."""


class RobotsTxtDisallowed(IgnoreRequest):
    """robots.txt disallows the URL. Raised by StrictRobotsTxtMiddleware; the spider counts a refusal."""


class RobotsTxtUnavailable(IgnoreRequest):
    """robots.txt could not be fetched. Raised by StrictRobotsTxtMiddleware; the whole host has failed."""


class AllowedHostsMiddleware(OffsiteMiddleware):
    """Confine a spider to its ``hosts`` (host and port), redirects included.

    Scrapy's middleware drops such requests before their errback can hear of it, and compares no ports. A
    spider without ``hosts`` gets Scrapy's behaviour, with ``allowed_domains``.
    """

    @property
    def hosts(self) -> frozenset[str] | None:
        """The hosts of the running spider; None if it declares none."""
        hosts: frozenset[str] | None = getattr(self.crawler.spider, "hosts", None)
        return hosts

    def request_scheduled(self, request: Request, spider: Spider) -> None:
        """Drop an off-site request of a spider without ``hosts`` before it is scheduled."""
        if self.hosts is None:
            super().request_scheduled(request, spider)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Reject a request to another host."""
        if self.hosts is None:
            super().process_request(request)
        elif not request.url.startswith("data:"):  # `file:` is rejected: a page may link to it
            self._check(request.url, request.url, self.hosts)

    def process_response(self, request: Request, response: Response) -> Response:
        """Reject a redirect to another host or from https to http, followed by a browser or not."""
        if self.hosts is None or request.url.startswith("data:"):
            return response
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location:
            self._check(urljoin(request.url, location.decode("latin-1")), request.url, self.hosts)
        self._check(response.url, request.url, self.hosts)  # a browser follows redirects by itself
        return response

    @staticmethod
    def _check(target: str, requested: str, hosts: frozenset[str]) -> None:
        parts = urlsplit(target)
        if parts.netloc.lower() not in hosts or (requested.startswith("https:") and parts.scheme != "https"):
            what = "redirected off site" if target != requested else "not a host of this crawl"
            raise OffsiteRequest(f"{what}: {parts.scheme}://{parts.netloc}{parts.path}"[:200])


class BackoffMiddleware(RetryMiddleware):
    """Retry transient failures, and keep the whole host waiting: Retry-After, back-off, Crawl-delay.

    Scrapy's retries come at once and ignore Retry-After, and AutoThrottle does not slow down on fast 429s.
    What is retried, and how often, is Scrapy's decision by its RETRY_* settings.
    """

    def __init__(self, settings: BaseSettings) -> None:
        try:
            super().__init__(settings)
        except NotConfigured:  # RETRY_ENABLED=False: no retries, but hosts still get their waits
            self.retry_http_codes, self.exceptions_to_retry = set(), ()
        self.pause = get_number(settings.get, "GOVKZ_RETRY_PAUSE")
        self.max_wait = get_number(settings.get, "GOVKZ_MAX_WAIT")
        # No more requests pass than the downloader sends at once: none waits behind it, past its own wait.
        self.concurrency = max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self.blocked_until: dict[str, float] = {}  # host: Unix time
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._in_flight: dict[Request, asyncio.Semaphore] = {}

    async def process_request(self, request: Request) -> None:
        """Wait for a slot of the host, then for the end of its back-off; raises HostBackingOff."""
        host = urlsplit(request.url).netloc
        if not host:  # data:, file:
            return
        if request.meta.pop(BACKOFF_FIRST, False):
            self._back_off(host, request.meta.get("retry_times", 1))
        slot = self._slots.setdefault(host, asyncio.Semaphore(self.concurrency))
        await slot.acquire()
        self._in_flight[request] = slot
        while (left := self.blocked_until.get(host, 0.0) - time()) > 0:
            if left > self.max_wait:
                self._release(request)
                raise HostBackingOff(f"the host asked to wait {left:.0f} s (GOVKZ_MAX_WAIT)")
            await asyncio.sleep(left + 0.01)  # a timer may fire a little early

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Response | Request:
        """Free the slot; back off and retry as the status and Retry-After say."""
        self._release(request)
        header = response.headers.get("Retry-After")
        requested = parse_retry_after(header.decode("latin-1") if header else None, time())
        # A refusal may ask for a wait as well.
        if response.status in self.retry_http_codes or (requested is not None and response.status >= 300):
            host = urlsplit(request.url).netloc
            if requested is not None:
                logger.warning("%s answered %s and asked to wait %.0f s", host, response.status, requested)
            self._back_off(host, request.meta.get("retry_times", 0) + 1, requested)
        retried: Response | Request = super().process_response(request, response)
        return retried

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Response | Request | None:
        """Free the slot; back off and retry after a time-out or a broken connection."""
        sent = self._release(request)
        retry_times = request.meta.get("retry_times", 0)
        if not sent or (isinstance(exception, DownloadTimeoutError) and retry_times):
            return None  # a second time-out is final: each one takes a minute
        if isinstance(exception, self.exceptions_to_retry):
            self._back_off(urlsplit(request.url).netloc, retry_times + 1)
        retried: Response | Request | None = super().process_exception(request, exception)
        return retried

    def _release(self, request: Request) -> bool:
        """Free the slot of a request and start the Crawl-delay; False if the request was never sent."""
        slot = self._in_flight.pop(request, None)
        if slot is not None:
            self._block(urlsplit(request.url).netloc, request.meta.get(CRAWL_DELAY, 0.0))
            slot.release()
        return slot is not None

    def _back_off(self, host: str, failures: int, requested: float | None = None) -> None:
        self._block(host, backoff_delay(failures, requested, pause=self.pause, max_wait=self.max_wait))

    def _block(self, host: str, seconds: float) -> None:
        self.blocked_until[host] = max(self.blocked_until.get(host, 0.0), time() + seconds)


class StrictRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware, but an unreachable robots.txt means "disallow all" (RFC 9309, 2.3.1.4).

    By 2.3.1.3 a status 4xx means that there are no rules. BackoffMiddleware has retried by then, as for any
    request. A Crawl-delay, which the RFC leaves out and many sites state, is passed to BackoffMiddleware.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.failures: dict[str, str] = {}  # host: why its robots.txt is unavailable

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Create the middleware; Scrapy's raises NotConfigured without ROBOTSTXT_OBEY."""
        return cls(crawler)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Check a request against the rules; raises RobotsTxtDisallowed or RobotsTxtUnavailable."""
        url = urlparse_cached(request)
        if rp is None:
            why = self.failures.get(url.netloc, "no response")
            raise RobotsTxtUnavailable(
                f"{url.scheme}://{url.netloc}/robots.txt could not be read ({why}): nothing was requested"
            )
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            raise RobotsTxtDisallowed(f"robots.txt disallows {url.path}") from None
        if isinstance(rp, ProtegoRobotParser):  # Scrapy's default; its interface has no Crawl-delay
            agent = self._robotstxt_useragent or request.headers.get("User-Agent", self._default_useragent)
            request.meta[CRAWL_DELAY] = rp.rp.crawl_delay(to_unicode(agent or "")) or 0.0

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:  # a 4xx that says "not now"
            raise RobotsTxtUnavailable(f"status {response.status}")
        if response.status >= 400:
            response = response.replace(body=b"")  # an error page holds no rules
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.failures[netloc] = reason(exc)
        super()._robots_error(exc, netloc)
