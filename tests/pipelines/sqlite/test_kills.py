"""A kill of each command at a random moment of two transactions; tests/bench/kills.py does fifty."""

from __future__ import annotations

import random
from pathlib import Path

from tests.bench.kills import try_kills


def test_killed_runs_leave_a_sound_file_and_the_same_end(tmp_path: Path) -> None:
    *_, wrong = try_kills(tmp_path, kills=1, count=2_200, dice=random.Random(0))  # two transactions
    assert wrong == []
