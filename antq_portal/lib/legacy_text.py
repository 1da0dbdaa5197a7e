"""Text typed in a font of before Unicode: recognised and named, never guessed into Unicode."""

import re
from typing import Final

TCVN3: Final = "TCVN3 (.VnTime…)"
VNI: Final = "VNI (VNI-Times…)"

# Signs that stand inside a word only where TCVN3 put its own letters at their places.
_TCVN3 = re.compile(r"[^\W\d_][¨©ª«¬®µ¶·¸¹»¼½¾]|[¨©ª«¬®µ¶·¸¹»¼½¾][^\W\d_]")
# VNI writes the tone as a letter of its own behind the vowel: "xaõ", "toå", "ñoäi".
_VNI = re.compile(r"[aăâeêoôơyuưiAEOYUI][øûïäëöüåÿØÛÏÄËÖÜÅ]|[aeoAEO][ùõÙÕ]|(?<!\w)[ñÑ][^\W\d_]")


def legacy_encoding(text: str, font: str = "") -> str:
    """The name of the old encoding the text is in; empty for Unicode.

    The font of the cell says it for certain where the text has letters beyond ASCII.
    """
    if text.isascii():
        return ""
    name = font.lower()
    if name.startswith(".vn") and not _has_vietnamese(text):
        return TCVN3
    if name.startswith("vni") and not _has_vietnamese(text):
        return VNI
    if _TCVN3.search(text):
        return TCVN3
    return VNI if _VNI.search(text) else ""


def _has_vietnamese(text: str) -> bool:
    """Whether there are letters that only Unicode has: then the font is only what it is shown in."""
    return any("\u1ea0" <= char <= "\u1ef9" or char in "ăđĩũơưĂĐĨŨƠƯ" for char in text)
