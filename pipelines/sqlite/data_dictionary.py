"""What everything in the database means, from the one place where each thing is explained.

Tables, views, columns and values stand in ``dictionary.toml``; rules and problems beside the code that makes
them, as ``RULES`` and ``PROBLEMS`` of a module.
"""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# Whose modules may define RULES and PROBLEMS. What needs Scrapy or writes files is not imported.
_PACKAGES = ("charmap", "clean", "dates", "dedupe", "language", "process", "sqlite", "urls")


class Explanation(NamedTuple):
    """One thing explained; a row of the table ``dictionary``."""

    kind: str  # table, view, column, value, rule or problem
    part_of: str  # the table of a column, the column of a value; "" for the others
    name: str
    text: str


@cache
def written_down() -> dict[str, dict[str, dict[str, str]]]:
    """Read ``dictionary.toml``: ``table``, ``view`` or ``value`` → name → column or value → explanation."""
    data: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
        files("pipelines.sqlite").joinpath("dictionary.toml").read_text("utf-8")
    )
    return data


def table_text(table: str) -> str:
    """What a table or view is."""
    data = written_down()
    return (data["table"].get(table) or data["view"][table])[""]


def column_text(table: str, column: str) -> str:
    """What a column is; empty for one that nobody explained, which a test forbids."""
    data = written_down()
    return (data["table"].get(table) or data["view"].get(table) or {}).get(column, "")


@cache
def everything() -> tuple[Explanation, ...]:
    """All explanations, in the order in which a person would read them."""
    data, found = written_down(), []
    for kind in ("table", "view"):
        for name, columns in data[kind].items():
            found.append(Explanation(kind, "", name, columns[""]))
            found += [Explanation("column", name, column, text) for column, text in columns.items() if column]
    for column, values in data["value"].items():
        found += [Explanation("value", column, value, text) for value, text in values.items()]
    rules, problems = _beside_the_code()
    found += [Explanation("rule", "repairs", name, text) for name, text in sorted(rules.items())]
    found += [Explanation("problem", "problems", name, text) for name, text in sorted(problems.items())]
    return tuple(found)


def _beside_the_code() -> tuple[dict[str, str], dict[str, str]]:
    rules: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name in _modules():
        module = importlib.import_module(name)
        rules |= getattr(module, "RULES", {})
        problems |= getattr(module, "PROBLEMS", {})
    return rules, problems


def _modules() -> list[str]:
    package = importlib.import_module("pipelines")
    found = pkgutil.walk_packages(package.__path__, "pipelines.")
    return [
        module.name
        for module in found
        if module.name.split(".")[1] in _PACKAGES and not module.name.endswith(".pipeline")
    ]


def fill(db: sqlite3.Connection) -> None:
    """Write the explanations into the table ``dictionary``, if they are not there word for word already."""
    wanted = {tuple(one) for one in everything()}
    there = {tuple(row) for row in db.execute("SELECT kind, part_of, name, explanation FROM dictionary")}
    with_keys = [(kind, part_of, name) for kind, part_of, name, _ in there - wanted]
    db.executemany("DELETE FROM dictionary WHERE kind = ? AND part_of = ? AND name = ?", with_keys)
    db.executemany("INSERT INTO dictionary VALUES (?, ?, ?, ?)", sorted(wanted - there))
