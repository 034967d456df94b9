"""Merging: the stories of one ingest of everything, in any order, with nothing lost."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.corpus.files import merge_files, opened
from pipelines.corpus.merge import Added
from pipelines.corpus.shard import write_shard
from pipelines.errors import BadInput
from pipelines.items import FinishedWalk, RawStory, UnfinishedWalk
from pipelines.process import process_story
from pipelines.sqlite import open_store
from pipelines.sqlite.integrity import check
from pipelines.sqlite.listing_coverage import read_coverage, write_progress
from tests.pipelines.corpus.press_archive import (
    ITEM,
    archive,
    clock,
    fill,
    parts,
    records_of,
    sighting_of,
    story_of,
)
from tests.stored import dump, stored

ORDERS = list(itertools.permutations(range(3)))


def merge(out: Path, *sources: Path) -> list[Added]:
    with opened(sources) as received:
        return merge_files(out, received, lambda raws: map(process_story, raws), lambda done: None)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three databases, their shards, and one database of everything; with corrections by hand."""
    folder = tmp_path_factory.mktemp("merge")
    found = parts(folder)
    fill(folder / "one.db", archive(), 9)
    # Two stories of the first part that are joined, and one sighting of the second that is split off.
    one, other = records_of(found[0], _ALONE)[:2]
    split_off = records_of(found[1], _BESIDE)[0]
    for path in (found[0], folder / "one.db"):
        with open_store(path, clock=lambda: clock(20)) as store:
            store.join(story_of(store, one), story_of(store, other))
    for path in (found[1], folder / "one.db"):
        with open_store(path, clock=lambda: clock(21)) as store:
            store.split([sighting_of(store, split_off)])
    for path in found:
        write_shard(path, path.with_suffix(""), "1.0")
    return folder


_ALONE = (
    "SELECT min(record_hash) FROM sightings WHERE news_id IS NULL AND published > '2025-01-01'"
    " GROUP BY story_id HAVING count(*) = 1 ORDER BY 1"
)
_BESIDE = (
    "SELECT max(record_hash) FROM sightings WHERE news_id IS NULL GROUP BY story_id"
    " HAVING count(DISTINCT text_id) = 2 AND count(*) = 2 ORDER BY 1"
)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("shards", [False, True], ids=["databases", "shards"])
def test_any_order_gives_the_stories_of_one_ingest(
    folder: Path, tmp_path: Path, order: tuple[int, ...], shards: bool
) -> None:
    sources = [folder / f"part{number}{'' if shards else '.db'}" for number in order]
    merge(tmp_path / "out.db", *sources)
    expected, found = stored(folder / "one.db"), stored(tmp_path / "out.db")
    for name, values in expected.items():
        assert found[name] == values, name
    assert [len(expected[name]) for name in ("revisions", "links", "media")] != [0, 0, 0]
    assert {row[-1] for row in found["sightings"]} == {"new", "address", "text", "near-text", "hand"}
    with open_store(tmp_path / "out.db") as store:
        assert list(check(store.db.conn)) == []


