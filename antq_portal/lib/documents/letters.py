"""How dates, numbers and letters are written in an official Vietnamese paper."""

import re
import unicodedata
from datetime import date
from functools import cache
from typing import Final

from fontTools.ttLib import TTFont

from antq_portal.lib.dates import official_date
from antq_portal.lib.documents.places import FONT_FILES
from antq_portal.lib.text import nfc, number_text

NBSP: Final = "\u00a0"
BLANK: Final = NBSP * 7
OPEN_TIME: Final = f"{NBSP * 6}giờ{NBSP * 6}phút"
DOTS: Final = "…" * 14
DOTTED_LINE: Final = "…" * 32
STAND_IN: Final = "□"
TEN: Final = 10
SIMPLER: Final = {"\u2011": "-", "\u2028": "\n", "\u2029": "\n", "\t": " "}


@cache
def covered_letters() -> frozenset[int]:
    """Return the code points present in all four styles of the papers' own font."""
    styles = []
    for path in FONT_FILES:
        with TTFont(path, lazy=True) as font:
            styles.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*styles)


def printable(text: str) -> str:
    """Return NFC text that the papers' own font can draw.

    A letter outside the font becomes "□", so that no font of the host slips into a paper.
    """
    known = covered_letters()
    letters = (SIMPLER.get(letter, letter) for letter in nfc(text))
    return "".join(x if x == "\n" or ord(x) in known else _stand_in(x) for x in letters)


def _stand_in(letter: str) -> str:
    invisible = unicodedata.category(letter) in {"Cc", "Cf", "Mn"}
    return "" if invisible else STAND_IN


def number_of(number: str, symbol: str) -> str:
    """Return "05/QĐ-UBND": below ten with a leading zero, open with room for the pen."""
    typed = number.strip()
    shown = typed.zfill(2) if typed.isdecimal() else typed
    return f"{shown or BLANK}/{symbol}"


def date_words(day: date | None, year: int | None = None) -> str:
    """Return "ngày 05 tháng 02 năm 2026"; an open date leaves room for day and month."""
    if day is None:
        return f"ngày{BLANK}tháng{BLANK}năm{NBSP}{year or BLANK}"
    written = official_date(day)
    return re.sub(r"(ngày|tháng|năm) ", rf"\1{NBSP}", written)


def counted(count: int) -> str:
    """Return a count as papers write it: 05, 12, 1.204."""
    return f"{count:02d}" if 0 < count < TEN else number_text(count)


def ended(text: str, mark: str) -> str:
    """Return text that closes with exactly this mark ("", ";", "." or "./.")."""
    return re.sub(r"[\s;.,/]+$", "", text) + mark


def whole(text: str) -> str:
    """Return text that is not broken over two lines."""
    return text.replace(" ", NBSP)


def capitalised(text: str) -> str:
    """Return text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
