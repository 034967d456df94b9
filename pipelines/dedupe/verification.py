"""Verify whether two texts are copies of one story, by explaining every difference between them.

Three reasons explain a difference: equal letters; whole sentences that only one copy has, or both where they
do not contradict each other; a real cut. Anything else makes two stories. See docs/guides/matching.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.dedupe.alignment import Run, align, goes_on, is_swapped
from pipelines.dedupe.byte_tokens import spaced_words
from pipelines.dedupe.texts import Text, offices_of
from pipelines.dedupe.titles import title_conflict
from pipelines.dedupe.tokens import Reading, Token, denies, keys_of

# letters: equal except for marks, case and spaces. near: boilerplate, lost letters, or whole sentences more
# or less. cut: one is the beginning of the other. brief: equal, but so short that it recurs.
Kind = Literal["letters", "near", "cut", "brief"]
Answer = Literal["same", "contradicts", "unproved"]

COMMON_TOKENS = 12  # a shorter common part may be a phrase that many stories share
EQUAL_WORDS = 6  # of title and body; shorter texts recur: "No traffic today"
CUT_TOKENS = 4  # that a cut copy lacks where neither has a final stop: "open", "open no more" are two
SENTENCE_TOKENS = 3  # fewer are no sentence: "Closed."
CONTENT_LETTERS = 4  # shorter words are shared by any two sentences


@dataclass(frozen=True, slots=True)
class Match:
    """Kind of match of two texts, the share of the longer one that they have in common (0 to 1), and
    whether each of them has something that the other lacks."""

    kind: Kind
    score: float
    more: tuple[bool, bool] = (False, False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two texts are one story. ``match`` is set for ``same``; ``reason`` is set for the others."""

    answer: Answer
    match: Match | None = None
    reason: str = ""


def compare(a: Text, b: Text) -> Verdict:
    """Compare two texts.

    >>> body = "Қала әкімі «Тазалық» апталығын ашты. " * 9
    >>> compare(Text(None, body), Text("Тазалық", body.replace("«", "").replace(". ", "."))).match
    Match(kind='letters', score=1.0, more=(False, False))
    >>> compare(Text(None, body), Text(None, body + "Апталық бір айға созылады емес.")).match.more
    (False, True)
    >>> compare(Text(None, body + "Жол жабық."), Text(None, body + "Жол жабық емес.")).reason
    'емес stands in one copy alone'
    """
    if _order(a) > _order(b):  # alignment is not symmetric
        verdict = compare(b, a)
        match = verdict.match
        return verdict if match is None else replace(verdict, match=replace(match, more=match.more[::-1]))
    verdict = _compare_bodies(a, b)
    if verdict.answer == "same" and (reason := title_conflict(a, b)):
        return Verdict("contradicts", None, reason)
    return verdict


def _order(text: Text) -> tuple[int, str, str, str]:
    return len(text.body or ""), text.body or "", text.title or "", text.byline or ""


def equal_texts(a: Text, b: Text) -> Match | None:
    """Return the match of texts with equal letters: short ones recur daily, so their titles decide."""
    if not (a.is_brief or b.is_brief):
        return Match("letters", 1.0)
    titled = a.title_letters and b.title_letters
    if titled and a.title_letters != b.title_letters:
        return None
    if titled and len(a.title_reading.tokens) + len(a.reading.tokens) >= EQUAL_WORDS:
        return Match("letters", 1.0)
    return Match("brief", 1.0)


def _compare_bodies(a: Text, b: Text) -> Verdict:
    if not a.body or not b.body:
        same = not a.body and not b.body and a.title_letters and a.title_letters == b.title_letters
        return _equal(a, b) if same else Verdict("unproved", None, "one of them has no body")
    equal = a.body_letters == b.body_letters  # then only bylines can name two offices
    one, other = (offices_of(a.byline), offices_of(b.byline)) if equal else (a.offices, b.offices)
    if one and other and not (one <= other or other <= one):
        return Verdict("contradicts", None, "two offices issued them")
    if equal:
        return _equal(a, b)
    if a.days and b.days and a.days.isdisjoint(b.days):
        return Verdict("contradicts", None, "their datelines name two days")
    if a.bare_letters == b.bare_letters:
        verdict = _equal(a, b)
        match = verdict.match
        return (
            replace(verdict, match=replace(match, kind="near"))
            if match and match.kind == "letters"
            else verdict
        )
    if a.has_numeric_dates == b.has_numeric_dates and _numbers_conflict(a, b):
        return Verdict("contradicts", None, "each has a number that the other lacks")
    return _explain(a, b)


