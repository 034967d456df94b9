"""Ask a checkout whether two received texts are copies of one story: cleaned as `ingest` does, then compared.

Each checkout has its own version of this file, because names inside a checkout change. ``pairs.py`` and
``twins.py`` run it as a process of its own, in the folder of the checkout: it reads lines of JSON
``[title, body, title, body, days]`` and writes one letter a line: ``b`` if both orders are one story, ``n``
if neither is, ``o`` if the order decides.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Compared = tuple[str | None, str | None, str | None, str | None, int]  # title, body, title, body, days


def ask(folder: Path, pairs: Iterable[Compared]) -> str:
    """Return one letter per pair, from the version of the comparison that a checkout has."""
    own = folder / "tests" / "bench" / Path(__file__).name
    script = own if own.exists() else Path(__file__)
    environment = os.environ | {"PYTHONPATH": str(folder)}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        lines.writelines(json.dumps(pair) + "\n" for pair in pairs)
        lines.seek(0)
        line = [sys.executable, str(script.resolve())]
        answer = subprocess.run(line, stdin=lines, cwd=folder, env=environment, check=True, stdout=-1)
    return answer.stdout.decode("ascii").replace("\n", "")


def main() -> None:
    """Read pairs from standard input, write the answers to standard output."""
    from pipelines.dedupe import DAYS_APART, Match, Text, compare
    from pipelines.items import RawStory
    from pipelines.process import process_story

    @lru_cache(maxsize=64)
    def cleaned(title: str | None, body: str | None) -> Text:
        story = process_story(RawStory(title=title, body=body))
        values = {"title": story.title, "body": story.body, "byline": story.byline}
        return Text(
            **{field.name: values[field.name] for field in fields(Text)}
        )  # an older Text has no byline

    def one_story(a: Text, b: Text, days: int) -> bool:
        verdict = compare(a, b)
        match: Match | None = getattr(verdict, "match", verdict)  # later versions wrap it, with a reason
        # As in clustering: a brief text recurs on other days.
        return match is not None and days <= (0 if match.kind == "brief" else DAYS_APART)

    for line in sys.stdin:
        *texts, days = json.loads(line)
        a, b = cleaned(*texts[:2]), cleaned(*texts[2:])
        answers = one_story(a, b, days), one_story(b, a, days)
        print("b" if all(answers) else "o" if any(answers) else "n")


if __name__ == "__main__":
    main()
