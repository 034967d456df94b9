"""Fast check for clean text: nearly every text passes and is examined no further."""

from __future__ import annotations

import re

# What correct Kazakh, Russian and English press text consists of. Nearly every text matches.
_CLEAN_TEXT = re.compile(
    "[\t\n\r -~А-Яа-яЁёӘҒҚҢӨҰҮҺІәғқңөұүһі«»“”„’‘—–…№•€₸°§©®™×²³\u00a0\u00ad\u202f\u200b\ufeff\u0301"
    "À-ÿǵńığūşİǴŃĞŪŞ]*"
)
# Misdecodings from Cyrillic to Cyrillic invert the case; those to Latin pile up accented letters. Each
# pattern begins with one class, which the engine finds several times as fast as a sequence.
_SMALL, _CAPITAL = "а-яёәғқңөұүһі", "А-ЯЁӘҒҚҢӨҰҮҺІ"
_ODD = re.compile(
    f"[{_CAPITAL}](?:(?<=[{_SMALL}].)"  # inside a word
    f"|(?=[{_CAPITAL}])(?:(?<=[^{_SMALL}][{_SMALL}] .)|(?<=^[{_SMALL}] .))"  # after a single small letter
    f"|(?=[{_CAPITAL}]{{3,20}}[^{_SMALL}{_CAPITAL}]{{1,4}}[{_CAPITAL}]{{4}}))"  # two long words in capitals
)
# A misdecoding never leaves a single accented letter, as in Müller.
_ACCENTS = re.compile("[À-ÿ](?:(?=[^\\x00-\\x7f])|(?<=[^\\x00-\\x7f].))")

_NOT_LOWERCASED = re.compile("[A-Za-zәғқңөұүһі]")
_MAY_BE_LOWERCASED = re.compile(f'[«„“"][а-яё][^\\n«»„“”"A-Za-z{_CAPITAL}әғқңөұүһі]{{6,80}}[»“”"]')
_LONGEST_TITLE, _FEWEST = 80, 7  # characters, letters
_TORN = re.compile("[^\x00-\x7f\ufffd]\ufffd")


def is_clean_text(text: str) -> bool:
    """Return whether a text or word contains nothing that a wrong encoding leaves.

    >>> is_clean_text("Қала әкімі – Müller"), is_clean_text("ќала јкімі"), is_clean_text("йХЛ цНПНДЮ")
    (True, False, False)
    """
    return text.isascii() or (
        _CLEAN_TEXT.fullmatch(text) is not None and not has_inverted_case(text) and not _ACCENTS.search(text)
    )


def is_clean_but_for_losses(text: str) -> bool:
    """Return whether a text is clean apart from lost characters, none of them half a letter.

    >>> is_clean_but_for_losses("\ufffdнженер"), is_clean_but_for_losses("Ð\ufffdнженер")
    (True, False)
    """
    if "\ufffd" not in text:
        return is_clean_text(text)
    return not (_TORN.search(text) or has_inverted_case(text)) and is_clean_text(text.replace("\ufffd", ""))


def odd_words(text: str, words: list[str]) -> list[str]:
    """Return the words of a text that are not clean; signs absent from the text are not searched in each.

    >>> odd_words("Қала әкімі – ќала јкімі", ["Қала", "әкімі", "ќала", "јкімі"])
    ['ќала', 'јкімі']
    """
    if "\ufffd" in text and is_clean_text(text.replace("\ufffd", "")):
        # The text is clean except for lost characters: find those that may be the second byte of a letter.
        return [word for word in words if "\ufffd" in word and _TORN.search(word)]
    if _CLEAN_TEXT.fullmatch(text) is None or _ACCENTS.search(text):
        return [word for word in words if not is_clean_text(word)]
    mixed = [word for word in words if not (word.islower() or word.istitle() or word.isupper())]
    return [word for word in mixed if not is_clean_text(word)]


def has_inverted_case(text: str) -> bool:
    """Return whether there are capitals where lower-case letters belong."""
    return _ODD.search(text) is not None


def is_lowercased(text: str) -> bool:
    """Return whether a title is all lower-case Cyrillic: capitals of koi8-r decoded as cp1251 become so.

    >>> is_lowercased("хрнцх цндю"), is_lowercased("Итоги года"), is_lowercased("қала күні")
    (True, False, False)
    """
    return (
        len(text) <= _LONGEST_TITLE
        and text.islower()
        and sum(map(str.isalpha, text)) >= _FEWEST
        and _NOT_LOWERCASED.search(text) is None
    )


def may_be_lowercased(text: str) -> bool:
    """Return whether a text is lower-cased, or contains a quoted name that may be.

    >>> may_be_lowercased("Жаңа «хрнцх цндю» ашылды"), may_be_lowercased("Жаңа «Итоги года» ашылды")
    (True, False)
    """
    return is_lowercased(text) or _MAY_BE_LOWERCASED.search(text) is not None
