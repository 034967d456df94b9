"""The replica's stories: bundled ones, and generated ones for load tests."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Version:
    """One language version of an item, as the site would serve it."""

    title: str
    body: str  # HTML
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One press item of the replica: one id for all its languages."""

    id: int
    projects: tuple[str, ...]  # publisher slugs; the first is the author
    created: str  # as the API formats it, with an offset
    versions: dict[str, Version]  # by language: ru, kk, en, qq
    directions: tuple[str, ...] = ()
    defect: str | None = None  # the defect of the live feeds that this item reproduces

    def day(self) -> datetime:
        """Return the instant of publication."""
        return datetime.fromisoformat(self.created)


@dataclass(slots=True)
class Library:
    """The items that a replica serves; tests add, change and remove some while it runs."""

    items: list[Item] = field(default_factory=list)

    def of(self, slug: str, lang: str) -> list[Item]:
        """Return a publisher's items that have a version in the language, newest first."""
        found = [item for item in self.items if slug in item.projects and lang in item.versions]
        return sorted(found, key=lambda item: (item.day(), item.id), reverse=True)

    def find(self, news_id: int) -> Item | None:
        """Return an item by its id, or None."""
        return next((item for item in self.items if item.id == news_id), None)


@cache
def _bundled() -> tuple[Item, ...]:
    folder = files("govkz_scraper.replica").joinpath("stories")
    items = []
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        for row in json.loads(path.read_text("utf-8")):
            versions = {lang: Version(**version) for lang, version in row["versions"].items()}
            items.append(
                Item(row["id"], tuple(row["projects"]), row["created"], versions,
                     tuple(row.get("directions", ())), row.get("defect"))
            )  # fmt: skip
    return tuple(items)


def bundled() -> Library:
    """Return a new library of the stories that ship with the package."""
    return Library(list(_bundled()))


_WORDS = {
    "ru": (
        "акимат района дорога школа ремонт завершён участок жители новый проект работы области бюджет парк "
        "вода строительство открытие больница посёлок автобус маршрут урожай зима подготовка котельная мост"
    ).split(),
    "kk": (
        "әкімдік аудан жол мектеп жөндеу аяқталды учаске тұрғындар жаңа жоба жұмыс облыс бюджет саябақ су "
        "құрылыс ашылу аурухана ауыл автобус бағыт егін қыс дайындық қазандық көпір"
    ).split(),
    "en": (
        "akimat district road school repair finished section residents new project works region budget park "
        "water construction opening hospital village bus route harvest winter preparation boiler bridge"
    ).split(),
}


def generate(count: int, slugs: Sequence[str], langs: Sequence[str] = ("ru",), *, seed: int = 1) -> Library:
    """Generate ``count`` different items, one every three hours back from 2026-07-01, for load tests."""
    items = []
    newest = datetime(2026, 7, 1, 12, tzinfo=UTC)
    for number in range(count):
        dice = random.Random(seed * 1_000_003 + number)  # noqa: S311 - text for load, no secret
        versions = {}
        for lang in langs:
            words = [dice.choice(_WORDS[lang]) for _ in range(90)]
            text = " ".join(words)
            versions[lang] = Version(
                f"{words[0].capitalize()} {words[1]} № {number}",
                f"<p>{text[:250].capitalize()} {number}.</p>"
                f"<p>{text[250:].capitalize()} {dice.randint(10, 99999)}.</p>",
            )
        created = (newest - timedelta(hours=3 * number)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        items.append(Item(1_200_000 - number, (slugs[number % len(slugs)],), created, versions))
    return Library(items)
