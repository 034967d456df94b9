"""``scrapy crawl`` with the exit codes of ``govkz crawl``, and one plain line for a mistake of the user."""

from __future__ import annotations

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from govkz_scraper.base_spiders.reporting_spider import ReportingSpider
from govkz_scraper.crawl.console import summary
from govkz_scraper.crawl.runner import run_process
from govkz_scraper.terminal import echo_err
from pipelines.errors import GovkzError


class Command(ScrapyCrawl):
    """Runs a spider; those of this project report their outcome in the exit code."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider named on the command line. Raises UsageError without one."""
        if len(args) != 1:
            raise UsageError("name one spider: `scrapy list` shows them")
        try:
            crawler = self._create_crawler(args[0])
        except KeyError:
            raise UsageError(f"no spider {args[0]!r}: `scrapy list` shows them") from None
        if not issubclass(crawler.spidercls, ReportingSpider):
            super().run(args, opts)
            return
        try:
            result = run_process(self.crawler_process, crawler, opts.spargs)  # type: ignore[arg-type]  # set in scrapy.cmdline
        except GovkzError as error:
            echo_err(f"scrapy crawl {args[0]}: {error}")
            self.exitcode = error.exit_code
            return
        for line in summary(result):  # the last one is the outcome
            logging.getLogger("govkz_scraper.outcome").info("%s", line)
        self.exitcode = result.outcome.exit_code
