"""The Frictionless data package that describes exported tables.

Several exports into one directory share one ``datapackage.json``: each replaces its own tables in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from pipelines.errors import BadInput
from pipelines.export.atomic_files import replacing
from pipelines.export.exporter import ExportJob, Written
from pipelines.export.selection import newest_change
from pipelines.export.tables import Column, Kind

NAME = "datapackage.json"
TITLE = "Press stories of Kazakhstan's akimats"
LICENCE = {"name": "notspecified", "title": "No licence is granted by the site"}
_MAKER = "govkz-scraper"
_TYPES: dict[Kind, dict[str, str]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "text": {"type": "string"},
    "date": {"type": "date"},
    "instant": {"type": "datetime", "format": "any"},
    "bytes": {"type": "string"},
    "json": {"type": "array"},
}
_MEDIA = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Columns that refer to a row of another table, if that is exported with all rows of its stories.
_REFERENCES = {
    "story_id": ("stories", "id"),
    "sighting_id": ("sightings", "id"),
    "crawl_id": ("crawls", "id"),
    "title_from": ("sightings", "id"),
    "body_from": ("sightings", "id"),
}


def check_package(job: ExportJob) -> None:
    """Raise BadInput if a ``datapackage.json`` of another program would be overwritten."""
    if job.out is not None:
        _existing_resources(job.out.with_name(NAME))


def is_folder_of(folder: Path, format_: str) -> bool:
    """Return whether a folder holds an earlier export of this program, which is a folder of this format."""
    try:
        package = json.loads((folder / NAME).read_bytes())
        return bool(package["created_by"] == _MAKER and package["folder"] == format_)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_package(
    db: sqlite3.Connection,
    job: ExportJob,
    written: Iterable[Written],
    versions: dict[str, str],
    folder: str | None = None,
) -> Path:
    """Describe the written tables in ``datapackage.json`` beside them; return its path.

    ``folder``: the format of an export that is the whole folder.
    """
    assert job.out is not None  # noqa: S101 - only files are described
    path = job.out.with_name(NAME)
    written = list(written)
    created = newest_change(db, job.selection.values(db))
    names = {one.table.name: _name(job, one) for one in written}
    ours = [_resource(job, table, versions, created, names) for table in written]
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
    resources = sorted([*others, *ours], key=lambda resource: str(resource["name"]))
    newest = max((one["created"] for one in resources if one.get("created")), key=_instant, default=None)
    package = {
        "profile": "data-package",
        "name": "govkz-press-stories",
        "title": TITLE,
        "description": "Made by govkz-scraper from what was received; each resource says from which state.",
        **({"version": f"{_instant(newest):%Y.%-m.%-d}", "created": newest} if newest else {}),
        "created_by": _MAKER,
        **({"folder": folder} if folder else {}),
        "licenses": [LICENCE],
        "contributors": [
            {"title": "Press services of the akimats of Kazakhstan", "role": "author"},
            {"title": _MAKER, "role": "wrangler"},
        ],
        "sources": [{"title": "Press items of gov.kz", "path": "https://www.gov.kz/"}],
        "resources": resources,
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


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _name(job: ExportJob, written: Written) -> str:
    """Return the name of the resource of a table."""
    assert written.path is not None  # noqa: S101 - see write_package
    stem = written.path.stem.lower()
    return _slug(f"{stem if job.format != 'xlsx' else f'{stem}-{written.table.name}'}-{job.format}")


def _resource(
    job: ExportJob,
    written: Written,
    versions: dict[str, str],
    created: str | None,
    names: dict[str, str],
) -> dict[str, Any]:
    assert written.path is not None  # noqa: S101 - see write_package
    data_hash, size = _hash(written.path)
    selection, table = job.selection, written.table
    filters = selection.filters
    return {
        "name": names[table.name],
        **({"type": "table", "rows": written.rows} if _is_readable(job, written) else {"type": "file"}),
        "path": _relative(job, written.path),
        "scheme": "file",
        "format": job.format,
        "mediatype": _MEDIA[job.format],
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{data_hash}",
        "title": table.name,
        "description": table.text,
        **_dialect(job, written),
        "schema": {
            "fields": [_field(column, job.format) for column in table.columns],
            "missingValues": [""],
            **({"primaryKey": ["id"]} if "id" in table.names else {}),
            **_foreign_keys(job, written, names),
        },
        "row_count": written.rows,
        "filters": {
            "since": filters.since,
            "until": filters.until,
            "source": list(filters.sources),
            "lang": list(filters.langs),
            "query": selection.query,
            "seen_since": selection.seen_since.isoformat() if selection.seen_since else None,
            "min_words": selection.min_words,
            "sample": selection.sample,
            "seed": None if selection.sample is None else selection.seed,
            "parallel": list(job.parallel),
        },
        "versions": versions,
        "created": created,
        "notes": list(written.notes),
    }


def _relative(job: ExportJob, path: Path) -> str:
    assert job.out is not None  # noqa: S101 - see write_package
    return path.relative_to(job.out.parent).as_posix()


def _foreign_keys(job: ExportJob, written: Written, names: dict[str, str]) -> dict[str, Any]:
    """Return the foreign keys to tables of the same export, so that every reference has its row."""
    if job.parallel or job.format == "xlsx":  # a workbook continues in further sheets
        return {}
    found = []
    for column in written.table.names:
        table, key = _REFERENCES.get(column, ("", ""))
        wanted = job.columns and table == "stories" and key not in job.columns
        if table in names and table != written.table.name and not wanted:
            reference = {"resource": names[table], "fields": [key]}
            found.append({"fields": [column], "reference": reference})
    return {"foreignKeys": found} if found else {}


def _is_readable(job: ExportJob, written: Written) -> bool:
    """Return whether frictionless can check a table row by row; other tables are checked by size and hash.

    It reads JSON Lines only with a further package, reads missing integers of Parquet as NaN, and reports a
    row of missing values as an error.
    """
    return job.format not in ("jsonl", "parquet") and any(column.required for column in written.table.columns)


def _dialect(job: ExportJob, written: Written) -> dict[str, Any]:
    if job.format in ("csv", "tsv"):
        return {"dialect": {"delimiter": job.field_delimiter, "lineTerminator": "\r\n"}}
    if job.format == "xlsx":
        return {"dialect": {"excel": {"sheet": written.table.name}}}
    return {}


def _field(column: Column, format_: str) -> dict[str, Any]:
    text = column.text
    if column.kind == "bytes" and format_ != "parquet":
        text += " Written as hexadecimal digits."
    field: dict[str, Any] = {"name": column.name, **_TYPES[column.kind], "description": text}
    constraints: dict[str, Any] = {}
    if column.required and column.kind == "text":
        field["missingValues"] = []  # never NULL: an empty cell is an empty text
    elif column.required:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = [value for value, _ in column.values]
        field["categories"] = [{"value": value, "label": label} for value, label in column.values]
    return field | ({"constraints": constraints} if constraints else {})


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
