"""Dates in prose that no pattern matches, parsed by dateparser and checked against the text.

dateparser guesses: it completes missing parts, accepts impossible numeric dates and knows relative ones. So
it is asked only about a phrase that names a year of four digits, one month and one day, and its answer is
accepted only if it consists of exactly these.
"""

from __future__ import annotations

import re
from datetime import datetime

from pipelines.dates.month_names import month_of

_CLOCK = re.compile(r"\d+:\d+(?::\d+)?")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
# Words that belong to a date and that dateparser does not know, and the endings of ordinals in figures.
_IGNORED = re.compile(
    r"(?<![^\W\d_])(?:числ[оа]|месяца?|айы(?:ның)?|күні|day|жылғы|жылдың|жылы|жыл|года|год)(?![^\W\d_])"
    r"|(?<=\d)-?(?:го|ое|е|сы|сі|шы|ші|ы|і|й)(?![^\W\d_])",
    re.IGNORECASE,
)
_STEMS = (
    "перв втор трет четв[её]рт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат "
    "пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат"
).split()
_DAYS = {stem: day for day, stem in enumerate(_STEMS, 1)} | {"тридцат": 30}
_DAY_WORDS = re.compile(
    rf"(?<!десят )(?<!сорок )(?<!девяносто )(?<![^\W\d_])(?:(?P<tens>двадцать|тридцать)\s)?"
    rf"(?:{'|'.join(f'(?P<d{day}>{stem})' for stem, day in _DAYS.items())})(?:ое|ого|ье|ьего)(?![^\W\d_])",
    re.IGNORECASE,
)
# The only other words allowed in a date: 20 лет, май 2025 is none, although dateparser reads one.
_WEEKDAYS = frozenset(
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun of the".split()
)
_SETTINGS = {
    "DATE_ORDER": "DMY",
    "STRICT_PARSING": True,
    "PARSERS": ["absolute-time"],
    "RELATIVE_BASE": datetime(2000, 1, 1),
}


def parse_prose(line: str) -> tuple[int, int, int, int, int] | None:
    """Return year, month, day, start and end of the one date that a line names in words; None: there is none.

    >>> parse_prose("Опубликовано двадцать первого декабря 2025 года")[:3]
    (2025, 12, 21)
    >>> parse_prose("20 лет, май 2025"), parse_prose("тридцать первое февраля 2025")
    (None, None)
    """
    # Blanked, not removed, so that the places stay those of the line.
    plain = _CLOCK.sub(lambda clock: " " * len(clock.group()), line)
    tokens = list(_TOKEN.finditer(plain))
    months = [(month, token) for token in tokens if (month := month_of(token.group()))]
    numbers = [token for token in tokens if token.group().isdecimal()]
    years = [token for token in numbers if len(token.group()) == 4]
    days = [(int(token.group()), token) for token in numbers if len(token.group()) <= 2]
    days += [(_day_of(words), words) for words in _DAY_WORDS.finditer(plain)]
    if not (len(months) == len(years) == len(days) == 1) or len(numbers) > 2:
        return None
    (month, named), (year,), (day, counted) = months[0], years, days[0]
    start = min(named.start(), year.start(), counted.start())
    end = max(named.end(), year.end(), counted.end())
    phrase = _IGNORED.sub(" ", plain[start:end])
    phrase = _DAY_WORDS.sub(lambda words: str(_day_of(words)), phrase)  # dateparser knows only some of them
    words = re.findall(r"[^\W\d_]+", phrase.lower())
    if any(word not in _WEEKDAYS and month_of(word) is None for word in words):
        return None
    import dateparser  # slow to load and rarely needed

    answer = dateparser.parse(phrase, languages=["ru", "kk", "en"], settings=_SETTINGS)
    expected = int(year.group()), month, day
    if answer is None or (answer.year, answer.month, answer.day) != expected:
        return None
    return *expected, start, end


def _day_of(words: re.Match[str]) -> int:
    unit = next(day for day in _DAYS.values() if words[f"d{day}"])
    return unit + {None: 0, "двадцать": 20, "тридцать": 30}[words["tens"] and words["tens"].lower()]
