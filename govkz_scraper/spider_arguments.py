"""What the user asked of a crawl, read from spider arguments, and the manners that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from govkz_scraper import __version__
from govkz_scraper.config import get_number, get_text
from govkz_scraper.gates import ROUTES
from govkz_scraper.sources import Source, choose_sources
from pipelines.errors import BadInput
from pipelines.language.codes import LANGUAGES

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

SITE = "https://www.gov.kz"
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
    """Give the arguments that are meant for a spider: Scrapyd hands each one its ``_job`` besides."""
    return {
        name: str(value)
        for name, value in arguments.items()
        if value is not None and not name.startswith("_")
    }


def read_press_arguments(arguments: dict[str, str]) -> PressArguments:
    """Check spider arguments; raises BadInput that names the argument and its repair."""
    if unknown := sorted(arguments.keys() - PRESS_ARGUMENTS):
        raise BadInput(f"unknown argument {unknown[0]!r} (use {', '.join(sorted(PRESS_ARGUMENTS))})")
    slugs = [slug.strip() for slug in arguments.get("slugs", "").split(",") if slug.strip()]
    sources = choose_sources(slugs, kind=arguments.get("kind"), everything=read_flag(arguments, "all"))
    if not sources:
        raise BadInput("nothing to crawl: name sources (`govkz sources` lists them), or use --all or --kind")
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
    """Check the address of a replica; without one the live site. Raises BadInput."""
    if value is None:
        return SITE
    parts = read_address(value, "--base-url")
    if parts.path.strip("/") or parts.query:
        raise BadInput(f"--base-url {value}: must be like http://127.0.0.1:8000, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def read_address(value: str, what: str) -> SplitResult:
    """Check a web address that a user gave. Raises BadInput, which begins with ``what`` it is.

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
    """Give the hosts that a crawl of this site may ask."""
    host = urlsplit(base_url).netloc.lower()
    return frozenset({host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"})


def on_loopback(url: str) -> bool:
    """Tell whether an address is on this machine: nobody needs a rest there."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def apply_policy(settings: BaseSettings, *addresses: str) -> None:
    """Derive Scrapy settings from the GOVKZ_* settings; raises BadInput."""
    local = all(map(on_loopback, addresses))

    def knob(name: str) -> float:
        return get_number(settings.get, name, loopback=local)

    contact = get_text(settings.get, "GOVKZ_CONTACT").strip()
    agent = f"govkz-scraper/{__version__}" + (f" (+{contact})" if contact else "")
    delay = knob("GOVKZ_DOWNLOAD_DELAY")
    derived = {
        "USER_AGENT": agent,
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_START_DELAY": delay,
        # On loopback the delay is the user's word alone: a rehearsal does not wait for a slow replica.
        "AUTOTHROTTLE_ENABLED": not local,
        "DOWNLOAD_TIMEOUT": knob("GOVKZ_TIMEOUT"),
        "DOWNLOAD_MAXSIZE": int(knob("GOVKZ_MAX_BYTES")),
        "RETRY_TIMES": int(knob("GOVKZ_RETRIES")),
        "GOVKZ_RETRY_PAUSE": knob("GOVKZ_RETRY_PAUSE"),
        "GOVKZ_MAX_WAIT": knob("GOVKZ_MAX_WAIT"),
    }
    for name, value in derived.items():
        settings.set(name, value, priority="spider")  # -s on the command line still wins
    for name in ("GOVKZ_OVERLAP_DAYS", "GOVKZ_MAX_PAGES", "GOVKZ_SILENT_DAYS"):
        knob(name)  # a bad one is said before anything is asked


def _langs(value: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(lang.strip() for lang in value.split(",") if lang.strip()))
    for lang in found:
        if lang not in LANGUAGES:
            raise BadInput(f"unknown language {lang!r} (use {', '.join(LANGUAGES)})")
    if not found:
        raise BadInput(f"no language given (use {', '.join(LANGUAGES)})")
    return found


def read_since(value: str | None) -> date | None:
    """Read the day to which a walk goes back. Raises BadInput."""
    if not value:
        return None
    try:
        if len(value) != len("2025-12-20"):  # there are other ISO dates, which nobody writes
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise BadInput(f"--since {value}: must be a date like 2025-12-20") from None


def read_flag(arguments: Mapping[str, str], name: str) -> bool:
    """Read a wish that is there or not: ``-a full=yes``, as Scrapy hands it on. Raises BadInput."""
    value = arguments.get(name, "no").lower()
    if value not in _YES | _NO:
        raise BadInput(f"{name}={arguments[name]}: must be yes or no")
    return value in _YES


def read_count(value: str | None) -> int | None:
    """Read a number of pages, as text; None: no limit. Raises BadInput."""
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or int(value) < 1:
        raise BadInput(f"--max-pages {value}: must be a whole number from 1")
    return int(value)
