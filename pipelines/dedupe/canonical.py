"""Choose what a story shows (per field the best copy of its sightings) and derive its revisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from pipelines.dedupe.clustering import Group, Sighting
from pipelines.items import hash_text


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text of a story."""

    seen_at: str
    title: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class CanonicalStory:
    """Fields of a story, each from its best copy. None: no copy has it."""

    url: str | None
    entity: str | None
    news_id: int | None
    lang: str | None
    title: str | None
    body: str | None
    published: str | None
    published_at: str | None
    byline: str | None
    text_hash: str | None  # None: no text
    first_seen: str
    last_seen: str
    title_from: int | None  # the sighting that gave the title
    body_from: int | None
    revisions: tuple[Revision, ...]
    addresses: tuple[tuple[str, str], ...]
    text_lang: str | None  # what the shown text reads as


def canonical_story(group: Group) -> CanonicalStory:
    """Choose every field of a story from its sightings, independent of their order."""
    members = _excerpts_known(group.members)
    anchored = [m for m in members if (m.news_id, m.lang) == group.anchor] or [
        m for m in members if m.news_id is not None
    ]
    title, body = _text(members, anchored, "title"), _text(members, anchored, "body")
    dated = _dated(members)
    place = min(
        anchored or members, key=lambda m: (not m.on_govkz, m.entity is None, m.url is None, _place(m))
    )
    source = body or title
    signed = min(
        (m for m in members if m.byline), key=lambda m: (m is not body, m.byline or ""), default=None
    )
    same = title is body or title is None or body is None
    shown = title.text.title if title else None, body.text.body if body else None
    return CanonicalStory(
        url=place.url,
        entity=place.entity,
        news_id=place.news_id,
        lang=group.anchor[1] if group.anchor else (source.lang if source else place.lang),
        title=shown[0],
        body=shown[1],
        published=dated.published if dated else None,
        published_at=dated.published_at if dated else None,
        byline=signed.byline if signed else None,
        text_hash=source.text_hash if source and same else hash_text(*shown) or None,
        first_seen=min(m.seen_at for m in members),
        last_seen=max(m.last_seen_at for m in members),
        title_from=title.id if title else None,
        body_from=body.id if body else None,
        revisions=_revisions(anchored or members, title, body),
        addresses=_addresses(members),
        text_lang=source.text_lang if source else None,
    )


def _excerpts_known(members: list[Sighting]) -> list[Sighting]:
    """Mark copies from a feed as incomplete that are the beginning of what the publisher's page or API had.

    A feed's text that is shorter but no beginning is an earlier or later text: it was changed.
    """
    full: dict[tuple[int | None, str | None], set[str]] = {}
    for m in members:
        if m.on_govkz and m.complete and not m.from_feed and m.text.body:
            full.setdefault((m.news_id, m.lang), set()).add(m.text.body_letters)
    return [
        replace(m, complete=False)
        if m.from_feed
        and m.complete
        and m.text.body
        and any(
            len(text) > len(m.text.body_letters) and text.startswith(_stem(m.text.body_letters))
            for text in full.get((m.news_id, m.lang), ())
        )
        else m
        for m in members
    ]


def _stem(excerpt: str) -> str:
    """Return an excerpt without its end, where a mark or a cut word may differ."""
    return excerpt[: -len(excerpt) // 20 or None]


def _place(item: Sighting) -> tuple[str, str]:
    return (item.entity or "", item.url or "")


def _dated(members: list[Sighting]) -> Sighting | None:
    """Return the copy whose date is shown; among copies of the same day, one with a time."""
    dated = min((m for m in members if m.published), key=_date_rank, default=None)
    if dated is None or dated.published_at:
        return dated
    same = (m for m in members if m.published == dated.published and m.published_at and m.on_govkz)
    return min(same, key=_date_rank, default=dated)


def _date_rank(item: Sighting) -> tuple[object, ...]:
    """Return a sort key: the publisher's latest date first, then a newspaper's earliest."""
    newest = tuple(-ord(letter) for letter in item.last_seen_at) if item.on_govkz else ()
    return (not item.on_govkz, newest, item.published, item.published_at is None, item.published_at or "")


def _text(members: list[Sighting], anchored: list[Sighting], part: str) -> Sighting | None:
    """Return the copy whose title or body is shown: the publisher's, as last seen."""
    having = [m for m in members if getattr(m.text, part)]
    # Two gov.kz items can be joined by hand; the anchor is then the story, the other a copy.
    own = [m for m in anchored if m.on_govkz and getattr(m.text, part)] or [m for m in having if m.on_govkz]
    if own:
        whole = [m for m in own if m.complete] or own
        latest = max(
            whole, key=lambda m: (m.last_seen_at, m.text.body_letters, m.text.title_letters, m.record_hash)
        )
        having = [m for m in own if _letters(m, part) == _letters(latest, part)]
        if not latest.complete and part == "body":
            having += [m for m in members if m.complete and _continues(m, latest)]
    elif part == "title":
        having = _majority_title(having)
    return having[0] if len(having) == 1 else min(having, key=lambda m: _damage(m, part), default=None)


def _majority_title(having: list[Sighting]) -> list[Sighting]:
    """Return the copies with the most frequent title: bodies are ranked by length, titles by votes."""
    votes = Counter(m.text.title_letters for m in having)
    title = min(votes, key=lambda letters: (-votes[letters], -len(letters), letters), default=None)
    return [m for m in having if m.text.title_letters == title]


def _continues(fuller: Sighting, excerpt: Sighting) -> bool:
    """True if a reprint starts with the publisher's excerpt and continues it."""
    start = excerpt.text.body_letters
    return len(start) > 100 and fuller.text.body_letters.startswith(_stem(start))


def _letters(item: Sighting, part: str) -> str:
    return item.text.title_letters if part == "title" else item.text.body_letters


def _damage(item: Sighting, part: str) -> tuple[object, ...]:
    """Return a sort key, best first: complete, with its quotation marks, undamaged."""
    text = item.text
    bare = item.url is None
    if part == "title":
        return (*text.title_layout, item.title_damage, bare, text.title, item.record_hash)
    fullest = not item.complete, -len(text.body_letters)
    return (*fullest, *text.body_layout, item.body_damage, bare, text.body, item.record_hash)


def _revisions(
    members: list[Sighting], title: Sighting | None, body: Sighting | None
) -> tuple[Revision, ...]:
    """Return earlier texts on gov.kz that differ by more than damage; an excerpt is not a revision."""
    now = (_letters(title, "title") if title else "", _letters(body, "body") if body else "")
    earlier: dict[tuple[str, str], list[Sighting]] = {}
    for item in members:
        if not item.on_govkz or not item.has_text:
            continue
        body_letters = _letters(item, "body") if item.complete else ""
        key = (_letters(item, "title") or now[0], body_letters or now[1])
        if key != now:
            earlier.setdefault(key, []).append(item)
    first: dict[tuple[str | None, str | None], str] = {}
    for copies in earlier.values():
        best = min(copies, key=lambda m: (_damage(m, "body") if m.text.body else (True,), m.text.title or ""))
        text, seen_at = (best.text.title, best.text.body), min(m.seen_at for m in copies)
        # An excerpt and a complete copy have different keys but may have the same text.
        first[text] = min(seen_at, first.get(text, seen_at))
    found = [Revision(seen_at, *text) for text, seen_at in first.items()]
    return tuple(sorted(found, key=lambda t: (t.seen_at, t.title or "", t.body or "")))


def _addresses(members: list[Sighting]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({address for item in members for address in item.addresses}))
