"""Words that make another story though they are no number and no name: months, weekdays, counts, denials."""

from __future__ import annotations

import re

# Beginnings, because Russian and Kazakh words change their ends. Only words that templates exchange.
_BEGINNINGS = """
январ феврал март апрел июн июл август сентябр октябр ноябр декабр
қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
january february march april june july august september october november december
понедельник вторник сред четверг пятниц суббот воскресен
дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі
monday tuesday wednesday thursday friday saturday sunday
один одна одно четыр пять пяти шест восем восьм девят десят сорок двест трист
перв втор трет седьм полов тысяч миллион миллиард
төрт алты жеті сегіз тоғыз жиырма отыз қырық елу алпыс жетпіс сексен тоқсан мың
бірінші екінші үшінші
three four five seven eight nine eleven twelve twenty thirty forty fifty hundred thousand million billion
first second third
"""
_WHOLE_WORDS = """
не нет ни без no not never without емес жоқ ешқандай
два две двух три трех трёх семь семи он сто май мая one two six ten may half бір екі үш бес он жүз
север юг восток запад north south east west солтүстік оңтүстік шығыс батыс
"""
_WHOLE = frozenset(_WHOLE_WORDS.split())
_BEGINS = re.compile("|".join(sorted(_BEGINNINGS.split(), key=len, reverse=True)))


def turns_meaning(word: str) -> bool:
    """True for a folded word that, put in place of another, makes another story.

    >>> [turns_meaning(word) for word in ("января", "не", "бейсенбіде", "красивый")]
    [True, True, True, False]
    """
    return word in _WHOLE or _BEGINS.match(word) is not None
