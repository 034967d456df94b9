"""Fixtures that all tests share, and the last line of a test run: what was not tested, and why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the checkout; a test that needs it skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("NOT TESTED: the shared corpus and seeds are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser: the system's, or Playwright's. Without one: failure in CI, skip elsewhere."""
    found = os.environ.get("GOVKZ_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found := found or _playwright_chromium():
        return found
    message = (
        "NOT TESTED: the pages route and the browsable site; no Chromium (Debian: apt-get install chromium)"
    )
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _playwright_chromium() -> str | None:
    """Return Playwright's browser, and set it for the processes that tests start."""
    command = [sys.executable, "-c", _PLAYWRIGHT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    path = done.stdout.strip()
    if done.returncode or not Path(path).is_file():
        return None
    os.environ["GOVKZ_CHROMIUM"] = path
    return path


_not_tested: set[str] = set()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Collect the reasons of skipped tests."""
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple):
            reason = str(report.longrepr[2]).removeprefix("Skipped: ").removeprefix("NOT TESTED: ")
            _not_tested.add(reason)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the last line, after pytest's own: what was not tested, and why."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workerinput"):
        line = " · ".join(sorted(_not_tested))
        reporter.write_line(
            f"Not tested: {line}" if line else "Not tested: nothing; no test was skipped", bold=True
        )
