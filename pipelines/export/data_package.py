"""The description beside an exported table: a Frictionless data package, so that it can be cited and checked.

Several exports into one folder share one ``datapackage.json``: each replaces its own tables in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

from pipelines.errors import BadInput
from pipelines.export.atomic_files import replacing
from pipelines.export.exporter import Job, Written
from pipelines.export.tables import Column, Kind
from pipelines.sqlite.data_dictionary import column_text, table_text

NAME = "datapackage.json"
_MAKER = "govkz-scraper"
_TYPES: dict[Kind, dict[str, str]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "text": {"type": "string"},
    "date": {"type": "date"},
    "instant": {"type": "datetime", "format": "any"},
    "bytes": {"type": "string"},
}
_MEDIA = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NEWEST_CRAWL = "SELECT max(started_at) FROM crawls"


def check_package(job: Job) -> None:
    """Raise BadInput when somebody else's ``datapackage.json`` lies where ours would go."""
    if job.out is not None:
        _there(job.out.with_name(NAME))


def write_package(
    db: sqlite3.Connection, job: Job, written: Iterable[Written], versions: dict[str, str]
) -> Path:
    """Describe the written tables in ``datapackage.json`` beside them; return its path."""
    assert job.out is not None  # noqa: S101 - a table on standard output has no place beside it
    path = job.out.with_name(NAME)
    newest = db.execute(_NEWEST_CRAWL).fetchone()[0]
    ours = [_resource(job, one, versions, newest) for one in written]
    files = {resource["path"] for resource in ours}
    others = [r for r in _there(path) if r["path"] not in files and path.with_name(r["path"]).is_file()]
    taken = {resource["name"] for resource in others}
    for resource in ours:
        if resource["name"] in taken:  # of another file, such as a.txt beside a.csv
            resource["name"] += f"-{crc32(resource['path'].encode()):08x}"
    package = {
        "profile": "data-package",
        "name": "govkz-press-stories",
        "title": "Press stories of Kazakhstan's akimats",
        "description": "Made by govkz-scraper from what was received; each resource says from which state.",
        "created_by": _MAKER,
        "sources": [{"title": "Press items of gov.kz", "path": "https://www.gov.kz/"}],
        "resources": sorted([*others, *ours], key=lambda resource: str(resource["name"])),
    }
    with replacing(path) as out:
        out.write(json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n")
    return path


def _there(path: Path) -> list[dict[str, Any]]:
    """The resources already described at a path; none when there is no file."""
    if not path.exists():
        return []
    try:
        package = json.loads(path.read_bytes())
        if package["created_by"] == _MAKER:
            return list(package["resources"])
    except (ValueError, KeyError, TypeError, OSError):
        pass
    raise BadInput(f"{path} was not written by this program: export into another folder")


def _resource(job: Job, one: Written, versions: dict[str, str], newest: str | None) -> dict[str, Any]:
    assert one.path is not None  # noqa: S101 - see write_package
    data_hash, size = _hash(one.path)
    filters = job.selection.filters
    name = one.path.stem.lower() if job.format != "xlsx" else f"{one.path.stem.lower()}-{one.table.name}"
    return {
        "name": _slug(f"{name}-{job.format}"),
        **({"type": "table", "rows": one.rows} if _is_readable(job, one) else {"type": "file"}),
        "path": one.path.name,
        "scheme": "file",
        "format": job.format,
        "mediatype": _MEDIA[job.format],
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{data_hash}",
        "title": one.table.name,
        "description": table_text(one.table.name),
        **_dialect(job, one),
        "schema": {
            "fields": [_field(one.table.name, column, job.format) for column in one.table.columns],
            "missingValues": [""],
            **({"primaryKey": ["id"]} if "id" in one.table.names else {}),
        },
        "row_count": one.rows,
        "filters": {
            "since": filters.since,
            "until": filters.until,
            "source": list(filters.sources),
            "lang": list(filters.langs),
            "query": job.selection.query,
        },
        "versions": versions,
        "newest_crawl": newest,
        "notes": list(one.notes),
    }


def _is_readable(job: Job, one: Written) -> bool:
    """Whether frictionless can check a table row by row; any other it checks as a file, by size and hash.

    It reads JSON Lines only with a further package, Parquet's missing integers as nan, and takes a row of
    nothing but missing values for an error.
    """
    return job.format not in ("jsonl", "parquet") and any(column.required for column in one.table.columns)


def _dialect(job: Job, one: Written) -> dict[str, Any]:
    if job.format in ("csv", "tsv"):
        return {"dialect": {"delimiter": "," if job.format == "csv" else "\t", "lineTerminator": "\r\n"}}
    if job.format == "xlsx":
        return {"dialect": {"excel": {"sheet": one.table.name}}}
    return {}


def _field(table: str, column: Column, format_: str) -> dict[str, Any]:
    text = column_text(table, column.name)
    if column.kind == "bytes" and format_ != "parquet":
        text += " Written as hexadecimal digits."
    field: dict[str, Any] = {"name": column.name, **_TYPES[column.kind], "description": text}
    if column.required and column.kind == "text":
        field["missingValues"] = []  # never NULL: an empty cell is an empty text
    elif column.required:
        field["constraints"] = {"required": True}
    return field


def _slug(text: str) -> str:
    """A name as data packages want it; one in other letters gets a number, so that two stay two.

    >>> _slug("my stories-csv"), _slug("истории-csv")
    ('my-stories-csv', 'csv-09b5b094')
    """
    plain = re.sub(r"[^a-z0-9._-]+", "-", text).strip("-")
    return plain if text.isascii() else f"{plain}-{crc32(text.encode()):08x}"


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
