"""Scoring: the cost in bits of words as received and as a misdecoding would decode them."""

from __future__ import annotations

import re

from pipelines.clean.mojibake.badness import is_clean_text
from pipelines.clean.mojibake.misdecodings import C1_MARKS, CASE_INVERTING, Misdecoding, known_misdecodings
from pipelines.clean.mojibake.viterbi import Run
from pipelines.language.bigrams import (
    LONGEST_CACHED,
    MARKS,
    NEIGHBOUR_LANGUAGES,
    cyrillic_alphabets,
    language_models,
    project_model,
    word_bits,
)
from pipelines.text_cache import cache_text

_CYRILLIC_WORD = re.compile("[\u0400-\u045f’«»“”„—–?…]+")
_LETTERS_LEFT = 0.75
_AROUND = 200  # characters on either side
_IN_CAPITALS = re.compile("[А-ЯЁ][А-ЯЁ]{2,}")
_SHORT_CAPITALS = re.compile("[А-ЯЁӘҒҚҢӨҰҮҺІ]{2,5}")
_INVERTED_CASE = re.compile("[а-яёі][А-ЯЁІ]{4,}")
_LETTERS = re.compile("[Ѐ-ԯ]+")
_ENDED = re.compile("[А-ЯЁ]{3,}[а-яё]{1,3}")  # ФАПов
_SIGN = re.compile("[а-яё][А-ЯЁ]{1,3}")  # рН, мРНК, кДж as it may be misspelt
_FEWEST_TURNED = 4  # letters that one of the words has
_SHORT_RUN = 8  # letters
_MOST_STRANGE = 4  # of so many words one may be cased otherwise, as СПбГУ is
_HIDDEN, _HIDDEN_BITS = "\u00a0\u00ad", 6.0  # letters rarely decode to invisible characters
_MADE_CAPITALS = 3.0
_ALL_CAPITALS = 6.0  # bits for a word in capitals, which letters drawn at random make as cheap as any other
_ABBREVIATED = 3  # letters
_IMPLAUSIBLE = 9.0  # bits that small letters have to save before a word in capitals makes a text suspicious
_SAVED_BY_CAPITALS = (
    26.0  # bits that words in capitals have to save where nothing else shows that case was inverted
)
_LONG = 8  # letters of a word that is no abbreviation
_MAX_CAPITALS = 40  # words in capitals that are checked: more of them are the style of the text
_SAMPLE = 8  # words that choose the readings worth following
_AGAIN = 2.0  # bits for a second wrong reading of the same kind
_NO_ALPHABET = 8.0  # bits for a word whose letters no one language has together, such as ј and і
_NEIGHBOUR = 2.0  # bits for a word of a neighbouring language
_INVERTED_CASE_BITS = 6.0  # bits for a lower-case letter before capitals, added to those of the bigram model
_ABBREVIATION = 2.0  # bits for an abbreviation: most words are none


