"""The version of the program and the commit it was built from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from govkz_scraper import __version__

_PACKAGE = Path(__file__).parent


def version_line() -> str:
    """Return the line of ``govkz --version``: the version, and the commit where it is known."""
    commit = _commit_of_checkout(_PACKAGE.parent) or _commit_of_build(_PACKAGE / "COMMIT")
    return f"govkz, version {__version__}" + (f" (commit {commit})" if commit else "")


def _commit_of_checkout(root: Path) -> str:
    git = shutil.which("git")
    # A .git further up belongs to another project, such as one that holds a virtual environment.
    if git is None or not (root / ".git").exists():
        return ""
    command = [git, "-C", str(root), "rev-parse", "--short=12", "HEAD"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603 - a fixed command
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def _commit_of_build(path: Path) -> str:
    """Return the commit that ``hatch_build.py`` wrote into the package; empty without one."""
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeError):
        return ""
