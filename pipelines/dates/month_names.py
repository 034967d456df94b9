"""Names of months in Kazakh (both scripts), Russian and English, with the cases and short forms in use."""

from __future__ import annotations

import re

_NAMES = """
1 январь января янв қаңтар қаңтардың қаңтарда қаңт qańtar qańtarda qantar qañtar january jan
2 февраль февраля фев февр ақпан ақпанның ақпанда ақп aqpan aqpanda february feb
3 март марта мар наурыз наурызда наурыздың нау naýryz nauryz naryz march mar
4 апрель апреля апр сәуір сәуірде сәуірдің сәу sáýir säuir sauir sáuir april apr
5 май мая мамыр мамырда мамырдың мам mamyr may
6 июнь июня июн маусым маусымда маусымның мау maýsym mausym june jun
7 июль июля июл шілде шілдеде шілденің шіл shilde şılde šilde july jul
8 август августа авг тамыз тамызда тамыздың там tamyz august aug
9 сентябрь сентября сен сент қыркүйек қыркүйекте қыр qyrkúıek qyrkúiek qyrküiek qyrkuiek sep sept september
10 октябрь октября окт қазан қазанда қазанның қаз qazan october oct
11 ноябрь ноября ноя нояб қараша қарашада қарашаның қар qarasha qaraşa november nov
12 декабрь декабря дек желтоқсан желтоқсанда желтоқсанның жел jeltoqsan jeltoqsanda december dec
"""

# Kazakh nouns have possessive and case endings: "2025 жылдың 20 желтоқсанында".
_ENDING = re.compile(
    r"[ыі](?:н(?:да|де|ан|ен|ың|ің|а|е)?)?|(?:да|де|та|те|нда|нде|дан|ден|тан|тен)|(?:н?[дт][ае])(?:ғы|гі)|(?:[дтн][ыі]ң)"
)

# Name in lower case -> month.
MONTHS: dict[str, int] = {
    name: int(number) for number, *names in map(str.split, _NAMES.strip().splitlines()) for name in names
}

# Latin letters inside Cyrillic words are seen in the feeds (бөлiмi), Kazakh ones typed as Russian in print.
_AS_RUSSIAN = str.maketrans("aceopxyiәғқңөұүһі", "асеорхуиагкноууһи".replace("һ", "х"))
_FOLDED: dict[str, int] = {
    name.translate(_AS_RUSSIAN): month for name, month in MONTHS.items() if len(name) > 2
}


def month_of(name: str) -> int | None:
    """Return the number of a month from its printed name; None: the word is no month.

    >>> month_of("Желтоқсанында"), month_of("декабря"), month_of("шiлде"), month_of("Алматы")
    (12, 12, 7, None)
    """
    word = name.lower().replace("\u0307", "")  # "İ".lower() leaves a combining dot
    return _month_in(word, MONTHS) or (
        None if word.isascii() else _month_in(word.translate(_AS_RUSSIAN), _FOLDED)
    )


def _month_in(word: str, months: dict[str, int]) -> int | None:
    if word in months:
        return months[word]
    for cut in range(1, min(6, len(word) - 2)):
        if word[:-cut] in months and _ENDING.fullmatch(word[-cut:]):
            return months[word[:-cut]]
    return None
