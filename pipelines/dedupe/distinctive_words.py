"""Words that make another story though they are no numeral and no name: days, counts, denials, directions."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Beginnings, because Russian and Kazakh words change their ends. Only words that templates exchange.
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
# The short numbers of Kazakh with the ends of their cases.
_KAZAKH_NUMBER = re.compile(
    r"(?:бір|екі|үш|бес|он|жүз)(?:[гк]е|[ғқ]а|[дтн]ен|[дтн]ан|[дт]е|[дт]а|[дтн][іы]|[дтн][іы]ң)"
)


def turns_meaning(word: str) -> bool:
    """True for a folded word that, put in place of another, makes another story.

    >>> [turns_meaning(word) for word in ("января", "не", "бейсенбіде", "үшке", "млрд", "красивый")]
    [True, True, True, True, True, False]
    """
    return word in _WHOLE or bool(_BEGINS.match(word) or _KAZAKH_NUMBER.fullmatch(word))


def denies(word: str) -> bool:
    """True for a folded word that turns what is said into its contrary."""
    return word in _DENYING


def days_named(words: Iterable[str]) -> frozenset[str]:
    """Give the months and weekdays among folded words, by their beginnings.

    >>> sorted(days_named(["итоги", "ноября", "и", "декабря"]))
    ['декабр', 'ноябр']
    """
    return frozenset(match[0] for match in map(_OF_DAYS.match, words) if match)
