"""Fixtures of the commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingesting import Ingest


@pytest.fixture
def ingest(tmp_path: Path) -> Ingest:
    return Ingest(tmp_path)
