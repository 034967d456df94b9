"""Small words that make another story though they are no number and no name: months, weekdays, counts, denials."""

from __future__ import annotations

import re

# Beginnings, because Russian and Kazakh words change their ends. Only words that templates exchange.
_STEMS = """
январ феврал март апрел мая май июн июл август сентябр октябр ноябр декабр
қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
january february march april may june july august september october november december
понедельник вторник сред четверг пятниц суббот воскресен
дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі
monday tuesday wednesday thursday friday saturday sunday
один одна одно два две дву три трех трёх четыр пять пяти шест сем восем восьм девят десят сорок сто двест трист
перв втор трет седьм полов тысяч миллион миллиард
бір екі үш төрт бес алты жеті сегіз тоғыз он жиырма отыз қырық елу алпыс жетпіс сексен тоқсан жүз мың
бірінші екінші үшінші
one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million
billion first second third half
""".split()
_WHOLE = set(
    """
не нет ни без no not never without емес жоқ ешқандай он сто май мая one two six ten may half бір екі үш бес
север северн юг южн восток запад north south east west солтүстік оңтүстік шығыс батыс
""".split()
)
_BEGINS = re.compile("|".join(sorted((s for s in _STEMS if len(s) > 3), key=len, reverse=True)))


def turns_meaning(word: str) -> bool:
    """True for a folded word that, put in place of another, makes another story.

    >>> [turns_meaning(word) for word in ("января", "не", "бейсенбіде", "красивый")]
    [True, True, True, False]
    """
    return word in _WHOLE or _BEGINS.match(word) is not None
