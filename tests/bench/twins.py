"""Benchmark of matching on twins by machine: stories that differ from another in one small thing.

Texts are those of the written pairs (``pairs_*.jsonl``), of the templates (templates.py) and of the
generator (generate.py). Each gets a
number of twins of every kind of ``KINDS``. A twin is another story by the contract, unless one of these rules
leaves it out:

- equal letters: after folding case, ё, marks and blanks nothing differs;
- no amount: a sign, unit or currency is put only beside an amount, which is a number of up to three digits
  between blanks with a word after it. A number beside the name of a month, after a sign, another number, №,
  "room" or "page", with a colon, stop or hyphen (an hour, a date, a telephone) is none: nobody writes
  "−5 May"; nor is one repeated unit a twin;
- whole sentence: what is deleted leaves a word of its sentence, what is inserted joins a sentence;
- no pattern: a word of a title is replaced only if the title has three words, because over an equal body
  a newspaper may write its own headline.

Prints how many twins are merged with their story (0 is right) by kind and place, with ``--against`` beside
the comparison of another checkout.

Run by hand: ``python tests/bench/twins.py --show 2``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import generate
from comparing import ROOT, Compared, ask
from templates import LANGUAGES, make_story, vary

_HERE = Path(__file__).parent
_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MONTHS = frozenset(word.lower() for words in LANGUAGES.values() for word in words["months"])
_AMOUNT = re.compile(r"(?<![^\s(])\d{1,3}(?= [^\W\d_]{2,})")
_BEFORE_NO_AMOUNT = re.compile(
    r"(?:№|No\.|[+−–-]|\d|\d,? (?:и|and)|кабинете|аудитории|странице|дом[аы]м?|Buses|Houses|May) ?\Z"
)
_AFTER_NO_AMOUNT = ("нөмір", *sorted(_MONTHS))
_STOPS = ".!?"
_ALPHABETS = {
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "kk": "аәбвгғдежзийкқлмнңоөпрстуұүфхһчшыі",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "kk-Latn": "aábdefgǵhıjklmnńoópqrstuúvyýz",
}
_DENIALS = {"ru": ("не",), "kk": ("емес", "жоқ"), "en": ("not", "never"), "kk-Latn": ("emes", "joq")}
_LAST_WORDS = {
    "ru": ("сегодня", "вечером", "повторно", "частично", "бесплатно"),
    "kk": ("бүгін", "кешке", "қайта", "ішінара", "тегін"),
    "en": ("today", "again", "late", "partly", "free"),
    "kk-Latn": ("búgin", "keshke", "qaıta", "ishinara", "tegin"),
}
_UNITS = {
    "ru": ("%", "млн", "тыс.", "кг", "км"),
    "kk": ("%", "млн", "мың", "кг", "шақырым"),
    "en": ("%", "million", "thousand", "kg", "km"),
    "kk-Latn": ("%", "mln", "myń", "kg", "shaqyrym"),
}


@dataclass(frozen=True)
class Base:
    """A story from which twins are made."""

    lang: str
    title: str
    body: str


Twin = Callable[[str, Base, random.Random], str | None]  # from a text; None: no such twin


def _written() -> list[Base]:
    """Return the stories of the written pairs, each once."""
    found: dict[str, Base] = {}
    for path in sorted(_HERE.glob("pairs_*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        bodies = Counter(row["a"][1] for row in rows)
        for row in rows:
            title, body = row["a"]
            # The plain text of a story recurs in several pairs; footers and datelines do not.
            if bodies[body] > 1 and body[-1] in _STOPS:
                found.setdefault(body, Base(row["lang"], title, body))
    return list(found.values())


def bases(stories: int, dice: random.Random) -> list[Base]:
    """Return the stories of the written pairs, and as many of the templates as of the generator."""
    found = {base.body: base for base in _written()}
    number = 0
    while len(found) < stories:
        made = make_story(dice)
        found[made.body] = Base(made.lang, made.title, made.body)
        raw = generate.story(number, size=300)
        found[raw["body"]] = Base(raw["lang"], raw["title"], raw["body"])
        number += 1
    return list(found.values())


@cache
def _other_words(lang: str) -> list[str]:
    """Return words of a language, to put in the place of others."""
    texts = [base.body for base in _written() if base.lang == lang]
    if lang in LANGUAGES:
        texts += [re.sub(r"\{.*?\}", "", pattern) for _, pattern in LANGUAGES[lang]["templates"]]
    return sorted({word.lower() for word in _WORD.findall(" ".join(texts))} - _MONTHS)


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where the words stand, without the marks around them."""
    return [match.span() for match in re.finditer(r"\w[\w.,:-]*\w|\w", text)]


