"""Homoglyphs: Latin letters inside Cyrillic words and the reverse, marks apart from their letters, letters
separated by spaces.

A word that is entirely in one script stays: ``COVID``, ``Aa``, ``ХАМАС``. So does a
brand with a Cyrillic ending (``iPhoneдар``), for its Latin part could not be Cyrillic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pipelines.charmap import bytes_of, to_page
from pipelines.clean.edits import Edit, apply_edits, around, few
from pipelines.items import Cleaned, Problem, Repair
from pipelines.language.bigrams import project_model

RULES = {
    "latin-in-cyrillic": "A Latin letter inside a Cyrillic word was replaced by the Cyrillic homoglyph.",
    "cyrillic-in-latin": "A Cyrillic letter inside a Latin word was replaced by the Latin homoglyph.",
    "spaced-letters": "The letters of a word, separated by spaces, were joined.",
    "nfc": "A letter and its combining mark, or a variant of a character, became one character (NFC).",
}
PROBLEMS = {
    "mixed-script": "A word of Latin and Cyrillic letters that could be of either script was not changed.",
}

_TO_CYRILLIC = dict(
    zip(
        "aceopxyiABCEHKMOPTXYIhəөƏɵƟ" + "ïÏëË",
        "асеорхуіАВСЕНКМОРТХУІһәөӘөӨ" + "їЇёЁ",
        strict=True,
    )
)
_TO_LATIN = dict(zip("асеорхуіјѕһАВСЕНКМОРТХУІЈЅҺ", "aceopxyijshABCEHKMOPTXYIJSH", strict=True))
_CYRILLIC_OF = str.maketrans(_TO_CYRILLIC)
_SMALL_LETTERS = "a-zа-яёәғқңөұүһі"
_INNER_Y = re.compile(f"(?<=[{_SMALL_LETTERS}])Y(?=[{_SMALL_LETTERS}]|$)|(?<=[{_SMALL_LETTERS}]Y)Y")
_FIRST_Y = re.compile("Y(?=[бвгджзйклмнпрстфхцчшщ][а-яёәғқңөұүһі]*[әғқңөүһіi])")
_LATIN_OF = str.maketrans(_TO_LATIN)
_LATIN, _CYRILLIC = "A-Za-zÀ-ɏəɵ", "\u0400-\u052f"
_BORDER = re.compile(f"[A-Za-zəƏɵƟïÏëË](?:(?=[{_CYRILLIC}])|(?<=[{_CYRILLIC}].))")
_NOT_LATIN = bytes_of(lambda character: not character.isascii() or not character.isalpha())
_WORD = re.compile(f"[{_LATIN}{_CYRILLIC}]+(?:['’][{_LATIN}{_CYRILLIC}]+)*")
_MARKED = re.compile(f"[{_LATIN}]")
_LETTER_OF = re.compile(f"[{_LATIN}{_CYRILLIC}]")
_BESIDE = 100  # characters on either side that are searched for the neighbouring words
_IS_CYRILLIC = re.compile(f"[{_CYRILLIC}]")
_ONLY_LOOKS_CYRILLIC = re.compile("[" + "".join(_TO_CYRILLIC) + f"{_CYRILLIC}'’]+")
_ONLY_LOOKS_LATIN = re.compile("[" + "".join(_TO_LATIN) + f"{_LATIN}'’]+")
# A brand or an abbreviation and its ending: capitals in one script, then small letters in the other.
_WITH_ENDING = "[A-Z]{2,}[а-яёәғқңөұүһі]+|[A-Za-z]{3,}[а-яёәғқңөұүһі]{1,6}"
# A Latin number: ``XХ``, ``ХIX``. Kazakh writes it in Cyrillic letters too, but never in both.
_ROMAN = re.compile("X{0,3}(?:IX|IV|V?I{0,3})")
# The Latin sign of a service and its Cyrillic name: ``eТендер``, ``eҢБЕК``.
_WITH_SIGN = re.compile("[ei][А-ЯЁӘҒҚҢӨҰҮҺІ]+[а-яёәғқңөұүһі]*")
# A word and the sign of what it names: ``данныеX``; a mistyped letter keeps its case.
_WITH_VARIABLE = f"[{_CYRILLIC}]*[а-яёәғқңөұүһі][A-Z]"
_IS_JOINED = re.compile(f"{_WITH_ENDING}|{_WITH_VARIABLE}")
_LONGEST_WORD = 100  # longer ones are none, and costly to judge
_MOST_TURNS = 3
_MARGIN = 2.0  # bits by which one script has to be better where both are possible
_LETTER = "[А-Яа-яЁёӘҒҚҢӨҰҮҺІәғқңөұүһі]"
# Single letters, with marks only around words; a wider gap separates words.
_APART = f"{_LETTER}(?: {_LETTER})+"
_SPACED = re.compile(f'(?<![^\\s«„“"(]){_APART}(?:[ \u00a0]{{2,4}}{_APART})*(?![^\\s»“”").,:;!?…])')
_SPACED_WORD = re.compile(_APART)
_FEWEST_SPACED = 5  # letters of a word that is long enough to prove that letters were spaced
_SPARSE = re.compile(" . . . .")
_MOST_BITS_A_LETTER = 4.5  # 98 % of words cost less, the headings of a table (В Н П О И) more
_NOT_SPACE = re.compile("[^ \n]+")


def fix_homoglyphs(text: str) -> Cleaned:
    """Convert every word to one script and every letter to one character.

    >>> fix_homoglyphs("Cпорт, бөлiмi, Аstana, iPhoneдар").text
    'Спорт, бөлімі, Astana, iPhoneдар'
    >>> fix_homoglyphs("А К И М А Т").text
    'АКИМАТ'
    """
    problems: list[Problem] = []
    if text.isascii():
        return Cleaned(text)
    text, repairs = _compose(text)
    for _ in range(_MOST_TURNS):
        if not _has_border(text):
            break
        problems.clear()
        text, made = apply_edits(text, _one_script(text))
        text, more = apply_edits(text, _as_beside(text, problems))
        # A converted letter may now combine with the accent after it, which split the word.
        text, composed = _compose(text) if made or more else (text, ())
        repairs += made + more + composed
        if not (made or more):  # a converted word can decide its neighbour
            break
    if _SPARSE.search(text):
        text, made = apply_edits(text, _together(text))
        repairs += made
    return Cleaned(text, repairs, few(problems))


def _has_border(text: str) -> bool:
    """Return whether a Latin letter is next to a Cyrillic one."""
    try:
        if not to_page(text).translate(None, _NOT_LATIN):
            return False
    except UnicodeEncodeError:
        pass  # the pattern knows more Latin letters than the page
    return _BORDER.search(text) is not None


def _compose(text: str) -> tuple[str, tuple[Repair, ...]]:
    return (text, ()) if unicodedata.is_normalized("NFC", text) else apply_edits(text, _composed(text))


def _composed(text: str) -> Iterator[Edit]:
    for match in _NOT_SPACE.finditer(text):
        word = match.group()
        if not unicodedata.is_normalized("NFC", word):
            yield match.start(), match.end(), unicodedata.normalize("NFC", word), "nfc"


def _mixed(text: str) -> Iterator[re.Match[str]]:
    return (
        match
        for match in _WORD.finditer(text)
        if match.end() - match.start() <= _LONGEST_WORD and _BORDER.search(match.group())
    )


def _one_script(text: str) -> Iterator[Edit]:
    for match in _mixed(text):
        made, rule = _rewritten(text, *match.span())
        if made is not None:
            yield match.start(), match.end(), made, rule


def _as_beside(text: str, problems: list[Problem]) -> Iterator[Edit]:
    """Convert words possible in either script to that of their neighbours: «Hе тормози»; report the rest."""
    for match in _mixed(text):
        word = match.group()
        made, rule = _rewritten(text, *match.span())
        if made is not None or not rule:
            continue
        # TOP-10 occurs among Cyrillic words, too; BMXшы is of both scripts.
        script = "" if word.isupper() or _IS_JOINED.fullmatch(word) else _script_beside(text, *match.span())
        if script == "cyrillic" and _ONLY_LOOKS_CYRILLIC.fullmatch(word):
            yield match.start(), match.end(), _cyrillic(word), "latin-in-cyrillic"
        elif script == "latin" and _ONLY_LOOKS_LATIN.fullmatch(word):
            yield match.start(), match.end(), word.translate(_LATIN_OF), "cyrillic-in-latin"
        else:
            problems.append(Problem(rule, around(text, *match.span())))


def _script_beside(text: str, start: int, end: int) -> str:
    """Return the script of the neighbouring words in the line; empty: they differ, or one is mixed."""
    before = text[max(0, start - _BESIDE) : start].rpartition("\n")[2]
    after = text[end : end + _BESIDE].partition("\n")[0]
    scripts = set()
    for word in _WORD.findall(before)[-1:] + _WORD.findall(after)[:1]:
        scripts |= {
            "cyrillic" if _IS_CYRILLIC.match(letter) else "latin" for letter in _LETTER_OF.findall(word)
        }
    return scripts.pop() if len(scripts) == 1 else ""


def _rewritten(text: str, start: int, end: int) -> tuple[str | None, str]:
    """Return the word in one script and the rule, or None and a problem, which may be empty."""
    word = text[start:end]
    cyrillic = _cyrillic(word) if _ONLY_LOOKS_CYRILLIC.fullmatch(word) else None
    latin = word.translate(_LATIN_OF) if _ONLY_LOOKS_LATIN.fullmatch(word) else None
    if latin is not None and _ROMAN.fullmatch(latin):
        return latin, "cyrillic-in-latin"
    if _WITH_SIGN.fullmatch(word):
        return None, ""
    if cyrillic is not None and _IS_JOINED.fullmatch(word):
        return None, "mixed-script"
    if cyrillic is not None and latin is not None:
        gain = project_model().bits(latin) - project_model().bits(cyrillic)
        likely = "cyrillic" if gain > 0 else "latin"
        # The letters alone may be wrong: «ВЕСНА» could be read as BECHA.
        if abs(gain) < _MARGIN or likely not in (_script_of_most(word), _script_beside(text, start, end)):
            return None, "mixed-script"
        return (cyrillic, "latin-in-cyrillic") if gain > 0 else (latin, "cyrillic-in-latin")
    if cyrillic is not None:
        return cyrillic, "latin-in-cyrillic"
    if latin is not None:
        return latin, "cyrillic-in-latin"
    return None, ""


def _cyrillic(word: str) -> str:
    """Convert a word to Cyrillic.

    A capital Y among small letters was typed for Ү, as was one that begins a word that only Kazakh has; any
    other is У.

    >>> _cyrillic("жYйе"), _cyrillic("Yміт"), _cyrillic("Yчитель")
    ('жүйе', 'Үміт', 'Учитель')
    """
    word = _INNER_Y.sub("ү", word)
    return (f"Ү{word[1:]}" if _FIRST_Y.match(word) else word).translate(_CYRILLIC_OF)


def _script_of_most(word: str) -> str:
    """Return the script of most letters of a word; empty: a tie."""
    letters = _LETTER_OF.findall(word)
    more = 2 * sum(_IS_CYRILLIC.match(letter) is not None for letter in letters) - len(letters)
    return "cyrillic" if more > 0 else "latin" if more else ""


def _together(text: str) -> Iterator[Edit]:
    for match in _SPACED.finditer(text):
        words = [
            (one.start(), one.end(), one.group().replace(" ", ""))
            for one in _SPACED_WORD.finditer(text, *match.span())
        ]
        if any(map(_is_word, (word for _, _, word in words))):
            for start, end, word in words:
                if _is_word(word) or (len(word) < _FEWEST_SPACED and _is_cased(word)):
                    yield start, end, word, "spaced-letters"


def _is_word(letters: str) -> bool:
    return (
        len(letters) >= _FEWEST_SPACED
        and project_model().per_letter(letters.lower()) < _MOST_BITS_A_LETTER
        and _is_cased(letters)
    )


def _is_cased(word: str) -> bool:
    return word[1:].islower() or word.isupper()
