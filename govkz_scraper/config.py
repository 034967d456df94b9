"""The settings of our own, ``GOVKZ_*``: their defaults, what they mean, and how a bad value is said."""

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
    on_loopback: float | None = None  # another default when the site is a replica on this machine
    least: float = 0.0
    most: float = math.inf
    whole: bool = False  # a count
    header: bool = False  # goes into one, where only ASCII is sure to arrive


SETTINGS = {
    "GOVKZ_DB": Setting("data/govkz.db", "the SQLite file that is written to"),
    "GOVKZ_CONTACT": Setting(
        "", "an address in the user agent, at which the site can reach whoever crawls it", header=True
    ),
    "GOVKZ_DOWNLOAD_DELAY": Setting(
        1.0, "seconds between two requests to one host", on_loopback=0.0, most=86_400
    ),
    "GOVKZ_TIMEOUT": Setting(60.0, "seconds to wait for an answer", on_loopback=5.0, least=0.1, most=3600),
    "GOVKZ_RETRY_PAUSE": Setting(
        5.0,
        "seconds of rest for a host before the first retry; doubled for each further",
        on_loopback=0.2,
        most=86_400,
    ),
    "GOVKZ_RETRIES": Setting(
        2,
        "further tries after a time-out, a broken connection or an error of the server",
        most=20,
        whole=True,
    ),
    "GOVKZ_MAX_WAIT": Setting(
        900.0,
        "longest rest in seconds that the site may ask for (Retry-After) before it is given up",
        most=86_400,
    ),
    "GOVKZ_OVERLAP_DAYS": Setting(
        14, "days before the newest known item that every run reads again, for late items", most=36_500
    ),
    "GOVKZ_MAX_PAGES": Setting(
        2000, "pages of one listing after which a walk is given up as endless", least=1, whole=True
    ),
    "GOVKZ_MAX_BYTES": Setting(
        33554432, "bytes of one answer after which it is given up", least=1000, whole=True
    ),
    "GOVKZ_SILENT_DAYS": Setting(
        30, "days without a new item after which a source raises an alarm", least=1, most=36_500
    ),
    "GOVKZ_CHROMIUM": Setting("", "the browser of the route pages; empty: the system's Chromium"),
}


def from_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Give the knobs that the environment sets: for ``settings.py``."""
    return {name: environment[name] for name in SETTINGS if environment.get(name, "").strip()}


def get_number(get: Callable[[str], Any], name: str, *, loopback: bool = False) -> float:
    """Read a number; raises BadInput for what is none. ``get`` looks a setting up; None: not set."""
    knob, value = SETTINGS[name], get(name)
    if value is None or value == "":
        value = knob.on_loopback if loopback and knob.on_loopback is not None else knob.default
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise BadInput(f"{name}={value}: not a number ({knob.meaning})") from None
    if not (math.isfinite(found) and knob.least <= found <= knob.most) or (knob.whole and found % 1):
        kind = "whole number" if knob.whole else "number"
        bound = f" and not above {knob.most:g}" if knob.most < math.inf else ""
        raise BadInput(f"{name}={value}: must be a {kind} not below {knob.least:g}{bound} ({knob.meaning})")
    return found


def get_text(get: Callable[[str], Any], name: str) -> str:
    """Read a text: one line, in ASCII where it goes into a header. Raises BadInput."""
    value = get(name)
    found = str(SETTINGS[name].default if value is None else value)
    if not found.isprintable() or (SETTINGS[name].header and not found.isascii()):
        wanted = "one line of ASCII" if SETTINGS[name].header else "one line of ordinary characters"
        raise BadInput(f"{name}={ascii(found)[1:-1]}: must be {wanted} ({SETTINGS[name].meaning})")
    return found
