"""Cluster sightings into stories: a pure function of the set, so the order of arrival cannot matter.

Copies with a gov.kz id form one story per id and language, and those seen on gov.kz are its own copies. A
copy without an id joins the story whose own copy it matches, the nearest in date; without such a story the
fullest copy it matches. It never joins through another copy, because A may differ from C by what B has lost.
Copies that contradict each other are never drawn into one story by a third that lacks what parts them: the
third stays a story of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from pipelines.dedupe.texts import Text
from pipelines.dedupe.verification import Kind, Match, compare, equal_texts

Anchor = tuple[int, str | None]  # gov.kz id and language: one story, whatever the text


@dataclass(slots=True, eq=False)  # not frozen: thousands are built for a crowded story
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
    place: tuple[str, int] = ("", 0)  # page URL and position
    matched_by: str = "new"
    text_lang: str | None = None

    @property
    def arrival(self) -> tuple[str, tuple[str, int], int, bytes]:
        """Return a sort key: first seen first, in the order of a page; the same in any order of arrival."""
        return self.seen_at, self.place, self.news_id or 0, self.record_hash

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
    by_hand: set[int] = field(default_factory=set)  # sightings that a correction put here


def cluster(
    seen: Iterable[Sighting], matches: Matches, corrections: Iterable[Correction] = ()
) -> list[Group]:
    """Cluster the sightings of one component into stories."""
    items = sorted(seen, key=_rank)
    groups = _anchored([item for item in items if item.news_id is not None])
    groups += _Loose([item for item in items if item.news_id is None], groups, matches).placed()
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


@dataclass(slots=True, eq=False)
class _Copies:
    """Loose sightings with one text on one day: whatever decides about one decides about all."""

    members: list[Sighting]

    @property
    def first(self) -> Sighting:
        return self.members[0]


@dataclass(slots=True, eq=False)
class _Centre:
    """A story that copies may join: by its own copies alone."""

    group: Group
    own: list[Sighting]
    joined: list[tuple[_Copies, Sighting]] = field(default_factory=list)  # with the own copy each matches


class _Loose:
    """Places the copies without a gov.kz id."""

    def __init__(self, items: list[Sighting], anchored: list[Group], matches: Matches) -> None:
        self.matches = matches
        self.verdicts: dict[tuple[int, int], bool] = {}
        self.anchored = [_Centre(group, own) for group in anchored if (own := _own_copies(group))]
        units: dict[tuple[object, ...], _Copies] = {}
        for item in items:
            key = (item.text_id, item.published, item.lang) if item.has_text else (item.url or item.id,)
            units.setdefault(key, _Copies([])).members.append(item)
        self.copies = list(units.values())

    def placed(self) -> list[Group]:
        """Add the copies to the anchored groups, or return them in groups of their own."""
        alone: list[_Copies] = []  # fit two stories that contradict each other
        free: list[_Copies] = []
        for copies in self.copies:
            self._place(copies, self.anchored, free, alone)
        for centre in self.anchored:
            free += self._refused(centre)
        free.sort(key=lambda copies: _rank(copies.first))
        centres = self._centres(free, alone)
        for centre in (*self.anchored, *centres):
            centre.group.members += [item for copies, _ in centre.joined for item in copies.members]
        return [centre.group for centre in centres] + [Group(list(copies.members)) for copies in alone]

    def _centres(self, free: list[_Copies], alone: list[_Copies]) -> list[_Centre]:
        """Gather copies around the fullest ones; a centre whose copies contradict each other stands alone."""
        while True:
            centres: list[_Centre] = []
            unplaced: list[_Copies] = []
            for copies in free:
                rest: list[_Copies] = []
                self._place(copies, centres, rest, unplaced)
                centres += [_Centre(Group(list(one.members)), [one.first]) for one in rest]
            refused = {id(centre.own[0]) for centre in centres if self._refused(centre)}
            if not refused:
                alone += unplaced
                return centres
            alone += [copies for copies in free if id(copies.first) in refused]
            free = [copies for copies in free if id(copies.first) not in refused]

    def _place(
        self, copies: _Copies, centres: list[_Centre], none: list[_Copies], several: list[_Copies]
    ) -> None:
        """Join copies to the nearest story that they fit, unless they fit two that contradict each other."""
        fits: list[tuple[tuple[object, ...], int, Sighting]] = []
        for number, centre in enumerate(centres):
            found = [
                (key, own)
                for own in centre.own
                if (key := _closeness(copies.first, own, self.matches)) is not None
            ]
            if found:
                key, own = min(found, key=lambda pair: pair[0])
                fits.append((key, number, own))
        if not fits:
            none.append(copies)
            return
        fits.sort(key=lambda fit: fit[:2])
        _, number, nearest = fits[0]
        if any(self._contradict(nearest, own) for _, _, own in fits[1:]):
            several.append(copies)
        else:
            centres[number].joined.append((copies, nearest))

    def _refused(self, centre: _Centre) -> list[_Copies]:
        """Remove and return the copies that contradict each other: their common text does not decide."""
        fuller = [copies for copies, own in centre.joined if self._says_more(copies.first, own)]
        refused = {
            id(copies)
            for pair in combinations(fuller, 2)
            if self._contradict(pair[0].first, pair[1].first)
            for copies in pair
        }
        if not refused:
            return []
        out = [copies for copies, _ in centre.joined if id(copies) in refused]
        centre.joined = [pair for pair in centre.joined if id(pair[0]) not in refused]
        return out

    def _says_more(self, one: Sighting, other: Sighting) -> bool:
        match = _match(one, other, self.matches)
        if match is None or one.text_id == other.text_id:
            return False
        assert one.text_id is not None and other.text_id is not None  # noqa: S101 - they match
        return match.more[0 if one.text_id < other.text_id else 1]

    def _contradict(self, one: Sighting, other: Sighting) -> bool:
        if one.text_id == other.text_id or _match(one, other, self.matches) is not None:
            return False
        assert one.text_id is not None and other.text_id is not None  # noqa: S101 - both matched a text
        pair = min(one.text_id, other.text_id), max(one.text_id, other.text_id)
        if pair not in self.verdicts:
            self.verdicts[pair] = compare(one.text, other.text).answer == "contradicts"
        return self.verdicts[pair]


def _own_copies(group: Group) -> list[Sighting]:
    """Return the copies that speak for a gov.kz item: one for each text and day, complete where any is."""
    having = [item for item in group.members if item.has_text]
    own = [item for item in having if item.on_govkz] or having
    own = [item for item in own if item.complete] or own
    return list({(item.text_id, item.published): item for item in reversed(own)}.values())[::-1]


def _closeness(item: Sighting, other: Sighting, matches: Matches) -> tuple[int, int, bool] | None:
    """Return the distance of two copies (days, kind of match, language); None if they do not match."""
    if not item.has_text or not other.has_text:
        return None
    match = _match(item, other, matches)
    if match is None:
        return None
    days = days_apart(item.published, other.published)
    strength = _STRENGTH[match.kind], item.lang != other.lang
    if days is None:
        # Without both dates the limit cannot be checked, so only equal texts match.
        return (DAYS_APART + 1, *strength) if match.kind == "letters" else None
    return (days, *strength) if days <= (0 if match.kind == "brief" else DAYS_APART) else None


def _match(one: Sighting, other: Sighting, matches: Matches) -> Match | None:
    assert one.text_id is not None and other.text_id is not None  # noqa: S101 - the callers asked has_text
    if one.text_id == other.text_id:
        return equal_texts(one.text, other.text)
    return matches.get((min(one.text_id, other.text_id), max(one.text_id, other.text_id)))


def _split(groups: list[Group], correction: Correction) -> list[Group]:
    """Split off the named sightings, and all other sightings of the same gov.kz item or the same text."""
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


def _unit(item: Sighting) -> tuple[object, ...]:
    """Return what keeps its sightings together: a gov.kz item has its own later edits."""
    return ("text", item.text_id) if item.news_id is None else ("item", item.news_id, item.lang)


def _join(groups: list[Group], correction: Correction) -> list[Group]:
    for one_id, other_id in correction.pairs:
        one = next((g for g in groups if any(m.id == one_id for m in g.members)), None)
        other = next((g for g in groups if any(m.id == other_id for m in g.members)), None)
        if one is None or other is None or one is other:
            continue
        # The story that was seen first continues, whichever was named first.
        one, other = sorted((one, other), key=lambda g: min(m.arrival for m in g.members))
        hand = one.by_hand | other.by_hand | {m.id for m in other.members}
        merged = Group(
            one.members + other.members,
            one.anchor or other.anchor,
            split_off=one.split_off and other.split_off,
            by_hand=hand,
        )
        groups = [g for g in groups if g is not one and g is not other] + [merged]
    return groups
