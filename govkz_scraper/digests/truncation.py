"""Find the end of a digest page's last item, and whether the page is truncated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from govkz_scraper.digests.line_classifier import LONGEST_TITLE, Line, is_navigation
from pipelines.clean.bylines import extract_byline
from pipelines.clean.source_lines import extract_sources
from pipelines.dates import parse_date
from pipelines.items import RawStory
from pipelines.urls import GOVKZ, host_of, is_govkz, parse_address

# A truncated date: alone on the last line, or after a title.
_CUT_DATE = re.compile(r"\d{1,2}\.(?:\d{1,2}(?:\.\d{0,3})?)?\Z")
_FINISHED = re.compile(r"[.!?…:;»”\"')\]]\s*\Z")
# Ids of press items and their dates of publication, from public pages; interpolated between them.
_IDS = (
    (date(2020, 11, 15), 117_143),
    (date(2024, 12, 2), 894_480),
    (date(2025, 2, 13), 937_273),
    (date(2025, 8, 18), 1_052_856),
    (date(2026, 1, 4), 1_136_231),
    (date(2026, 7, 13), 1_257_347),
)
# A lost digit divides an id by ten: compared with other ids of the page, and with those of its date.
_FAR_BELOW_OTHERS, _FAR_BELOW_DAY = 5, 9


def page_end(lines: Sequence[Line], start: int) -> int:
    """Return the index after the last item's body, which ends with its source or before page navigation.

    Undated text after a source is a truncated next item or the page's footer.
    """
    end = len(lines)
    for number in range(start, len(lines)):
        if lines[number].ends_item:
            return number + 1
    while end > start and (not lines[end - 1].text or is_navigation(lines[end - 1].text)):
        end -= 1
    if end > start and _CUT_DATE.match(lines[end - 1].text):
        end -= 1  # the next item's truncated date; its title is before it
        while end > start and not lines[end - 1].text:
            end -= 1
        return max(start, end - 1)
    if end > start and _ends_with_cut_date(lines[end - 1].text):
        end -= 1
    return end


def _ends_with_cut_date(text: str) -> bool:
    head, _, last = text.rpartition(" ")
    return bool(head) and len(text) <= LONGEST_TITLE and _CUT_DATE.match(last) is not None


def is_cut_off(items: Sequence[RawStory], page: str) -> bool:
    """Return whether the page is truncated within its last item, by the end of that item's text."""
    body = items[-1].body
    if body is None:
        return False
    found = extract_sources(body)
    if not found.urls:
        return bool(found.problems) or (
            not page.endswith("\n") and not _FINISHED.search(body) and extract_byline(body).byline is None
        )
    last = found.urls[-1]
    address = parse_address(last)
    if address is None:
        is_partial = is_govkz(host_of(last)) or f"https://{GOVKZ}/".startswith(last)
        return not page.endswith("\n") or is_partial
    if "?" in last or address.news_id is None:
        return False
    return _is_short(address.news_id, items)


def _is_short(news_id: int, items: Sequence[RawStory]) -> bool:
    """Return whether an id lost digits, by the other ids of the page or else by the item's date."""
    others = [
        address.news_id
        for item in items[:-1]
        if item.body
        for address in map(parse_address, extract_sources(item.body).urls)
        if address and address.news_id
    ]
    if others:
        return news_id * _FAR_BELOW_OTHERS <= max(others)
    return news_id * _FAR_BELOW_DAY <= expected_id(parse_date(items[-1].date).date)


def expected_id(day: date | None) -> int:
    """Estimate the id of an item by its date of publication; without one, return the newest known id.

    >>> expected_id(date(2025, 12, 20)) // 1000
    1127
    """
    if day is None or day >= _IDS[-1][0]:
        return _IDS[-1][1]
    for (before, low), (after, high) in pairwise(_IDS):
        if day < after:
            passed = max(0, (day - before).days)
            return low + (high - low) * passed // (after - before).days
    return _IDS[0][1]
