"""Which sightings are one story: a pure function of them, so the order of their arrival cannot matter.

Copies with a gov.kz id gather round that id and language. A copy without one goes to the id whose text it
matches, else to the fullest copy it matches; never along a chain of copies, because A may differ from C by
what B has lost. What matches two stories that do not match each other stays apart: to swallow is worse than
to repeat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipelines.dedupe.sighting import Anchor, Sighting, days_apart
from pipelines.dedupe.verification import Kind, Match, equal_texts

DAYS_APART = 14  # the contract's bound for copies without a common address
_STRENGTH: dict[Kind, int] = {"letters": 0, "brief": 0, "near": 1, "cut": 2}
_LANGUAGES = ("kk", "ru", "en", "kk-Latn")  # the order in which a link without a language finds its story
Verdicts = Mapping[tuple[int, int], Match]  # by text ids, the smaller first; no entry: two stories


@dataclass(frozen=True, slots=True)
class Correction:
    """One ``split`` or ``join`` by hand, in the order they were given."""

    same: bool
    pairs: tuple[tuple[int, int], ...]  # sighting ids; in a split the first of each pair was parted off


@dataclass(slots=True, eq=False)
class Group:
    """The sightings of one story."""

    members: list[Sighting] = field(default_factory=list)
    anchor: Anchor | None = None
    parted: bool = False  # made by a split: the rest keeps the story's id
    doubtful: bool = False  # its text fits several stories: it may not draw copies of one of them to itself
    by_hand: set[int] = field(default_factory=set)  # sightings that only a correction brought here


def group(
    seen: Iterable[Sighting], verdicts: Verdicts, corrections: Iterable[Correction] = ()
) -> list[Group]:
    """Part the sightings of one neighbourhood into stories."""
    items = sorted(seen, key=_rank)
    groups = _anchored([item for item in items if item.news_id is not None])
    loose = [item for item in items if item.news_id is None]
    free: list[Group] = []
    for item in loose:
        homes = _homes(item, groups, verdicts) or _homes(item, free, verdicts, centre_only=True)
        if len(homes) == 1:
            homes[0].members.append(item)
        else:
            free.append(Group([item], doubtful=len(homes) > 1))
    groups += free
    for correction in corrections:
        groups = _join(groups, correction) if correction.same else _split(groups, correction)
    return groups


def _rank(item: Sighting) -> tuple[object, ...]:
    """Fullest and earliest first; the end of the key only makes the order total."""
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


def _homes(
    item: Sighting, groups: list[Group], verdicts: Verdicts, *, centre_only: bool = False
) -> list[Group]:
    """The story that a copy without a gov.kz id belongs to: one, none, or several that exclude another."""
    fits: list[tuple[tuple[object, ...], Group, Sighting]] = []
    for candidate in groups:
        members = candidate.members[:1] if centre_only else candidate.members
        found = [
            (key, member) for member in members if (key := _closeness(item, member, verdicts)) is not None
        ]
        if found:
            key, member = min(found, key=lambda pair: pair[0])
            if not candidate.doubtful or key[0] == 0:
                fits.append(((*key, candidate.anchor or (0, "")), candidate, member))
    if not fits:
        return []
    fits.sort(key=lambda fit: tuple(map(_sortable, fit[0])))
    strength, best = fits[0][0][0], fits[0]
    if strength == 0:
        return [best[1]]
    rivals = [fit[1] for fit in fits[1:] if _verdict(best[2], fit[2], verdicts) is None]
    return [best[1], *rivals]


def _sortable(value: object) -> tuple[object, ...]:
    return tuple((part is not None, part) for part in value) if isinstance(value, tuple) else (value,)


def _closeness(item: Sighting, other: Sighting, verdicts: Verdicts) -> tuple[int, int, int, bool] | None:
    """How well two copies fit: strength, days apart, language. Smaller is closer, None is no fit."""
    if not item.has_text or not other.has_text:
        return None
    verdict = _verdict(item, other, verdicts)
    if verdict is None:
        return None
    days = days_apart(item.published, other.published)
    if days is None:
        # Without both dates nothing says that they lie within the bound: only equal texts are one.
        if verdict.kind != "letters":
            return None
        return (0, int(item.text_id != other.text_id), DAYS_APART + 1, item.lang != other.lang)
    if days > (0 if verdict.kind == "brief" else DAYS_APART):
        return None
    return (_STRENGTH[verdict.kind], int(item.text_id != other.text_id), days, item.lang != other.lang)


def _verdict(one: Sighting, other: Sighting, verdicts: Verdicts) -> Match | None:
    assert one.text_id is not None and other.text_id is not None  # noqa: S101 - the callers asked has_text
    if one.text_id == other.text_id:
        return equal_texts(one.text, other.text)
    return verdicts.get((min(one.text_id, other.text_id), max(one.text_id, other.text_id)))


def _split(groups: list[Group], correction: Correction) -> list[Group]:
    """Part off the named sightings, and with them later copies that say exactly the same."""
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
        result.append(Group(away, None, parted=True, by_hand=hand))
    return result


def _unit(item: Sighting) -> tuple[int | None, int | None]:
    return (item.text_id, item.news_id)


def _join(groups: list[Group], correction: Correction) -> list[Group]:
    for one_id, other_id in correction.pairs:
        one = next((g for g in groups if any(m.id == one_id for m in g.members)), None)
        other = next((g for g in groups if any(m.id == other_id for m in g.members)), None)
        if one is None or other is None or one is other:
            continue
        # The one that was seen first goes on, and the other is joined to it, whichever was named first.
        one, other = sorted((one, other), key=lambda g: min(m.id for m in g.members))
        hand = one.by_hand | other.by_hand | {m.id for m in other.members}
        merged = Group(
            one.members + other.members,
            one.anchor or other.anchor,
            parted=one.parted and other.parted,
            by_hand=hand,
        )
        groups = [g for g in groups if g is not one and g is not other] + [merged]
    return groups
