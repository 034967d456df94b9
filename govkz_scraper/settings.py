"""Scrapy settings: who we are, how we behave, and the road of an item. A reason beside each.

Our own settings are named ``GOVKZ_*`` and are environment variables too: see knobs.py, docs/settings.md.
"""

from govkz_scraper import __version__
from govkz_scraper.config import from_environment

BOT_NAME = "govkz"
SPIDER_MODULES = ["govkz_scraper.spiders"]
NEWSPIDER_MODULE = "govkz_scraper.spiders"

# --- who we are -------------------------------------------------------------------------------------------
# The spider adds the contact (GOVKZ_CONTACT).
USER_AGENT = f"govkz-scraper/{__version__}"
TELNETCONSOLE_ENABLED = False  # a crawl on a schedule needs no open port
REMOTE_CONTROL_ENABLED = False  # nor one that runs Python code sent to it, which Scrapy opens by default
COOKIES_ENABLED = False  # nothing to log in to; a cookie would only tie requests together
REFERRER_POLICY = "no-referrer"

# --- manners ----------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True  # on every route
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is False
CONCURRENT_REQUESTS = 4
# One at a time: then no request is on its way to the wire when a Retry-After comes in.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0  # GOVKZ_DOWNLOAD_DELAY is a promise, not a mean
AUTOTHROTTLE_ENABLED = True  # slows down with a slow site, never below the delay
AUTOTHROTTLE_MAX_DELAY = 60.0
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
REDIRECT_MAX_TIMES = 5  # 20 by default; a press listing redirects once or never
METAREFRESH_ENABLED = False  # a page that sends elsewhere is no answer to a listing
HTTPERROR_ALLOW_ALL = True  # a refusal is read and recorded, not dropped
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_WARNSIZE = 0  # GOVKZ_MAX_BYTES is the bound, and it is a failed page

# --- the road ---------------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.adapters.NormalisePipeline": 300,  # before storing: the store takes only clean items
    "pipelines.adapters.StorePipeline": 800,  # last: what is stored has passed everything
}
DOWNLOADER_MIDDLEWARES = {
    # Scrapy's own takes a robots.txt that cannot be had for leave to go on.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "govkz_scraper.middlewares.StrictRobotsTxtMiddleware": 100,
    # Scrapy's own drops redirected requests without a word to the spider; HostGuard says what it refused.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # Further out than 600 in the answers' way: sees a redirect before RedirectMiddleware follows it.
    "govkz_scraper.middlewares.AllowedHostsMiddleware": 650,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "govkz_scraper.middlewares.BackoffMiddleware": 950,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 960,
}
EXTENSIONS = {
    # Opens the database before anything is asked, and closes the record with the verdict.
    "govkz_scraper.extensions.CrawlRecorder": 100,
    "scrapy.extensions.logstats.LogStats": None,  # our own lines say more
    "scrapy.extensions.memusage.MemoryUsage": None,
}
CONCURRENT_ITEMS = 1  # pages are stored in the order they were read

# --- how much is said -------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"
LOG_FORMATTER = "govkz_scraper.extensions.NoItemTextLogFormatter"  # the text of an item is never logged

# Unset ones are absent: their default depends on whether the site is a replica on loopback.
locals().update(from_environment())
