"""Hatch build hook: record the commit in the package, so that an installed wheel can name it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CommitBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's configuration
    """Add the file ``govkz_scraper/COMMIT`` to wheels and source archives built in a checkout."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the commit to a temporary file and include that; the source tree stays as it is."""
        self._folder = None
        commit = "" if version == "editable" else read_commit(Path(self.root))
        if commit:
            self._folder = tempfile.mkdtemp(prefix="govkz-build-")
            path = Path(self._folder, "COMMIT")
            path.write_text(commit + "\n", encoding="ascii")
            build_data["force_include"][str(path)] = "govkz_scraper/COMMIT"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary file."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def read_commit(root: Path) -> str:
    """Return the short commit of a checkout; empty without git or outside a checkout."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return ""
    command = [git, "-C", str(root), "rev-parse", "--short=12", "HEAD"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - a fixed command
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""
