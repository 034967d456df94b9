"""Run ``govkz ingest`` on a temporary database, and generate raw records."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from govkz_scraper.commands.ingest import command

PAGES = Path(__file__).parent / "pages"


def record(number: int, **more: Any) -> dict[str, Any]:
    """Return a record that shares no words with other records."""
    words = [f"слово{number}x{place}" for place in range(30)]
    return {"title": f"Новость номер {number}", "body": " ".join(words) + ".", "date": "20.12.2025", **more}


def lines(*records: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)


class Ingest:
    """Run the command on one database and query it."""

    def __init__(self, folder: Path) -> None:
        self.db = folder / "stories.db"

    def __call__(self, *arguments: str | Path, stdin: bytes | None = None) -> Result:
        args = [str(argument) for argument in arguments]
        return CliRunner().invoke(command, [*args, "--db", str(self.db)], input=stdin, standalone_mode=False)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.db)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()
