"""The store: the outcome of each item, corrections, reprocessing and former ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import BadInput
from pipelines.items import ProcessedStory, RawStory
from pipelines.sqlite import Store, open_store
from pipelines.sqlite.integrity import check, check_search_index
from tests.pipelines.sqlite.items import BODY, item
from tests.pipelines.sqlite.test_order import mixed_set

STRIPPED = BODY.replace('"', "").replace("'", "")
LATER = "2025-12-23T06:00:00+05:00"


def rows(store: Store, query: str, *values: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.db.conn.execute(query, values)]


def sound(store: Store) -> list[str]:
    return [*check(store.db.conn), *check_search_index(store.db.conn)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "a.db", clock=lambda: datetime(2025, 12, 21, tzinfo=UTC))
    store.begin_crawl("test", {})
    yield store
    wrong = sound(store)
    store.close()
    assert wrong == []


def test_each_item_has_its_outcome(store: Store) -> None:
    first = store.add(item(), 1)
    outcomes = [
        store.add(one, 1).outcome
        for one in (
            item(),
            item(position=2, body=STRIPPED),
            item(position=3),
            item(news_id=5, on_govkz=True),
            item(news_id=5, on_govkz=True, body=BODY.replace("136", "140"), seen_at=LATER),
            item(news_id=6, on_govkz=True),
        )
    ]
    assert first.outcome == "new"
    assert outcomes == ["known", "copy", "copy", "copy", "revision", "new"]
    reasons = rows(store, "SELECT matched_by FROM sightings ORDER BY id")
    assert [reason for (reason,) in reasons] == ["new", "near-text", "text", "text", "address", "new"]


def test_an_identical_record_only_updates_when_it_was_seen(store: Store) -> None:
    store.add(item(), 1)
    store.add(item(seen_at=LATER), 1)
    assert rows(store, "SELECT seen_at, last_seen_at FROM sightings") == [
        ("2025-12-21T06:00:00+05:00", LATER)
    ]
    assert rows(store, "SELECT last_seen FROM stories") == [(LATER,)]


def test_an_item_that_moves_down_its_listing_is_no_new_sighting(store: Store) -> None:
    store.add(item(news_id=5, on_govkz=True, position=1), 1)
    assert store.add(item(news_id=5, on_govkz=True, position=2), 1).outcome == "known"


@pytest.mark.parametrize("turned", [False, True])
def test_the_undamaged_copy_is_shown_in_any_order(store: Store, turned: bool) -> None:
    pair = [item(), item(position=2, body=STRIPPED)]
    for one in reversed(pair) if turned else pair:
        store.add(one, 1)
    assert rows(store, "SELECT body FROM stories") == [(BODY,)]


def test_a_reprint_makes_no_revision_and_does_not_outrank_govkz(store: Store) -> None:
    store.add(item(news_id=5, on_govkz=True), 1)
    store.add(item(news_id=5, body=BODY.replace("136", "140"), published="2025-12-27"), 1)
    assert rows(store, "SELECT body, published FROM stories") == [(BODY, "2025-12-20")]
    assert rows(store, "SELECT * FROM revisions") == []


def test_typography_is_no_revision(store: Store) -> None:
    store.add(item(news_id=5, on_govkz=True, body=STRIPPED), 1)
    store.add(item(news_id=5, on_govkz=True, body=BODY.replace(". ", ".\n\n"), seen_at=LATER), 1)
    assert rows(store, "SELECT * FROM revisions") == []


FEED = "https://www.gov.kz/api/v1/public/rss/shymkent/news/en"


@pytest.mark.parametrize("feed_first", [True, False])
def test_an_excerpt_in_a_feed_is_no_version_though_it_looks_whole(store: Store, feed_first: bool) -> None:
    excerpt, full = BODY[: BODY.index(" The second")], BODY * 2
    seen = (("2025-12-22T06:00:00+05:00", LATER), (LATER, "2025-12-22T06:00:00+05:00"))[not feed_first]
    store.add(item(news_id=5, on_govkz=True, body=excerpt, page_url=FEED, seen_at=seen[0]), 1)
    store.add(item(news_id=5, on_govkz=True, body=full, seen_at=seen[1]), 1)
    assert rows(store, "SELECT body FROM stories") == [(full,)]
    assert rows(store, "SELECT body FROM revisions") == []


def test_the_text_of_a_feed_is_shown_if_there_is_no_other(store: Store) -> None:
    store.add(item(news_id=5, on_govkz=True, page_url=FEED), 1)
    store.add(
        item(news_id=5, on_govkz=True, body=BODY.replace("136", "140"), page_url=FEED, seen_at=LATER), 1
    )
    assert rows(store, "SELECT body FROM revisions") == [(BODY,)]


def test_the_time_is_kept_when_a_page_prints_only_the_date(store: Store) -> None:
    store.add(item(news_id=5, on_govkz=True, published_at="2025-12-20T09:30:00+05:00"), 1)
    store.add(item(news_id=5, on_govkz=True, page_url="https://www.gov.kz/x", position=2, seen_at=LATER), 1)
    store.add(item(news_id=5, on_govkz=True, body=BODY + " More.", seen_at=LATER), 1)
    assert rows(store, "SELECT published, published_at FROM stories") == [
        ("2025-12-20", "2025-12-20T09:30:00+05:00")
    ]


def test_a_restored_text_becomes_current_again(store: Store) -> None:
    changed = BODY.replace("136", "140")
    store.add(item(news_id=5, on_govkz=True), 1)
    store.add(item(news_id=5, on_govkz=True, body=changed, seen_at="2025-12-22T06:00:00+05:00"), 1)
    back = store.add(item(news_id=5, on_govkz=True, seen_at=LATER), 1)
    assert back.outcome == "revision", "a crawl counts it as changed"
    assert store.add(item(news_id=5, on_govkz=True, seen_at=LATER), 1).outcome == "known"
    assert rows(store, "SELECT body FROM stories") == [(BODY,)]
    assert rows(store, "SELECT body FROM revisions") == [(changed,)]


def test_a_story_known_only_by_its_url_receives_its_text(store: Store) -> None:
    link = store.add(item(news_id=5, title=None, body=None, lang="kk"), 1)
    text = store.add(item(news_id=5, lang="kk"), 1)
    assert (text.story_id, text.outcome) == (link.story_id, "better")


def test_a_link_without_a_language_finds_the_story_of_its_id(store: Store) -> None:
    known = store.add(item(news_id=5, lang="ru", on_govkz=True), 1)
    assert store.add(item(news_id=5, title=None, body=None, lang=None), 1).story_id == known.story_id


@pytest.mark.parametrize(("day", "stories"), [("2026-01-03", 1), ("2026-01-04", 2)])
def test_the_limit_is_fourteen_days(store: Store, day: str, stories: int) -> None:
    store.add(item(), 1)
    store.add(item(position=2, published=day), 1)
    assert len(rows(store, "SELECT id FROM stories")) == stories
    assert len(rows(store, "SELECT * FROM story_links WHERE kind = 'reprint'")) == stories - 1


def test_the_next_publisher_of_one_notice_costs_what_the_third_did(store: Store) -> None:
    said: list[str] = []
    counts = []
    for number in range(60):
        store.db.conn.set_trace_callback(said.append)
        assert store.add(item(news_id=100 + number, on_govkz=True), 1).outcome == "new"
        store.db.conn.set_trace_callback(None)
        counts.append(sum(not statement.startswith("INSERT") for statement in said))
        said.clear()
    assert counts[59] <= counts[2]
    assert rows(store, "SELECT count(*), min(kind) FROM story_links") == [(60 * 59 // 2, "reprint")]


def test_links_between_ids_and_languages(store: Store) -> None:
    longer = (
        f"{BODY} " + "A third plant will follow in spring, and a fourth is being planned for autumn. " * 5
    )
    for one in (
        item(news_id=5, on_govkz=True),
        item(news_id=5, lang="kk", on_govkz=True, title="Екі зауыт", body="Шымкентте екі зауыт ашылды. " * 6),
        item(news_id=6, on_govkz=True, entity="almaty"),
        item(news_id=7, on_govkz=True, body=longer.strip(), published="2025-12-29"),
    ):
        store.add(one, 1)
    assert rows(store, "SELECT story_id, other_id, kind FROM story_links ORDER BY 1, 2") == [
        (1, 2, "translation"),
        (1, 3, "reprint"),
        (4, 1, "update"),
        (4, 3, "update"),
    ]


def test_manual_corrections_persist_and_the_last_one_wins(store: Store) -> None:
    store.add(item(), 1)
    store.add(item(position=2, body=STRIPPED), 1)
    (parted,) = store.split([2])
    assert rows(store, "SELECT id, story_id FROM sightings") == [(1, 1), (2, parted)]
    assert store.add(item(position=3, body=STRIPPED), 1).story_id == parted
    assert store.add(item(position=4), 1).story_id == 1
    assert store.join(parted, 1) == 1
    assert {story for (story,) in rows(store, "SELECT story_id FROM sightings")} == {1}
    assert ("hand",) in rows(store, "SELECT matched_by FROM sightings")


def test_two_gov_kz_items_can_be_joined_by_hand(store: Store) -> None:
    store.add(item(news_id=5, on_govkz=True), 1)
    store.add(item(news_id=6, on_govkz=True), 1)
    assert store.join(1, 2) == 1
    store.add(item(news_id=6, on_govkz=True, seen_at=LATER, title="Two plants opened"), 1)
    assert len(rows(store, "SELECT id FROM stories")) == 1


@pytest.mark.parametrize("wrong", ["split", "all", "join", "same"])
def test_impossible_corrections_are_refused(store: Store, wrong: str) -> None:
    store.add(item(), 1)
    with pytest.raises(BadInput):
        {
            "split": lambda: store.split([99]),
            "all": lambda: store.split([1]),
            "join": lambda: store.join(1, 99),
            "same": lambda: store.join(1, 1),
        }[wrong]()


def test_reclean_changes_nothing_under_the_same_rules(store: Store) -> None:
    items = mixed_set()
    store.add_all(items, 1)
    store.split([2])
    known = {
        (i.raw.title, i.raw.body, i.raw.position, i.raw.news_id, i.raw.date, i.raw.lang): i for i in items
    }

    def again(raws: list[RawStory]) -> list[ProcessedStory]:
        return [known[raw.title, raw.body, raw.position, raw.news_id, raw.date, raw.lang] for raw in raws]

    tables = (
        "stories",
        "sightings",
        "revisions",
        "story_links",
        "story_urls",
        "repairs",
        "problems",
        "_near",
    )
    before = [rows(store, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
    result = store.reclean(again)
    assert [rows(store, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before
    assert (result.sightings, result.changed, result.new, result.gone) == (len(items), 0, 0, 0)


def test_reclean_applies_another_rule_and_keeps_ids(store: Store) -> None:
    store.add(item(body=BODY.replace("city", "cityy")), 1)
    store.add(item(position=2, published="2026-02-01"), 1)

    def better(raws: list[RawStory]) -> list[ProcessedStory]:
        return [item(position=raw.position or 0, published=raw.date) for raw in raws]

    result = store.reclean(better)
    assert rows(store, "SELECT id, body, published FROM stories") == [
        (1, BODY, "2025-12-20"),
        (2, BODY, "2026-02-01"),
    ]
    assert (result.changed, result.better) == (1, 1)


def test_what_was_received_can_be_rebuilt(store: Store) -> None:
    from pipelines.sqlite.rows import raw_story

    for one in mixed_set():
        store.add(one, 1)
    back = [raw_story(row) for row in store.db.conn.execute("SELECT * FROM sightings ORDER BY id")]
    assert back == [one.raw for one in mixed_set()]


# Files that cannot be used
# ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_two_items_joined_by_hand_show_the_first_and_its_publisher_changed_nothing(
    store: Store, turned: bool
) -> None:
    other = "A school was built in the village of Aksu, with places for 600 pupils and a hall."
    one = store.add(item(news_id=5, on_govkz=True), 1)
    two = store.add(item(news_id=6, on_govkz=True, title="A school", body=other), 1)
    pair = (two.story_id, one.story_id) if turned else (one.story_id, two.story_id)
    assert store.join(*pair) == one.story_id
    shown = rows(store, "SELECT id, news_id, body FROM stories")
    assert shown == [(one.story_id, 5, BODY)]
    assert rows(store, "SELECT * FROM revisions") == []


def test_title_and_body_come_from_one_version(store: Store) -> None:
    other = BODY.replace("136", "140")
    for title, body in (("An older title", other), ("Two new plants", BODY)):
        store.add(item(news_id=5, on_govkz=True, title=title, body=body), 1)
    assert rows(store, "SELECT title, body FROM stories")[0] in {
        ("An older title", other),
        ("Two new plants", BODY),
    }


def test_equal_texts_have_equal_hashes_in_all_tables(store: Store) -> None:
    changed = BODY.replace("136", "140")
    store.add(item(news_id=5, on_govkz=True), 1)
    store.add(item(news_id=5, on_govkz=True, body=changed, seen_at=LATER), 1)
    hashes = dict(rows(store, "SELECT raw_body, text_hash FROM sightings"))
    assert rows(store, "SELECT text_hash FROM stories") == [(hashes[changed],)]
    assert rows(store, "SELECT text_hash FROM revisions") == [(hashes[BODY],)]


def test_a_former_id_leads_to_the_story_it_was_merged_into(store: Store) -> None:
    for position, body in enumerate((BODY, f"{BODY} Another {BODY}", f"A third. {BODY}"), 1):
        store.add(item(position=position, body=body, title=f"Title {position}"), 1)
    ids = [one for (one,) in rows(store, "SELECT id FROM stories ORDER BY id")]
    assert len(ids) > 1
    while len(ids) > 1:
        gone = ids.pop()
        assert store.join(gone, ids[-1]) == ids[-1]
    heirs = rows(store, "SELECT id, story_id FROM former_stories ORDER BY id")
    assert heirs == [(heirs[0][0] + n, ids[0]) for n in range(len(heirs))] != []


def test_a_former_id_follows_its_first_sighting(store: Store) -> None:
    older = store.add(item(), 1)
    gone = store.add(item(position=2, published="2026-03-01"), 1)
    assert gone.story_id != older.story_id
    store.join(older.story_id, gone.story_id)
    (parted,) = store.split([gone.sighting_id])
    assert rows(store, "SELECT id, story_id FROM former_stories") == [(gone.story_id, parted)]
