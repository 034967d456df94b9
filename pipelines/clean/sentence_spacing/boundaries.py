"""Certain boundaries between two sentences inside a run of characters without a space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.clean.sentence_spacing.lexicon import (
    ABBREVIATIONS,
    ADDRESS_ENDS,
    BRAND_HEADS,
    SHORT_ENDINGS,
    STARTERS,
    STARTERS_AFTER_STOP,
    SURE_STARTERS,
)

_UPPER = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_LOWER = "a-zа-яёәғқңөұүһі"
_ADDRESS = re.compile(
    rf"://|www\.|[@#\\_`~=<|]|[A-Za-z0-9-]\.(?:{ADDRESS_ENDS})(?:[/?:,.;!)»\"”]|$)|\w\.(?:pdf|docx?|xlsx?|jpe?g|png)\b",
    re.IGNORECASE,
)
# A stop, what may close after it, what may open before the next sentence, and how that begins.
_STOP = re.compile(
    rf"(?P<left>[^\W\d_]+|\d+|[%»”)\"])(?P<stop>[.!?]{{1,3}}|…)(?P<close>[»”)]?)(?P<quote>\"?)(?P<open>[«“„(]?)"
    rf"(?:(?P<word>[{_UPPER}](?:[{_LOWER}'’\u0301]+|[{_UPPER}]+)?)|(?P<number>\d+)|(?P<dash>[–—]))(?P<next>.?)"
)
_CASE = re.compile(rf"(?P<left>[{_LOWER}]{{4,}}|\d+|[%»)])(?P<word>[{_UPPER}][{_LOWER}]+)(?![{_UPPER}\d_.])")
_YEAR = re.compile(r"(?:19|20)\d\d")
# 2048Мбайт, 2000Mbps: a figure and its unit, not a year and a heading.
_UNIT = re.compile(
    "(?:[КМГТKMGT]|Кило|Мега|Гига)?(?:бит|байт|ват|вт|гц|кал|ом|bit|byte|bps|hz|cal|watt)",
    re.IGNORECASE,
)
_VOWEL = re.compile("[aeiouyаеёиоуыэюяәіөұүй]", re.IGNORECASE)
_CYRILLIC = re.compile("[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")
# What may follow the first word of a sentence; anything else makes it part of a name or of code.
_AFTER_WORD = frozenset(("", ",", "-", "–", "—", "'", "’", ":", ";", "(", "«", "“", "„"))
_ONE_LETTER = frozenset("AIВИКОСУАЯ")  # words that are sentences' beginnings by themselves


def certain_places(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets from ``start`` at which a space is missing in the run ``text[start:end]``."""
    run = text[start:end]
    if _ADDRESS.search(run):
        return
    places = [*_at_stops(text, start, run), *_at_capitals(text, start, run)]
    yield from sorted(set(places))


def _at_stops(text: str, start: int, run: str) -> Iterator[int]:
    names = 0
    found = []
    at = 0
    while match := _STOP.search(run, at):
        # The next match may begin with the word that this one ended with.
        at = match.end("quote") if match.end("quote") > match.start() else match.end()
        place = _place_at_stop(text, start, run, match)
        if place is not None:
            found.append(place)
        names += match["word"] is not None and match["stop"] in {".", "?"}
    # A.B.C and Что?Где?Когда? are names; two sentence ends in one run are too rare to be told apart.
    if names <= 1 or len(found) == 1:
        yield from found


def _place_at_stop(text: str, start: int, run: str, match: re.Match[str]) -> int | None:
    word, number = match["word"], match["number"]
    if not _ends_sentence(text, start, run, match):
        return None
    if word not in STARTERS_AFTER_STOP and _is_first(text, start, run, match):
        return None
    if run[: match.start("left")][-1:] in {"(", "[", "{"} or (match["dash"] and match["next"]):
        return None  # (ast.For), сұрады.–Асан
    if number is not None and (match["quote"] or match["open"] or not _is_count(text, start, match)):
        return None
    if word is not None and not _begins_sentence(text, start, run, match):
        return None
    if match["quote"]:
        side = _straight_side(text, start + match.start("quote"))
        if side is None:
            return None
        return match.end("quote") if side == "closes" else match.start("quote")
    return match.end("close")


