"""The probe spider: requests robots.txt and each route once, and reports what the site responds today."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import DownloadTimeoutError
from scrapy.robotstxt import ProtegoRobotParser

from govkz_scraper.crawl.failure_messages import reason
from govkz_scraper.routes import ROUTES, AccessDenied, UnexpectedResponse, check_refusal, evidence
from govkz_scraper.spider_arguments import apply_policy, read_base_url
from govkz_scraper.terminal import escape_control_chars

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

State = Literal["works", "refused", "closed by robots.txt", "failed", "shell"]
_LANG = "ru"
_SIZE = 5  # items requested from a route whose page size is adjustable
_TIMEOUT = 10  # seconds per response: five of them take less than a minute
_REDIRECTS = 5  # of robots.txt; RFC 9309, 2.3.1.2
_REPORTED_HEADERS = ("Location", "Retry-After")


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of robots.txt or of a route."""

    name: str
    state: State
    detail: str

    @property
    def usable(self) -> bool:
        """Whether a crawl could use the route."""
        return self.state in ("works", "shell")


class ProbeSpider(Spider):
    """Probes a site: ``-a base_url=http://127.0.0.1:8000 -a slug=almobl``; yields a finding per route."""

    name = "probe"
    custom_settings = {  # noqa: RUF012 - Scrapy's convention
        "ITEM_PIPELINES": {},
        # Every request is sent once, and a redirect or a Retry-After is a finding.
        "DOWNLOADER_MIDDLEWARES": {},
        # Twisted repeats a request by itself if a connection that it kept open breaks.
        "DEFAULT_REQUEST_HEADERS": {"Connection": "close"},
        "REDIRECT_ENABLED": False,
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": False,  # obeyed in ``_probe_routes``, which also reports on robots.txt
        "URLLENGTH_LIMIT": 0,  # a long redirect of robots.txt would be dropped without a finding
    }

    def __init__(self, base_url: str | None = None, slug: str = "almobl", **arguments: Any) -> None:  # noqa: ANN401 - Scrapy's signature
        super().__init__(**arguments)
        self.base_url, self.slug = read_base_url(base_url), slug
        self.robots = ProtegoRobotParser(b"", spider=None)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Read arguments and settings; raises BadInput for those that cannot be used."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        apply_policy(crawler.settings, spider.base_url)
        crawler.settings.set("DOWNLOAD_TIMEOUT", _TIMEOUT, priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Request robots.txt."""
        yield self._robots_request(f"{self.base_url}/robots.txt")

    def _robots_request(self, url: str, redirects: int = 0) -> Request:
        return Request(
            url,
            self.parse_robots,
            errback=self.robots_failed,
            cb_kwargs={"redirects": redirects},
            dont_filter=True,
        )

    def parse_robots(self, response: Response, redirects: int) -> Iterator[Finding | Request]:
        """Report on robots.txt, after redirects on the same host, and probe the routes that it allows."""
        status = response.status
        target = _redirect_target(response) if redirects < _REDIRECTS else None
        if target is not None:
            yield self._robots_request(target, redirects + 1)
        elif status == 429 or not 200 <= status < 500:  # RFC 9309: the site is closed; another 4xx: no rules
            yield self._robots_unavailable(_describe(response))
        else:
            yield Finding("robots.txt", "works", _describe(response))
            if status == 200:
                self.robots = ProtegoRobotParser(response.body, spider=None)
            yield from self._probe_routes(list(ROUTES))

    def robots_failed(self, failure: TwistedFailure) -> Iterator[Finding]:
        """Report that there was no response to the request for robots.txt."""
        yield self._robots_unavailable(_failure_message(failure))

    @staticmethod
    def _robots_unavailable(why: str) -> Finding:
        return Finding("robots.txt", "failed", f"{why}: a crawl would request nothing")

    def _probe_routes(self, names: Sequence[str]) -> Iterator[Finding | Request]:
        """Yield the request of the first route that robots.txt allows, and findings for those before it."""
        settings = self.crawler.settings
        agent = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        for number, name in enumerate(names, 1):
            route = ROUTES[name]
            request = route.build_request(self.slug, _LANG, route.paging.first_page, size=_SIZE)
            url = self.base_url + request.path
            if self.robots.allowed(url, agent):
                yield Request(
                    url,
                    self.parse,
                    method=request.method,
                    headers=request.headers,
                    body=request.body,
                    errback=self.route_failed,
                    cb_kwargs={"name": name, "remaining": names[number:]},
                    dont_filter=True,
                )
                return
            yield Finding(name, "closed by robots.txt", request.path)

    def parse(self, response: Response, name: str, remaining: Sequence[str]) -> Iterator[Finding | Request]:
        """Report on a route and probe the remaining ones."""
        try:
            yield self._evaluate(response, name)
        except AccessDenied as refusal:
            yield Finding(name, "refused", str(refusal))
        except UnexpectedResponse as error:
            yield Finding(name, "failed", str(error))
        yield from self._probe_routes(remaining)

    def route_failed(self, failure: TwistedFailure) -> Iterator[Finding | Request]:
        """Report a route without a response and probe the remaining ones."""
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy
        yield Finding(arguments["name"], "failed", _failure_message(failure))
        yield from self._probe_routes(arguments["remaining"])

    def _evaluate(self, response: Response, name: str) -> Finding:
        """Return the finding for a response; raises AccessDenied or UnexpectedResponse."""
        route, body = ROUTES[name], response.body
        if route.rendered:
            check_refusal(response.status, body)
        else:
            check_refusal(response.status, body, most=len(body))  # as a crawl does
        if response.status != 200:
            raise UnexpectedResponse(f"{_describe(response)}: {evidence(body)}")
        if route.rendered:
            if b'id="root"' not in body:
                raise UnexpectedResponse(f"not the page that a browser fills in: {evidence(body)}")
            return Finding(name, "shell", "an empty page that a browser fills in, as expected")
        listing = route.parse_listing(
            response.status,
            body,
            slug=self.slug,
            lang=_LANG,
            page=route.paging.first_page,
            content_type=_header(response, "Content-Type"),
        )
        full = sum(story.complete and story.body_html is not None for story in listing.stories)
        newest = next((story.date for story in listing.stories if story.date), "no date")
        return Finding(name, "works", f"{len(listing.stories)} items, {full} with full text, newest {newest}")


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _redirect_target(response: Response) -> str | None:
    """Return the URL of a redirect on the same host; None for any other response."""
    location = _header(response, "Location")
    if not (300 <= response.status < 400 and location):
        return None
    try:
        target = urljoin(response.url, location)
        same = urlsplit(target)[:2] == urlsplit(response.url)[:2]
    except ValueError:  # not a URL: http://[
        return None
    return target if same else None


def _describe(response: Response) -> str:
    """Return the status of a response, with the headers that explain it."""
    headers = ((name, escape_control_chars(_header(response, name))) for name in _REPORTED_HEADERS)
    return f"status {response.status}" + "".join(f", {name}: {value}" for name, value in headers if value)


def _failure_message(failure: TwistedFailure) -> str:
    if isinstance(failure.value, DownloadTimeoutError):
        return f"no response in {_TIMEOUT} s"
    return f"no response: {reason(failure.value)}"
