"""One copy of a story as matching reads it: title and body, each part computed at most once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipelines.clean.boilerplate import Span, boilerplate
from pipelines.dedupe.byte_tokens import plain_numbers, spaced_words
from pipelines.dedupe.tokens import HIDDEN, Reading, fold, read

BRIEF_WORDS = 12  # equal texts with fewer words recur: "No traffic today"
_MAY_BE_GROUPED = re.compile(r"\d[ ,\u00a0\u202f\u2009]\d{3}")
_PLAINLY_LONG = 1_500  # characters: whatever boilerplate a longer body has, it is not brief
_GROUPED = re.compile(
    r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))|(?<=\d),(?=\d{3},\d{3}(?!\d))|(?<=,\d{3}),(?=\d{3}(?!\d))"
)
_QUOTATION_MARKS = re.compile("['\"«»“”„‟‘’‹›ʼ]")
_NUMERIC_DATE = re.compile(r"\d\.\d\d\.\d{4}")
_OFFICE = re.compile(r"пресс|баспас|press|аким|әкім", re.IGNORECASE)
# Words of any signature; the others name the office.
_OF_ANY_OFFICE = re.compile(
    r"пресс\w*|служб\w*|баспас\w*|қызмет\w*|press|service|office|аким\w*|әкім\w*|об|этом|как|деп|бұл|туралы|the|of|by|from|в|со|на"
    r"|ссылкой|аппарат\w*|сообщ\w*|переда\w*|пишет|информир\w*|хабарла\w*|жазады|мәлім\w*|report\w*|according|to|как|источник|фото"
)


@dataclass(frozen=True)
class Text:
    """Title, body and byline of one copy. None: it has none."""

    title: str | None
    body: str | None
    byline: str | None = None

    @cached_property
    def title_letters(self) -> str:
        """Letters, digits and symbols of the title, which damage to marks and spaces leaves unchanged."""
        return letters(self.title or "")

    @cached_property
    def body_letters(self) -> str:
        """Letters, digits and symbols of the body."""
        return letters(self.body or "")

    @cached_property
    def title_layout(self) -> tuple[int, int]:
        """Numbers of quotation marks and of paragraph breaks of the title, negative: the most come first."""
        return _layout(self.title or "")

    @cached_property
    def body_layout(self) -> tuple[int, int]:
        """The same numbers of the body."""
        return _layout(self.body or "")

    @cached_property
    def spans(self) -> list[Span]:
        """Boilerplate of the body."""
        return boilerplate(self.title, self.body) if self.body else []

    @cached_property
    def bare(self) -> str:
        """The body with one character in place of each stretch of boilerplate."""
        text, parts, place = self.body or "", list[str](), 0
        for span in self.spans:
            if span.start >= place:
                parts += text[place : span.start], HIDDEN
                place = span.end
        return "".join((*parts, text[place:])) if parts else text

    @cached_property
    def bare_letters(self) -> str:
        """Letters, digits and symbols of the body without boilerplate."""
        return letters(self.bare) if self.spans else self.body_letters

    @cached_property
    def is_brief(self) -> bool:
        """True for a body so short that other stories may have the same."""
        text = self.body or ""
        if len(text) <= _PLAINLY_LONG:
            text = self.bare
        return len(spaced_words(text).split(None, BRIEF_WORDS)) < BRIEF_WORDS

    @cached_property
    def numbers(self) -> list[str]:
        """Runs of digits of the body without boilerplate: cheap, and enough to part most stories."""
        return plain_numbers(_GROUPED.sub("", self.bare) if _MAY_BE_GROUPED.search(self.bare) else self.bare)

    @cached_property
    def has_numeric_dates(self) -> bool:
        """True if a date is printed in digits alone."""
        return _NUMERIC_DATE.search(self.bare) is not None

    def part(self, start: int, end: int) -> Reading:
        """Read the tokens of a part of the body without boilerplate, which begins with a sentence."""
        reading = read(self.bare[start:end])
        if end < len(self.bare):
            return reading._replace(stopped=True, broken_off=False)
        return reading._replace(stopped=False, broken_off=True) if self._is_cut else reading

    @cached_property
    def reading(self) -> Reading:
        """Tokens of the body without boilerplate."""
        return self.part(0, len(self.bare))

    @property
    def _is_cut(self) -> bool:
        """True if "read more" follows what is no whole sentence."""
        if not self.spans or self.spans[-1].kind != "read-more" or not self.bare.endswith(HIDDEN):
            return False
        before = self.bare.rstrip(f'{HIDDEN} \n\t»”")')
        return not before.endswith((".", "!", "?")) or before.endswith("..")

    @cached_property
    def title_reading(self) -> Reading:
        """Tokens of the title."""
        return read(self.title or "")

    @cached_property
    def days(self) -> frozenset[str]:
        """Days that a dateline names."""
        datelines = [
            (self.body or "")[span.start : span.end] for span in self.spans if span.kind == "dateline"
        ]
        return frozenset(token.key for line in datelines for token in read(line).tokens if token.is_date)

    @cached_property
    def offices(self) -> frozenset[str]:
        """Words that name the press service or akimat from which the copy says it comes."""
        lines = [(self.body or "")[s.start : s.end] for s in self.spans if s.kind in ("agency", "signature")]
        return frozenset[str]().union(*map(offices_of, (*lines, self.byline)))


def _layout(text: str) -> tuple[int, int]:
    return -len(_QUOTATION_MARKS.findall(text)), -text.count("\n\n")


def letters(text: str) -> str:
    """Return what damage to marks, case and spaces leaves of a text.

    >>> letters("«Жол» 1,5 % – Ё") == letters("жол 1.5% е") != letters("жол 15%")
    True
    """
    return spaced_words(text).replace(" ", "")


_LONGEST = 20_000  # characters of a body that is worth the memory
_cached_text = lru_cache(maxsize=1_000)(Text)  # some 10 MB: texts of one template are compared in turn


def text_of(title: str | None, body: str | None, byline: str | None = None) -> Text:
    """Return a ``Text``, cached for the strings of the last comparisons."""
    return Text(title, body, byline) if body and len(body) > _LONGEST else _cached_text(title, body, byline)


def offices_of(byline: str | None) -> frozenset[str]:
    """Return the words of a byline that name the press service or akimat.

    >>> sorted(offices_of("Пресс-служба акимата Абайского района"))
    ['абайского', 'района']
    """
    if not byline or not _OFFICE.search(byline):
        return frozenset()
    words = re.findall(r"\w+", byline.lower())
    return frozenset(fold(word) for word in words if not _OF_ANY_OFFICE.fullmatch(word))