def _is_first(text: str, start: int, run: str, match: re.Match[str]) -> bool:
    """Return whether the word before a stop begins a sentence, and so is part of a name: ``pathlib.Path``."""
    if run[: match.start("left")].strip('«"“('):
        return False
    return start == 0 or text[start - 1] == "\n" or text[max(0, start - 2)] in ".!?…:;([{«"


def _is_ordinary(word: str) -> bool:
    """Return whether a lower-case word is too long for an abbreviation, or known to be none."""
    return len(word) >= 4 or word in SHORT_ENDINGS


def _is_count(text: str, start: int, match: re.Match[str]) -> bool:
    """Return whether the number after a stop begins a sentence: ``ready.55,300 tons``, not ``стр.5``."""
    left = match["left"]
    if not (left.isalpha() and left.islower() and len(left) >= 4 and match["stop"] == "."):
        return False
    end = start + match.end("number")
    if len(match["number"]) == 1:
        # «теңге.5 адам», but «crontab.5 describes» is a page of a manual.
        if not _CYRILLIC.match(left):
            return False
        return text[end : end + 1] in {" ", "-"} and text[end + 1 : end + 2].islower()
    return not match["next"].isalpha()


def _ends_sentence(text: str, start: int, run: str, match: re.Match[str]) -> bool:
    """Return whether the word before the stop can end a sentence and is no abbreviation."""
    left, stop = match["left"], match["stop"]
    before = run[: match.start("left")]
    if "/" in before:
        return False
    if stop[:2] == ".." or stop == "…":
        # «Су жоқ…Бірақ» lost a space; «"…It was» did not, and English joins words so: ``hmm...yes...I``.
        return _CYRILLIC.match(left) is not None and (left.islower() or match["word"] in STARTERS_AFTER_STOP)
    if not left[0].isalnum():
        # (Saint-)?Petersburg is a pattern.
        return match["word"] in STARTERS_AFTER_STOP if left == '"' else left != ")" or stop == "."
    if left.isdigit():
        return _figure_ends_sentence(text, start, before, match)
    if stop != "." and len(left) > 1:
        # Yahoo!Finance, IPv?Interface
        return left.islower() or match["word"] in STARTERS_AFTER_STOP
    if left in ABBREVIATIONS or left.lower() in ABBREVIATIONS or before[-1:] in {"'", "’"}:
        return False
    if before[-1:] == ".":
        # «г.Алматы.Бұл», «А.Б.Иванов.Он», but «т.б.Осы» and «www.Алматы.Қаз» stay.
        return left.istitle() and len(left) >= 4 and match["word"] in STARTERS_AFTER_STOP
    return _word_ends_sentence(left, before, match)


def _figure_ends_sentence(text: str, start: int, before: str, match: re.Match[str]) -> bool:
    """Return whether a number can end a sentence: a year can, others may number a list or a law."""
    if _YEAR.fullmatch(match["left"]):
        return match["number"] is None
    listed = not before and (start == 0 or text[start - 1] == "\n")
    inside = not before or before[-1] in "-–("
    return not listed and inside and len(match["left"]) >= 2 and match["word"] is not None


def _word_ends_sentence(left: str, before: str, match: re.Match[str]) -> bool:
    word = match["word"]
    if left.isupper():
        return len(left) >= 2 and word in STARTERS_AFTER_STOP
    if len(left) < 4:
        if len(left) == 3 and left.islower() and word in STARTERS:
            return _VOWEL.search(left) is not None
        return _is_ordinary(left.lower()) and (left.islower() or word in STARTERS_AFTER_STOP)
    if left.islower():
        return _VOWEL.search(left) is not None
    # Яндекс.Такси, «Digital.Kazakhstan»: names contain a stop, too, and are then quoted.
    if left in BRAND_HEADS or not left.istitle():
        return left not in BRAND_HEADS and word in SURE_STARTERS
    begins = word in STARTERS_AFTER_STOP or word in _ONE_LETTER
    whole = not before.strip("-") or before.replace("-", "").isalpha()
    return begins or (len(left) >= 5 and whole and not match["next"])


