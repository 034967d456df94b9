"""The Frictionless data package that describes exported tables.

Several exports into one directory share one ``datapackage.json``: each replaces its own tables in it.
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
from pipelines.export.exporter import ExportJob, Written
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


def check_package(job: ExportJob) -> None:
    """Raise BadInput if a ``datapackage.json`` of another program would be overwritten."""
    if job.out is not None:
        _existing_resources(job.out.with_name(NAME))


def write_package(
    db: sqlite3.Connection, job: ExportJob, written: Iterable[Written], versions: dict[str, str]
) -> Path:
    """Describe the written tables in ``datapackage.json`` beside them; return its path."""
    assert job.out is not None  # noqa: S101 - only files are described
    path = job.out.with_name(NAME)
    newest = db.execute(_NEWEST_CRAWL).fetchone()[0]
    ours = [_resource(job, table, versions, newest) for table in written]
    files = {resource["path"] for resource in ours}
    others = [
        resource
        for resource in _existing_resources(path)
        if resource["path"] not in files and path.with_name(resource["path"]).is_file()
    ]
    taken = {resource["name"] for resource in others}
    for resource in ours:
        if resource["name"] in taken:  # used by another file: a.txt beside a.csv
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


def _existing_resources(path: Path) -> list[dict[str, Any]]:
    """Return the resources that a package at this path already describes."""
    if not path.exists():
        return []
    try:
        package = json.loads(path.read_bytes())
        if package["created_by"] == _MAKER:
            return list(package["resources"])
    except (ValueError, KeyError, TypeError, OSError):
        pass
    raise BadInput(f"{path} was not written by this program: export into another directory")


def _resource(
    job: ExportJob, written: Written, versions: dict[str, str], newest: str | None
) -> dict[str, Any]:
    assert written.path is not None  # noqa: S101 - see write_package
    data_hash, size = _hash(written.path)
    filters = job.selection.filters
    name = (
        written.path.stem.lower()
        if job.format != "xlsx"
        else f"{written.path.stem.lower()}-{written.table.name}"
    )
    return {
        "name": _slug(f"{name}-{job.format}"),
        **({"type": "table", "rows": written.rows} if _is_readable(job, written) else {"type": "file"}),
        "path": written.path.name,
        "scheme": "file",
        "format": job.format,
        "mediatype": _MEDIA[job.format],
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{data_hash}",
        "title": written.table.name,
        "description": table_text(written.table.name),
        **_dialect(job, written),
        "schema": {
            "fields": [_field(written.table.name, column, job.format) for column in written.table.columns],
            "missingValues": [""],
            **({"primaryKey": ["id"]} if "id" in written.table.names else {}),
        },
        "row_count": written.rows,
        "filters": {
            "since": filters.since,
            "until": filters.until,
            "source": list(filters.sources),
            "lang": list(filters.langs),
            "query": job.selection.query,
        },
        "versions": versions,
        "newest_crawl": newest,
        "notes": list(written.notes),
    }


def _is_readable(job: ExportJob, written: Written) -> bool:
    """Return whether frictionless can check a table row by row; other tables are checked by size and hash.

    It reads JSON Lines only with a further package, reads missing integers of Parquet as NaN, and reports a
    row of missing values as an error.
    """
    return job.format not in ("jsonl", "parquet") and any(column.required for column in written.table.columns)


def _dialect(job: ExportJob, written: Written) -> dict[str, Any]:
    if job.format in ("csv", "tsv"):
        return {"dialect": {"delimiter": "," if job.format == "csv" else "\t", "lineTerminator": "\r\n"}}
    if job.format == "xlsx":
        return {"dialect": {"excel": {"sheet": written.table.name}}}
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
    """Return a valid name of a resource; names in other scripts get a checksum, so that they stay distinct.

    >>> _slug("my stories-csv"), _slug("истории-csv")
    ('my-stories-csv', 'csv-09b5b094')
    """
    plain = re.sub(r"[^a-z0-9._-]+", "-", text).strip("-")
    return plain if text.isascii() else f"{plain}-{crc32(text.encode()):08x}"


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
