"""Cluster sightings into stories: a pure function of the set, so the order of arrival cannot matter.

Copies with a gov.kz id form one cluster per id and language. A copy without an id joins the cluster whose
text it matches, else the fullest copy it matches; never through a chain of copies, because A may differ from
C by what B has lost. A copy that matches two stories which do not match each other stays separate: a wrong
merge loses a story, a missed one only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.dedupe.tokens import Text
from pipelines.dedupe.verification import Kind, Match, equal_texts

Anchor = tuple[int, str | None]  # gov.kz id and language: one story, whatever the text


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A stored sighting. Values absent in the sighting are None, as in ``ProcessedStory``."""

    id: int  # of the sighting
    story_id: int  # its current story
    text_id: int | None  # smallest sighting with the same cleaned text; None: a link without text
    news_id: int | None
    lang: str | None
    text: Text
    published: str | None
    published_at: str | None
    byline: str | None
    url: str | None
    entity: str | None
    on_govkz: bool
    complete: bool
    from_feed: bool  # an item of a gov.kz feed may be an excerpt without saying so
    title_damage: int  # repairs and problems in the title
    body_damage: int
    seen_at: str
    last_seen_at: str
    text_hash: str | None
    addresses: tuple[tuple[str, str], ...]
    record_hash: bytes  # of the received record: the last criterion when copies are sorted
    matched_by: str = "new"

    @property
    def has_text(self) -> bool:
        """True when there is a title or a body."""
        return self.text_id is not None


def days_apart(one: str | None, other: str | None) -> int | None:
    """Return the days between two ISO dates; None if either is unknown.

    >>> days_apart("2025-12-20", "2026-01-03")
    14
    """
    if one is None or other is None:
        return None
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


DAYS_APART = 14  # limit for copies without a common URL
_STRENGTH: dict[Kind, int] = {"letters": 0, "brief": 0, "near": 1, "cut": 2}
_LANGUAGES = ("kk", "ru", "en", "kk-Latn")  # order in which a link without a language is assigned
Matches = Mapping[tuple[int, int], Match]  # by text ids, the smaller first; no entry: different stories


@dataclass(frozen=True, slots=True)
class Correction:
    """One manual ``split`` or ``join``."""

    same: bool
    pairs: tuple[tuple[int, int], ...]  # sighting ids; in a split the first of each pair was split off


@dataclass(slots=True, eq=False)
class Group:
    """The sightings of one story."""

    members: list[Sighting] = field(default_factory=list)
    anchor: Anchor | None = None
    split_off: bool = False  # created by a split: the other part keeps the story's id
    ambiguous: bool = False  # its text fits several stories, so copies of those may not join it
    by_hand: set[int] = field(default_factory=set)  # sightings that a correction put here


def cluster(
    seen: Iterable[Sighting], matches: Matches, corrections: Iterable[Correction] = ()
) -> list[Group]:
    """Cluster the sightings of one component into stories."""
    items = sorted(seen, key=_rank)
    groups = _anchored([item for item in items if item.news_id is not None])
    loose = [item for item in items if item.news_id is None]
    free: list[Group] = []
    for item in loose:
        matching = _matching_groups(item, groups, matches) or _matching_groups(
            item, free, matches, centre_only=True
        )
        if len(matching) == 1:
            matching[0].members.append(item)
        else:
            free.append(Group([item], ambiguous=len(matching) > 1))
    groups += free
    for correction in corrections:
        groups = _join(groups, correction) if correction.same else _split(groups, correction)
    return groups


def _rank(item: Sighting) -> tuple[object, ...]:
    """Return a sort key, fullest and earliest first; its last parts make the order total."""
    return (
        item.published is None,
        not item.complete,
        -len(item.text.body_letters),
        item.published or "",
        item.text.body or "",
        item.text.title or "",
        item.record_hash,
    )


def _anchored(items: list[Sighting]) -> list[Group]:
    groups: dict[Anchor, Group] = {}
    links: list[Sighting] = []
    for item in items:
        assert item.news_id is not None  # noqa: S101 - the caller chose them so
        if not item.has_text and item.lang is None:
            links.append(item)
        else:
            anchor = (item.news_id, item.lang)
            groups.setdefault(anchor, Group(anchor=anchor)).members.append(item)
    for item in links:
        assert item.news_id is not None  # noqa: S101 - the caller chose them so
        known = [(item.news_id, lang) for lang in (*_LANGUAGES, None) if (item.news_id, lang) in groups]
        anchor = known[0] if known else (item.news_id, None)
        groups.setdefault(anchor, Group(anchor=anchor)).members.append(item)
    return [groups[anchor] for anchor in sorted(groups, key=lambda a: (a[0], a[1] or ""))]


