"""Exports that are a folder: a corpus of plain texts, and a data set for Hugging Face.

The folder is written aside and renamed when it is complete. It takes the place of an earlier export only.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.errors import BadInput
from pipelines.export.atomic_files import replacing_folder, writing
from pipelines.export.data_package import LICENCE, NAME, TITLE, is_folder_of, write_package
from pipelines.export.exporter import ExportJob, Progress, Written, export, no_progress
from pipelines.export.selection import SELECTED, newest_change
from pipelines.export.tables import Kind
from pipelines.language.codes import LANGUAGES

_TEXTS = f"SELECT s.id, s.lang, s.title, s.body FROM stories AS s WHERE {SELECTED} ORDER BY s.id"  # noqa: S608
_LANGS = f"SELECT DISTINCT s.lang FROM stories AS s WHERE s.lang IS NOT NULL AND {SELECTED} ORDER BY 1"  # noqa: S608
_TABLE_COLUMNS = (
    *("id", "lang", "title", "published", "published_at", "entity", "publisher", "region", "byline", "url"),
    *("words", "text_hash"),
)
_FOLDER_SIZE = 1_000  # texts in a folder: file managers and shells are slow beyond some thousands
_SIZES = {  # stories, fewer than -> category of Hugging Face
    1_000: "n<1K",
    10_000: "1K<n<10K",
    100_000: "10K<n<100K",
    1_000_000: "100K<n<1M",
    10_000_000: "1M<n<10M",
}
_CROISSANT_TYPES: dict[Kind, str] = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
    "instant": "sc:DateTime",
}


def export_folder(
    db: sqlite3.Connection, job: ExportJob, versions: dict[str, str], progress: Progress = no_progress
) -> list[Written]:
    """Write a ``txt`` or ``huggingface`` export into the folder ``job.out``; return its tables.

    Raises BadInput for a folder that holds anything but an earlier export.
    """
    if job.out is None:
        raise BadInput(f"{job.format} writes a folder: name it with -o FOLDER")
    _check_folder(job)
    with replacing_folder(job.out) as folder:
        write = _write_texts if job.format == "txt" else _write_data_set
        written = write(db, job, folder, versions, progress)
    return [replace(one, path=job.out / one.path.relative_to(folder)) if one.path else one for one in written]


def _check_folder(job: ExportJob) -> None:
    assert job.out is not None  # noqa: S101 - see export_folder
    with writing(job.out):
        if job.out.is_symlink() or (job.out.exists() and not job.out.is_dir()):
            raise BadInput(f"{job.out} is no folder; choose another name")
        if not job.out.exists() or not any(job.out.iterdir()):
            return
    if not is_folder_of(job.out, job.format):
        raise BadInput(
            f"{job.out} holds something else than an earlier {job.format} export; choose a new folder"
        )


def _tables(
    db: sqlite3.Connection,
    job: ExportJob,
    out: Path,
    format_: str,
    progress: Progress,
    versions: dict[str, str],
) -> list[Written]:
    """Write the tables of a job into a folder, with the data package that describes them."""
    inner = replace(job, format=format_, out=out)
    written = export(db, inner, io.BytesIO(), progress)
    write_package(db, inner, written, versions, folder=job.format)
    return written


def _write_texts(
    db: sqlite3.Connection, job: ExportJob, folder: Path, versions: dict[str, str], progress: Progress
) -> list[Written]:
    if job.parallel:
        raise BadInput("--parallel needs a format with columns or huggingface, not txt")
    texts = folder / "texts"
    for story, lang, title, body in db.execute(_TEXTS, job.selection.values(db)):
        path = texts / text_path(story, lang)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(filter(None, (title, body))) + "\n", "utf-8", newline="\n")
    columns = job.columns or _TABLE_COLUMNS
    written = _tables(db, replace(job, columns=columns), folder / "stories.csv", "csv", progress, versions)
    (folder / "README.txt").write_text(_TEXT_README, "utf-8")
    return written


def text_path(story: int, lang: str | None) -> str:
    """Return where the text of a story stands below ``texts/``.

    >>> text_path(1234, "kk"), text_path(7, None)
    ('kk/000001/1234.txt', 'none/000000/7.txt')
    """
    return f"{lang if lang in LANGUAGES else 'none'}/{story // _FOLDER_SIZE:06}/{story}.txt"


_TEXT_README = f"""{TITLE}: plain texts

