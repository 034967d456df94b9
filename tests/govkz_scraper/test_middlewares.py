"""The downloader middlewares with spiders that know nothing of this project."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from govkz_scraper import middlewares

URL = "https://paper.example/news"


class PaperSpider(Spider):
    """A spider of three lines."""

    name = "paper"
    allowed_domains = ("paper.example",)


def create(kind: Any, spider: type[Spider] = PaperSpider, **settings: object) -> Any:
    crawler = get_crawler(spider, settings)
    crawler.spider = spider.from_crawler(crawler)
    return kind.from_crawler(crawler)


def handle(middleware: Any, request: Request) -> None:
    """Pass a request through a middleware, in a thread: browser tests leave an event loop running here."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(middleware.process_request(request))).result()


def test_a_spider_without_hosts_has_its_allowed_domains() -> None:
    offsite = create(middlewares.AllowedHostsMiddleware)
    offsite.process_request(Request(URL))
    with pytest.raises(IgnoreRequest):
        offsite.process_request(Request("https://other.example/"))
    redirect = Response(URL, status=302, headers={"Location": "https://other.example/"})
    assert offsite.process_response(Request(URL), redirect) is redirect  # Scrapy checks the new request


def test_a_spider_with_hosts_is_confined_to_them() -> None:
    class Confined(Spider):
        name = "confined"
        hosts = frozenset({"paper.example"})

    offsite = create(middlewares.AllowedHostsMiddleware, Confined)
    offsite.process_request(Request("data:text/html,x"))
    for url in ("https://paper.example:8443/", "file:///etc/hostname", "https://other.example/"):
        with pytest.raises(middlewares.OffsiteRequest):
            offsite.process_request(Request(url, dont_filter=True))
    for target in ("https://other.example/", "http://paper.example/"):
        redirect = Response(URL, status=302, headers={"Location": target})
        with pytest.raises(middlewares.OffsiteRequest, match="redirected off site"):
            offsite.process_response(Request(URL), redirect)


@pytest.mark.parametrize("url", ["data:text/html,x", "file:///etc/hostname"])
def test_urls_without_a_host_pass(url: str) -> None:
    backoff = create(middlewares.BackoffMiddleware)
    request = Request(url)
    handle(backoff, request)
    response = Response(url)
    assert backoff.process_response(request, response) is response
    robots = create(middlewares.StrictRobotsTxtMiddleware, ROBOTSTXT_OBEY=True)
    handle(robots, request)


def test_the_retry_settings_and_stats_are_scrapys() -> None:
    backoff = create(middlewares.BackoffMiddleware, RETRY_TIMES=1, RETRY_HTTP_CODES=[418])
    first = Request(URL)
    handle(backoff, first)
    again = backoff.process_response(first, Response(URL, status=418))
    assert isinstance(again, Request) and again.meta["retry_times"] == 1
    assert isinstance(backoff.process_response(again, Response(URL, status=418)), Response)
    assert isinstance(backoff.process_response(first, Response(URL, status=503)), Response)
    assert backoff.crawler.stats.get_value("retry/count") == 1
    assert backoff.crawler.stats.get_value("retry/max_reached") == 1


def test_without_retries_a_host_still_gets_its_wait() -> None:
    backoff = create(middlewares.BackoffMiddleware, RETRY_ENABLED=False, GOVKZ_MAX_WAIT=10)
    busy = Response(URL, status=503, headers={"Retry-After": "60"})
    assert backoff.process_response(Request(URL), busy) is busy
    with pytest.raises(middlewares.HostBackingOff, match="60 s"):
        handle(backoff, Request(URL))


def test_the_robots_user_agent_is_honoured_and_the_refusal_counted() -> None:
    settings = {"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "otherbot"}
    robots = create(middlewares.StrictRobotsTxtMiddleware, **settings)
    rules = robots._parserimpl.from_crawler(
        robots.crawler, b"User-agent: otherbot\nDisallow: /news\nCrawl-delay: 2"
    )
    with pytest.raises(middlewares.RobotsTxtDisallowed, match="/news"):
        robots.process_request_2(rules, Request(URL))
    assert robots.crawler.stats.get_value("robotstxt/forbidden") == 1
    allowed = Request("https://paper.example/")
    robots.process_request_2(rules, allowed)
    assert allowed.meta[middlewares.CRAWL_DELAY] == 2.0
    with pytest.raises(middlewares.RobotsTxtUnavailable):
        robots.process_request_2(None, allowed)