def _equal(a: Text, b: Text) -> Verdict:
    match = equal_texts(a, b)
    return Verdict("same", match) if match else Verdict("contradicts", None, "two titles over one short text")


def _numbers_conflict(a: Text, b: Text) -> bool:
    """Return whether neither text has all numbers of the other: the cheapest proof of two stories."""
    if len(a.numbers) == len(b.numbers):
        return not (_numbers_in(a, b) or _numbers_in(b, a))
    return not (_numbers_in(a, b) if len(a.numbers) < len(b.numbers) else _numbers_in(b, a))


def _numbers_in(poorer: Text, richer: Text) -> bool:
    """Return whether the numbers of one text occur in the other, in order."""
    rest = iter(richer.numbers)
    cut_off = poorer.bare.rstrip(" .…\x1f\n")[-1:].isdigit()
    for place, number in enumerate(poorer.numbers):
        cut = cut_off and place == len(poorer.numbers) - 1  # possibly inside this number
        if not any(number == its or (cut and its.startswith(number)) for its in rest):
            return False
    return True


_BEHIND_CUT = 100  # characters, more than CUT_TOKENS words: what follows them never changes a verdict
# Where a reading may begin or end: after a stop that no abbreviation has, or between paragraphs.
_SENTENCE_END = re.compile(r"\n+|(?<=[^\W\d_]{6}[.!?])[ \t]+(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])")


def _differing(a: str, b: str) -> tuple[int, int]:
    """Return how many characters, in whole sentences, two texts have in common at either end."""
    most = min(len(a), len(b))
    start = _common(most, lambda size: a[:size] == b[:size])
    end = _common(most - start, lambda size: a[len(a) - size :] == b[len(b) - size :])
    begin = max((found.end() for found in _SENTENCE_END.finditer(a, 0, start)), default=0)
    return begin, len(a) - _sentence_end(a, len(a) - end)


def _sentence_end(text: str, place: int) -> int:
    """Return where the first sentence that ends at or after a place does so."""
    found = _SENTENCE_END.search(text, place)
    return found.start() if found else len(text)


def _common(most: int, holds: Callable[[int], bool]) -> int:
    """Return the largest size, at most ``most``, for which a test holds that holds for each smaller one."""
    return bisect_left(range(most), 1, key=lambda size: int(not holds(size + 1)))


def _explain(one: Text, other: Text) -> Verdict:
    """Explain every difference of two bodies; what they have in common at both ends is not read."""
    start, tail = _differing(one.bare, other.bare)
    outside = one.bare[:start] + " " + one.bare[len(one.bare) - tail :]
    end = len(other.bare) - tail
    if other.bare.startswith(one.bare):  # cut: whole sentences far behind the cut decide nothing
        end = _sentence_end(other.bare, len(one.bare) + _BEHIND_CUT)
    a, b = one.part(start, len(one.bare) - tail), other.part(start, end)
    found = _Differences(a, b)
    reason = next(filter(None, map(found.explain, align(a.tokens, b.tokens))), "")
    if reason := reason or _years_conflict(a, b) or _contradict(*found.own):
        return Verdict("contradicts", None, reason)
    unread = other.bare[end : len(other.bare) - tail]
    return found.verdict(len(spaced_words(outside).split()), len(spaced_words(unread).split()))


