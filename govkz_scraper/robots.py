"""robots.txt as RFC 9309 has it: obeyed, and a site whose rules cannot be had is not asked at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.python import to_unicode

from govkz_scraper.crawl.failure_messages import reason
from govkz_scraper.middlewares import PAUSE_AFTER

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_BUSY = 429  # a 4xx, but one that says: not now


class RobotsTxtDisallowed(IgnoreRequest):
    """robots.txt closes an address to us. Raised by RobotsGate; for the spider the site has said no."""


class RobotsTxtUnavailable(IgnoreRequest):
    """robots.txt could not be had. Raised by RobotsGate; all on that host has failed."""


class StrictRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, but for what it does without an answer: it takes silence and 5xx for leave to go on.

    RFC 9309 (2.3.1.3, 2.3.1.4): 4xx means that there are no rules; a server's error or no answer means that
    nothing may be asked. BackOff has tried again by then, as for any request. A Crawl-delay, which the RFC
    leaves out and many sites state, is handed on to BackOff.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.reasons: dict[str, str] = {}  # why a host's rules could not be had

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # Scrapy's takes the spider too, and warns of it
        """Let through what the rules allow; raises Disallowed or RulesUnknown."""
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself
            return
        rules, place = await self.robot_parser(request), urlparse_cached(request)
        if rules is None:
            why = self.reasons.get(place.netloc, "no answer")
            raise RobotsTxtUnavailable(
                f"{place.scheme}://{place.netloc}/robots.txt could not be read ({why}): nothing was asked"
            )
        agent = request.headers.get(b"User-Agent", self._default_useragent)
        assert agent is not None  # noqa: S101 - there is a default
        if not rules.allowed(request.url, agent):
            raise RobotsTxtDisallowed(f"robots.txt disallows {place.path}")
        if isinstance(rules, ProtegoRobotParser):  # Scrapy's default; others may not know the wish
            request.meta[PAUSE_AFTER] = rules.rp.crawl_delay(to_unicode(agent)) or 0.0

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == _BUSY:
            raise RobotsTxtUnavailable(f"status {response.status}")
        if response.status >= 400:
            response = response.replace(body=b"")  # a page that says "not found" holds no rules
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.reasons[netloc] = reason(exc)
        super()._robots_error(exc, netloc)