def _begins_sentence(text: str, start: int, run: str, match: re.Match[str]) -> bool:
    word, follows = match["word"], match["next"]
    left = match["left"]
    if word in STARTERS_AFTER_STOP:
        return True
    # A name that opens the sentence may close its marks at once: «аяқталды.«СКАТ» компаниясы».
    ends = follows in _AFTER_WORD or bool((match["open"] or match["quote"]) and not follows.isalnum())
    if left.isascii() and word.isascii() and _is_program(text, start, run, match):
        return False
    if len(word) == 1:
        end = start + match.end("word")
        plain = left.islower() or not left.isalnum() or (left.istitle() and len(left) >= 5)
        return (
            word in _ONE_LETTER and plain and text[end : end + 1] == " " and text[end + 1 : end + 2].isalnum()
        )
    if word.isupper():
        # «аяқталды.ҚР Президенті» begins with an abbreviation; in Latin script only a heading is certain.
        end = start + match.end("word")
        heading = text[end : end + 2]
        known = _CYRILLIC.match(word) or (heading[:1] == " " and heading[1:].isupper())
        return left.islower() and _is_ordinary(left) and ends and bool(known)
    return ends


def _is_program(text: str, start: int, run: str, match: re.Match[str]) -> bool:
    """Return whether a stop is part of a name: ``(asyncio.Future``, ``Popen(``, a word ending its line."""
    opened, end = run[: match.start("left")][-1:], start + match.end("word")
    last = text[end : end + 1] in {"", "\n"}
    return match["next"] == "(" or last or (opened != "" and opened in "([{«“„\"'‘")


def _at_capitals(text: str, start: int, run: str) -> Iterator[int]:
    """Yield boundaries between a small letter or a figure and a word that only begins sentences."""
    if "/" in run:
        return
    for match in _CASE.finditer(run):
        left, word = match["left"], match["word"]
        before, after = run[: match.start("left")], run[match.end() : match.end() + 1]
        if left[0].isdigit():
            alone = not before or before[-1] in "-–—("
            headed = _YEAR.fullmatch(left) and len(word) >= 3 and not _UNIT.match(word)
            if alone and (word in STARTERS or headed):
                yield match.start("word")
        elif word in STARTERS and _is_heading(before, word, after):
            yield match.start("word")
            # A heading without spaces on both sides: ``at home.conclusionsThe examples``.
            if left.isalpha() and len(left) >= 6 and before.endswith(".") and before[:-1][-4:].isalpha():
                yield match.start("left")


def _is_heading(before: str, word: str, after: str) -> bool:
    """Return whether a word before a capital ends a heading and is not half of a name: ``transferFrom``."""
    if word.isascii() and (word not in SURE_STARTERS or after == "("):
        return False  # startsWith, insertBefore, isThis()
    if before[-1:].isalnum():
        return word in SURE_STARTERS and before.istitle()
    return after in _AFTER_WORD and (not before or word in SURE_STARTERS or before[-1] in '.!?…«“„"(')


def _straight_side(text: str, at: int) -> str | None:
    """Return whether a straight mark between two sentences closes the first or opens the second, or None."""
    line = text.rfind("\n", max(0, at - 2000), at) + 1 or max(0, at - 2000)
    before, after = text.rfind('"', line, at), text.find('"', at + 1, at + 2000)
    if before < 0 and after < 0:
        return None
    earlier = None if before < 0 else _opens(text, before)
    later = None if after < 0 else _opens(text, after)
    if earlier is not False and later is not False and (earlier or later):
        return "closes" if earlier else None
    if earlier is not True and later is not True:
        return "opens" if later is False else None
    return None


def _opens(text: str, at: int) -> bool | None:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if (not before or before.isspace() or before in "(«[") and after.strip():
        return True
    if before.strip() and (not after or after.isspace() or after in ",.;:!?)»"):
        return False
    return None
