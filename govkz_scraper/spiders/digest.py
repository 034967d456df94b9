"""The digest spider: newspaper pages that reprint press items, and their further pages."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from govkz_scraper.base_spiders.reporting_spider import ReportingSpider
from govkz_scraper.config import get_number
from govkz_scraper.crawl.failure_messages import reason
from govkz_scraper.crawl.report import FailedPage, ListingReport, Refusal
from govkz_scraper.digests import read_digest
from govkz_scraper.items import PressItem
from govkz_scraper.middlewares import RobotsTxtDisallowed
from govkz_scraper.routes import AccessDenied, UnexpectedResponse, check_refusal, quotes_filter
from govkz_scraper.spider_arguments import (
    hosts_of,
    read_address,
    read_base_url,
    read_count,
    read_flag,
    read_since,
)
from pipelines.dates import parse_date
from pipelines.errors import BadInput
from pipelines.items import RawStory

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

logger = logging.getLogger("govkz_scraper.crawl")
_PAGES = 50  # of one digest, unless the user says otherwise
_NEXT = (
    '//link[@rel="next"]/@href | //a[@rel="next"]/@href | //a[contains(@class, "next")]/@href'
    ' | //*[contains(@class, "next") and not(self::a)]/a/@href'
)
_ARGUMENTS = {"urls", "max_pages", "since", "full", "base_url"}


class DigestSpider(ReportingSpider):
    """Crawls newspaper pages: ``-a urls='https://… https://…' -a max_pages=3``."""

    name = "digest"

    def __init__(self, **arguments: str) -> None:
        super().__init__(**arguments)
        if unknown := sorted(self.arguments.keys() - _ARGUMENTS):
            raise BadInput(f"unknown argument {unknown[0]!r} (use {', '.join(sorted(_ARGUMENTS))})")
        self.urls = list(dict.fromkeys(self.arguments.get("urls", "").split()))
        for url in self.urls:
            read_address(url, "page")
        base_url = self.arguments.get("base_url")
        self.base_url = read_base_url(base_url) if base_url is not None else None
        self.hosts = frozenset[str]().union(*map(hosts_of, self.start_addresses()))
        self.max_pages = read_count(self.arguments.get("max_pages"))
        self.full, self.since = read_flag(self.arguments, "full"), read_since(self.arguments.get("since"))
        self.report.listings = [ListingReport(url, "", route="digest", walk="recent") for url in self.urls]
        self.waiting = deque(self.report.listings)

    def start_addresses(self) -> Sequence[str]:
        """Return the newspapers, or the replica that stands in for them."""
        return [self.base_url] if self.base_url else self.urls

    def check_targets(self) -> None:
        """Raise BadInput without a newspaper page."""
        if not self.urls:
            raise BadInput("no URL given: name newspaper pages, such as -a urls=https://paper.example/")

    def begin(self) -> list[Request]:
        """Request the first page of the first digest."""
        if self.max_pages is None:
            get = self.crawler.settings.get
            self.max_pages = int(get_number(get, "GOVKZ_MAX_PAGES")) if self.full else _PAGES
        return self._next_digest()

    def _next_digest(self) -> list[Request]:
        if not self.waiting:
            return []
        report = self.waiting.popleft()
        return [self._request(report.slug, report, frozenset({report.slug}))]

    def _request(self, url: str, report: ListingReport, requested: frozenset[str]) -> Request:
        arguments = {"report": report, "requested": requested}
        where = self._moved(url, self.base_url) if self.base_url else url
        return Request(where, self.parse_page, errback=self.fail, cb_kwargs=arguments, dont_filter=True)

    def _moved(self, url: str, site: str) -> str:
        """Return the URL of the same page on another site."""
        there = urlsplit(site)
        return urlsplit(url)._replace(scheme=there.scheme, netloc=there.netloc).geturl()

    def _place(self, response: Response, report: ListingReport) -> str:
        """Return the URL that is stored for a page: the newspaper's, whatever server stood in for it."""
        return self._moved(response.url, report.slug) if self.base_url else response.url

    def parse_page(
        self, response: Response, report: ListingReport, requested: frozenset[str]
    ) -> Iterator[Any]:
        """Parse a page, yield its items, and follow its link to the next page."""
        place, request = self._place(response, report), response.request
        try:
            stories = self._read(response, place)
        except AccessDenied as refusal:
            self._refused(report, str(refusal))
            yield from self._next_digest()
            return
        except UnexpectedResponse as error:
            self._failed(report, place, str(error))
            yield from self._next_digest()
            return
        wanted = [story for story in stories if self._is_wanted(story)]

        async def go_on(outcomes: tuple[str, ...]) -> Iterable[Request]:
            report.count(wanted, outcomes)
            report.pages += 1
            if errors := outcomes.count("error"):
                why = f"{errors} of {len(outcomes)} items could not be processed"
                self._failed(report, place, f"{why}: {self.report.item_errors[-1]}")
            following = self._following(response, place, report.slug, requested) if wanted else None
            if following and report.pages < (self.max_pages or _PAGES):
                return [self._request(following, report, requested | {following})]
            if report.outcome == "waiting":
                report.outcome = "limited" if following else "done"
            logger.info("%s: %s pages, %s items, %s new", report.slug, report.pages, report.items, report.new)
            return self._next_digest()

        yield from self.page_items(wanted, go_on, request=request)

    def parse(self, response: Response) -> Iterator[PressItem]:
        """Parse any newspaper page, for ``scrapy parse`` and ``scrapy check``.

        @url data:text/plain;charset=utf-8,News%0AMore%0ARoad%20opened%0A20.12.2025%0AThe%20road%20is%20open.
        @returns items 1 1
        @scrapes title body date position
        """
        yield from map(PressItem.from_raw, self._read(response, response.url))

    def _read(self, response: Response, place: str) -> list[RawStory]:
        kind = response.headers.get("Content-Type") or b""
        stories: list[RawStory] = []
        if response.status == 200 and isinstance(response, TextResponse):
            html = b"html" in kind or None
            stories = list(read_digest(response.text, html=html, page_url=place))
        # A story may quote the filter's page; that page has no item beside its own words.
        if not any((one.date or one.url) and not quotes_filter(f"{one.title} {one.body}") for one in stories):
            check_refusal(response.status, response.body)
        if response.status != 200 or not isinstance(response, TextResponse):
            content_type = kind.decode("latin-1") or "no content type"
            raise UnexpectedResponse(f"status {response.status}, {content_type}")
        if not stories:
            raise UnexpectedResponse("no items on the page: is it a digest?")
        return stories

    def _is_wanted(self, story: RawStory) -> bool:
        day: date | None = parse_date(story.date).date if self.since and story.date else None
        return day is None or self.since is None or day >= self.since

    def _following(self, response: Response, place: str, first: str, requested: frozenset[str]) -> str | None:
        """Return the next page of the same section of the same paper, if it was not requested before.

        The section is where the digest begins, or where the site has led from there.
        """
        if not isinstance(response, HtmlResponse):
            return None  # text saved from a page has no links
        here = urlsplit(place)
        sections = tuple(_section(url) for url in (first, place))
        for href in response.xpath(_NEXT).getall():
            try:
                target = urljoin(response.url, href.strip()).partition("#")[0]
            except ValueError:  # no address: http://[
                continue
            if self.base_url and urlsplit(target).netloc == urlsplit(response.url).netloc:
                target = self._moved(target, first)
            there = urlsplit(target)
            same = there.netloc.lower() == here.netloc.lower() and there.scheme == here.scheme
            if same and any(_is_within(there.path, one) for one in sections) and target not in requested:
                return target
        return None

    def fail(self, failure: TwistedFailure) -> Iterator[Request]:
        """Handle a request without a response: disallowed by robots.txt, or a failed page."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        report: ListingReport = request.cb_kwargs["report"]
        why = reason(failure.value)
        if isinstance(failure.value, RobotsTxtDisallowed):
            self._refused(report, why)
        else:
            self._failed(report, request.url, why)
        yield from self._next_digest()

    def skip_failed(self, request: Request, url: str, why: str) -> Iterable[Request]:
        """Go on with the next digest."""
        if (report := request.cb_kwargs.get("report")) is None:
            return []
        self._failed(report, url, why)
        return self._next_digest()

    def _refused(self, report: ListingReport, evidence: str) -> None:
        report.outcome = "refused"
        self.report.refusals.append(Refusal(report.slug, "", "digest", evidence))
        logger.warning("%s: refused: %s", report.slug, evidence)

    def _failed(self, report: ListingReport, url: str, why: str) -> None:
        report.outcome = "failed"
        self.report.failures.append(FailedPage(report.slug, "", "digest", url, why))
        logger.warning("%s: failed: %s (%s)", report.slug, why, url)


_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)  # of a page that is a file
_NUMBERED = re.compile(r"\d+(?:\.\w+)?/?$")


def _section(url: str) -> str:
    return _ENDING.sub("", urlsplit(url).path.partition("/page/")[0].rstrip("/"))


def _is_within(path: str, section: str) -> bool:
    """Return whether a path is of a section: below it or, numbered, beside it (not ``/newsletter``).

    >>> [_is_within(path, "/news") for path in ("/news/2", "/news-2.html", "/news2.html", "/newsletter")]
    [True, True, True, False]
    """
    if not path.startswith(section):
        return False
    rest = path[len(section) :]
    return rest[:1] in ("", "/", "-", "_", ".") or _NUMBERED.match(rest) is not None
