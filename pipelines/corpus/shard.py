"""Shards: a folder of Parquet files with what one database has received. Needs the extra ``parquet``.

The manifest is written last and names every file by the hash of its content. So a shard that is written
again, or whose writer was killed, is always the old one or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.corpus.received import (
    BY_NAME,
    TABLES,
    Kind,
    Received,
    ReceivedTable,
    Row,
    received_in_database,
)
from pipelines.errors import BadInput
from pipelines.export.atomic_files import replacing, writing

FORMAT = 1  # raised when an older version could not read the files; new columns and tables do not raise it
MANIFEST = "manifest.json"
_GROUP = 5_000  # rows in memory at once
_TYPES: Mapping[Kind, pa.DataType] = {"integer": pa.int64(), "text": pa.string(), "bytes": pa.binary()}
_OURS = re.compile(rf"(?:{'|'.join(BY_NAME)})-[0-9a-f]{{12}}\.parquet|\.[a-z]+\.partial|\.{MANIFEST}\..+")
_AGAIN = "run `govkz shard` again"


def write_shard(db: Path, folder: Path, version: str) -> dict[str, int]:
    """Write what a database has received into a folder; return the number of rows of each table.

    Raise BadInput if the folder cannot be written or holds other files than those of a shard.
    """
    with received_in_database(db) as source, writing(folder):
        if folder.exists() and not folder.is_dir():
            raise BadInput(f"{folder} is a file: pass a folder with -o")
        others = [
            path.name for path in _files(folder) if path.name != MANIFEST and not _OURS.fullmatch(path.name)
        ]
        if others:
            raise BadInput(
                f"{folder} holds other files, such as {others[0]}: pass a folder of its own with -o"
            )
        folder.mkdir(parents=True, exist_ok=True)
        tables = {table.name: _write_table(folder, table, source) for table in TABLES}
        manifest = {
            "format": FORMAT,
            "version": version,
            "origin": source.origin,
            "last_story": source.last_story,
            "tables": tables,
        }
        with replacing(folder / MANIFEST) as out:
            out.write(json.dumps(manifest, indent=2).encode() + b"\n")
        kept = {MANIFEST, *(str(entry["file"]) for entry in tables.values())}
        for path in _files(folder):
            if path.name not in kept:
                path.unlink(missing_ok=True)
    return {name: int(entry["rows"]) for name, entry in tables.items()}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _write_table(folder: Path, table: ReceivedTable, source: Received) -> dict[str, str | int]:
    """Write one table and return its entry in the manifest."""
    schema = pa.schema([pa.field(name, _TYPES[kind]) for name, kind in table.columns.items()])
    partial, count, rows = folder / f".{table.name}.partial", 0, source.rows(table.name)
    with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        while group := [dict(row) for row in islice(rows, _GROUP)]:
            writer.write_batch(pa.RecordBatch.from_pylist(group, schema=schema))
            count += len(group)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    digest = sha256(partial)
    name = f"{table.name}-{digest[:12]}.parquet"
    partial.replace(folder / name)
    return {"file": name, "rows": count, "sha256": digest}


@dataclass(frozen=True, slots=True)
class Shard:
    """What a shard holds; every file was found complete and unchanged when it was opened."""

    folder: Path
    origin: str
    last_story: int
    tables: Mapping[str, Mapping[str, Any]]  # name -> entry of the manifest

    @property
    def name(self) -> str:
        """Path as the user gave it."""
        return str(self.folder)

    def rows(self, table: str, *columns: str) -> Iterator[Row]:
        """Yield the rows of a table; what an older version did not write is missing: no row, or NULL."""
        if table not in self.tables:
            return
        names = columns or tuple(BY_NAME[table].columns)
        missing = dict.fromkeys(names)
        with pq.ParquetFile(self.folder / Path(self.tables[table]["file"]).name) as file:
            for batch in file.iter_batches(_GROUP, columns=list(names)):
                for row in batch.to_pylist():
                    yield missing | row

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.tables[table]["rows"]) if table in self.tables else 0


def open_shard(folder: Path) -> Shard:
    """Open and verify a shard. Raise BadInput if it is incomplete, damaged or of a newer version."""
    try:
        text = (folder / MANIFEST).read_text("utf-8")
    except FileNotFoundError:
        raise BadInput(f"{folder} is no complete shard: it has no {MANIFEST}; {_AGAIN}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {folder / MANIFEST}: {error}") from error
    try:
        manifest = json.loads(text)
        if manifest["format"] > FORMAT:
            raise BadInput(f"{folder} was written by a newer version of govkz-scraper: update the program")
        tables = {str(name): dict(entry) for name, entry in manifest["tables"].items()}
        shard = Shard(folder, str(manifest["origin"]), int(manifest["last_story"]), tables)
        for entry in tables.values():
            _verify(folder / Path(entry["file"]).name, entry["sha256"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"{folder / MANIFEST} is damaged: {_AGAIN}") from error
    return shard


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(path: Path, digest: str) -> None:
    try:
        found = sha256(path)
    except FileNotFoundError:
        raise BadInput(f"{path} is missing: the shard is incomplete; copy it again, or {_AGAIN}") from None
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from error
    if found != digest:
        raise BadInput(f"{path} is damaged or half copied: copy it again, or {_AGAIN}")
