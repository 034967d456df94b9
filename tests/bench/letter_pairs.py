"""Build ``letter_pairs.txt`` and ``common_words.txt``, the models for encodings, homoglyphs and languages.

Only costs of letter pairs and of the commonest words are kept, no text. Counted are half of the shared
corpus (every even line; the odd ones stay unseen for measuring), half of the messages of LibreOffice's
translations (the same way) and the word lists of hunspell, from Debian packages unpacked into one folder;
Uzbek, which LibreOffice has in Latin letters only, is counted from the messages of GTK::

    apt-get download libreoffice-l10n-{kk,ru,uk,be,mk,sr,en-gb} hunspell-{kk,ru,en-us,uk,be,sr} \\
        at-spi2-common libgdk-pixbuf2.0-common libgtk2.0-common libgtk-3-common
    for package in *.deb; do dpkg -x "$package" unpacked; done
    python tests/bench/letter_pairs.py unpacked
"""

from __future__ import annotations

import gettext
import itertools
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
TABLE = ROOT / "pipelines" / "language" / "letter_pairs.txt"
WORDS = TABLE.with_name("common_words.txt")
RAREST_WORD, FEWEST = 1 / 2500, 3  # share of all words, and occurrences, that make a word common
# Common in press releases, which the corpora are not: sums of money. Their letters do not show it.
OF_PRESS = dict.fromkeys(("млн", "млрд", "тенге", "теңге", "тыс"), 9.5) | {"трлн": 11.0}

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {
    "kk": RUSSIAN + "әғқңөұүһі",
    "ru": RUSSIAN,
    "en": LATIN,
    "kk-Latn": LATIN + "áǵńóúýıäğñöūüş",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
    "mk": "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ",
    "uz": "абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ",
}
WORD_LISTS = {"kk": "kk_KZ", "ru": "ru_RU", "en": "en_US", "uk": "uk_UA", "be": "be_BY", "sr": "sr_RS"}
CORPORA = {"kk": "kk_news_sentences.txt", "ru": "ru_sentences.txt"}
# Words of a list count less than words of running text, which shows how words end and begin.
LIST_WEIGHT, CORPUS_WEIGHT = 0.1, 4.0
MOST_BITS, STEPS = 12, 4  # a cost is kept in quarters of a bit, as one printable character

# The alphabets of 2018 and 2021, in which gov.kz and newspapers wrote Kazakh in Latin letters.
_PLAIN = {
    **dict(zip("абвгдежзклмнопрстфхқһ", "abvgdejzklmnoprstfhqh", strict=True)),
    **{"ц": "ts", "щ": "sh", "ъ": "", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ё": "io", "ы": "y"},
}
LATIN_2018 = {
    **_PLAIN,
    **dict(zip("әғңөұүуиійшч", ["á", "ǵ", "ń", "ó", "u", "ú", "ý", "ı", "i", "ı", "sh", "ch"], strict=True)),
}
LATIN_2021 = {
    **_PLAIN,
    **dict(zip("әғңөұүуиійшч", ["ä", "ğ", "ñ", "ö", "ū", "ü", "u", "i", "ı", "i", "ş", "ch"], strict=True)),
}


def messages(folder: Path, lang: str) -> list[str]:
    """Read the translated messages of one language; ``en`` are the originals."""
    found: list[str] = []
    name = {"en": "resource/kk", "uz": "uz@cyrillic"}.get(lang, f"resource/{lang}")
    for path in sorted(folder.glob(f"**/{name}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # no other way in
        for key, value in catalog.items():
            if isinstance(key, str) and isinstance(value, str) and key:
                found.append(key.partition("\x04")[2] or key if lang == "en" else value)
    return sorted(set(found))


def word_list(folder: Path, lang: str) -> list[str]:
    """Read hunspell's words of one language, without their flags."""
    paths = sorted(folder.glob(f"**/{WORD_LISTS.get(lang, '-')}.dic"))
    encoding = (
        "koi8-r" if lang == "ru" and b"KOI8" in paths[0].with_suffix(".aff").read_bytes()[:200] else "utf-8"
    )
    return [
        line.split("/")[0].split("\t")[0]
        for path in paths
        for line in path.read_text(encoding, "replace").splitlines()
    ]


def weighted(folder: Path, lang: str) -> Iterator[tuple[Iterable[str], float]]:
    """Yield the texts of one language that are counted, and what each counts."""
    yield messages(folder, lang)[::2], 1.0
    yield word_list(folder, lang), LIST_WEIGHT
    if lang in CORPORA:
        yield (CORPUS / CORPORA[lang]).read_text("utf-8").splitlines()[::2], CORPUS_WEIGHT


def in_latin(texts: Iterable[str]) -> Iterator[str]:
    """Write Kazakh in the Latin letters of 2018 and of 2021."""
    for text in texts:
        for letters in (LATIN_2018, LATIN_2021):
            yield text.lower().translate({ord(a): b for a, b in letters.items()})


def costs(texts: Iterable[tuple[Iterable[str], float]], alphabet: str) -> list[str]:
    """Return the cost of each pair of letters in bits, row by row; number 0 is a word boundary."""
    pairs: Counter[str] = Counter()
    word = re.compile(f"[{alphabet}]+")
    for lines, weight in texts:
        for line in lines:
            for found in word.findall(line.lower()):
                edged = f" {found} "
                for first, second in itertools.pairwise(edged):
                    pairs[first + second] += weight  # type: ignore[assignment]  # weights are fractions
    letters = f" {alphabet}"
    firsts, seconds = Counter[str](), Counter[str]()
    for pair, count in pairs.items():
        firsts[pair[0]] += count
        seconds[pair[1]] += count
    total = sum(seconds.values())

    def cost(a: str, b: str) -> str:
        chance = (pairs[a + b] + 8 * (seconds[b] + 1) / (total + len(letters))) / (firsts[a] + 8)
        return chr(35 + round(min(-math.log2(chance), MOST_BITS) * STEPS))

    return ["".join(cost(a, b) for b in letters) for a in letters]


def common_words() -> Iterator[str]:
    """Yield lines of a cost in bits and the words of that cost, in Kazakh or in Russian."""
    bits = dict(OF_PRESS)
    for lang, name in CORPORA.items():
        text = " ".join((CORPUS / name).read_text("utf-8").lower().splitlines()[::2])
        counts = Counter(re.findall(f"[{ALPHABETS[lang]}]+", text))
        for word, count in counts.items():
            if count >= max(FEWEST, counts.total() * RAREST_WORD):
                cost = round(-2 * math.log2(count / counts.total())) / 2
                bits[word] = min(cost, bits.get(word, cost))
    by_cost = sorted(bits, key=lambda word: (bits[word], word))
    for cost, words in itertools.groupby(by_cost, key=bits.__getitem__):
        yield " ".join([str(cost), *words])


def main() -> None:
    """Write the tables."""
    WORDS.write_text("".join(f"{line}\n" for line in common_words()), "utf-8")
    folder, lines = Path(sys.argv[1]), []
    for lang, alphabet in ALPHABETS.items():
        if lang == "kk-Latn":
            texts: Iterable[tuple[Iterable[str], float]] = [
                (in_latin(t), w) for t, w in weighted(folder, "kk")
            ]
        else:
            texts = weighted(folder, lang)
        lines += [f"{lang} {alphabet}", *costs(texts, alphabet)]
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
