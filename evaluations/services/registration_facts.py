"""What a unit of each kind says when it registers for the standard."""

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from units.models import Kind

from ..models import Registration


@dataclass(frozen=True, slots=True)
class RegistrationFigures:
    """One row of the registration grid as typed: whole numbers, days, numbers of papers.

    Of each kind of unit only its own facts are kept, see `FACTS_OF`.
    """

    registered_on: dt.date | None = None
    has_party: bool = True
    resolution_number: str = ""
    resolution_on: dt.date | None = None
    plan_number: str = ""
    plan_on: dt.date | None = None
    people_informed: int | None = None
    people_total: int | None = None
    households_registered: int | None = None
    households_total: int | None = None
    counted_on: dt.date | None = None


_PAPERS = ("resolution_number", "resolution_on", "plan_number", "plan_on")
_PEOPLE = (*_PAPERS, "has_party", "people_informed", "people_total")
_AREA = (
    "resolution_number", "resolution_on", "households_registered", "households_total", "counted_on",
)  # fmt: skip
FACTS_OF: Final = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: _AREA,
        Kind.AGENCY: _PEOPLE,
        Kind.ENTERPRISE: _PEOPLE,
        Kind.EDUCATIONAL_INSTITUTION: _PEOPLE,
        Kind.COMMUNE: _PAPERS,
        Kind.DISTRICT: _PAPERS,
    }
)
"""What each kind of unit says beside the day; the rest is not asked and not kept.

Legal: Thông tư 124/2021/TT-BCA Điều 4 đến Điều 7, Điều 9 khoản 2 điểm a.
"""

NEEDED: Final = ("households_registered", "households_total", "plan_number")
NEEDED_WORDS: Final = MappingProxyType(
    {
        "registered_on": "Ghi ngày đăng ký.",
        "households_registered": "Ghi số hộ đăng ký.",
        "households_total": "Ghi tổng số hộ.",
        "plan_number": "Ghi số kế hoạch về an ninh, trật tự.",
        "resolution_number": "Ghi số nghị quyết của cấp ủy, hoặc đánh dấu không có tổ chức đảng.",
    }
)
COUNTED: Final = (
    (
        "households_registered", "households_total", "Số hộ đăng ký", "hộ",
        "Ghi tổng số hộ để tính tỷ lệ (Điều 4 khoản 1).",
    ),
    (
        "people_informed", "people_total", "Số người được phổ biến", "người",
        "Ghi tổng số người để tính tỷ lệ (Điều 6 khoản 1, Điều 7 khoản 1).",
    ),
)  # fmt: skip


def facts_of_kind(figures: RegistrationFigures, kind: str) -> RegistrationFigures:
    """The figures without those that units of this kind are not asked for."""
    asked = {"registered_on", *FACTS_OF[Kind(kind)]}
    kept = {name: getattr(figures, name) for name in RegistrationFigures.__slots__ if name in asked}
    return RegistrationFigures(**kept)


def missing_facts(row: Registration) -> dict[str, str]:
    """What the registration still lacks to be sent, by field."""
    kind = Kind(row.unit.kind)
    wanted = ["registered_on", *(name for name in NEEDED if name in FACTS_OF[kind])]
    if "plan_number" in FACTS_OF[kind] and row.has_party:
        wanted.append("resolution_number")
    return {name: NEEDED_WORDS[name] for name in wanted if getattr(row, name) in (None, "")}


def refuse_wrong_facts(figures: RegistrationFigures) -> None:
    """Raise ValidationError by field for figures that cannot be."""
    problems: dict[str, str] = {}
    for part, whole, noun, counted, share in COUNTED:
        done, total = getattr(figures, part), getattr(figures, whole)
        if done is not None and total is not None and done > total:
            problems[part] = f"{noun} ({done}) lớn hơn tổng số {counted} ({total})."
        if done is not None and total is None:
            problems[whole] = share
    if not figures.has_party and (figures.resolution_number or figures.resolution_on):
        problems["resolution_number"] = "Không có tổ chức đảng thì để trống nghị quyết."
    for name in ("registered_on", "resolution_on", "plan_on", "counted_on"):
        day = getattr(figures, name)
        if day and day > localdate():
            problems[name] = "Ngày này còn ở phía trước, xem lại."
    if problems:
        raise ValidationError(problems)
