"""Bylines: the press service's signature at the very end of a body, often joined to the last sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.items import Repair

RULES = {"byline": "The signature at the end of the body was moved to stories.byline."}

_LONGEST = 180  # characters; a longer last line is a sentence about a press service, not a signature


@dataclass(frozen=True, slots=True)
class Signed:
    """A body without its signature, and the signature."""

    body: str
    byline: str | None = None
    repairs: tuple[Repair, ...] = ()


# Names of offices and places; a stop only in an abbreviation before a name: г.Алматы.
_NAME = r"(?:[^.!?\n:;]|(?<![^\W\d_])(?:г|гор|обл|им|с|ст|St)\.\s?(?=\w)){3,130}"
_LABEL = r"(?:(?:Source|Источник|Дереккөзі?|Автор|Author|Фото|Photo)\s?:\s?)?"
_FORMS = {
    "en": rf"(?:(?:The|the) )?[Pp]ress[ -](?:[Ss]ervice|[Oo]ffice|[Cc]ent(?:er|re)) of {_NAME}",
    "ru": rf"[Пп]ресс[- –](?:служба|центр|секретарь) {_NAME}",
    "kk": rf"[^\W\d_]{_NAME}(?:[ндт][ыі]ң (?:баспас[өо]з|пресс)[ -](?:қызметі|орталығы|хатшысы)"
    r"|[ndt][yi]ń baspasóz (?:qyzmeti|ortalyǵy))",
}
_EVERY_FORM_HAS = ("ress", "ресс", "баспас", "baspas")
# After a full stop, a closing mark or a line end; directly after a word only in forms no sentence contains.
_BEFORE = r"(?:(?<=[.!?…»”\"\n)])|\A|(?<=[a-zа-яёәғқңөұүһі])(?=P[a-z]{4} [Ss]|Пресс-))"
_ANY_FORM = "|".join(f"(?P<{lang}>{form})" for lang, form in _FORMS.items())
_SIGNATURE = re.compile(rf"{_BEFORE}(?P<gap>\s*{_LABEL})(?P<byline>{_ANY_FORM})\.?\s*\Z")
# A signature names an office and makes no statement. In Russian and Kazakh a verb shows by its ending; in
# English it looks like a noun, so there the small words must be those that names of offices are made of.
_OFFICE = "|".join(
    """
    a academy administration affairs agency agriculture akim akim's akimat akimat's an and area assembly
    board bureau business center centre chamber city city's committee communications company
    construction consumer control corporation council culture customs defence defense department
    departments development digital district district's ecology economic economy education emergencies
    emergency employment energy entrepreneurs environment environmental executive finance fire for
    foreign forestry fund general governor governor's health healthcare higher hospital house housing in
    industry information infrastructure inspection internal international investment investments justice
    kazakh kazakhstan labor labour land law local management mangilik maslikhat mayor mayor's migration
    ministry municipal national natural oblast of office on party physical police policy presidential
    press prevention prime programs project projects prosecutor prosecutor's protection public rayon
    region region's regional regulation relations republic rescue resources revenue revenues rights road
    rural school science security service services situations small social sphere sport sports state
    statistics supply supreme system technologies technology territorial the to tourism town trade
    transport university urban village water welfare with youth
    """.split()
)
_RUSSIAN_NOUNS = (  # of names of offices, ending as verbs do
    "отдел|подотдел|сел|аул|дел|филиал|капитал|журнал|канал|вокзал|зал|металл|потенциал|персонал|арсенал|материал"
    "|раздел|узл|тыл|генерал|торговл|земл|отрасл|школ|[а-я]{1,9}бол|масл|мебел|охран|стран|план|экран|цен|смен"
    "|обмен|защит|аудит|кредит|быт|транзит"
)
_SMALL, _END = "(?<![^ (])(?=[a-zа-яёәғқңөұүһіáǵıńóúýšş])", r"(?![\w’'-])"
_SAYS = {
    "en": re.compile(rf"{_SMALL}(?!(?:{_OFFICE}){_END})"),
    "ru": re.compile(
        rf"{_SMALL}(?!(?:{_RUSSIAN_NOUNS})[аиыу]?{_END})(?:"
        r"\w*(?:л[аои]?|[аеёиоуыюя]т)(?:с[яь])?"  # провела, ждёт, начались
        r"|\w*(?:(?<!с)ть|чь|[аеё]н[аоы]|[иы]т[аоы])(?:с[яь])?"  # ответить, создана, открыта
        rf"|не|что|как|чтобы|есть|можно|нужно|готов\w?|ваш\w*){_END}"
    ),
    "kk": re.compile(
        rf"{_SMALL}(?!қызметі|qyzmeti)(?:"
        r"\w*(?:[ғқǵq][аa][нn]|[гкgk][еe][нn]|[тt][ыіyi][нn]|[дтdt][аеae]|[ыіyi][пp])"  # алған, беретін
        r"|\w*[дтdt][ыіyi](?!.* \w+[уý] )"  # толды; but халықты is the object of қорғау
        rf"|бар|жоқ|емес|үшін|туралы){_END}"
    ),
}
_QUOTED = re.compile('[«"“][^»"”]*')


def _is_sentence(lang: str, signature: str) -> bool:
    """Return whether what looks like a signature is a sentence about a press service.

    >>> _is_sentence("ru", "Пресс-служба акимата просит жителей не выходить на лёд")
    True
    >>> _is_sentence("ru", "Пресс-служба отдела образования акимата города Алматы")
    False
    """
    return _SAYS[lang].search(_QUOTED.sub(" ", signature.replace("’", "'"))) is not None


def extract_byline(body: str) -> Signed:
    """Cut the signature off the end of a body; only known forms, only at the very end.

    >>> extract_byline("Мост ашылды. Шымкент қаласы әкімінің баспасөз қызметі").byline
    'Шымкент қаласы әкімінің баспасөз қызметі'
    """
    end = len(body.rstrip())
    tail = body[max(0, end - _LONGEST) : end]
    if not any(word in tail for word in _EVERY_FORM_HAS):
        return Signed(body)
    match = _SIGNATURE.search(body, max(0, end - _LONGEST))
    if match is None or match.start() == 0:
        return Signed(body)  # a body that is nothing but a signature is kept as it is
    if _is_sentence(next(lang for lang in _FORMS if match[lang]), match["byline"]):
        return Signed(body)
    start = match.start("gap")
    return Signed(body[:start], match["byline"], (Repair("byline", body[start:], "", start),))