texts/LANGUAGE/THOUSAND/ID.txt  one story a file, UTF-8: its title, an empty line, its paragraphs
stories.csv                     one row a story; id is the ID of the file
{NAME}                the columns with their meaning, and what was selected

{LICENCE["title"]}.
"""


def _write_data_set(
    db: sqlite3.Connection, job: ExportJob, folder: Path, versions: dict[str, str], progress: Progress
) -> list[Written]:
    written = _tables(db, job, folder / "stories.parquet", "parquet", progress, versions)
    values = job.selection.values(db)
    created = newest_change(db, values)
    langs = [lang for (lang,) in db.execute(_LANGS, values)]
    package = json.loads((folder / NAME).read_bytes())
    (folder / "README.md").write_text(_card(written, langs, package), "utf-8")
    croissant = json.dumps(_croissant(written, langs, package, created), ensure_ascii=False, indent=2)
    (folder / "croissant.json").write_text(croissant + "\n", "utf-8")
    return written


def _card(written: list[Written], langs: Sequence[str], package: dict[str, Any]) -> str:
    """Return the data set card: the header that Hugging Face reads, then the text for people."""
    size = next((name for most, name in _SIZES.items() if written[0].rows < most), "n>10M")
    head = ["---", f"pretty_name: {json.dumps(TITLE)}", "license: other", f"license_name: {LICENCE['name']}"]
    head += ["language:", *(f"- {lang}" for lang in dict.fromkeys(lang.partition("-")[0] for lang in langs))]
    head += ["size_categories:", f"- {size}", "configs:"]
    for number, one in enumerate(written):
        assert one.path is not None  # noqa: S101 - written into a folder
        head += [f"- config_name: {one.table.name}", *(["  default: true"] if number == 0 else [])]
        head += ["  data_files:", "  - split: train", f"    path: {one.path.name}"]
    text = [f"# {TITLE}", "", package["description"], "", f"**Licence**: {LICENCE['title']}.", ""]
    if "version" in package:
        text += [f"**State**: {package['created']} (version {package['version']})", ""]
    for one in written:
        text += [f"## `{one.table.name}`: {one.rows} rows", "", one.table.text, ""]
        text += ["| column | meaning |", "| --- | --- |"]
        text += [f"| `{c.name}` | {c.text.replace('|', chr(92) + '|')} |" for c in one.table.columns]
        text.append("")
    return "\n".join([*head, "---", "", *text])


def _croissant(
    written: list[Written], langs: Sequence[str], package: dict[str, Any], created: str | None
) -> dict[str, Any]:
    """Return the metadata of the data set in the vocabulary Croissant 1.0, as JSON-LD."""
    hashes = {one["path"]: one["hash"].removeprefix("sha256:") for one in package["resources"]}
    files, records = [], []
    for one in written:
        assert one.path is not None  # noqa: S101 - written into a folder
        name = one.path.name
        files.append(
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": name,
                "encodingFormat": "application/x-parquet",
                "sha256": hashes[name],
            }
        )
        fields = [
            {
                "@type": "cr:Field",
                "@id": f"{one.table.name}/{column.name}",
                "name": column.name,
                "description": column.text,
                "dataType": _CROISSANT_TYPES.get(column.kind, "sc:Text"),
                "source": {"fileObject": {"@id": name}, "extract": {"column": column.name}},
            }
            for column in one.table.columns
        ]
        record = {"@type": "cr:RecordSet", "@id": one.table.name, "name": one.table.name}
        records.append(record | {"description": one.table.text, "field": fields})
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": package["name"],
        "description": package["description"],
        "license": LICENCE["title"],
        "url": "https://www.gov.kz/",
        "citeAs": f"{TITLE}, from gov.kz, made by govkz-scraper, {created or 'empty'}",
        "inLanguage": langs,
        **({"version": package["version"], "datePublished": created} if created else {"version": "0.0.0"}),
        "distribution": files,
        "recordSet": records,
    }


_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