def test_ids_of_the_first_stay_and_those_of_the_others_lead_on(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.db"
    added = merge(out, folder / "part1.db", folder / "part0.db", folder / "part2")
    query = "SELECT story_id, hex(record_hash) FROM sightings"
    here = {record: story for story, record in rows(out, query)}
    own = dict(rows(out, "SELECT id, story_id FROM former_stories WHERE origin IS NULL"))
    kept: dict[int, bool] = {}
    for story, record in rows(folder / "part1.db", query):
        kept[story] = kept.get(story, False) or here[record] in (story, own.get(story))
    assert all(kept.values()), "a story keeps its id and a sighting, or its id leads on"
    assert here.keys() >= {record for _, record in rows(folder / "part0.db", query)}
    for source, name in zip(added[1:], ("part0.db", "part2.db"), strict=True):
        lead = f"SELECT id, story_id FROM former_stories WHERE origin = '{source.origin}'"
        first = "SELECT story_id, hex(record_hash), min(id) FROM sightings GROUP BY story_id"
        expected = {(story, here[record]) for story, record, _ in rows(folder / name, first)}
        assert expected <= set(rows(out, lead))
    issued = max(
        rows(folder / f"part{number}.db", "SELECT max(id) FROM stories")[0][0] for number in range(3)
    )
    first_ids = {story for story, _ in rows(folder / "part1.db", query)}
    assert all(story > issued for (story,) in rows(out, "SELECT id FROM stories") if story not in first_ids)


def test_the_same_merge_twice_changes_nothing(folder: Path, tmp_path: Path) -> None:
    out, sources = tmp_path / "out.db", [folder / "part0", folder / "part1.db", folder / "part2"]
    merge(out, *sources)
    before = dump(out)
    assert [added.new for added in merge(out, *sources)] == [0, 0, 0]
    assert dump(out) == before
    merge(out, out, *sources[1:])
    assert dump(out) == before
    merge(tmp_path / "again.db", out, *sources)
    assert dump(tmp_path / "again.db") == before


def test_a_story_whose_first_sighting_moved_keeps_its_id(tmp_path: Path) -> None:
    """Two items of gov.kz have one text: a copy of it goes to the nearer one when that is known."""
    body = "Открыта новая школа на триста мест, строили её два года, и вот она готова принять учеников."
    seen = {"title": "Школа", "body": body, "lang": "ru", "seen_at": "2026-01-01T00:00:00Z"}
    copy = RawStory(**seen, date="20.12.2025", page_url="https://paper.example/", position=1)
    far, near = (
        RawStory(**seen, date=day, url=ITEM.format(number, "ru"), page_url=SEEN.page_url)
        for number, day in ((5, "12.12.2025"), (6, "20.12.2025"))
    )
    changed = replace(far, body=body + " Занятия начнутся в январе.", seen_at="2026-01-02T00:00:00Z")
    fill(tmp_path / "a.db", [copy, far, changed])
    fill(tmp_path / "b.db", [near])
    out = tmp_path / "out.db"
    merge(out, tmp_path / "a.db", tmp_path / "b.db")
    assert rows(tmp_path / "a.db", "SELECT story_id FROM sightings") == [(1,), (1,), (1,)]
    assert rows(out, "SELECT story_id FROM sightings ORDER BY id") == [(2,), (1,), (1,), (2,)]
    before = dump(out)
    merge(out, tmp_path / "a.db", tmp_path / "b.db")
    assert dump(out) == before


def test_ids_that_a_copy_issued_after_it_was_merged_lead_on(tmp_path: Path) -> None:
    items = [RawStory(body=f"Построено {n} школ в {n} районах.", position=n) for n in range(1, 5)]
    fill(tmp_path / "a.db", items[:1])
    fill(tmp_path / "b.db", items[1:3], 2)
    merge(tmp_path / "out.db", tmp_path / "a.db", tmp_path / "b.db")
    fill(tmp_path / "a.db", items[3:], 3)
    added = merge(tmp_path / "out.db", tmp_path / "a.db", tmp_path / "b.db")
    last = rows(tmp_path / "out.db", "SELECT story_id FROM sightings ORDER BY id DESC LIMIT 1")
    own = f"coalesce(origin, '{added[0].origin}') = '{added[0].origin}'"
    query = f"SELECT story_id FROM former_stories WHERE id = 2 AND {own}"
    assert rows(tmp_path / "a.db", "SELECT max(id) FROM stories") == [(2,)]
    assert rows(tmp_path / "out.db", query) == last
    before = dump(tmp_path / "out.db")
    merge(tmp_path / "out.db", tmp_path / "a.db", tmp_path / "b.db")
    assert dump(tmp_path / "out.db") == before


def test_a_shard_alone_gives_its_database_back(folder: Path, tmp_path: Path) -> None:
    for number in range(3):
        merge(tmp_path / f"{number}.db", folder / f"part{number}")
        expected = stored(folder / f"part{number}.db", internal=True)
        assert stored(tmp_path / f"{number}.db", internal=True) == expected
        query = "SELECT id, story_id, crawl_id, hex(record_hash), raw_more FROM sightings ORDER BY id"
        assert rows(tmp_path / f"{number}.db", query) == rows(folder / f"part{number}.db", query)
        query = "SELECT * FROM former_stories ORDER BY 1"
        assert rows(tmp_path / f"{number}.db", query) == rows(folder / f"part{number}.db", query)


def test_an_empty_database_may_come_first_or_last(folder: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.db"):
        pass
    for number, order in enumerate(((tmp_path / "empty.db", folder / "part1.db"),) * 2):
        out = tmp_path / f"out{number}.db"
        merge(out, *order[:: 1 if number else -1])
        assert stored(out) == stored(folder / "part1.db")
        before = dump(out)
        merge(out, *order[:: 1 if number else -1])
        assert dump(out) == before


def test_runs_of_all_are_kept_once(folder: Path, tmp_path: Path) -> None:
    merge(tmp_path / "out.db", *(folder / f"part{number}.db" for number in (2, 0, 1, 0)))
    query = "SELECT started_at, arguments, outcome, stats FROM crawls"
    expected = {row for number in range(3) for row in rows(folder / f"part{number}.db", query)}
    assert len(rows(tmp_path / "out.db", query)) == 3
    assert set(rows(tmp_path / "out.db", query)) == expected


SEEN = RawStory(
    url="https://www.gov.kz/memleket/entities/almobl/press/news/details/5?lang=ru",
    title="Школа",
    body="Открыта школа на триста мест.",
    lang="ru",
    page_url="https://www.gov.kz/api",
    entity="almobl",
)


def gone(path: Path, seen: str, at: str | None) -> Path:
    """Store the story as seen on a day of January, and as gone on another."""
    fill(path, [replace(SEEN, seen_at=f"2026-01-{seen}T00:00:00+00:00")])
    if at:
        with open_store(path) as store, store.transaction():
            store.db.execute("UPDATE stories SET gone_at = ?", (f"2026-01-{at}T00:00:00+00:00",))
    return path


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("05", "10"), ("08", "12"), "10"),
        (("05", "10"), ("11", "12"), "12"),
        (("05", "10"), ("11", None), None),
        (("05", "10"), ("08", None), "10"),
        (("05", None), ("08", None), None),
    ],
)
@pytest.mark.parametrize("shards", [False, True], ids=["databases", "shards"])
def test_a_story_is_gone_since_it_was_missed_first_and_not_seen_again(
    tmp_path: Path, one: tuple[str, str], other: tuple[str, str], expected: str | None, shards: bool
) -> None:
    sources = [gone(tmp_path / "a.db", *one), gone(tmp_path / "b.db", *other)]
    if shards:
        for source in sources:
            write_shard(source, source.with_suffix(""), "1.0")
        sources = [source.with_suffix("") for source in sources]
    for number, order in enumerate((sources, sources[::-1])):
        merge(tmp_path / f"out{number}.db", *order)
        found = rows(tmp_path / f"out{number}.db", "SELECT gone_at FROM stories")
        assert found == [(f"2026-01-{expected}T00:00:00+00:00" if expected else None,)]