def _put(text: str, start: int, end: int, word: str) -> str:
    return text[:start] + word + text[end:]


def replace_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Set another word of the language in a word's place."""
    start, end = dice.choice(_spans(text))
    word = dice.choice(_other_words(base.lang))
    return _put(text, start, end, word.capitalize() if text[start].isupper() else word)


def insert_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a word before another one of a sentence."""
    inside = [span for span in _spans(text) if span[0] > 1 and text[span[0] - 2 : span[0]][0].isalpha()]
    if not inside:
        return None
    start, _ = dice.choice(inside)
    return _put(text, start, start, dice.choice(_other_words(base.lang)) + " ")


def delete_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Delete a word between two words of a sentence."""
    found = list(re.finditer(r"(?<=[^\W\d_] )\w+ (?=\w)", text))
    if not found:
        return None
    match = dice.choice(found)
    return _put(text, match.start(), match.end(), "")


def insert_denial(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a denying word between two words of a sentence: before a word, in Kazakh after it."""
    found = [match.start() for match in re.finditer(r"(?<=[^\W\d_] )(?=[^\W\d_])", text)]
    if not found:
        return None
    place = dice.choice(found)
    return _put(text, place, place, dice.choice(_DENIALS[base.lang]) + " ")


def _letter(text: str, dice: random.Random) -> int | None:
    places = [match.start() + dice.randrange(len(match[0])) for match in _WORD.finditer(text)]
    return dice.choice(places) if places else None


def replace_letter(text: str, base: Base, dice: random.Random) -> str | None:
    """Set another letter of the alphabet in a letter's place."""
    place = _letter(text, dice)
    if place is None:
        return None
    letter = dice.choice(_ALPHABETS[base.lang])
    return _put(text, place, place + 1, letter.upper() if text[place].isupper() else letter)


def drop_letter(text: str, base: Base, dice: random.Random) -> str | None:
    """Delete a letter of a word of two or more."""
    place = _letter(text, dice)
    return None if place is None else _put(text, place, place + 1, "")


def add_letter(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a letter behind another one."""
    place = _letter(text, dice)
    return None if place is None else _put(text, place + 1, place + 1, dice.choice(_ALPHABETS[base.lang]))


def change_digit(text: str, base: Base, dice: random.Random) -> str | None:
    """Set another digit in a digit's place."""
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if not digits:
        return None
    place = dice.choice(digits)
    return _put(text, place, place + 1, dice.choice("123456789".replace(text[place], "")))


def _amounts(text: str) -> list[tuple[int, int]]:
    found = []
    for match in _AMOUNT.finditer(text):
        before, after = text[: match.start()].lower(), text[match.end() + 1 :].lower()
        of_date = after.startswith(_AFTER_NO_AMOUNT) or before.rpartition(" ")[0].endswith(tuple(_MONTHS))
        if not (_BEFORE_NO_AMOUNT.search(text[: match.start()]) or of_date or match[0].startswith("0")):
            found.append(match.span())
    return found


def add_sign(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a plus or a minus before an amount."""
    amounts = _amounts(text)
    if not amounts:
        return None
    start, _ = dice.choice(amounts)
    return _put(text, start, start, dice.choice("+−-"))


def add_unit(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a unit or a percent sign behind an amount."""
    amounts = _amounts(text)
    if not amounts:
        return None
    _, end = dice.choice(amounts)
    units = [unit for unit in _UNITS[base.lang] if not text.startswith(unit, end + 1)]
    return _put(text, end, end, " " + dice.choice(units))


def add_currency(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a currency before or behind an amount."""
    amounts = _amounts(text)
    if not amounts:
        return None
    start, end = dice.choice(amounts)
    sign = dice.choice("$€₸")
    return _put(text, start, start, sign) if dice.random() < 0.5 else _put(text, end, end, " " + sign)


def add_last_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a word before the last stop."""
    return f"{text[:-1]} {dice.choice(_LAST_WORDS[base.lang])}{text[-1]}" if text[-1] in _STOPS else None


def add_last_denial(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a denying word before the last stop."""
    return f"{text[:-1]} {dice.choice(_DENIALS[base.lang])}{text[-1]}" if text[-1] in _STOPS else None


def delete_last_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Delete the last word, but not its stop."""
    match = re.search(r"(?<=\w),? [\w'-]+(?=[.!?]\Z)", text)
    return match and _put(text, *match.span(), "")


def replace_last_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Set another word in the place of the last one."""
    match = re.search(r"(?<= )[\w'-]+(?=[.!?]?\Z)", text)
    return match and _put(text, *match.span(), dice.choice(_other_words(base.lang)))


def replace_title_word(text: str, base: Base, dice: random.Random) -> str | None:
    """Set another word in the place of one of three or more."""
    return replace_word(text, base, dice) if len(_spans(text)) > 2 else None


def count_in_title(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a number behind a title that the body does not say."""
    number = str(dice.randrange(401, 999))
    return None if number in base.body else f"{text} {number}"


def deny_in_title(text: str, base: Base, dice: random.Random) -> str | None:
    """Set a denying word between two words of a title."""
    return insert_denial(text, base, dice)


KINDS: tuple[tuple[str, str, Twin], ...] = (
    ("body", "word replaced", replace_word),
    ("body", "word inserted", insert_word),
    ("body", "word deleted", delete_word),
    ("body", "denial inserted", insert_denial),
    ("body", "letter replaced", replace_letter),
    ("body", "letter less", drop_letter),
    ("body", "letter more", add_letter),
    ("body", "digit changed", change_digit),
    ("body", "sign before a number", add_sign),
    ("body", "unit or % after a number", add_unit),
    ("body", "currency beside a number", add_currency),
    ("end", "word before the last stop", add_last_word),
    ("end", "denial before the last stop", add_last_denial),
    ("end", "last word deleted", delete_last_word),
    ("end", "last word replaced", replace_last_word),
    ("title", "word replaced", replace_title_word),
    ("title", "denial inserted", deny_in_title),
    ("title", "number the body lacks", count_in_title),
)


def _folded(text: str) -> str:
    """Return what copying does not change: letters, digits, signs and currencies."""
    return re.sub(r"[^\w+−%$€₸-]", "", text.lower().replace("ё", "е"))


def _keeps_sentences(text: str, twin: str) -> bool:
    """Return False if the difference is whole sentences."""
    counts = [Counter(re.split(r"(?<=[.!?])\s+", one)) for one in (text, twin)]
    return bool(counts[0] - counts[1]) and bool(counts[1] - counts[0])


def make_twins(stories: list[Base], tries: int, dice: random.Random) -> dict[str, list[Compared]]:
    """Return twins by kind, each different from the others of its story."""
    found: dict[str, list[Compared]] = {f"{place}: {name}": [] for place, name, _ in KINDS}
    for base in stories:
        for place, name, make in KINDS:
            text = base.title if place == "title" else base.body
            made = {twin for _ in range(tries) if (twin := make(text, base, dice)) is not None}
            for twin in sorted(made):
                if _folded(twin) == _folded(text) or (place != "title" and not _keeps_sentences(text, twin)):
                    continue
                other = (twin, base.body) if place == "title" else (base.title, twin)
                found[f"{place}: {name}"].append((base.title, base.body, *other, 0))
    return found


def of_slots(stories: int, dice: random.Random) -> list[Compared]:
    """Return pairs of template stories that differ in one number, name, place or date."""
    pairs = ((story, vary(story, dice)) for story in (make_story(dice) for _ in range(stories)))
    return [(one.title, one.body, other.title, other.body, 0) for one, other in pairs]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=int, default=1500, help="stories from which twins are made")
    parser.add_argument("--tries", type=int, default=3, help="twins of one kind of each story, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N merged twins of each kind")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout of the project")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    stories = bases(options.stories, dice)
    twins = make_twins(stories, options.tries, dice)
    twins["slot: number, name, place or date"] = of_slots(options.stories * options.tries // 2, dice)
    pairs = [pair for kind in twins.values() for pair in kind]
    answers = [ask(ROOT, pairs)]
    if options.against:
        answers.append(ask(options.against.resolve(), pairs))
    print(
        f"{len(stories)} stories, {len(pairs)} twins; merged in this version, per 1,000"
        + (", in the other" if options.against else "")
    )
    start, total = 0, [0] * len(answers)
    shown: list[tuple[str, Compared]] = []
    for name, kind in twins.items():
        found = [one[start : start + len(kind)] for one in answers]
        merged = [len(one) - one.count("n") for one in found]
        total = [a + b for a, b in zip(total, merged, strict=True)]
        print(
            f"  {name:36}{len(kind):7}" + "".join(f"{n:7}{1000 * n / max(1, len(kind)):8.1f}" for n in merged)
        )
        wrong = [pair for pair, answer in zip(kind, found[0], strict=True) if answer != "n"]
        shown += [(name, pair) for pair in wrong[: options.show]]
        start += len(kind)
    print(f"  {'all':36}{len(pairs):7}" + "".join(f"{n:7}{1000 * n / len(pairs):8.1f}" for n in total))
    for name, (title, body, its_title, its_body, _) in shown:
        print(f"{name}\n  {title} | {body}\n  {its_title} | {its_body}")


if __name__ == "__main__":
    main()
