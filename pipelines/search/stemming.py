"""Stemming for search: the prefix that the inflected forms of a word share.

Not linguistic stems: ``больницами`` becomes ``больниц``; ``мектептегі`` becomes ``мектеп`` and ``мектеб``.
Input is folded (``pipelines.language.folding``) and lower case. tests/bench/search.py measures the effect.
"""

from __future__ import annotations

# Letters of native words of only one of the two languages: they decide which endings apply.
_ONLY_KAZAKH = frozenset("әғқңөұүһі")
_ONLY_RUSSIAN = frozenset("ёъьэщцчф")

_RUSSIAN_ENDINGS = """
иями ями ами иях ях ах ией ов ев ей ам ям ию ью ия ье ья ого его ому ему ыми ими ый ий ой ая яя ое ее
ые ие ых их ым им ую юю ом ем ться тся лся лась лись лось ают яют ует уют ет ют ут ят ат ит ила или ило
ала али ало ил ал ить ать ять еть ено ена ены ано аны ана ен ан а я о е ы и у ю ь й
"""
_KAZAKH_ENDINGS = """
лар лер дар дер тар тер ымыз имиз мыз миз ыныз иниз ныз низ сы си ым им ын ин ы и
нын нин дын дин тын тин га ге ка ке на не ны ни ды ди ты ти нда нде да де та те нан нен дан ден тан тен
мен бен пен дагы деги тагы теги ндагы ндеги гы ги кы ки лык лик дык дик тык тик лы ли
ган ген кан кен ылды илди лды лди ады еди йды йди ып ип у а е
"""
_ENGLISH_ENDINGS = "ings ing ies ied es ed 's s y"


def _longest_first(endings: str) -> tuple[str, ...]:
    return tuple(sorted(endings.split(), key=len, reverse=True))


_RUSSIAN = _longest_first(_RUSSIAN_ENDINGS)
_KAZAKH = _longest_first(_KAZAKH_ENDINGS)
_ENGLISH = _longest_first(_ENGLISH_ENDINGS)
_SOUNDS = {"п": "б", "б": "п", "к": "г", "г": "к"}  # мектеп – мектебі, ауданлық – ауданлығы (folded)
_MIN_STEM = 4  # minimum length of a stem; three for words of up to five letters


def stems(word: str, typed: str) -> tuple[str, ...]:
    """Return prefixes that the inflected forms of ``word`` share; empty for words without endings.

    ``word`` is folded and lower case; ``typed`` is the word before folding, which distinguishes Kazakh from
    Russian.

    >>> stems("больницами", "больницами")
    ('больниц',)
    >>> stems("мектептеги", "мектептегі")
    ('мектеп', 'мектеб')
    >>> stems("2025", "2025")
    ()
    """
    if len(word) < 3 or not word.isalpha():
        return ()
    if len(word) == 3:  # too short to strip, but other forms are longer: күн – күні, дом – дома
        return () if word.isascii() else (word,)
    least = 3 if len(word) <= 5 else _MIN_STEM
    if word.isascii():
        return (_drop(word, _ENGLISH, least),)
    letters = set(typed.lower())
    found = set()
    if not letters & _ONLY_KAZAKH:
        found.add(_russian(word, least))
    if not letters & _ONLY_RUSSIAN:
        short = _kazakh(word, least)
        found |= {short, short[:-1] + _SOUNDS.get(short[-1], short[-1])}
    return tuple(sorted(_without_longer(found), reverse=True))


def _russian(word: str, least: int) -> str:
    short = _drop(word, _RUSSIAN, least)
    # Fleeting vowel before к and ц: участок – участка, ярмарка – ярмарок.
    if len(short) > least + 1 and short[-1] in "кц" and short[-2] not in "аиуыюя":
        return short[:-2] if short[-2] in "ое" else short[:-1]
    return short


def _kazakh(word: str, least: int) -> str:
    for _ in range(4):  # agglutinative endings: мектеп-тер-іміз-де-гі
        shorter = _drop(word, _KAZAKH, least)
        if shorter == word:
            return word
        word = shorter
    return word


def _drop(word: str, endings: tuple[str, ...], least: int) -> str:
    """Strip the longest ending that leaves at least ``least`` letters."""
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def _without_longer(found: set[str]) -> set[str]:
    """Remove prefixes that start with another prefix of the set."""
    return {stem for stem in found if not any(stem != other and stem.startswith(other) for other in found)}