def test_coverage_keeps_what_either_knows(tmp_path: Path) -> None:
    listing = {"slug": "almobl", "lang": "ru", "route": "api", "site": "www.gov.kz"}
    complete = FinishedWalk("2026-01-02", "2026-01-01", complete=True)
    caught_up = FinishedWalk("2026-01-05", "2026-01-04", complete=False)
    walk = UnfinishedWalk("2026-01-06", 40, "2026-01-03", "2026-01-06")
    steps = {"a.db": [(complete, "2026-01-03")], "b.db": [(caught_up, "2026-01-05"), (walk, "2026-01-07")]}
    for name, progress in steps.items():
        fill(tmp_path / name, [SEEN])
        with open_store(tmp_path / name) as store, store.transaction():
            for step, now in progress:
                write_progress(store.db.conn, listing, step, now)
    for order in (["a.db", "b.db"], ["b.db", "a.db"]):
        out = tmp_path / f"from-{order[0]}"
        merge(out, *(tmp_path / name for name in order))
        with closing(sqlite3.connect(out)) as db:
            (found,) = read_coverage(db, "almobl", "ru", "www.gov.kz")
        assert (found.complete_at, found.newest, found.caught_up_at) == (
            "2026-01-03",
            "2026-01-04",
            "2026-01-05",
        )
        assert found.walk == walk


