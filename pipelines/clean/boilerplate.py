"""Boilerplate: words around a story that are not the story, such as datelines, credits and "read more".

Nothing is taken out of a text here. Matching leaves the marked spans out when it compares two copies; what a
span says about a day or an office is held against its counterpart in the other copy. A sentence that reports
something is never marked: a clause ends at the next comma, and none has a denial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["dateline", "title", "agency", "signature", "credit", "read-more", "subscription", "counter"]


class Span(NamedTuple):
    """A stretch of boilerplate: ``text[start:end]``."""

    start: int
    end: int
    kind: Kind


_CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
MONTHS = (
    "январ|феврал|март|апрел|мая|май|мамыр|июн|июл|август|сентябр|октябр|ноябр|декабр"
    "|қаңтар|ақпан|наурыз|сәуір|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан"
    "|january|february|march|april|may|june|july|august|september|october|november|december"
)
_PARTS = {
    "day": rf"(?:\d{{1,2}}\s(?:{MONTHS})\w*(?:,?\s\d{{4}}(?:\s?(?:г\.|года|ж\.|жылы?))?)?"
    rf"|(?:{MONTHS})\s\d{{1,2}}(?:,\s\d{{4}})?|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}|\d{{4}}-\d\d-\d\d)",
    "clock": r"\d{1,2}:\d\d(?::\d\d)?",
    # A name of one to three words with capitals; letters are told apart by case inside (?-i:…).
    "name": rf"(?-i:[«\"]?[{_CAPITAL}][\w.’'-]*\w(?:[ -][{_CAPITAL}][\w.’'-]*\w){{0,2}}[»\"]?)",
    "capitals": rf"(?-i:[{_CAPITAL}]{{3,}}(?:[ -][{_CAPITAL}]{{2,}}){{0,2}})",
    "person": rf"(?-i:(?:[{_CAPITAL}]\.\s?){{0,2}}[{_CAPITAL}][\w’'-]+(?:\s[{_CAPITAL}](?:[\w’'-]+"
    rf"|\.)){{0,2}})",
    "dash": r"\s?[–—-]{1,2}\s",
    "starts": rf"(?=[^\w\n]*(?-i:[{_CAPITAL}\d]))",
    # Words of one clause: no further comma, no stop before a blank, no denial.
    "words": r"(?:(?!\b(?:не|нет|но|емес|жоқ|бірақ|not|no|but)\b)[^,;:!?\n.]|\.(?=\S)){2,110}",
    "source": r"(?:пресс|баспасөз|press|акимат|әкімд|аким|әкім|корреспонд|тілші|агент|издани|газет"
    r"|портал|сайт|редакц"
    rf"|(?-i:[«\"]?[{_CAPITAL}]))",
    "channel": r"(?:telegram|телеграм|instagram|инстаграм|facebook|фейсбук|whatsapp|ватсап|youtube|ютуб"
    r"|tiktok|тикток"
    r"|канал|соцсет|әлеуметтік желі|рассылк|newsletter|channel|t\.me/|сайт|приложени|парақша|страниц"
    r"|viber|новост"
    r"|жаңалық|\bnews)",
    "more": r"(?:читать (?:далее|полностью|дальше|также|ещё|еще)|читайте также|подробнее|далее"
    r"|толығырақ(?: оқу)?|толық оқу"
    r"|жалғасы(?:н оқу)?|read (?:more|also|on)|continue reading|full story|see also)",
    "call": r"(?:подпис(?:ыва|ать)|подпишитесь|читайте|присоединяйтесь|следите|смотрите|пишите"
    r"|хотите узнавать|больше новостей"
    r"|все новости|оставайтесь|жазылы|оқыңыз|қосылыңыз|бізбен бірге|subscribe|follow (?:us|our)"
    r"|join (?:us|our)|read us"
    r"|stay tuned|sign up)",
}


def _compile(*patterns: str) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(re.sub(r"<(\w+)>", lambda part: _PARTS[part[1]], joined), re.IGNORECASE)


# At the beginning of a body.
_FRONT: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("counter", _compile(r"#[\w-]+(?:[ ,]*#[\w-]+)*\s*")),
    (
        "dateline",
        _compile(
            r"(?:<day>,?\s<clock>|<clock>,?\s<day>|<clock>|<day>)(?:\s*\|\s*|[ .]*\n+)",
            r"<clock>\s<starts>",
            r"<name>,\s<day>(?:[,./]?\s*\(?<name>\)?)?(?:<dash>|\.?\s*\n+|\.\s)<starts>",
            r"<day>[,.]\s<name>(?:[,./]\s*<name>)?(?:<dash>|\.?\s*\n+)<starts>",
            r"<capitals>[.,]\s(?:<day>[.,]?\s)?<name><dash><starts>",
            r"<capitals>[.,]\s<day>(?:\.\s*|<dash>)(?:<name><dash>)?<starts>",
            rf"<capitals>(?:\s\(<name>\))?<dash>(?=[^\w\n]*(?-i:[{_CAPITAL}][^{_CAPITAL}]))",
            r"/<name>/(?:<dash>|\s)",
        ),
    ),
    (
        "agency",
        _compile(
            r"(?:как\s)?(?:сообща(?:ет|ют)|сообщил[аи]?|переда[её]т|пишет"
            r"|информирует)\s(?=<words>,)<words>,\s",
            r"(?=<source>)<words>\s(?:хабарлағандай|мәліметінше|хабарлауынша),\s",
            r"(?:as reported by|according to)\s<words>,\s",
        ),
    ),
)
# Inside a sentence, from the comma on.
_CLAUSE = _compile(
    r",\s(?:как\s)?(?:об этом\s)?(?:сообща(?:ет|ют)|сообщил[аи]?|переда[её]т|передали|пишет|пишут"
    r"|информирует|рассказали в"
    r"|отметили в|уточнили в)\s(?:со ссылкой на\s)?(?=<words>)(?=[^,.\n]*?<source>)<words>",
    r",\s(?:со ссылкой на|по (?:информации|данным|сообщению))\s(?=<source>)<words>",
    r",\sдеп\s(?:хабарлайды|хабарлады|жазады)(?:\s<words>)?",
    r",\s(?:хабарлайды|хабарлады|жазады)\s(?=<source>)<words>",
    r",\s(?=(?:the )?<source>)<words>\s(?:хабарлайды|хабарлады|жазады|reports|reported)\b",
    r",\s(?:reports|according to|citing|as reported by)\s(?=[^,.\n]*?<source>)<words>",
)
# Parts of the words that begin a clause; looked for first, because nearly no text has any.
_IN_CLAUSES = "ообщ ереда пиш нформ ссылк рассказ отмет уточн хабарл жазад мәлімет eport ccord citing".split()
# A whole sentence or line, at either end of a body.
_UNITS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "agency",
        _compile(
            r"об этом\s(?:сообща(?:ет|ют)|сообщил[аи]?|переда[её]т|пишет|информирует"
            r"|рассказал[аи]?)\s<words>",
            r"бұл (?:туралы|жөнінде)\s<words>\s(?:хабарла(?:йды|ды)|жазады|мәлімдеді)",
            r"(?:this was reported by|reported by)\s<words>",
            r"по материалам\s<words>",
            r"<name>\sхабарлайды",
        ),
    ),
    (
        "signature",
        _compile(
            r"(?:пресс[- ]служба|баспас[өо]з қызметі|press[- ]service|press[- ]office)",
            r"(?:автор(?:ы)?|текст|подготовил[аи]?|материал подготовил[аи]?|записал[аи]?|әзірлеген"
            r"|дайындаған|жазған|by|author"
            r"|корреспондент|тілші|перевод|аударған)\s?[:—–-]?\s<person>(?:,\s<words>)?",
            r"<person>,\s(?:корр\w*\.?|тілші\w*|собкор|журналист|correspondent)(?:\s<words>)?",
            r"©\s?[^\n]{2,60}",
        ),
    ),
    (
        "credit",
        _compile(
            r"(?:фото(?:графии)?|сурет(?:тер|ті)?|photos?|видео|video|бейне|снимки|коллаж|источник"
            r"|дереккөз[і]?|source|скриншот)"
            r"(?:\s?[:©–—-]\s?[^\n]{1,120}|\s(?:из|с|автора|предоставлено|with|by|courtesy"
            r"|from)\b[^\n.]{0,100})",
            r"(?:на (?:снимке|фото)|суретте|pictured)\s?[:–—-]\s?[^\n.]{2,120}",
        ),
    ),
    (
        "read-more",
        _compile(r"<more>(?:\s(?:на|по|in|on|at)\s[^\n]{1,60}|\s?[:–—-][^\n]{1,90})?"),
    ),
    (
        "subscription",
        _compile(
            r"[^\n.!?]{0,60}<call>[^\n!?]{0,80}<channel>[^\n!?]{0,60}",
            r"[^\n.!?]{0,40}<channel>[^\n.!?]{0,40}<call>[^\n!?]{0,60}",
        ),
    ),
    (
        "counter",
        _compile(
            r"(?:просмотр(?:ов|ы|ено)|қаралым|қаралды|қаралған|оқылды|views?|лайк\w*|likes?"
            r"|комментари\w+|пікір\w*|comments?"
            r"|поделиться|бөлісу|share)\s?[:–—-]?\s?[\d  ]{0,9}",
            r"(?:#[\w-]+[ ,]*)+",
        ),
    ),
    ("dateline", _compile(r"<day>(?:,?\s<clock>)?|<clock>(?:,?\s<day>)?")),
)
_IN_UNITS = (
    "этом|бұл |report|матери|хабарл|пресс|баспа|press|автор|текст|подгот|записа|әзірле|дайында|жазған"
    "|by |author|корр|тілші"
    "|собкор|журнал|перевод|аудар|©|фото|сурет|photo|видео|video|бейне|снимк|коллаж|источник|дереккөз"
    "|source|скрин|pictured"
    "|чита|подробн|далее|толы|жалғас|read|continue|story|see also|telegram|телеграм|instagram|инстаграм"
    "|facebook|фейсбук"
    "|whatsapp|ватсап|youtube|ютуб|tiktok|тикток|канал|соцсет|желі|рассыл|newsletter|channel|t.me|сайт"
    "|прилож|парақша"
    "|страниц|viber|новост|жаңалық|news|просмотр|қара|оқыл|view|лайк|like|коммент|пікір|comment|подели"
    "|бөліс|share|#"
).split("|")
_MORE = _compile(r"(?:…|\.{2,3}|\[…\])\s*[(\[«]?<more>\W*\Z")
_PERSON = _compile(r"<person>")
_ADDRESSED = re.compile(  # in a greeting or condolence the name at the end says whose it is
    r"құрметті|қымбатты|құттықта|көңіл айт|уважаем|дорогие|дорогой|поздравл|соболезн|dear|congratulat"
    r"|condolence",
    re.IGNORECASE,
)
_UNIT_END = re.compile(rf"\s*\n\s*|[ \t]+(?=[^\w\n]*[{_CAPITAL}#])(?<=[.!?…»”\")][ \t])")
_DATELINE_MARK = re.compile(r"[–—-]\s|[|\n/]|\.\s|\d:\d")
_FIRST = 80  # characters in which a dateline ends
_EDGE = " \t\r\n.!?…,;:•·*»«\"'“”()[]→>|–—-"
_LONGEST = 240  # characters of a sentence or line of boilerplate
_SHORTEST_LINE, _LONGEST_LINE = 4, 160  # amid a story


def boilerplate(title: str | None, body: str) -> list[Span]:
    """Return the boilerplate of a body in text order, without overlaps.

    >>> body = "КОСТАНАЙ, 10 марта – Мост открыт, передаёт корреспондент газеты. Читать далее"
    >>> [body[span.start : span.end] for span in boilerplate(None, body)]
    ['КОСТАНАЙ, 10 марта – ', ', передаёт корреспондент газеты', 'Читать далее']
    """
    start, spans = 0, []
    for span in _at_front(title, body):
        spans.append(span)
        start = span.end
    end, last = len(body), []
    for span in _at_end(body, start):
        last.append(span)
        end = span.start
    if any(part in body for part in _IN_CLAUSES):
        spans += [Span(*found.span(), "agency") for found in _CLAUSE.finditer(body, start, end)]
    spans += _credit_lines(body, start, end)
    return sorted(spans) + last[::-1]


def _at_front(title: str | None, body: str) -> Iterator[Span]:
    """Yield what stands before the story, until nothing more is found."""
    place = 0
    while place < len(body):
        found = _front(title, body, place)
        if found is None or found.end >= len(body):
            return
        yield found
        place, title = found.end, None if found.kind == "title" else title


def _front(title: str | None, body: str, start: int) -> Span | None:
    text = len(body) - len(body[start:].lstrip(_EDGE + "❗️📣📌✅🔴🔵⚡️"))
    skipped = set()
    if not _DATELINE_MARK.search(body, text, text + _FIRST):
        skipped.add("dateline")
    if not any(body.find(part, text, text + _LONGEST) >= 0 for part in _IN_CLAUSES):
        skipped.add("agency")
    for kind, pattern in _FRONT:
        if kind in skipped:
            continue
        if (found := pattern.match(body, text)) and found.end() > text:
            return Span(start, found.end(), kind)
    if title and (end := _repeated(title, body, text)):
        return Span(start, end, "title")
    stop = _UNIT_END.search(body, text, text + _LONGEST)
    unit = _unit_kind(body[text : stop.start()]) if stop else None
    return Span(start, stop.end(), unit) if stop and unit else None


def _repeated(title: str, body: str, start: int) -> int | None:
    """Return the end of a title that a body repeats before the story; None: it does not."""
    wanted = re.findall(r"\w+", title.lower())
    place = start
    for word in wanted:
        found = re.compile(r"\W*").match(body, place)
        place = found.end() if found else place
        if body[place : place + len(word)].lower() != word:
            return None
        place += len(word)
    if not wanted or (place < len(body) and body[place].isalnum()):
        return None
    rest = re.compile(r"[^\w\n#]*\n*[^\w#]*").match(body, place)
    following = rest.end() if rest else place
    # A sentence that begins with the words of its title goes on with a small letter.
    return following if following < len(body) and not body[following].islower() else None


def _at_end(body: str, start: int) -> Iterator[Span]:
    """Yield what stands after the story, from the last on."""
    end = len(body)
    more = _MORE.search(body, max(start, end - _LONGEST))
    if more and more.start() > start:
        yield Span(more.start(), end, "read-more")
        end = more.start()
    while ends := [
        found for found in _UNIT_END.finditer(body, max(start, end - _LONGEST), end) if found.end() < end
    ]:
        found = ends[-1]
        unit = body[found.end() : end]
        kind = _unit_kind(unit)
        if kind is None and _is_author(unit, body, found.start()):
            kind = "signature"
        if kind is None:
            return
        yield Span(found.end(), end, kind)
        end = found.start()


def _is_author(unit: str, body: str, before: int) -> bool:
    """Return whether a last line is a name alone, after a whole sentence, in a text that greets nobody."""
    name = unit.strip(" \t\r\n.")
    return (
        body[before:].startswith(("\n", " \n"))
        and body[:before].rstrip()[-1:] in '.!?»"'
        and _PERSON.fullmatch(name) is not None
        and _ADDRESSED.search(body) is None
    )


def _credit_lines(body: str, start: int, end: int) -> Iterator[Span]:
    """Yield credits and links to other stories that are paragraphs of their own amid a story."""
    before = body.find("\n", start, end)
    while (after := body.find("\n", before + 1, end)) > before >= 0:
        if _SHORTEST_LINE < after - before <= _LONGEST_LINE:
            kind = _unit_kind(body[before + 1 : after])
            if kind in ("credit", "read-more", "subscription"):
                yield Span(before + 1, after, kind)
        before = after


def _unit_kind(unit: str) -> Kind | None:
    text = unit.strip(_EDGE)
    if not text:
        return "counter"
    if len(text) > _LONGEST:
        return None
    small = text.lower()
    if not (text[0].isdigit() or any(part in small for part in _IN_UNITS)):
        return None
    for kind, pattern in _UNITS:
        if pattern.fullmatch(text):
            return kind
    return None
