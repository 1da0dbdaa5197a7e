"""Vietnamese dates: read as typed, written as spoken, counted in working days."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

WEEKDAYS: Final = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
SATURDAY: Final = 5
SOON_WORKING_DAYS: Final = 5
CENTURY: Final = 2000

# Public holidays that fall on the same day each year: month, day.
FIXED_HOLIDAYS: Final = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
# Days off that move: Tết, Giỗ Tổ, the second day of Quốc khánh, days off in lieu of a weekend.
# fmt: off
MOVING_HOLIDAYS: Final = {
    2024: ((2, 8), (2, 9), (2, 12), (2, 13), (2, 14), (4, 18), (4, 29), (9, 3)),
    2025: ((1, 27), (1, 28), (1, 29), (1, 30), (1, 31), (4, 7), (5, 2), (9, 1)),
    2026: ((2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (4, 27), (9, 1)),
    2027: ((2, 5), (2, 8), (2, 9), (2, 10), (2, 11), (4, 16), (5, 3), (9, 3)),
}
# fmt: on

_SEPARATED = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})(?:[/.\-\s](\d{4}|\d{2}))?")
_PACKED = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SPOKEN = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?: năm (\d{4}))?", re.IGNORECASE)

Level = Literal["ok", "soon", "today", "late"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """How a last allowed day stands today, in words and as a level for colour and order."""

    last_day: date
    level: Level
    day_text: str
    left_text: str

    @property
    def text(self) -> str:
        """The line as shown: "Chậm nhất thứ Bảy 14/11 · còn 2 ngày làm việc"."""
        return f"{self.day_text} · {self.left_text}"


def parse_date(text: str, *, year: int) -> date:
    """Read 15/11, 15-11, 15.11, 151126, 15112026, 15/11/2026, 15/11/26 or 2026-11-15.

    The year is used where none is typed; two digits mean 20xx. Raises ValueError with a
    Vietnamese reason.
    """
    typed = " ".join(text.split())
    if iso := _ISO.fullmatch(typed):
        parts = (iso[3], iso[2], iso[1])
    elif found := next(filter(None, (p.fullmatch(typed) for p in _DAY_FIRST)), None):
        parts = (found[1], found[2], found[3])
    else:
        raise ValueError(f"“{typed}” không phải là ngày. Ví dụ: 15/11 hoặc 15/11/{year}.")
    try:
        return date(_full_year(parts[2], year), int(parts[1]), int(parts[0]))
    except (ValueError, OverflowError):
        raise ValueError(f"Không có ngày {typed} trong lịch.") from None


_DAY_FIRST = (_SEPARATED, _PACKED, _SPOKEN)


def _full_year(typed: str | None, year: int) -> int:
    """Return the typed year, two digits made four, or the given one."""
    if not typed:
        return year
    return int(typed) + (CENTURY if len(typed) == len("26") else 0)


def weekday_name(day: date) -> str:
    """Return "thứ Hai" … "thứ Bảy", "Chủ nhật"."""
    return WEEKDAYS[day.weekday()]


def date_text(day: date) -> str:
    """Write 14/11/2026."""
    return f"{day:%d/%m/%Y}"


def day_text(day: date, *, today: date | None = None) -> str:
    """Write "thứ Bảy 14/11", with the year when it is not today's."""
    written = f"{day.day}/{day.month}" if today and today.year == day.year else date_text(day)
    return f"{weekday_name(day)} {written}"


def time_text(moment: datetime) -> str:
    """Write "14:32 ngày 14/11/2026"; the moment must be in local time already."""
    return f"{moment:%H:%M} ngày {date_text(moment.date())}"


def official_date(day: date) -> str:
    """Write "ngày 05 tháng 02 năm 2026" as state papers do.

    Days under 10 and months 1 and 2 carry a leading zero.
    Legal: 30/2020/NĐ-CP, Phụ lục I, phần II, mục 4.
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def last_day_before(limit: date) -> date:
    """Return the last allowed day of a rule that says "before": before 15/11 means 14/11."""
    return limit - timedelta(days=1)


def is_working_day(day: date, *, days_off: Collection[date] = ()) -> bool:
    """Tell whether offices work: not a weekend, a public holiday or one of `days_off`."""
    if day.weekday() >= SATURDAY or day in days_off:
        return False
    month_day = (day.month, day.day)
    return month_day not in FIXED_HOLIDAYS and month_day not in MOVING_HOLIDAYS.get(day.year, ())


def working_days_left(today: date, last_day: date, *, days_off: Collection[date] = ()) -> int:
    """Count working days from today to the last allowed day, both included; 0 when past."""
    span = max((last_day - today).days + 1, 0)
    days = (today + timedelta(days=n) for n in range(span))
    return sum(is_working_day(day, days_off=days_off) for day in days)


def deadline(last_day: date, *, today: date, days_off: Collection[date] = ()) -> Deadline:
    """Say how long there is: "Chậm nhất thứ Bảy 14/11" and "còn 2 ngày làm việc"."""
    left = working_days_left(today, last_day, days_off=days_off)
    latest = f"Chậm nhất {day_text(last_day, today=today)}"
    if today > last_day:
        return Deadline(last_day, "late", latest, f"quá hạn {(today - last_day).days} ngày")
    if today == last_day:
        return Deadline(last_day, "today", latest, "hôm nay là ngày cuối")
    if not left:
        return Deadline(last_day, "soon", latest, "không còn ngày làm việc nào")
    level: Level = "soon" if left <= SOON_WORKING_DAYS else "ok"
    return Deadline(last_day, level, latest, f"còn {left} ngày làm việc")