def _matching_groups(
    item: Sighting, groups: list[Group], matches: Matches, *, centre_only: bool = False
) -> list[Group]:
    """Return the story of a copy without a gov.kz id: one, none, or several that exclude each other."""
    fits: list[tuple[tuple[object, ...], Group, Sighting]] = []
    for candidate in groups:
        members = candidate.members[:1] if centre_only else candidate.members
        found = [
            (key, member) for member in members if (key := _closeness(item, member, matches)) is not None
        ]
        if found:
            key, member = min(found, key=lambda pair: pair[0])
            if not candidate.ambiguous or key[0] == 0:
                fits.append(((*key, candidate.anchor or (0, "")), candidate, member))
    if not fits:
        return []
    fits.sort(key=lambda fit: tuple(map(_sortable, fit[0])))
    strength, best = fits[0][0][0], fits[0]
    if strength == 0:
        return [best[1]]
    rivals = [fit[1] for fit in fits[1:] if _match(best[2], fit[2], matches) is None]
    return [best[1], *rivals]


def _sortable(value: object) -> tuple[object, ...]:
    return tuple((part is not None, part) for part in value) if isinstance(value, tuple) else (value,)


def _closeness(item: Sighting, other: Sighting, matches: Matches) -> tuple[int, int, int, bool] | None:
    """Return the distance of two copies (kind of match, days, language); None if they do not match."""
    if not item.has_text or not other.has_text:
        return None
    match = _match(item, other, matches)
    if match is None:
        return None
    days = days_apart(item.published, other.published)
    if days is None:
        # Without both dates the limit cannot be checked, so only equal texts match.
        if match.kind != "letters":
            return None
        return (0, int(item.text_id != other.text_id), DAYS_APART + 1, item.lang != other.lang)
    if days > (0 if match.kind == "brief" else DAYS_APART):
        return None
    return (_STRENGTH[match.kind], int(item.text_id != other.text_id), days, item.lang != other.lang)


def _match(one: Sighting, other: Sighting, matches: Matches) -> Match | None:
    assert one.text_id is not None and other.text_id is not None  # noqa: S101 - the callers asked has_text
    if one.text_id == other.text_id:
        return equal_texts(one.text, other.text)
    return matches.get((min(one.text_id, other.text_id), max(one.text_id, other.text_id)))


def _split(groups: list[Group], correction: Correction) -> list[Group]:
    """Split off the named sightings, and later copies with exactly the same text."""
    parted = {one for one, _ in correction.pairs}
    rest = {other for _, other in correction.pairs}
    result: list[Group] = []
    for old in groups:
        away_ids = {m.id for m in old.members if m.id in parted}
        stay_ids = {m.id for m in old.members if m.id in rest}
        if not away_ids or not stay_ids:
            result.append(old)
            continue
        stay_units = {_unit(m) for m in old.members if m.id in stay_ids}
        away_units = {_unit(m) for m in old.members if m.id in away_ids} - stay_units
        away = [
            m for m in old.members if m.id in away_ids or (_unit(m) in away_units and m.id not in stay_ids)
        ]
        kept = [m for m in old.members if m not in away]
        hand = {m.id for m in away}
        result.append(replace(old, members=kept, by_hand=old.by_hand - hand))
        result.append(Group(away, None, split_off=True, by_hand=hand))
    return result


def _unit(item: Sighting) -> tuple[int | None, int | None]:
    return (item.text_id, item.news_id)


def _join(groups: list[Group], correction: Correction) -> list[Group]:
    for one_id, other_id in correction.pairs:
        one = next((g for g in groups if any(m.id == one_id for m in g.members)), None)
        other = next((g for g in groups if any(m.id == other_id for m in g.members)), None)
        if one is None or other is None or one is other:
            continue
        # The story that was seen first continues, whichever was named first.
        one, other = sorted((one, other), key=lambda g: min(m.id for m in g.members))
        hand = one.by_hand | other.by_hand | {m.id for m in other.members}
        merged = Group(
            one.members + other.members,
            one.anchor or other.anchor,
            split_off=one.split_off and other.split_off,
            by_hand=hand,
        )
        groups = [g for g in groups if g is not one and g is not other] + [merged]
    return groups
