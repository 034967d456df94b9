"""The digest spider: newspaper pages that reprint press items, with their further pages."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import TextResponse

from govkz_scraper.digests import read_digest
from govkz_scraper.notes import Failure, ListingNote, Notes, Refusal
from govkz_scraper.reasons import reason
from govkz_scraper.rests import Manners
from govkz_scraper.robots import Disallowed
from govkz_scraper.routes import NotAllowed, NotUnderstood, check_refusal
from govkz_scraper.wishes import behave, for_us, read_count
from pipelines.errors import BadInput, DatabaseError
from pipelines.records import Page

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as Failed

logger = logging.getLogger("govkz_scraper.crawl")
_PAGES = 50  # of one digest, unless the user says otherwise
_NEXT = (
    '//link[@rel="next"]/@href | //a[@rel="next"]/@href | //a[contains(@class, "next")]/@href'
    ' | //*[contains(@class, "next") and not(self::a)]/a/@href'
)


class DigestSpider(Spider):
    """Crawls newspaper pages: ``-a urls='https://… https://…' -a max_pages=3``."""

    name = "digest"
    manners: Manners

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401 - Scrapy's signature
        """Read the arguments and set the manners; raises BadInput for a bad argument or setting."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        # One stranger among the addresses, and all are treated as strangers.
        spider.manners = behave(crawler.settings, spider.urls[0], *spider.urls[1:])
        return spider

    def __init__(self, **arguments: str) -> None:
        super().__init__(self.name)
        self.arguments = for_us(arguments)
        if unknown := sorted(self.arguments.keys() - {"urls", "max_pages"}):
            raise BadInput(f"unknown argument {unknown[0]!r} (use max_pages, urls)")
        max_pages = self.arguments.get("max_pages", "")
        self.urls = list(dict.fromkeys(self.arguments.get("urls", "").split()))
        for url in self.urls:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise BadInput(f"{url}: not the address of a page (https://…)")
        if not self.urls:
            raise BadInput("no address given: name newspaper pages, like https://paper.example/")
        self.hosts = frozenset(urlsplit(url).netloc.lower() for url in self.urls)
        self.max_pages = read_count(max_pages) or _PAGES
        self.notes = Notes([ListingNote(url, "", route="digest", walk="recent") for url in self.urls])
        self.waiting = deque(self.notes.listings)
        self.broken: DatabaseError | None = None  # what ended the crawl, for the exit code

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the first page of the first digest."""
        for request in self._next_digest():
            yield request

    def _next_digest(self) -> Iterator[Request]:
        if self.waiting:
            note = self.waiting.popleft()
            yield self._request(note.slug, note, frozenset({note.slug}))

    def _request(self, url: str, note: ListingNote, asked: frozenset[str]) -> Request:
        arguments = {"note": note, "asked": asked}
        return Request(url, self.parse_page, errback=self.fail, cb_kwargs=arguments, dont_filter=True)

    async def parse_page(
        self, response: Response, note: ListingNote, asked: frozenset[str]
    ) -> AsyncIterator[Any]:
        """Read a page, hand its items on together, and follow its link to the next page."""
        try:
            page = self._read(response)
        except NotAllowed as refusal:
            self._refused(note, str(refusal))
        except NotUnderstood as error:
            self._failed(note, response.url, str(error))
        else:
            stored: asyncio.Future[tuple[str, ...]] = asyncio.get_running_loop().create_future()
            yield Page(page.stories, None, stored.set_result, stored.set_exception)
            try:
                note.count(page.stories, await stored)
            except DatabaseError as error:
                self.broken = error
                raise CloseSpider("database") from error
            note.pages += 1
            following = self._following(response, note.slug, asked)
            if following and note.pages < self.max_pages:
                yield self._request(following, note, asked | {following})
                return
            note.outcome = "limited" if following else "done"
            logger.info("%s: %s pages, %s items, %s new", note.slug, note.pages, note.items, note.new)
        for request in self._next_digest():
            yield request

    def _read(self, response: Response) -> Page:
        check_refusal(response.status, response.body)
        if response.status != 200 or not isinstance(response, TextResponse):
            kind = response.headers.get("Content-Type") or b"no content type"
            raise NotUnderstood(f"status {response.status}, {kind.decode('latin-1')}")
        html = b"html" in response.headers.get("Content-Type", b"") or None  # type: ignore[operator]  # never None with a default
        stories = read_digest(response.text, html=html, page_url=response.url)
        if not stories:
            raise NotUnderstood("no items on the page: is it a digest?")
        return Page(tuple(stories))

    def _following(self, response: Response, first: str, asked: frozenset[str]) -> str | None:
        """Give the next page of the same section of the same paper, if it was not asked before.

        The section is where the digest begins, or where the site has led from there.
        """
        here = urlsplit(response.url)
        sections = tuple(_section(url) for url in (first, response.url))
        for href in response.xpath(_NEXT).getall():
            target = urljoin(response.url, href.strip()).partition("#")[0]
            there = urlsplit(target)
            same = there.netloc.lower() == here.netloc.lower() and there.scheme == here.scheme
            if same and there.path.startswith(sections) and target not in asked:
                return target
        return None

    def fail(self, failure: Failed) -> Iterator[Request]:
        """Take in that a request brought no answer: closed by robots.txt, or a failed page."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        note: ListingNote = request.cb_kwargs["note"]
        why = reason(failure.value)
        if isinstance(failure.value, Disallowed):
            self._refused(note, why)
        else:
            self._failed(note, request.url, why)
        yield from self._next_digest()

    def _refused(self, note: ListingNote, evidence: str) -> None:
        note.outcome = "refused"
        self.notes.refusals.append(Refusal(note.slug, "", "digest", evidence))
        logger.warning("%s: refused: %s", note.slug, evidence)

    def _failed(self, note: ListingNote, url: str, why: str) -> None:
        note.outcome = "failed"
        self.notes.failures.append(Failure(note.slug, "", "digest", url, why))
        logger.warning("%s: failed: %s (%s)", note.slug, why, url)


def _section(url: str) -> str:
    return urlsplit(url).path.partition("/page/")[0].rstrip("/")
