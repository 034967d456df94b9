"""The data dictionary: an explanation of every table, view, column, value, rule and problem.

Tables, views, columns and values are explained in ``dictionary.toml``; rules and problems in ``RULES`` and
``PROBLEMS`` of the modules that produce them.
"""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from pipelines.sqlite.transactions import immediate_transaction

if TYPE_CHECKING:  # the commands that only read import this module, too, and start without sqlite-utils
    from sqlite_utils import Database

# Whose modules may define RULES and PROBLEMS. What needs Scrapy or writes files is not imported.
_PACKAGES = ("charmap", "clean", "dates", "dedupe", "language", "process", "sqlite", "urls")


class Explanation(NamedTuple):
    """One row of the table ``dictionary``."""

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
    """Return the explanation of a table or view."""
    data = written_down()
    return (data["table"].get(table) or data["view"][table])[""]


def column_text(table: str, column: str) -> str:
    """Return the explanation of a column; empty if missing, which a test forbids."""
    data = written_down()
    return (data["table"].get(table) or data["view"].get(table) or {}).get(column, "")


@cache
def everything() -> tuple[Explanation, ...]:
    """Return all explanations, in reading order."""
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


def fill(db: Database) -> None:
    """Write the explanations into the table ``dictionary``, unless it holds exactly these."""
    wanted = {tuple(explanation) for explanation in everything()}
    query = "SELECT kind, part_of, name, explanation FROM dictionary"
    if {tuple(row) for row in db.execute(query)} == wanted:
        return
    columns = ("kind", "part_of", "name", "explanation")
    with immediate_transaction(db.conn):
        table = db.table("dictionary")
        table.delete_where()
        table.insert_all(dict(zip(columns, row, strict=True)) for row in sorted(wanted))
