"""Kill each command at a random time during two transactions; tests/bench/kills.py does fifty kills."""

from __future__ import annotations

import random
from pathlib import Path

from tests.bench.kills import try_kills


def test_killed_runs_leave_a_consistent_file_and_the_same_result(tmp_path: Path) -> None:
    *_, errors = try_kills(tmp_path, kills=1, count=2_200, dice=random.Random(0))  # two transactions
    assert errors == []
