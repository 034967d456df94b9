"""Spider arguments and the settings that follow from them: parse, check, apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from ipaddress import ip_address
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from govkz_scraper import __version__
from govkz_scraper.config import SETTINGS, get_number, get_text
from govkz_scraper.listings.route_fallback import ROUTES
from govkz_scraper.sources import Source, choose_sources
from pipelines.errors import BadInput
from pipelines.language.codes import LANGUAGES
from pipelines.urls import SITE

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_DEFAULT_LANGS = "kk,ru,en"
_YES, _NO = {"yes", "true", "1", "on"}, {"no", "false", "0", "off"}
PRESS_ARGUMENTS = frozenset(
    {"slugs", "all", "kind", "lang", "route", "since", "full", "max_pages", "base_url"}
)


@dataclass(frozen=True, slots=True)
class PressArguments:
    """The arguments of a press crawl, checked."""

    sources: tuple[Source, ...]
    langs: tuple[str, ...]
    route: str
    since: date | None
    full: bool
    max_pages: int | None
    base_url: str


def drop_scrapyd_arguments(arguments: Mapping[str, object]) -> dict[str, str]:
    """Drop arguments that Scrapyd adds (``_job``)."""
    return {
        name: str(value)
        for name, value in arguments.items()
        if value is not None and not name.startswith("_")
    }


def read_press_arguments(arguments: dict[str, str]) -> PressArguments:
    """Parse and check spider arguments. Raises BadInput, which names the argument and what to write."""
    if unknown := sorted(arguments.keys() - PRESS_ARGUMENTS):
        raise BadInput(f"unknown argument {unknown[0]!r} (use {', '.join(sorted(PRESS_ARGUMENTS))})")
    slugs = [slug.strip() for slug in arguments.get("slugs", "").split(",") if slug.strip()]
    sources = choose_sources(slugs, kind=arguments.get("kind"), everything=read_flag(arguments, "all"))
    if not sources and "slugs" in arguments:
        raise BadInput(
            "nothing to crawl: name publishers (`govkz sources` lists them), or use --all or --kind"
        )
    route = arguments.get("route", "auto")
    if route not in ROUTES:
        raise BadInput(f"unknown route {route!r} (use {', '.join(ROUTES)})")
    return PressArguments(
        sources=tuple(sources),
        langs=_langs(arguments.get("lang", _DEFAULT_LANGS)),
        route=route,
        since=read_since(arguments.get("since")),
        full=read_flag(arguments, "full"),
        max_pages=read_count(arguments.get("max_pages")),
        base_url=read_base_url(arguments.get("base_url")),
    )


def read_base_url(value: str | None) -> str:
    """Return the base URL of a replica; without one the live site. Raises BadInput."""
    if value is None:
        return SITE
    parts = read_address(value, "--base-url")
    if parts.path.strip("/") or parts.query:
        raise BadInput(f"--base-url {value}: must be like http://127.0.0.1:8000, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def read_address(value: str, what: str) -> SplitResult:
    """Parse a URL that a user gave. Raises BadInput, whose message begins with ``what`` it is.

    >>> read_address("https://paper.example:8080/news", "page").hostname
    'paper.example'
    """
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # brackets that hold no address, a port beyond all ports
        usable = False
    if not usable:
        raise BadInput(f"{what} {value}: not a web address (https://…)")
    return parts


def hosts_of(base_url: str) -> frozenset[str]:
    """Return the hosts that a crawl of this site may request."""
    host = urlsplit(base_url).netloc.lower()
    return frozenset({host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"})


def on_loopback(url: str) -> bool:
    """Return whether a URL is on this machine: no delay is needed there."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


_PIPELINES = {  # in the order in which they have to stand, with their places
    "pipelines.clean.pipeline.CleanPipeline": 300,
    "pipelines.dates.pipeline.DatesPipeline": 400,
    "pipelines.dedupe.pipeline.DedupePipeline": 500,
    "pipelines.sqlite.pipeline.SqlitePipeline": 800,
}
_RECORDER = "govkz_scraper.extensions.CrawlRecorder"
# Class paths of 0.1.0 that a user's settings may still name.
_MOVED = {
    "pipelines.adapters.NormalisePipeline": "pipelines.clean.pipeline.CleanPipeline and the three after it",
    "pipelines.adapters.StorePipeline": "pipelines.sqlite.pipeline.SqlitePipeline",
    "govkz_scraper.extensions.RunRecord": _RECORDER,
    "govkz_scraper.extensions.QuietItems": "govkz_scraper.log_formatter.ItemTextFreeLogFormatter",
    "govkz_scraper.middlewares.BackOff": "govkz_scraper.middlewares.BackoffMiddleware",
    "govkz_scraper.middlewares.HostGuard": "govkz_scraper.middlewares.AllowedHostsMiddleware",
    "govkz_scraper.robots.RobotsGate": "govkz_scraper.middlewares.StrictRobotsTxtMiddleware",
}


