"""Tables that can be exported: their columns, and their rows in a stable order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.errors import BadInput
from pipelines.export.selection import SELECTED
from pipelines.language.codes import LANGUAGES
from pipelines.sqlite.data_dictionary import column_text, table_text, written_down

Kind = Literal["integer", "number", "text", "date", "instant", "bytes", "json"]
Value = str | int | float | bytes | None
Row = tuple[Value, ...]

_DATES = {"published", "day"}
_INSTANTS = {
    *("published_at", "first_seen", "last_seen", "gone_at", "seen_at", "last_seen_at"),
    *("started_at", "finished_at", "at"),
}
_WHEN_LAST_SEEN = {"last_seen", "last_seen_at"}  # change with every crawl: exported on demand only
_STORY_KEYS = {"stories": "id", "stories_with_publisher": "id"}  # of the others that have it: story_id
_PARALLEL = ("id", "title", "body", "published", "url")  # default columns of a pair of translations
_ROW_OF_TABLE = re.compile(r"\bt\.")
_NAMES = {"kk": "Kazakh", "ru": "Russian", "en": "English", "kk-Latn": "Kazakh in Latin letters"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table."""

    name: str
    kind: Kind
    required: bool  # False: may be NULL
    expression: str = ""  # SQL; empty: the column of this name
    text: str = ""  # explanation
    values: tuple[tuple[str, str], ...] = ()  # the values that it can have, each with its label


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export: its name, the selected columns in order, and where its rows come from."""

    name: str
    columns: tuple[Column, ...]
    source: str = ""  # SQL after FROM: row `t` of the table, row `s` of the story that it belongs to
    order: str = ""  # SQL after ORDER BY
    text: str = ""  # explanation

    @property
    def names(self) -> list[str]:
        """Return the names of the columns, in order."""
        return [column.name for column in self.columns]


# Columns of stories that are computed from other tables: name -> type, SQL on a row `t`, explanation.
_PUBLISHER = "(SELECT {} FROM sources AS p WHERE p.slug = t.entity)"
_LIST = "(SELECT nullif(json_group_array(json({})), '[]') FROM (SELECT * FROM {} WHERE {} ORDER BY {}))"
_COMPUTED: dict[str, tuple[Kind, str, str]] = {
    "publisher": (
        "text",
        _PUBLISHER.format("coalesce(p.name_ru, p.name_kk, p.name_en)"),
        "Name of the publisher, in Russian if known.",
    ),
    "publisher_kk": ("text", _PUBLISHER.format("p.name_kk"), "Name of the publisher in Kazakh."),
    "publisher_ru": ("text", _PUBLISHER.format("p.name_ru"), "Name of the publisher in Russian."),
    "publisher_en": ("text", _PUBLISHER.format("p.name_en"), "Name of the publisher in English."),
    "publisher_kind": ("text", _PUBLISHER.format("p.kind"), "Kind of the publisher, as in `sources.kind`."),
    "region": ("text", _PUBLISHER.format("p.region"), "Region of the publisher, as in `sources.region`."),
    "publishers": (
        "json",
        _LIST.format("json_quote(slug)", "story_publishers", "story_id = t.id", "slug"),
        "Slugs of all publishers of the story.",
    ),
    "urls": (
        "json",
        _LIST.format("json_object('url', url, 'kind', kind)", "story_urls", "story_id = t.id", "kind, url"),
        "Every URL that the story gives as its source, as in `story_urls`.",
    ),
    "media": (
        "json",
        _LIST.format(
            "json_object('url', url, 'kind', kind, 'caption', caption, 'bytes', bytes, 'day', day)",
            *("story_media", "story_id = t.id", "position"),
        ),
        "Pictures, documents and videos, as in `story_media`.",
    ),
    "topics": (
        "json",
        _LIST.format(
            "json_object('kind', kind, 'name', name, 'code', code)",
            *("story_topics", "story_id = t.id", "kind, name"),
        ),
        "Subjects and departments, as in `story_topics`.",
    ),
    "links": (
        "json",
        _LIST.format(
            "json_object('id', iif(story_id = t.id, other_id, story_id), 'kind', kind, 'score', score)",
            *("story_links", "t.id IN (story_id, other_id)", "kind, story_id, other_id"),
        ),
        "Translations, reprints and updates, as in `story_links`; `id` is that of the other story.",
    ),
    "words": ("integer", "word_count(t.body)", "Number of words of the body."),
}


def public_tables(db: sqlite3.Connection) -> tuple[str, ...]:
    """Return the names of the tables and views that can be exported: those of the data dictionary."""
    data = written_down()
    known = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    return tuple(name for kind in ("table", "view") for name in data[kind] if name in known - {"stories_fts"})


def describe(db: sqlite3.Connection, name: str, wanted: Sequence[str] = ()) -> Table:
    """Read the columns of a table or view; ``wanted`` selects some.

    Without it, columns that change with every crawl are left out. Raises BadInput for an unknown column.
    """
    info = db.execute('SELECT name, type, "notnull" OR pk, pk FROM pragma_table_info(?)', (name,)).fetchall()
    known = {
        column: Column(
            *(column, _kind(column, kind or _computed_type(db, name, column)), bool(needed)),
            *(f't."{column}"', column_text(name, column)),
            _values(name, column),
        )
        for column, kind, needed, _ in info
    }
    key = sorted((pk, column) for column, _, _, pk in info if pk)
    story = _STORY_KEYS.get(name) or ("story_id" if "story_id" in known else None)
    ordered = [column for _, column in key] or sorted(known, key=lambda one: one != story)
    if name == "stories":
        known |= {
            one: Column(one, kind, required=False, expression=expression, text=text)
            for one, (kind, expression, text) in _COMPUTED.items()
        }
    for column in wanted:
        if column not in known:
            raise BadInput(f"{name} has no column {column!r}; it has {', '.join(known)}")
    hidden = _WHEN_LAST_SEEN | (_COMPUTED.keys() if name == "stories" else set())
    default = [column for column in known if column not in hidden]
    selected = f' JOIN stories AS s ON s.id = t."{story}" WHERE {SELECTED}' if story else ""
    return Table(
        name,
        tuple(known[column] for column in wanted or default),
        f'"{name}" AS t{selected}',
        ", ".join(f't."{column}"' for column in ordered),
        table_text(name),
    )


def parallel(db: sqlite3.Connection, langs: Sequence[str], wanted: Sequence[str] = ()) -> Table:
    """Describe the table of pairs of translations: the columns ``wanted`` of stories, each in two languages.

    The selection applies to the story of the first language, its least words to both.
    """
    if len(langs) != 2 or len({*langs} & {*LANGUAGES}) != 2:  # a pair
        raise BadInput(f"--parallel needs two different languages of {', '.join(LANGUAGES)}, such as kk,ru")
    columns: list[Column] = []
    for column in describe(db, "stories", wanted or _PARALLEL).columns:
        for lang, row in zip(langs, "so", strict=True):
            columns.append(
                Column(
                    f"{column.name}_{lang}",
                    column.kind,
                    column.required,
                    _ROW_OF_TABLE.sub(f"{row}.", column.expression),
                    f"{_NAMES.get(lang, lang)}: {column.text}",
                    column.values,
                )
            )
    source = f"""
        (SELECT story_id AS one, other_id AS other FROM story_links WHERE kind = 'translation'
            UNION SELECT other_id, story_id FROM story_links WHERE kind = 'translation') AS t
        JOIN stories AS s ON s.id = t.one JOIN stories AS o ON o.id = t.other
        WHERE s.lang = '{langs[0]}' AND o.lang = '{langs[1]}'
            AND (:min_words IS NULL OR word_count(o.body) >= :min_words) AND {SELECTED}
    """  # noqa: S608 - the languages are two of ours
    text = f"Pairs of translations: stories in {' and '.join(_NAMES.get(lang, lang) for lang in langs)}."
    return Table("stories", tuple(columns), source, "s.id, o.id", text)


def _kind(name: str, declared: str) -> Kind:
    if name in _DATES:
        return "date"
    if name in _INSTANTS:
        return "instant"
    kinds: dict[str, Kind] = {"INTEGER": "integer", "REAL": "number", "BLOB": "bytes"}
    return kinds.get(declared.upper(), "text")


def _computed_type(db: sqlite3.Connection, view: str, column: str) -> str:
    """Return the type of a computed column of a view, which declares none, from its first value."""
    query = f'SELECT typeof("{column}") FROM "{view}" WHERE "{column}" IS NOT NULL LIMIT 1'  # noqa: S608
    found = db.execute(query).fetchone()
    return str(found[0]) if found else ""


def _values(table: str, column: str) -> tuple[tuple[str, str], ...]:
    """Return the values of a column with their labels; of a language, whatever table it is in."""
    known = written_down()["value"]
    name = "stories.lang" if column in ("lang", "text_lang") else f"{table}.{column}"
    return tuple(known.get(name, {}).items())


def rows(db: sqlite3.Connection, table: Table, values: Mapping[str, object]) -> Iterator[Row]:
    """Return an iterator over the rows of the selected stories; ``values`` are those of the selection."""
    names = ", ".join(column.expression for column in table.columns)
    sql = f"SELECT {names} FROM {table.source} ORDER BY {table.order}"  # noqa: S608 - names of the schema
    return iter(db.execute(sql, values))


def count_rows(db: sqlite3.Connection, table: Table, values: Mapping[str, object]) -> int:
    """Count the rows that ``rows`` would yield."""
    sql = f"SELECT count(*) FROM {table.source}"  # noqa: S608 - names of the schema
    return int(db.execute(sql, values).fetchone()[0])


def as_text(value: Value) -> str | int | float | None:
    """Convert a value for a text format: bytes become hexadecimal digits."""
    return value.hex() if isinstance(value, bytes) else value
