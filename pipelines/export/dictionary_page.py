"""The data dictionary as a page: ``python -m pipelines.export.dictionary_page`` writes ``data/README.md``.

The descriptions come from ``pipelines.sqlite.data_dictionary``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlite_utils import Database

from pipelines.sqlite.connection import bring_up_to_date
from pipelines.sqlite.data_dictionary import everything, written_down
from pipelines.sqlite.schema import migrations

PAGE = Path("data/README.md")
_HEAD = """# Data dictionary

*Written by `python -m pipelines.export.dictionary_page`; a test compares it with the code. The same
descriptions are in every database, in the table `dictionary`.*

One SQLite file, UTF-8 (NFC). Dates are `YYYY-MM-DD`, timestamps ISO 8601 with an offset. "Missing" means
NULL, never an empty text, a dash or a zero. Tables whose name begins with `_` are internal and may change.

`sample.jsonl` beside this page holds a few raw records to try: `govkz ingest data/sample.jsonl --db try.db`.
"""


def page() -> str:
    """Render the page."""
    with_types = _types()
    parts = [_HEAD, "## Tables\n"]
    data = written_down()
    for kind, heading in (("table", ""), ("view", "## Views for people\n")):
        if heading:
            parts.append(heading)
        for name, columns in data[kind].items():
            rows = [(f"`{c}`", with_types[name].get(c, ""), t) for c, t in columns.items() if c]
            parts += [f"### `{name}`\n\n{columns['']}\n", _table(("column", "type", "meaning"), rows)]
    parts.append("## Values\n")
    for column, values in data["value"].items():
        parts += [
            f"### `{column}`\n",
            _table(("value", "meaning"), ((f"`{k}`", t) for k, t in values.items())),
        ]
    for kind, heading, lead in (
        ("rule", "Rules of repair", "What `repairs.rule` names. Each change can be undone exactly."),
        ("problem", "Kinds of problems", "What `problems.kind` names: found, and not changed."),
    ):
        listed = ((f"`{one.name}`", one.text) for one in everything() if one.kind == kind)
        parts += [f"## {heading}\n\n{lead}\n", _table((kind, "meaning"), listed)]
    internal = ((f"`{name}`", text) for name, text in data["internal"]["tables"].items())
    parts += ["## Internal tables\n", _table(("table", "purpose"), internal)]
    return "\n".join(parts)


def _types() -> dict[str, dict[str, str]]:
    """Return the declared type of every column, by table, from the schema."""
    db = Database(memory=True)
    migrations.apply(db)
    bring_up_to_date(db)
    return {name: dict(_columns(db.conn, name)) for name in db.table_names() + db.view_names()}


def _columns(db: sqlite3.Connection, table: str) -> Iterator[tuple[str, str]]:
    sql = "SELECT name, lower(type) FROM pragma_table_info(?)"
    yield from db.execute(sql, (table,))


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