def check_settings(settings: BaseSettings) -> None:
    """Check Scrapy settings that our spiders depend on. Raises BadInput, which says what to do."""
    if settings.get("JOBDIR"):
        raise BadInput("JOBDIR is not supported: a crawl resumes from the database; leave the setting out")
    if settings.getint("CONCURRENT_ITEMS") != 1:
        raise BadInput("CONCURRENT_ITEMS must be 1: the items of a page are stored in order")
    for name in settings:
        if name.startswith("GOVKZ_") and name not in SETTINGS:
            known = [setting.removeprefix("GOVKZ_") for setting in SETTINGS]
            similar = get_close_matches(name.removeprefix("GOVKZ_"), known, 1, cutoff=0.5)
            hint = f"did you mean GOVKZ_{similar[0]}?" if similar else f"known are GOVKZ_{', '.join(known)}"
            raise BadInput(f"unknown setting {name}: {hint}")
    if (name := str(settings.get("LOG_FORMATTER"))) in _MOVED:
        raise BadInput(f"LOG_FORMATTER: {name} is now {_MOVED[name]}")
    for setting in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
        _enabled(settings, setting)
    if _RECORDER not in _enabled(settings, "EXTENSIONS"):
        raise BadInput(f"EXTENSIONS must contain {_RECORDER}: it evaluates the crawl")
    enabled = _enabled(settings, "ITEM_PIPELINES")
    ours = [name for name in _PIPELINES if name in enabled]
    for before, after in pairwise(ours):
        if enabled[before] >= enabled[after]:
            places = ", ".join(f"{name.rpartition('.')[2]} {place}" for name, place in _PIPELINES.items())
            raise BadInput(
                f"ITEM_PIPELINES: {before.rpartition('.')[2]} must come before "
                f"{after.rpartition('.')[2]} (by default {places})"
            )


def _enabled(settings: BaseSettings, setting: str) -> dict[str, int]:
    """Return the class paths that a setting enables, with their places. Raises BadInput."""
    enabled = {}
    for component, place in settings.getdict(setting).items():
        name = component if isinstance(component, str) else f"{component.__module__}.{component.__name__}"
        if name in _MOVED:
            raise BadInput(f"{setting}: {name} is now {_MOVED[name]}")
        try:
            if place is not None:
                enabled[name] = int(place)
        except (TypeError, ValueError):
            raise BadInput(f"{setting}: the place of {name} must be a number, not {place!r}") from None
    return enabled


def apply_policy(settings: BaseSettings, *addresses: str) -> None:
    """Derive Scrapy settings from the GOVKZ_* settings. Raises BadInput."""
    local = all(map(on_loopback, addresses))

    def setting(name: str) -> float:
        return get_number(settings.get, name, loopback=local)

    contact = get_text(settings.get, "GOVKZ_CONTACT").strip()
    agent = f"govkz-scraper/{__version__}" + (f" (+{contact})" if contact else "")
    delay = setting("GOVKZ_DOWNLOAD_DELAY")
    derived = {
        "USER_AGENT": agent,
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_START_DELAY": delay,
        # On loopback only the user's delay counts: a rehearsal does not wait for a slow replica.
        "AUTOTHROTTLE_ENABLED": not local,
        "DOWNLOAD_TIMEOUT": setting("GOVKZ_TIMEOUT"),
        "RETRY_TIMES": int(setting("GOVKZ_RETRIES")),
        "GOVKZ_RETRY_PAUSE": setting("GOVKZ_RETRY_PAUSE"),
        "GOVKZ_MAX_WAIT": setting("GOVKZ_MAX_WAIT"),
        "DOWNLOAD_MAXSIZE": int(setting("GOVKZ_MAX_BYTES")),
    }
    for name, value in derived.items():
        settings.set(name, value, priority="spider")  # -s on the command line still wins
    for name in ("GOVKZ_OVERLAP_DAYS", "GOVKZ_MAX_PAGES", "GOVKZ_SILENT_DAYS"):
        setting(name)  # a bad one is reported before any request


def _langs(value: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(lang.strip() for lang in value.split(",") if lang.strip()))
    for lang in found:
        if lang not in LANGUAGES:
            raise BadInput(f"unknown language {lang!r} (use {', '.join(LANGUAGES)})")
    if not found:
        raise BadInput(f"no language given (use {', '.join(LANGUAGES)})")
    return found


def read_since(value: str | None) -> date | None:
    """Parse the date back to which a crawl reads. Raises BadInput."""
    if not value:
        return None
    try:
        if len(value) != len("2025-12-20"):  # there are other ISO dates, which nobody writes
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise BadInput(f"--since {value}: must be a date like 2025-12-20") from None


def read_flag(arguments: Mapping[str, str], name: str) -> bool:
    """Parse a flag such as ``-a full=yes``. Raises BadInput."""
    value = arguments.get(name, "no").lower()
    if value not in _YES | _NO:
        raise BadInput(f"{name}={arguments[name]}: must be yes or no")
    return value in _YES


def read_count(value: str | None) -> int | None:
    """Parse a number of pages; None: no limit. Raises BadInput."""
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or int(value) < 1:
        raise BadInput(f"--max-pages {value}: must be a whole number from 1")
    return int(value)
