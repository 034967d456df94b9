"""A few kills at random moments; tests/bench/kills.py does fifty."""

from __future__ import annotations

import random
from pathlib import Path

from tests.bench.kills import try_kills


def test_killed_runs_leave_a_sound_file_and_the_same_end(tmp_path: Path) -> None:
    *_, wrong = try_kills(tmp_path, kills=2, count=300, dice=random.Random(5))
    assert wrong == []