class _Differences:
    """The differences of two readings that have a reason."""

    def __init__(self, a: Reading, b: Reading) -> None:
        self.readings = a, b
        self.own = list[Token](), list[Token]()  # of whole sentences that only one of them has
        self.apart = [0, 0]  # tokens of each that the other lacks
        self.goes_on = [False, False]  # where the other one is cut
        self.doubt = ""  # of a cut

    def explain(self, run: Run) -> str:
        """Find the reason of one difference; return why it makes two stories, "" if it does not."""
        i, i2, j, j2 = run
        a, b = self.readings
        x, y = a.tokens[i:i2], b.tokens[j:j2]
        self.apart = [self.apart[0] + len(x), self.apart[1] + len(y)]
        if len(x) == len(y) == 1 and is_swapped(x[0], y[0]):
            return ""
        sentences = _is_whole(a, i, i2) and _is_whole(b, j, j2) and min(len(x), len(y)) >= SENTENCE_TOKENS
        if x and y and not sentences:
            return "" if self._is_cut(run) else f"{keys_of(x)} stands for {keys_of(y)}"
        return self._explain_own(0, (i, i2), run) or self._explain_own(1, (j, j2), run)

    def _explain_own(self, side: int, place: tuple[int, int], run: Run) -> str:
        start, end = place
        tokens = self.readings[side].tokens[start:end]
        if not tokens:
            return ""
        sentences = _whole_sentences(self.readings[side], start, end)
        if sentences is None:
            return "" if self._is_cut(run) else f"{keys_of(tokens)} stands in one copy alone"
        if len(sentences) <= SENTENCE_TOKENS and any(map(denies, sentences)):
            return f"{keys_of(sentences)} denies in one copy alone"
        self.own[side].extend(sentences)
        return ""

    def _is_cut(self, run: Run) -> bool:
        """Return whether one of them is cut off where the other goes on, perhaps inside a word or date."""
        i, i2, j, j2 = run
        for side, (start, end, its, its_end) in ((1, (i, i2, j, j2)), (0, (j, j2, i, i2))):
            short, long = self.readings[1 - side], self.readings[side]
            rest, lacking = short.tokens[start:end], long.tokens[its:its_end]
            if end != len(short.tokens) or its_end != len(long.tokens) or not lacking or short.stopped:
                continue
            if rest and not goes_on(rest, lacking[0]):
                continue
            if len(lacking) < CUT_TOKENS and not short.broken_off:
                if any(map(denies, lacking)) or (rest and rest[0].counts):
                    continue
                if not long.stopped:  # "open", "open till noon": nothing says which one is whole
                    self.doubt = f"{keys_of(lacking)} may be cut off in one copy"
            self.goes_on[side] = True
            return True
        return False

    def verdict(self, outside: int, unread: int) -> Verdict:
        """Return the verdict where every difference has a reason.

        ``outside``: further words of both; ``unread``: further words of the second one alone.
        """
        sizes = [outside + len(reading.tokens) for reading in self.readings]
        common = min(size - apart for size, apart in zip(sizes, self.apart, strict=True))
        sizes[1] += unread
        if self.doubt or common < COMMON_TOKENS:
            return Verdict("unproved", None, self.doubt or f"they share {common} words only")
        more = [bool(own) or goes_on for own, goes_on in zip(self.own, self.goes_on, strict=True)]
        longer = max(sizes)
        kind: Kind = "cut" if any(self.goes_on) or common < longer / 2 else "near"
        return Verdict("same", Match(kind, round(common / longer, 3), (more[0], more[1])))


def _is_whole(reading: Reading, start: int, end: int) -> bool:
    """Return whether tokens are whole sentences."""
    tokens = reading.tokens
    return start < end and tokens[start].begins and (end == len(tokens) or tokens[end].begins)


def _whole_sentences(reading: Reading, start: int, end: int) -> list[Token] | None:
    """Return the whole sentences that a run adds; None if it adds to a sentence.

    Where the first words of the run repeat after it, the same run may begin earlier.
    """
    tokens = reading.tokens
    while True:
        if _is_whole(reading, start, end):
            return tokens[start:end]
        if start == 0 or tokens[start - 1].key != tokens[end - 1].key:
            return None
        start, end = start - 1, end - 1


def _years_conflict(a: Reading, b: Reading) -> str:
    """Return why dates with the same day and month differ in their years; "" if they do not."""
    years: dict[str, list[set[int]]] = {}
    for side, reading in enumerate((a, b)):
        for token in reading.tokens:
            if token.year is not None:
                years.setdefault(token.key, [set(), set()])[side].add(token.year)
    return next((f"two years of {day}" for day, (x, y) in years.items() if x and y and x.isdisjoint(y)), "")


def _contradict(one: Sequence[Token], other: Sequence[Token]) -> str:
    """Return why sentences that each text has alone contradict each other; "" if they do not."""
    if not one or not other:
        return ""
    if (told := _told(one)) and (its := _told(other)) and told != its:
        return f"their own sentences name or count {_some(told - its)} and {_some(its - told)}"
    shared = _content(one) & _content(other)
    if shared and [token.key for token in one] != [token.key for token in other]:
        return f"their own sentences speak of {_some(shared)}"
    return ""


def _some(keys: Iterable[str]) -> str:
    return ", ".join(sorted(keys)[:3]) or "nothing"


def _told(tokens: Iterable[Token]) -> frozenset[str]:
    """Return what sentences name, count or deny. A capital that begins a sentence is no name."""
    return frozenset(
        token.key for token in tokens if token.counts or (token.named and not token.begins) or denies(token)
    )


def _content(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset(token.key for token in tokens if len(token.key) >= CONTENT_LETTERS and not token.counts)
