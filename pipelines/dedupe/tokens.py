"""Typed tokens: the words, numbers, dates and symbols of a text, as every copy of it has them.

A number has its sign, grouping and decimals, a date its day, month and year in any writing. Quotes,
apostrophes, soft hyphens, case, spaces and all other punctuation are left out, and letters that look alike in
both alphabets are one letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.clean.boilerplate import MONTHS

LOST = "\ufffd"  # stands for a lost letter, so it counts as a letter
MARKS = "'\"«»“”„‟‘’‚‛ʼʹ`´‹›\u00ad\u200b\u200d\u2060\ufeff"  # pages strip, double or replace them
HIDDEN = "\x1f"  # stands for a stretch that is left out, such as boilerplate
LOST_LETTER = "\u0298"  # LOST in a reading: a letter that no text here has
_AS_READ = str.maketrans(LOST, LOST_LETTER, MARKS)
_LOOK_ALIKE = str.maketrans("abcehikmoptxyёı", "авсенікмортхуеі")

# A sign counts unless a letter or digit stands before it: "2023–2024" and "из-за" have none.
_NUMBER = (
    r"(?:(?<!\w)[+\-−–](?=\d))?(?:\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?!\d)"
    r"|\d{1,3}(?:,\d{3}){2,}(?![\d,])|\d+)"
    r"(?:[.,:]\d+)*"
)
_SYMBOL = r"[%‰$€₸£¥§№+=&]|(?<=\b[A-ZА-Я])[−–-](?!\w)|(?<=\b[A-ZА-Я][a-zа-я])[−–-](?!\w)"  # Rh–
_TOKEN = re.compile(rf"(?P<word>[^\W\d_][^\W_]*)|(?P<number>{_NUMBER})|(?P<symbol>{_SYMBOL})")
_GROUPING = re.compile(r"[\s,](?=\d{3}(?!\d))")
_FULL_DATE = re.compile(r"(\d{1,2})\.(0[1-9]|1[0-2])\.((?:19|20)\d\d)")
_DATE_KEY = re.compile(r"\d{1,2}-\d{1,2}")

_CASES = (  # endings of months in Russian and Kazakh
    r"(?:[аяьею]|[ео]м|[ыіуў]|(?:[ыі]н?)?(?:д[аеыі]|т[аеыі]|[дт][ае]н|[ғгқк][ае]|[нд][ыі]ң"
    r"|н[аеыі]н?)(?:ғы|гі)?)?"
)
_STEMS = "январ феврал апрел июн июл сентябр октябр ноябр декабр"  # no words without an ending
_MONTH = re.compile(rf"(?!(?:{_STEMS.replace(' ', '|')})\Z)({MONTHS}){_CASES}")
_MONTH_NUMBERS = {
    name: number % 12 + 1
    for names in (
        "январ феврал март апрел мая июн июл август сентябр октябр ноябр декабр",
        "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split())
} | {"май": 5}
# What may stand for a word after a number.
_UNITS = {
    word: unit
    for unit, words in {
        "%": "процент процента процентов проценты процентам процентами процентах percent пайыз пайызы пайызға"
        " пайыздан пайызды пайыздың",
        "₸": "тг тенге теңге теңгені теңгеге теңгеден теңгенің tenge kzt",
        "млн": "млн миллион миллиона миллионов миллионы миллионам миллионами миллионах million millions mln",
        "млрд": "млрд миллиард миллиарда миллиардов миллиарды миллиардам миллиардами миллиардах billion"
        " billions bln",
        "трлн": "трлн триллион триллиона триллионов триллионы trillion trillions trln",
        "тыс": "тыс тысяча тысячи тысяч тысячам тысячами тысячах тысячу thousand thousands мың",
        "г": "г год года году годов годы годом годах годам",
    }.items()
    for word in words.split()
}
_YEAR_WORDS = frozenset(("г", "год", "года", "году", "годом", "ж", "жыл", "жылы", "жылғы", "жылдың"))
_NUMBER_WORD = re.compile(
    r"одн[аоиу]|одного|одной|один|дв[ауе]|двух|двум\w*|дво\w{1,2}|тр[её]х|трем\w*|три|тро\w{2}|четыр\w+"
    r"|четвер[оы]\w*"
    r"|пят[ьи]\w{0,2}|шест[ьи]\w{0,2}|сем[ьи]|семи|восьм?[еи]\w{1,2}|девят[ьи]\w{0,2}|десят[ьи]\w{0,2}"
    r"|\w+надцат\w+"
    r"|двадцат\w+|тридцат\w+|сорок\w?|\w+десят\w?|девяност\w|ст[оа]|двест\w|трист\w|\w+сот|полов\w+"
    r"|трет[ьи]\w*"
    r"|четверт\w+|полтор\w+|втор(?:ой|ая|ое|ого|ому|ым|ую)|перв(?:ый|ая|ое|ого|ому|ым|ую|ой)"
    r"|бір|екі|үш|төрт|бес|алты|жеті|сегіз|тоғыз|он|жиырма|отыз|қырық|елу|алпыс|жетпіс|сексен|тоқсан|жүз"
    r"|жарты\w*|ширек"
    r"|(?:бір|ек|үш|төрт|бес|алт|жет|сегіз|тоғыз|он)(?:інші|ыншы|нші|ншы|еу|еуі)\w*"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty"
    r"|sixty|seventy"
    r"|eighty|ninety|hundred|half|third|quarter|first|second|fourth|fifth"
)
# Letters that were lost as question marks: inside a word, or where a small letter goes on.
_SMALL = "a-zа-яёәғқңөұүһі"
UNKNOWN_LETTER = re.compile(
    rf"\?(?:(?<=\w\?)(?=[{_SMALL}?])|(?<=\w\?\?)(?=\w)|(?<![\w?]\?)(?=[\w?]*[{_SMALL}])(?=\w)"
    rf"|(?<=\w\?)(?=\s+[{_SMALL}]))"
)


class Token(NamedTuple):
    """One token. Tokens are equal if their keys are; years are compared where both dates have one."""

    key: str
    start: int  # in ``Reading.text``
    begins: bool = False  # the first of a sentence
    named: bool = False  # has a capital letter or a digit
    counts: bool = False  # a number, a date or a symbol
    year: int | None = None
    word: str = ""  # folded, where the key is that of a unit or date

    @property
    def is_date(self) -> bool:
        """True for a date, with or without its year."""
        return self.counts and _DATE_KEY.fullmatch(self.key) is not None


class Reading(NamedTuple):
    """The tokens of a text, and how it ends."""

    text: str  # without marks
    tokens: list[Token]
    stopped: bool  # it ends with a full stop: a sentence goes no further
    broken_off: bool  # it says that it is cut off: "…"


class _Word(NamedTuple):
    folded: str
    unit: str | None  # what it is after a number
    month: int | None
    counts: bool
    named: bool


def fold(word: str) -> str:
    """Return a word without case and with one letter for those that look alike.

    >>> fold("Акмoлинcк") == fold("АКМОЛИНСК")
    True
    """
    return word.lower().translate(_LOOK_ALIKE)


def read(text: str) -> Reading:
    """Read the tokens of a text.

    >>> [token.key for token in read("−5…+3 °C, 1 250 000 тенге, 12.03.2026; «Rh+» ул. Абая").tokens]
    ['-5', '+3', 'с', '1250000', '₸', '12-3', 'rн', '+', 'ул', 'абая']
    >>> [(token.key, token.year) for token in read("March 12, 2026; 2026 жылғы 12 наурыз, 4,3 пайыз").tokens]
    [('12-3', 2026), ('12-3', 2026), ('4.3', None), ('%', None)]
    """
    bare = text.translate(_AS_READ)
    if "?" in bare:
        bare = UNKNOWN_LETTER.sub(LOST_LETTER, bare)
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(bare):
        start = found.start()
        gap, end = bare[end:start], found.end()
        if gap == " " and found.lastgroup == "word" and tokens and not tokens[-1].counts:  # most words
            word = _word(found[0])
            tokens.append(Token(word.folded, start, named=word.named, counts=word.counts, word=word.folded))
            continue
        begins = not tokens or _is_boundary(gap, bare[start], tokens[-1])
        if found.lastgroup == "word":
            _add_word(tokens, found[0], start, begins, gap)
        elif found.lastgroup == "number":
            _add_number(tokens, found[0], start, begins, gap)
        else:
            symbol = "-" if found[0] in "−–-" else found[0]
            tokens.append(Token(symbol, start, begins, counts=True))
    tail = bare[end:].replace(HIDDEN, " ").strip(" \t\r\n)]}")
    broken_off = tail.startswith(("…", ".."))
    return Reading(bare, tokens, tail.startswith((".", "!", "?")) and not broken_off, broken_off)


def _add_word(tokens: list[Token], word: str, start: int, begins: bool, gap: str) -> None:
    found = _word(word)
    last = tokens[-1] if tokens else None
    if last and not begins and gap.isspace():
        if found.month and _is_day(last):
            _add_date(tokens, last.key, found, last)
            return
        if (
            found.folded in _FOLDED_YEAR_WORDS
            and last.is_date
            and last.year
            and last.word.endswith(str(last.year))
        ):
            return  # "2026 года"
    unit = found.unit if last and last.counts else None
    counts = found.counts or unit is not None  # "46 млн тенге": a unit may follow a unit
    tokens.append(Token(unit or found.folded, start, begins, found.named, counts, word=found.folded))


def _add_number(tokens: list[Token], number: str, start: int, begins: bool, gap: str) -> None:
    last = tokens[-1] if tokens else None
    if full := _FULL_DATE.fullmatch(number):
        day, month, year = map(int, full.groups())
        tokens.append(_date(day, month, year, number, start, begins=begins))
        return
    key = _GROUPING.sub("", number).replace(",", ".").replace("−", "-").replace("–", "-")
    if last and not begins and gap.strip(",").isspace():
        if last.is_date and last.year is None and len(key) == 4 and key.isdigit():
            tokens[-1] = last._replace(year=int(key), word=last.word + key)
            return
        if last.word in _ENGLISH_MONTHS and key.isdigit() and int(key) < 32:
            word = last.word + key
            tokens[-1] = _date(
                int(key), _ENGLISH_MONTHS[last.word], None, word, last.start, begins=last.begins
            )
            return
    tokens.append(Token(key, start, begins, named=True, counts=True))


def _is_day(token: Token) -> bool:
    return token.key.isdigit() and 0 < int(token.key) < 32 and len(token.key) < 3


def _add_date(tokens: list[Token], day: str, month: _Word, first: Token) -> None:
    """Set a date in the place of its day, and of the year before it: "2026 жылғы 12 наурыз"."""
    tokens.pop()
    year = None
    if len(tokens) > 1 and tokens[-1].word in _FOLDED_YEAR_WORDS:
        number = tokens[-2].key
        if len(number) == 4 and number.isdigit():
            year, first = int(number), tokens[-2]
            del tokens[-2:]
    word = day + month.folded
    tokens.append(_date(int(day), month.month or 0, year, word, first.start, begins=first.begins))


def _date(day: int, month: int, year: int | None, word: str, start: int, *, begins: bool) -> Token:
    return Token(f"{day}-{month}", start, begins, named=True, counts=True, year=year, word=word)


@lru_cache(maxsize=30_000)
def _word(word: str) -> _Word:
    """Return what a word says by itself."""
    small = word.lower()
    month = _MONTH.fullmatch(small)
    return _Word(
        fold(word),
        _UNITS.get(small),
        _MONTH_NUMBERS[month[1]] if month else None,
        month is not None or _NUMBER_WORD.fullmatch(small) is not None,
        word[0].isupper() or any(map(str.isdigit, word)),
    )


# A stop after these ends no sentence, whatever follows.
_BEFORE_NAMES = frozenset(
    map(
        fold,
        "ул пр пер просп мкр мкрн р пл наб ш бул им г гор с пос пгт д дом кв корп стр обл о оз ст к көш даң"
        " ауд қ а ы т п пп"
        " гр тов св н проф акад ген полк и no nos mr mrs ms dr vs см рис табл тел факс вн сот ф".split(),
    )
)
# After these a digit goes on with the sentence.
_BEFORE_DIGITS = frozenset(
    map(
        fold,
        "млн млрд трлн тыс ч час сағ мин сек кг км м см мм га руб тг чел шт экз кв куб ц л в гг ж жж"
        " % ₸".split(),
    )
)
_FOLDED_YEAR_WORDS = frozenset(map(fold, _YEAR_WORDS))
_ENGLISH_MONTHS = {fold(name): number for name, number in _MONTH_NUMBERS.items() if name.isascii()}


def _is_boundary(gap: str, following: str, last: Token) -> bool:
    """Return whether a sentence begins after a gap: with a capital or digit, after no abbreviation's stop."""
    if "\n" in gap:
        return True
    stops = [mark for mark in gap if mark in ".!?…"]
    if not stops:
        return False
    if HIDDEN in gap:
        return True
    if following.islower() or following == LOST_LETTER:
        return False
    if stops == ["."]:
        initial = len(last.key) == 1 and last.named and not last.counts
        return not (
            initial or last.key in _BEFORE_NAMES or (last.key in _BEFORE_DIGITS and following.isdigit())
        )
    return True


_DENIALS = frozenset(
    map(
        fold,
        "не нет ни без нельзя никто ничего no not never without cannot nobody емес жоқ ешқандай ешкім emes"
        " joq".split(),
    )
)
# The ending of a Kazakh verb that denies: бермеді, болмайды, жеткізілмеген.
_DENYING_VERB = re.compile(
    r"\w{2,}(?:[мвр][ае](?:іdу|іdі|dу|dі|ǵаn|gеn)|[мбп][ае](?:й(?:ды|ді|мын|мін|мыз|міз|сыз|сіз)|ды|ді|ған|ген|с(?:ын|ін)?|йт[ыі]н|д[ыі]м|д[ыі]к|й)\w{0,4})"
)


def denies(token: Token) -> bool:
    """Return whether a word denies, by itself or by the ending of a Kazakh verb."""
    return token.key in _DENIALS or _DENYING_VERB.fullmatch(token.key) is not None


def keys_of(tokens: Sequence[Token]) -> str:
    """Return the first tokens of a run as a message shows them."""
    return " ".join(token.key for token in tokens[:6])
