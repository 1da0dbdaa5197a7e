"""Vietnamese text: one form, a key to search by, a key to sort by, numbers as people type them.

The keys hold only ASCII digits and lower-case letters, so every collation a database may have
puts them in the same order.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Final

# fmt: off
ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES: Final = {                  # combining mark -> place in ngang, huyền, hỏi, ngã, sắc, nặng
    "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5,
}
# fmt: on
LETTER_MARKS: Final = frozenset("\u0302\u0306\u031b")  # circumflex, breve, horn
END_OF_LETTERS: Final = "00"
END_OF_WORD: Final = "01"
LONGEST_NUMBER: Final = 35
MOST_DIGITS: Final = 15
"""Longest number anybody types; more would be beyond exact decimals and the database."""

_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")
_PLAIN = re.compile(r"\d+")
_SHORT_DECIMALS = re.compile(r"\d+\.\d{1,2}")


def nfc(text: str) -> str:
    """Return the text in NFC, as every stored text is."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Return one line in NFC: no invisible characters, runs of white space made one space."""
    return " ".join(_INVISIBLE.sub("", nfc(text)).split())


def unaccented(text: str) -> str:
    """Return the text without tone marks and letter marks; đ becomes d; case is kept."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.replace("đ", "d").replace("Đ", "D")


def search_key(text: str) -> str:
    """Return the key that ignores case, marks and punctuation: "Xã Na Mèo" gives "xa na meo"."""
    return " ".join(_TOKEN.findall(unaccented(clean(text)).casefold()))


def matches(query: str, text: str) -> bool:
    """Tell whether every word of the query begins a word of the text, both by search key."""
    words = search_key(text).split()
    return all(any(word.startswith(part) for word in words) for part in search_key(query).split())


def slug(text: str) -> str:
    """Return the search key with hyphens, for file names and addresses."""
    return search_key(text).replace(" ", "-")


def sort_key(text: str) -> str:
    """Return a key whose plain order is the Vietnamese order.

    Letters come first in the order of the alphabet (a ă â b c d đ e ê …), words before longer
    words, numbers by their value ("Bản 2" before "Bản 10"); only then the tones decide: ngang,
    huyền, hỏi, ngã, sắc, nặng. Case and punctuation do not count.
    """
    letters: list[str] = []
    tones: list[str] = []
    for token in _TOKEN.findall(clean(text).casefold()):
        if token.isdecimal():
            letters.append(_number_weight(token))
        else:
            weights, tone = _word_weights(token)
            letters.append(weights)
            tones.append(str(tone))
    return END_OF_WORD.join(letters) + END_OF_LETTERS + "".join(tones)


def _number_weight(digits: str) -> str:
    """Return "1", the length, the digits: shorter numbers first, all numbers before letters."""
    value = str(int(digits))[:LONGEST_NUMBER]
    return "1" + _base36(len(value)) + value


def _word_weights(word: str) -> tuple[str, int]:
    """Return two characters a letter, and the word's tone."""
    weights, tone = [], 0
    for cluster in _letters(word):
        tone = max(tone, *(TONES.get(mark, 0) for mark in cluster))
        letter = nfc("".join(char for char in cluster if char not in TONES))
        weights.append(_letter_weight(letter))
    return "".join(weights), tone


def _letters(word: str) -> list[str]:
    """Split a word into letters, each with the marks that belong to it."""
    clusters: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if unicodedata.combining(char) and clusters:
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _letter_weight(letter: str) -> str:
    """Return the place in the alphabet as two characters; foreign letters by their base."""
    place = ALPHABET.find(letter)
    if place < 0:
        marks = "".join(char for char in letter[1:] if char in LETTER_MARKS)
        place = ALPHABET.find(nfc(letter[:1] + marks))
    if place < 0:
        place = ALPHABET.find(letter[:1])
    return "zz" if place < 0 else "a" + _base36(place)


def _base36(number: int) -> str:
    """Return one character for 0 to 35, in order."""
    return "0123456789abcdefghijklmnopqrstuvwxyz"[number]


def parse_number(text: str) -> Decimal:
    """Read a number as officers type it: "1.399" is 1399, "8,25" is 8.25, "1.399,5" is 1399.5.

    A comma is always the decimal sign. Dots and spaces group thousands; a single dot before one
    or two digits ("8.5") can group nothing and is read as the decimal sign. Raises ValueError
    with a Vietnamese reason otherwise.
    """
    typed = re.sub(r"\s", "", clean(text)).replace("\u2212", "-")
    if sum(map(str.isdecimal, typed)) > MOST_DIGITS:
        raise ValueError(f"Số dài quá {MOST_DIGITS} chữ số, xem lại.")
    sign = -1 if typed.startswith("-") else 1
    body = typed.removeprefix("-").removeprefix("+")
    whole, comma, decimals = body.partition(",")
    if _SHORT_DECIMALS.fullmatch(body):
        return sign * Decimal(body)
    grouped = bool(_THOUSANDS.fullmatch(whole))
    if not (grouped or _PLAIN.fullmatch(whole)) or (comma and not _PLAIN.fullmatch(decimals)):
        raise ValueError(f"“{clean(text)}” không phải là số. Ví dụ: 12 hoặc 8,25 hoặc 1.399.")
    return sign * Decimal(whole.replace(".", "") + "." + (decimals or "0")).normalize()


def parse_whole(text: str) -> int:
    """Read a whole number; raises ValueError with a Vietnamese reason for a fraction."""
    number = parse_number(text)
    if number != int(number):
        raise ValueError(f"“{clean(text)}” không phải là số nguyên.")
    return int(number)


def number_text(value: Decimal | float, decimals: int | None = None) -> str:
    """Write a number with decimal comma and dots between thousands, cut, never rounded up.

    With `decimals` exactly that many are shown; without, up to two and no trailing zeros.
    """
    number = Decimal(str(value))
    shown = 2 if decimals is None else decimals
    digits = f"{abs(number):f}"
    whole, _, fraction = digits.partition(".")
    fraction = (fraction + "0" * shown)[:shown]
    if decimals is None:
        fraction = fraction.rstrip("0")
    text = f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")
    is_zero = not text.strip("0.,")
    return text if number >= 0 or is_zero else f"\u2212{text}"


def share_text(part: int, whole: int, decimals: int = 1) -> str:
    """Write part of whole as a percentage cut at `decimals`; a dash when there is no whole.

    24,999 of 25,000 prints as 99,9 %, never as 100 %.
    """
    if not whole:
        return "–"
    scale = 10**decimals
    cut = part * 100 * scale // whole
    return f"{number_text(Decimal(cut) / scale, decimals)}\u00a0%"
