"""Walks down a listing: which page to ask for next, and when it is enough. Pure: no clock, no network.

A listing has the newest item on top, no total, and moves while one reads it: a new item pushes the others
down (they are seen twice), a removed one pulls them up (some would never be seen). So a walk counts
positions from the top and asks for windows that overlap what it has by at least one item. A window that
shows nothing of that is preceded by a gap, and the walk steps back until it meets known items again; the
end is where a window shows the last known item and nothing behind it, never where it shows nothing.
Sites with pages of their own size leave no such choice: a full walk reads their pages twice.
"""

from __future__ import annotations

from collections.abc import Set

from govkz_scraper.walks.numbered import Numbered
from govkz_scraper.walks.overlapping import Overlapping
from govkz_scraper.walks.walk import Walk
from govkz_scraper.walks.windows import Answer, Plan, Window, lowest, threshold

__all__ = ["Answer", "Plan", "Walk", "Window", "lowest", "threshold", "walk_of"]


def walk_of(plan: Plan, seen: Set[int] = frozenset()) -> Walk:
    """Begin a walk; ``seen`` are items that this run has had already."""
    return (Numbered if plan.paging.own else Overlapping)(plan, _seen=dict.fromkeys(seen, 0))
