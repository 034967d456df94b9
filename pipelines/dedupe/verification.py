"""Verify whether two texts are copies of one story, by the words in which they differ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipelines.dedupe.alignment import Run, align
from pipelines.dedupe.tokens import Text

# letters: equal except for marks, case and spaces. near: a typo or a sentence more or less. cut: one is the
# beginning of the other. brief: equal, but so short that another day's may be the same.
Kind = Literal["letters", "near", "cut", "brief"]

CERTAIN_WORDS = 25  # a shorter common part may be a phrase that many stories share
TITLED_WORDS = 12  # sufficient if titles are equal and the text has numbers
TITLED_NUMBERS = 2
EQUAL_WORDS = 6  # of title and body; shorter texts recur: "No traffic today"
TITLE_WORDS = 60  # of a title that are compared; a longer title is a misplaced body
SENTENCE_WORDS = 60  # longest run that counts as a sentence more or less
SENTENCES_APART = 2  # not counting the end, where a byline or truncation may differ
LONG_WORDS = 120  # one typo is allowed per this many words
SLIP_LETTERS = 6  # shorter words, and the first letters of a word, may not differ
SLIP_BEGINNING = 3
_STOPPED = re.compile(r"(?<![.…])[.!?][\s\"'»”’)\]]*\Z")
_BROKEN_OFF = re.compile(r"(?:…|\.\.)[\s\"'»”’)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Match:
    """Kind of match of two texts, and the share of the longer one that they have in common (0 to 1)."""

    kind: Kind
    score: float


def compare(a: Text, b: Text) -> Match | None:
    """Compare two texts; None if they are different stories, or too short to decide.

    >>> body = "Қала әкімі «Тазалық» апталығын ашты. " * 9
    >>> compare(Text(None, body), Text("Тазалық", body.replace("«", "").replace(". ", ".")))
    Match(kind='letters', score=1.0)
    """
    if _order(a) > _order(b):  # alignment is not symmetric
        a, b = b, a
    if not a.body or not b.body:
        same = not a.body and not b.body and a.title_letters and a.title_letters == b.title_letters
        return equal_texts(a, b) if same else None
    if _numbers_conflict(a, b):
        return None
    if a.body_letters == b.body_letters:
        match = equal_texts(a, b)
    else:
        runs = align(a.body_words, b.body_words)
        match = None if runs is None else _weigh(a, b, runs)
    return None if match is None or titles_conflict(a, b) else match


def _order(text: Text) -> tuple[int, str, str]:
    return len(text.body or ""), text.body or "", text.title or ""


def equal_texts(a: Text, b: Text) -> Match | None:
    """Return the match of texts with equal letters: short ones recur daily, so their titles decide."""
    if not (a.is_brief or b.is_brief):
        return Match("letters", 1.0)
    titled = a.title_letters and b.title_letters
    if titled and a.title_letters != b.title_letters:
        return None
    if titled and len(a.title_words) + len(a.body_words) >= EQUAL_WORDS:
        return Match("letters", 1.0)
    return Match("brief", 1.0)


def _numbers_conflict(a: Text, b: Text) -> bool:
    """True if neither text has all numbers of the other: the cheapest proof of two stories."""
    if len(a.numbers) == len(b.numbers):
        return not (_numbers_in(a, b) or _numbers_in(b, a))
    return not (_numbers_in(a, b) if len(a.numbers) < len(b.numbers) else _numbers_in(b, a))


def _numbers_in(poorer: Text, richer: Text) -> bool:
    """True if the numbers of one text occur in the other, in order."""
    rest = iter(richer.numbers)
    cut_off = poorer.body is not None and poorer.body.rstrip(" .…")[-1:].isdigit()
    for place, number in enumerate(poorer.numbers):
        cut = cut_off and place == len(poorer.numbers) - 1  # possibly inside this number
        if not any(number == its or (cut and its.startswith(number)) for its in rest):
            return False
    return True


def titles_conflict(a: Text, b: Text) -> bool:
    """True if similar titles differ in a number, name, date or negation: two issues of a bulletin."""
    if not a.title or not b.title or a.title_letters == b.title_letters:
        return False
    one, other = a.title_words[:TITLE_WORDS], b.title_words[:TITLE_WORDS]
    days, other_days = days_named(one), days_named(other)
    if days and other_days and not days & other_days:
        return True
    if (len(one), one) > (len(other), other):
        a, b, one, other = b, a, other, one  # difflib is not symmetric
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < 0.5:
        return False
    return any(
        _title_run_conflicts(a, b, (i, i2, j, j2))
        for tag, i, i2, j, j2 in matcher.get_opcodes()
        if tag != "equal"
    )


def _title_run_conflicts(a: Text, b: Text, run: Run) -> bool:
    i, i2, j, j2 = run
    one, other = a.title_words[i:i2], b.title_words[j:j2]
    if not one or not other:
        return any(map(is_negation, one or other))
    named = a.title_contexts.any_distinctive(i, i2) and b.title_contexts.any_distinctive(j, j2)
    if not named and not (any(map(changes_meaning, one)) and any(map(changes_meaning, other))):
        return False
    return "".join(one) != "".join(other) and not _title_broken_off(a, b, run)


def _title_broken_off(a: Text, b: Text, run: Run) -> bool:
    """True if one title ends inside a word of the other; not for numbers, which may be issue numbers."""
    i, _, j, _ = run
    numbers = a.title_words[i].isdigit() or b.title_words[j].isdigit()
    return not numbers and _broken_off((a.title or "", a.title_words), (b.title or "", b.title_words), run)


def _weigh(a: Text, b: Text, runs: list[Run]) -> Match | None:
    one, other = a.body_words, b.body_words
    shorter, longer = sorted((len(one), len(other)))
    only_one = only_other = sentences = slips = 0
    of_one, of_other = list[tuple[int, int]](), list[tuple[int, int]]()  # words that only this text has
    cut = False
    for run in runs:
        i, i2, j, j2 = run
        only_one, only_other = only_one + i2 - i, only_other + j2 - j
        at_end = i2 == len(one) or j2 == len(other)
        broken_off = at_end and _broken_off((a.body or "", one), (b.body or "", other), run)
        if at_end and (i == i2 or j == j2 or broken_off):
            cut = cut or abs((i2 - i) - (j2 - j)) > SENTENCE_WORDS or broken_off
        elif _is_sentence(a, b, run):
            sentences += 1
        elif _is_slip(a, b, run):
            slips += 1
            continue
        else:
            return None
        if i2 - i > j2 - j:
            of_one.append((i, i2))
        else:
            of_other.append((j, j2))
    common = min(len(one) - only_one, len(other) - only_other)
    if sentences > SENTENCES_APART or slips > shorter // LONG_WORDS:
        return None
    if of_one and of_other and _states_facts(a, of_one) and _states_facts(b, of_other):
        return None
    if common < CERTAIN_WORDS and not (common >= TITLED_WORDS and _title_confirms(a, b)):
        return None
    return Match("cut" if cut or common < longer / 2 else "near", round(common / longer, 3))


def _states_facts(text: Text, stretches: list[tuple[int, int]]) -> bool:
    """True if words name, count, date or negate something; a capital that starts a sentence is no name."""
    contexts = text.body_contexts
    return any(
        (contexts.of(place).is_distinctive and not contexts.of(place).starts_sentence)
        or changes_meaning(text.body_words[place])
        or text.body_words[place].isdigit()
        for start, end in stretches
        for place in range(start, end)
    )


def _title_confirms(a: Text, b: Text) -> bool:
    """True if equal titles and enough numbers confirm a match of short texts."""
    return a.title_letters == b.title_letters != "" and min(len(a.numbers), len(b.numbers)) >= TITLED_NUMBERS


def _broken_off(a: tuple[str, list[str]], b: tuple[str, list[str]], run: Run) -> bool:
    """True if one text, given with its words, ends inside a word of the other.

    A text that ends with a full stop is not truncated. If both end in that word, it must be clear which one
    is truncated: «дом 5» and «дом 57» are two houses.
    """
    i, i2, j, j2 = run
    for (text, words, at, end), (its_text, its_words, its_at, its_end) in (
        ((*a, i, i2), (*b, j, j2)),
        ((*b, j, j2), (*a, i, i2)),
    ):
        if end - at != 1 or end != len(words) or its_at == its_end:
            continue
        if not its_words[its_at].startswith(words[at]) or _STOPPED.search(text):
            continue
        last_of_both = its_end - its_at == 1 and its_end == len(its_words)
        plain = _BROKEN_OFF.search(text) or (_STOPPED.search(its_text) and not words[at].isdigit())
        if plain or not last_of_both:
            return True
    return False


def _is_sentence(a: Text, b: Text, run: Run) -> bool:
    """True if only one text has the run, and it consists of whole sentences."""
    i, i2, j, j2 = run
    text, start, end = (a, i, i2) if j == j2 else (b, j, j2)
    if (i != i2 and j != j2) or end - start > SENTENCE_WORDS:
        return False
    words, contexts = text.body_words, text.body_contexts
    # If the first words of the run repeat, the alignment is ambiguous: also try earlier starts.
    while True:
        if contexts.of(start).starts_sentence and (end == len(words) or contexts.of(end).starts_sentence):
            return True
        if start == 0 or words[start - 1] != words[end - 1]:
            return False
        start, end = start - 1, end - 1


def _is_slip(a: Text, b: Text, run: Run) -> bool:
    """True for a typo in up to three words that neither name, count nor negate.

    False for other words: «открыто» and «закрыто» differ by just as few letters.
    """
    i, i2, j, j2 = run
    if (
        i2 - i != j2 - j
        or i2 - i > 3
        or a.body_contexts.any_distinctive(i, i2)
        or b.body_contexts.any_distinctive(j, j2)
    ):
        return False
    return all(map(_is_typo, a.body_words[i:i2], b.body_words[j:j2]))


def _is_typo(one: str, other: str) -> bool:
    """True if a long word has one letter added, lost or replaced, after its beginning.

    >>> [_is_typo(*pair) for pair in (("облысында", "облсында"), ("въезда", "выезда"))]
    [True, False]
    >>> _is_typo("жабылады", "жабылмады")  # is closed, was not closed
    False
    """
    short, long = sorted((one, other), key=len)
    if one == other:
        return True
    if len(short) < SLIP_LETTERS or len(long) - len(short) > 1 or any(map(changes_meaning, (one, other))):
        return False
    same = next((n for n, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if same < SLIP_BEGINNING or short[same + len(short) - len(long) + 1 :] != long[same + 1 :]:
        return False
    return len(short) == len(long) or long[same] not in "мбп"  # these letters negate Kazakh verbs


# Words whose substitution makes a different story: weekdays, months, number words, negations, directions.
# Prefixes, because Russian and Kazakh inflect the ends of words.
_MONTHS = """
январ феврал март апрел июн июл август сентябр октябр ноябр декабр
қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
january february march april june july august september october november december
"""
_WEEKDAYS = """
понедельник вторник среду среда среды четверг пятниц суббот воскресен
дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі
monday tuesday wednesday thursday friday saturday sunday
"""
_COUNTS = """
один одна одно четыр пять пяти пятнадцат пятер шест восем восьм девят десят сорок двест трист полтор
одиннадцат двенадцат тринадцат семнадцат двадцат тридцат двое двоих трое троих четвер семеро
перв втор трет седьм полов тысяч миллион миллиард
төрт алты жеті сегіз тоғыз жиырма отыз қырық елу алпыс жетпіс сексен тоқсан мың жарты
бірінші екінші үшінші бесінші оныншы екеу үшеу бесеу
three four five seven eight nine eleven twelve twenty thirty forty fifty thirteen fifteen twelfth
hundred thousand million billion first second third fifth
"""
_PLACES = """
север южн юг восток восточн запад солтүстік оңтүстік шығыс батыс north south east west
"""
_DENIALS = "не нет ни без no not never without емес жоқ ешқандай"
_WHOLE_WORDS = """
два две двух три трех семь семи он сто ста май мая мае one two six ten may half бір екі үш бес он жүз
янв фев мар апр июн июл авг сен сент окт ноя нояб дек пн вт ср чт пт сб вс
сегодня завтра вчера бүгін ертең кеше today tomorrow yesterday млн млрд трлн тыс mln bln
"""
_OF_DAYS = re.compile("|".join(sorted((_MONTHS + _WEEKDAYS).split(), key=len, reverse=True)))
_DENYING = frozenset(_DENIALS.split())
_WHOLE = frozenset(_WHOLE_WORDS.split()) | _DENYING
_BEGINS = re.compile(
    "|".join(sorted((_MONTHS + _WEEKDAYS + _COUNTS + _PLACES).split(), key=len, reverse=True))
)
# Short Kazakh number words with case endings.
_KAZAKH_NUMBER = re.compile(
    r"(?:бір|екі|үш|бес|он|жүз)(?:[гк]е|[ғқ]а|[дтн]ен|[дтн]ан|[дт]е|[дт]а|[дтн][іы]|[дтн][іы]ң)"
)


def changes_meaning(word: str) -> bool:
    """True for a folded word whose substitution makes a different story.

    >>> [changes_meaning(word) for word in ("января", "не", "бейсенбіде", "үшке", "млрд", "красивый")]
    [True, True, True, True, True, False]
    """
    return word in _WHOLE or bool(_BEGINS.match(word) or _KAZAKH_NUMBER.fullmatch(word))


def is_negation(word: str) -> bool:
    """True for a folded word that negates."""
    return word in _DENYING


def days_named(words: Iterable[str]) -> frozenset[str]:
    """Return the months and weekdays among folded words, by their prefixes.

    >>> sorted(days_named(["итоги", "ноября", "и", "декабря"]))
    ['декабр', 'ноябр']
    """
    return frozenset(match[0] for match in map(_OF_DAYS.match, words) if match)
