"""Windows on a listing: which page number and page size show the items wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """The items to ask for: page number and page size, as the site counts them."""

    page: int
    size: int

    @property
    def start(self) -> int:
        """How many items lie above it."""
        return (self.page - 1) * self.size


def next_window(end: int, size: int) -> Window:
    """Choose the window that overlaps the first ``end`` items by at least one and brings the most new ones.

    >>> next_window(0, 100), next_window(100, 100), next_window(198, 100)
    (Window(page=1, size=100), Window(page=2, size=99), Window(page=3, size=98))
    """
    if end <= 0:
        return Window(1, size)
    best = max(range(size // 2 + 1, size + 1), key=lambda s: (s - (end - 1) % s, s))
    return Window((end - 1) // best + 1, best)
