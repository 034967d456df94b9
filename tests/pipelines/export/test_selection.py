"""What an export selects, which tables and columns it can hold, and that equal stories give equal bytes."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.corpus.files import merge_files, opened
from pipelines.errors import BadInput
from pipelines.export.data_package import write_package
from pipelines.export.exporter import ExportJob, export
from pipelines.export.selection import Selection
from pipelines.export.tables import public_tables
from pipelines.items import RawStory
from pipelines.process import process_story
from pipelines.sqlite import open_store
from pipelines.sqlite.read_only import reading

_KK = "Ауылда жаңа мектеп ашылды. Онда 300 бала оқиды. Ғимаратты жергілікті компания бір жылда салды. "
_RU = "В ауле открыли новую школу. В ней учатся 300 детей. Здание построила местная компания за год. "
_EN = "A new library was opened in the town. It holds 40 thousand books and a hall for readings. "


def raw(lang: str, body: str, news_id: int, seen_at: str, **more: Any) -> RawStory:
    address = f"https://www.gov.kz/memleket/entities/almobl/press/news/details/{news_id}?lang={lang}"
    page = f"https://www.gov.kz/memleket/entities/almobl/press/news/1?lang={lang}"
    given: dict[str, Any] = {"title": body[:20], "date": "20.12.2025", "entity": "almobl", **more}
    return RawStory(
        url=address, news_id=news_id, lang=lang, body=body, page_url=page, seen_at=seen_at, **given
    )


def seen(day: int, *, last: str | None = None) -> list[RawStory]:
    rest = json.dumps(
        {"heropic": "/uploads/2025/12/20/a_original.9.jpg", "directions": [{"id": 4, "title": "Білім"}]}
    )
    stories = [
        raw("kk", _KK, 1, f"2025-12-{day}T10:00:00+05:00", rest=rest),
        raw("ru", _RU, 1, f"2025-12-{day}T10:00:00+05:00"),
    ]
    return [*stories, raw("en", last, 2, f"2025-12-{day}T10:00:00+05:00")] if last else stories


def store(path: Path, *runs: list[RawStory]) -> Path:
    with open_store(path) as database:
        for run in runs:
            crawl = database.begin_crawl("test", {})
            for one in run:
                database.add(process_story(one), crawl)
            database.finish_crawl(crawl, "done", {})
        database.db["sources"].upsert({"slug": "almobl", "kind": "region", "region": "Almaty"}, pk="slug")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return store(tmp_path / "news.db", seen(20, last=_EN), seen(22, last=_EN.replace("40", "50")))


def written(database: Path, job: ExportJob) -> bytes:
    out = io.BytesIO()
    with reading(database) as db:
        export(db, job, out)
    return out.getvalue()


def exported(database: Path, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(database, ExportJob("jsonl", **options)).splitlines()]


def test_columns_that_other_tables_hold(database: Path) -> None:
    columns = "id", "publisher_en", "region", "publishers", "urls", "media", "topics", "links", "words"
    first, second, third = exported(database, columns=columns)
    assert first["publishers"] == ["almobl"]
    assert (first["publisher_en"], first["region"]) == (None, "Almaty")
    assert first["urls"][0]["kind"] == "gov.kz"
    assert [one["url"] for one in first["media"]] == [
        "https://www.gov.kz/uploads/2025/12/20/a_original.9.jpg"
    ]
    assert first["topics"] == [{"kind": "direction", "name": "Білім", "code": "4"}]
    assert first["links"] == [{"id": second["id"], "kind": "translation", "score": None}]
    assert second["links"] == [{"id": first["id"], "kind": "translation", "score": None}]
    assert (third["media"], third["links"], third["words"]) == (None, None, len(_EN.split()))


def test_pairs_of_translations(database: Path) -> None:
    (pair,) = exported(database, parallel=("kk", "ru"))
    assert list(pair)[:4] == ["id_kk", "id_ru", "title_kk", "title_ru"]
    assert (pair["body_kk"], pair["body_ru"]) == (_KK.strip(), _RU.strip())
    (turned,) = exported(database, parallel=("ru", "kk"), columns=("news_id", "words"))
    assert turned == {"news_id_ru": 1, "news_id_kk": 1, "words_ru": 16, "words_kk": 14}
    assert exported(database, parallel=("kk", "en")) == []
    assert exported(database, parallel=("kk", "ru"), selection=Selection(min_words=15)) == []


@pytest.mark.parametrize(
    ("since", "langs"),
    [
        ("2025-12-20T09:00:00+05:00", {"kk", "ru", "en"}),
        ("2025-12-20T11:00:00+05:00", {"en"}),  # its publisher changed it on the 22nd
        ("2025-12-22T10:00:00+05:00", {"en"}),
        ("2025-12-22T05:00:01+00:00", set()),
    ],
)
def test_only_what_was_seen_or_changed_since(database: Path, since: str, langs: set[str]) -> None:
    chosen = Selection(seen_since=datetime.fromisoformat(since))
    assert {story["lang"] for story in exported(database, selection=chosen)} == langs


def test_a_restored_text_is_a_change(tmp_path: Path) -> None:
    runs = [seen(day, last=text) for day, text in ((20, _EN), (21, _EN.replace("40", "50")), (22, _EN))]
    chosen = Selection(seen_since=datetime.fromisoformat("2025-12-21T12:00:00+05:00"))
    found = exported(store(tmp_path / "news.db", *runs), selection=chosen)
    assert [story["body"] for story in found] == [_EN.strip()]


def test_the_ids_of_a_merged_database_are_no_change(database: Path, tmp_path: Path) -> None:
    other = store(tmp_path / "other.db", seen(26)[::-1])  # with another first record: no copy
    out = tmp_path / "all.db"
    with opened([database, other]) as sources:
        merge_files(out, sources, lambda raws: map(process_story, raws), lambda count: None)
    chosen = Selection(seen_since=datetime.fromisoformat("2025-12-24T00:00:00+05:00"))
    assert exported(out, selection=chosen) == []
    assert len(exported(out)) == 3


def test_least_words_and_samples(database: Path) -> None:
    assert {s["lang"] for s in exported(database, selection=Selection(min_words=15))} == {"ru", "en"}
    whole = {story["id"] for story in exported(database)}
    samples = [
        [{s["id"] for s in exported(database, selection=Selection(sample=n, seed=seed))} for n in (1, 2, 9)]
        for seed in range(9)
    ]
    for one, two, three in samples:
        assert one < two < three == whole
    assert len({frozenset(one) for one, *_ in samples}) == 3, "the seed chooses"


def test_every_public_table_in_every_format(database: Path, tmp_path: Path) -> None:
    with reading(database) as db:
        names = tuple(name for name in public_tables(db) if name != "stories")
        assert {"story_media", "story_topics", "story_links", "crawls", "stories_with_publisher"} <= {*names}
        assert not any(name.startswith("_") for name in names)
        for format_ in ("csv", "tsv", "jsonl", "parquet", "xlsx"):
            job = ExportJob(format_, tmp_path / f"s.{format_}", also=names)
            counts = {one.table.name: one.rows for one in export(db, job, io.BytesIO())}
            for name in names:
                assert counts[name] == db.execute(f"SELECT count(*) FROM {name}").fetchone()[0], name


def test_further_tables_hold_the_selected_stories_alone(database: Path, tmp_path: Path) -> None:
    chosen = Selection(min_words=15)
    names = "story_links", "story_media", "stories_with_publisher"
    with reading(database) as db:
        done = export(db, ExportJob("csv", tmp_path / "s.csv", chosen, also=names), io.BytesIO())
    assert [one.rows for one in done] == [2, 0, 0, 2]


def test_columns_of_a_further_table(database: Path, tmp_path: Path) -> None:
    columns = "id", "sightings.id", "sightings.last_seen_at"
    with reading(database) as db:
        export(db, ExportJob("csv", tmp_path / "s.csv", columns=columns, also=("sightings",)), io.BytesIO())
        with pytest.raises(BadInput, match="no column 'nothing'"):
            export(db, ExportJob("csv", columns=("nothing",)), io.BytesIO())
    assert (tmp_path / "s-sightings.csv").read_text().splitlines()[0] == "id,last_seen_at"


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet", "rss"])
def test_a_crawl_that_brings_nothing_changes_no_byte(tmp_path: Path, format_: str) -> None:
    once = store(tmp_path / "once.db", seen(20, last=_EN))
    twice = store(tmp_path / "twice.db", seen(20, last=_EN), seen(25, last=_EN))
    packages = []
    for database in (once, twice):
        folder = tmp_path / database.stem
        folder.mkdir()
        job = ExportJob(format_, folder / "s", also=("sightings", "revisions") if format_ != "rss" else ())
        with reading(database) as db:
            done = export(db, job, io.BytesIO())
            if format_ != "rss":
                write_package(db, job, done, {})
        packages.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert packages[0] == packages[1]


@pytest.mark.parametrize("delimiter", [";", "|", "\t", "^", "\\", "]"])
def test_any_delimiter_reads_back(database: Path, delimiter: str) -> None:
    text = written(database, ExportJob("csv", delimiter=delimiter, columns=("id", "body"))).decode()
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    assert [row[1] for row in rows[1:]] == [story["body"] for story in exported(database)]
