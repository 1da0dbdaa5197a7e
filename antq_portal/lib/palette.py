"""The fixed colours of results, the same on screen, in charts, in PDF and in Excel.

The style sheet's tokens `--outcome-*` carry the same values; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result: its code in the style sheet, its word, its strong and its pale colour."""

    code: str
    label: str
    strong: str
    pale: str


# fmt: off
OUTCOMES: Final = {
    "xuat_sac":   Outcome("excellent", "Xuất sắc",             "#0f6b3c", "#e0f1e6"),
    "kha":        Outcome("good",      "Khá",                  "#1a5fa8", "#e1edf9"),
    "trung_binh": Outcome("average",   "Trung bình",           "#8f5f00", "#fbf0d6"),
    "yeu":        Outcome("weak",      "Yếu",                  "#8c3a6b", "#f6e4ee"),
    "met":        Outcome("met",       "Đạt tiêu chuẩn",       "#0b6670", "#dcf1f2"),
    "not_met":    Outcome("not-met",   "Chưa đạt tiêu chuẩn",  "#5a5d66", "#ececef"),
}
# fmt: on