def spread(words: list[str]) -> list[str]:
    """Return a few words from everywhere in a list."""
    return words[:: max(1, len(words) // _SAMPLE)][:_SAMPLE]


def decode_words(misdecoding: Misdecoding, words: list[str]) -> dict[str, tuple[str, float]]:
    """Return each word that a misdecoding changes, decoded, with its cost."""
    changed = {}
    for word in words:
        made = misdecoding.back(word)
        if made != word:
            changed[word] = (made, _cost_of(misdecoding, word, made))
    return changed


def _cost_of(misdecoding: Misdecoding, word: str, made: str) -> float:
    cost = word_bits(made.translate(C1_MARKS))
    if misdecoding.written != "utf-8":
        hidden = sum(made.count(mark) - word.count(mark) for mark in _HIDDEN)
        # Lower case is the rule: decoding it to capitals would damage a correct word.
        if misdecoding.rule in CASE_INVERTING and word.islower() and made.isupper():
            # As an abbreviation a few letters cost little, but long ones are rare.
            cost = max(cost, word_bits(made.lower()) if len(made) > _ABBREVIATED else 0.0) + _MADE_CAPITALS
        elif made.isupper() and not word.isupper() and len(made) > _ABBREVIATED:
            cost += _ALL_CAPITALS
        return cost + _HIDDEN_BITS * max(0, hidden)
    if not is_clean_text(made):
        # Read wrongly twice over: half-way it looks no better, and other readings would win.
        again = misdecoding.back(made)
        if again != made:
            return min(cost, word_bits(again) + _AGAIN)
    return cost


class BaselineCosts(dict[str, float]):
    """Costs of words as received: in our languages, or in the neighbouring language that fits best."""

    def __init__(self, suspicious: list[str]) -> None:
        super().__init__()
        self._foreign = {word for word in suspicious if _CYRILLIC_WORD.fullmatch(word)}
        sample = spread(sorted(self._foreign))
        neighbours = (
            [language_models()[lang] for lang in NEIGHBOUR_LANGUAGES] if sample else [project_model()]
        )
        self._neighbour = min(
            neighbours,
            key=lambda table: sum(min(project_model().bits(word), table.bits(word)) for word in sample),
        )

    def __missing__(self, word: str) -> float:
        cost = word_bits(word) + _case_bits(word)
        if word in self._foreign:
            cost = min(cost, self._neighbour.bits(word) + _NEIGHBOUR)
            letters = {letter for letter in word.lower() if letter.isalpha()}
            if not any(letters <= alphabet for alphabet in cyrillic_alphabets()):
                cost += _NO_ALPHABET
        self[word] = cost
        return cost


def _case_bits(word: str) -> float:
    inside = word.strip(MARKS)
    inverted = _INVERTED_CASE.fullmatch(inside) is not None
    return _INVERTED_CASE_BITS * inverted + _ABBREVIATION * (_SHORT_CAPITALS.fullmatch(inside) is not None)


def has_implausible_capitals(text: str) -> bool:
    """Return whether capitals make so implausible a word that they may have been lower-case letters.

    >>> has_implausible_capitals("Жаңа «ЗЙДТПЛПУФАН» сатып алынды")
    True
    >>> has_implausible_capitals("ҚР ДСМ, МЧС, ЮНЕСКО, АСТАНА")
    False
    """
    for count, match in enumerate(_IN_CAPITALS.finditer(text)):
        if count == _MAX_CAPITALS:
            return False
        word = match.group()
        if _is_implausible(word):
            return True
    return False


def is_mostly_lowercase(text: str, start: int, end: int) -> bool:
    """Return whether most letters around a place are lower-case; True if there are none."""
    around = text[max(0, start - _AROUND) : start] + text[end : end + _AROUND]
    return sum(map(str.islower, around)) >= sum(map(str.isupper, around))


def is_believable(run: Run, misdecoding: Misdecoding, text: str) -> bool:
    """Return whether a run is more than letters turned into signs, or abbreviations that form words.

    ``text`` contains the run: in a title all in capitals, capitals prove nothing.

    >>> from pipelines.clean.mojibake import fix_mojibake
    >>> fix_mojibake("В «ДЮСШОР» и «ДМС» по ст. РПК НБФБ").text
    'В «ДЮСШОР» и «ДМС» по ст. РПК НБФБ'
    """
    words = [step.word for step in run.steps]
    if misdecoding.written == "utf-8":
        # If all damaged characters are letters, the result must be clean: КИЇВ is not Кȯ.
        return not all(word.strip(MARKS).isalpha() for word in words) or any(
            (is_clean_text(word) and word.isprintable()) or misdecoding.back(word) != word
            for word in run.made
        )
    # Letters do not turn out as marks, or hardly any: a dash may have been a letter of cp866.
    before, after = ("".join(filter(str.isalpha, "".join(some))) for some in (words, run.made))
    if len(after) < _LETTERS_LEFT * len(before):
        return False
    # First bytes of UTF-8 whose second ones were lost would be Р, С, Т and У in capitals.
    if len(before) > _SHORT_RUN and 2 * sum(map(before.count, "ÐÑÒÓ")) > len(before):
        return False
    if misdecoding.rule not in CASE_INVERTING:
        return True
    # A correctly decoded word has its capitals in usual places: мГц would become НзГ.
    strange = sum(not _is_cased(word) for word in run.made)
    longer = [inside for word in words if len(inside := word.strip(MARKS)) > 1]
    if _MOST_STRANGE * strange >= len(words) or (longer and all(map(_SIGN.fullmatch, longer))):
        return False
    if any(map(_LETTERS.search, words)) and not _is_more_than_units(words, run.made):
        return False
    if any(map(str.islower, "".join(words))):
        return True
    if not is_mostly_lowercase(text, run.start, run.end):
        return False
    whole = sum(run.savings)
    long = sum(
        saved for word, saved in zip(words, run.savings, strict=True) if len(word.strip(MARKS)) >= _LONG
    )
    # One rare word in capitals, ЙЕМЕНЦЕМ, saves as much as one damaged word does.
    return whole > _SAVED_BY_CAPITALS or (len(words) > 1 and long > misdecoding.margin)


def _is_more_than_units(words: list[str], made: list[str]) -> bool:
    """Return whether case-inverted words are more than units (дБ, СО2) or mistyped capitals (жЕДЕЛ)."""
    if max(sum(map(str.isalpha, word)) for word in words) < _FEWEST_TURNED:
        return False
    before, after = (sum(word_bits(word.lower()) for word in some) for some in (words, made))
    return after < before


def _is_cased(word: str) -> bool:
    return all(
        part.islower() or part.istitle() or part.isupper() or _ENDED.fullmatch(part)
        for part in _LETTERS.findall(word)
    )


@cache_text(4096, LONGEST_CACHED)
def _is_implausible(word: str) -> bool:
    before = word_bits(word) + _case_bits(word)
    return any(
        before - word_bits(misdecoding.back(word)) > _IMPLAUSIBLE
        for misdecoding in known_misdecodings()
        if misdecoding.rule in CASE_INVERTING
    )
