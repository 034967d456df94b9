"""Caches of results per text, for texts short enough to be worth the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_LONGEST = 20_000  # characters

T = TypeVar("T")


def cache_text(size: int, longest: int = _LONGEST) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Cache a function of one text, such as a word or a body, unless the text is longer than ``longest``."""

    def decorate(function: Callable[[str], T]) -> Callable[[str], T]:
        cached = lru_cache(maxsize=size)(function)

        @wraps(function)
        def call(text: str) -> T:
            return cached(text) if len(text) <= longest else function(text)

        call.cache_info = cached.cache_info  # type: ignore[attr-defined]  # as lru_cache offers it
        return call

    return decorate


Story = Callable[[str | None, str | None], T]


def cache_story(size: int) -> Callable[[Story[T]], Story[T]]:
    """Cache a function of a title and a body, unless the body is long."""

    def decorate(function: Story[T]) -> Story[T]:
        cached = lru_cache(maxsize=size)(function)

        @wraps(function)
        def call(title: str | None, body: str | None) -> T:
            return function(title, body) if body and len(body) > _LONGEST else cached(title, body)

        return call

    return decorate