def two_stories(path: Path, *actions: str, day: int = 1) -> Path:
    """Store two unlike stories, and join them or split them again on the following days."""
    items = [
        replace(
            SEEN, url=None, page_url="https://paper.example/", position=1, seen_at="2026-01-01T00:00:00Z"
        ),
        RawStory(title="Мост", body="Через реку построен мост.", seen_at="2026-01-01T00:00:00Z", position=2),
    ]
    fill(path, items, day)
    for number, action in enumerate(actions, day + 1):
        with open_store(path, clock=lambda: clock(number)) as store:  # noqa: B023 - called in this pass
            store.join(1, 2) if action == "join" else store.split([2])
    return path


def test_corrections_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    one = two_stories(tmp_path / "a.db", "join")
    other = two_stories(tmp_path / "b.db", "join", "split", day=5)
    for number, order in enumerate(((one, other), (other, one))):
        with pytest.raises(BadInput, match="contradict each other in a correction by hand"):
            merge(tmp_path / f"out{number}.db", *order)
        assert not [
            path for path in tmp_path.iterdir() if f"out{number}" in path.name and path.suffix != ".lock"
        ]


def test_a_correction_that_a_chain_of_others_undoes_is_refused(tmp_path: Path) -> None:
    """One database holds 1 and 3 apart; the other joins both with 2."""
    texts = ("Открыта школа на триста мест.", "Через реку построен мост.", "В парке высадили клёны.")
    items = [RawStory(body=text, position=n, seen_at="2026-01-01T00:00:00Z") for n, text in enumerate(texts)]
    one, other = fill(tmp_path / "a.db", items, 1), fill(tmp_path / "b.db", items, 2)
    for path, day, pairs in ((one, 3, ((1, 3),)), (other, 6, ((1, 2), (1, 3)))):
        for number, (first, second) in enumerate(pairs):
            with open_store(path, clock=lambda: clock(day + number)) as store:  # noqa: B023
                store.join(first, second)
    with open_store(one, clock=lambda: clock(4)) as store:
        store.split([3])
    with pytest.raises(BadInput, match="contradict each other"):
        merge(tmp_path / "out.db", one, other)


def test_a_database_that_went_on_from_the_other_is_no_contradiction(tmp_path: Path) -> None:
    one = two_stories(tmp_path / "a.db", "join")
    merge(tmp_path / "b.db", one)
    with open_store(tmp_path / "b.db", clock=lambda: clock(9)) as store:
        store.split([2])
    for number, order in enumerate(((one, tmp_path / "b.db"), (tmp_path / "b.db", one))):
        merge(tmp_path / f"out{number}.db", *order)
        assert rows(tmp_path / f"out{number}.db", "SELECT count(*) FROM stories") == [(2,)]


def test_an_existing_database_is_not_replaced_by_another(folder: Path, tmp_path: Path) -> None:
    out = two_stories(tmp_path / "out.db")
    before = dump(out)
    with pytest.raises(BadInput, match="name it first to keep it"):
        merge(out, folder / "part0.db", folder / "part1.db")
    assert dump(out) == before


def test_a_merge_that_fails_leaves_an_existing_database(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.db"
    merge(out, folder / "part0.db")
    before = dump(out)

    def fail(done: int) -> None:
        raise KeyboardInterrupt

    with opened([out, folder / "part1.db"]) as received, pytest.raises(KeyboardInterrupt):
        merge_files(out, received, lambda raws: map(process_story, raws), fail)
    assert dump(out) == before


def test_pictures_of_every_sighting_are_kept(tmp_path: Path) -> None:
    """The same record with another picture each time, on two machines, twice on one."""
    for name, numbers in (("a.db", (1,)), ("b.db", (2, 3)), ("one.db", (1, 2, 3))):
        for number in numbers:
            rest = f'{{"heropic": "/uploads/2026/1/1/{number}.png"}}'
            fill(tmp_path / name, [replace(SEEN, rest=rest, seen_at=f"2026-01-0{number}T00:00:00Z")], number)
    query = "SELECT url FROM story_media ORDER BY url"
    for number, order in enumerate((("a.db", "b.db"), ("b.db", "a.db"))):
        merge(tmp_path / f"out{number}.db", *(tmp_path / name for name in order))
        assert rows(tmp_path / f"out{number}.db", query) == rows(tmp_path / "one.db", query)
        assert len(rows(tmp_path / "one.db", query)) == 3
