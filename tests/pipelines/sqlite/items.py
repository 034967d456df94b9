# ruff: noqa: E501 - sample texts stay whole
"""Processed items built by hand: a reprint, or an item seen on gov.kz."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.items import ProcessedStory, RawStory, hash_text

BODY = (
    "Shymkent opened two new plants as part of its investment programme. The city's mayor took part in the "
    'ceremonies. "The launch of new plants is a step forward," said the akim of the city. The first plant makes '
    "fabrics and will give work to 136 people. The second makes doors and plans to sell them abroad next year."
)


def item(
    *,
    title: str | None = "Two plants opened in Shymkent",
    body: str | None = BODY,
    published: str | None = "2025-12-20",
    lang: str | None = "en",
    news_id: int | None = None,
    on_govkz: bool = False,
    seen_at: str = "2025-12-21T06:00:00+05:00",
    position: int = 1,
    page_url: str | None = None,
    entity: str = "shymkent",
    **more: Any,
) -> ProcessedStory:
    """Return an item; with a gov.kz id it also has a gov.kz URL."""
    url = None
    if news_id is not None:
        url = f"https://www.gov.kz/memleket/entities/{entity}/press/news/details/{news_id}?lang={lang}"
    raw = RawStory(
        url=url,
        entity=entity if news_id else None,
        news_id=news_id,
        lang=lang,
        title=title,
        body=body,
        date=published,
        page_url=page_url or ("https://www.gov.kz/api" if on_govkz else "https://paper.example/news"),
        position=position,
        seen_at=seen_at,
    )
    made = ProcessedStory(
        raw=raw,
        title=title,
        body=body,
        published=published,
        published_at=None,
        byline=None,
        lang=lang,
        url=url,
        entity=raw.entity,
        news_id=news_id,
        site="www.gov.kz" if on_govkz else "paper.example",
        on_govkz=on_govkz,
        addresses=((url, "gov.kz"),) if url else (),
        text_hash=hash_text(title, body),
    )
    return replace(made, **more)
