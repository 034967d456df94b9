"""The ``GOVKZ_*`` settings: defaults, meanings, and the messages for bad values."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import BadInput


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, which is also an environment variable of the same name."""

    default: str | float
    meaning: str
    on_loopback: float | None = None  # default when the site is a replica on this machine
    least: float = 0.0
    most: float = math.inf
    whole: bool = False  # an integer
    header: bool = False  # becomes a header, which is ASCII


SETTINGS = {
    "GOVKZ_DB": Setting("data/govkz.db", "the SQLite file that is written to"),
    "GOVKZ_CONTACT": Setting("", "contact address in the user agent, for the site's operators", header=True),
    "GOVKZ_DOWNLOAD_DELAY": Setting(
        1.0, "seconds between two requests to one host", on_loopback=0.0, most=86_400
    ),
    "GOVKZ_TIMEOUT": Setting(60.0, "seconds to wait for a response", on_loopback=5.0, least=0.1, most=3600),
    "GOVKZ_RETRY_PAUSE": Setting(
        5.0,
        "seconds before the first retry; doubled for each further one",
        on_loopback=0.2,
        most=86_400,
    ),
    "GOVKZ_RETRIES": Setting(
        2,
        "retries after a timeout, a broken connection or a server error",
        most=20,
        whole=True,
    ),
    "GOVKZ_MAX_WAIT": Setting(
        900.0,
        "longest Retry-After in seconds that is waited for; a longer one ends the crawl of the host",
        most=86_400,
    ),
    "GOVKZ_OVERLAP_DAYS": Setting(
        14,
        "days before the newest known item that every run reads again, for items published late",
        most=36_500,
    ),
    "GOVKZ_MAX_PAGES": Setting(
        2000, "pages of one listing after which it is given up as endless", least=1, whole=True
    ),
    "GOVKZ_MAX_BYTES": Setting(
        33554432, "bytes of one response after which it is given up", least=1000, whole=True
    ),
    "GOVKZ_SILENT_DAYS": Setting(
        30, "days without a new item after which a publisher raises an alarm", least=1, most=36_500
    ),
    "GOVKZ_CHROMIUM": Setting("", "path of the browser for the route pages; empty: the system's Chromium"),
}


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the settings that environment variables set, for ``settings.py``."""
    return {name: environment[name] for name in SETTINGS if environment.get(name, "").strip()}


def get_number(get: Callable[[str], Any], name: str, *, loopback: bool = False) -> float:
    """Return a number; raises BadInput if it is none. ``get`` looks a setting up; None: not set."""
    setting, value = SETTINGS[name], get(name)
    if value is None or value == "":
        value = setting.on_loopback if loopback and setting.on_loopback is not None else setting.default
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise BadInput(f"{name}={value}: not a number ({setting.meaning})") from None
    if not (math.isfinite(found) and setting.least <= found <= setting.most) or (setting.whole and found % 1):
        kind = "whole number" if setting.whole else "number"
        bound = f" and not above {setting.most:g}" if setting.most < math.inf else ""
        raise BadInput(
            f"{name}={value}: must be a {kind} not below {setting.least:g}{bound} ({setting.meaning})"
        )
    return found


def get_text(get: Callable[[str], Any], name: str) -> str:
    """Return a text: one line, in ASCII where it becomes a header. Raises BadInput."""
    value = get(name)
    found = str(SETTINGS[name].default if value is None else value)
    if not found.isprintable() or (SETTINGS[name].header and not found.isascii()):
        wanted = "one line of ASCII" if SETTINGS[name].header else "one line of ordinary characters"
        raise BadInput(f"{name}={ascii(found)[1:-1]}: must be {wanted} ({SETTINGS[name].meaning})")
    return found
