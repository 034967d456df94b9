"""Scrapy settings of the project, in the order of Scrapy's template.

Settings of our own are named ``GOVKZ_*`` and are environment variables too: see config.py and the docs.
"""

from govkz_scraper import __version__
from govkz_scraper.config import from_environment

BOT_NAME = "govkz"
SPIDER_MODULES = ["govkz_scraper.spiders"]
NEWSPIDER_MODULE = "govkz_scraper.spiders"
COMMANDS_MODULE = "govkz_scraper.scrapy_commands"  # `scrapy crawl` with our exit codes

# Crawl responsibly: the spiders add a contact (GOVKZ_CONTACT).
USER_AGENT = f"govkz-scraper/{__version__}"
ROBOTSTXT_OBEY = True  # on every route

# Concurrency and throttling
CONCURRENT_REQUESTS = 4
# One at a time: no request is under way when a Retry-After arrives.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0  # GOVKZ_DOWNLOAD_DELAY is a minimum, not a mean
AUTOTHROTTLE_ENABLED = True  # slows down with a slow site, never below the delay
AUTOTHROTTLE_MAX_DELAY = 60.0
CONCURRENT_ITEMS = 1  # the items of a page and its checkpoint are stored in order

COOKIES_ENABLED = False  # there is no login; a cookie would only link requests
TELNETCONSOLE_ENABLED = False  # a scheduled crawl needs no open port
REMOTE_CONTROL_ENABLED = False  # nor one that runs Python code sent to it, which Scrapy opens by default
REFERRER_POLICY = "no-referrer"

# Responses
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is False
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_WARNSIZE = 0  # GOVKZ_MAX_BYTES is the limit, and exceeding it is a failed page
HTTPERROR_ALLOW_ALL = True  # a refusal is parsed and recorded, not dropped
METAREFRESH_ENABLED = False  # a page that redirects is no response to a listing request
REDIRECT_MAX_TIMES = 5  # Scrapy's default is 20; a press listing redirects once or never

DOWNLOADER_MIDDLEWARES = {
    # Scrapy's own treats an unreachable robots.txt as permission.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "govkz_scraper.middlewares.StrictRobotsTxtMiddleware": 100,
    # Scrapy's own drops redirected requests without telling the spider.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # Beyond 600, so that a redirect is seen before RedirectMiddleware follows it.
    "govkz_scraper.middlewares.AllowedHostsMiddleware": 650,
    # Nearest to the downloader: nothing stands between the end of a back-off and the request.
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "govkz_scraper.middlewares.BackoffMiddleware": 950,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 960,  # counts what is really sent
}
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"

EXTENSIONS = {
    "govkz_scraper.extensions.CrawlRecorder": 100,  # evaluates a crawl of our spiders when it ends
    "scrapy.extensions.logstats.LogStats": None,  # our own log lines say more
    "scrapy.extensions.memusage.MemoryUsage": None,
}

# In this order; each can be switched off. See docs/architecture.md.
ITEM_PIPELINES = {
    "pipelines.clean.pipeline.CleanPipeline": 300,
    "pipelines.dates.pipeline.DatesPipeline": 400,
    "pipelines.dedupe.pipeline.DedupePipeline": 500,
    "pipelines.sqlite.pipeline.SqlitePipeline": 800,
}

LOG_LEVEL = "INFO"
LOG_FORMATTER = "govkz_scraper.log_formatter.ItemTextFreeLogFormatter"
FEED_EXPORT_ENCODING = "utf-8"

# Unset ones are absent: their default depends on whether the site is a replica on loopback.
globals().update(from_environment())
