"""What an incident may be, and which row of which unit's sheet counts it: plain data.

Legal: Thông tư 124/2021/TT-BCA Điều 4 khoản 3, khoản 4; Điều 5 khoản 2; Điều 6 khoản 3; Điều 7
khoản 3, khoản 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices

from units.models import Kind


class IncidentType(TextChoices):
    """What happened (loại vụ việc), in the words of the criteria."""

    ANTI_STATE = "anti_state", "Hoạt động chống Đảng, chính quyền, phá hoại khối đại đoàn kết"
    SABOTAGE = "sabotage", "Phá hoại mục tiêu, công trình trọng điểm"
    RELIGION = "religion", "Truyền đạo, phát triển tín ngưỡng, tôn giáo trái pháp luật"
    ABUSE = "abuse", "Lợi dụng tín ngưỡng, tôn giáo, dân tộc, khiếu kiện gây phức tạp"
    SEPARATISM = "separatism", "Ly khai, đòi tự trị"
    DISPUTE = "dispute", "Mâu thuẫn, tranh chấp phức tạp, kéo dài"
    MASS_COMPLAINT = "mass_complaint", "Kích động khiếu kiện đông người, gây rối trật tự"
    SERIOUS_CRIME = "serious_crime", "Tội phạm nghiêm trọng trở lên"
    OTHER_CRIME = "other_crime", "Tội phạm khác về trật tự xã hội"
    SOCIAL_EVIL = "social_evil", "Vụ việc tệ nạn xã hội"
    OTHER_VIOLATION = "other_violation", "Vi phạm pháp luật khác"
    HOT_SPOT = "hot_spot", "Tụ điểm phức tạp về trật tự xã hội"
    NEW_IN_EVILS = "new_in_evils", "Người mới mắc tệ nạn xã hội"
    FIRE = "fire", "Cháy, nổ nghiêm trọng"
    WORK_DEATH = "work_death", "Tai nạn lao động chết người"
    SERIOUS_ACCIDENT = "serious_accident", "Sự cố nghiêm trọng"
    ENVIRONMENT = "environment", "Vi phạm môi trường gây hậu quả nghiêm trọng"
    FOOD_SAFETY = "food_safety", "Vi phạm an toàn thực phẩm gây hậu quả nghiêm trọng"
    STRIKE = "strike", "Đình công, lãn công trái pháp luật"
    STATE_SECRET = "state_secret", "Vi phạm bảo vệ bí mật nhà nước"
    STAFF_FINED = "staff_fined", "Người của đơn vị bị xử phạt hành chính lĩnh vực ANTT"
    STAFF_IN_EVILS = "staff_in_evils", "Người của đơn vị mắc tệ nạn bị kỷ luật từ cảnh cáo"
    SCHOOL_VIOLENCE = "school_violence", "Bạo lực học đường"
    SCHOOL_STAFF = "school_staff", "Cán bộ, nhà giáo phạm tội, mắc tệ nạn bị kỷ luật"
    LEARNERS = "learners", "Người học phạm tội, mắc tệ nạn bị kỷ luật"


class ExceptionClaimed(TextChoices):
    """On what ground an incident may be excused (căn cứ xét ngoại lệ), as the criteria name them."""

    FORCE_MAJEURE = "bat_kha_khang", "Bất khả kháng"
    DETECTED = "phat_hien_han_che_bao_cao", "Phát hiện kịp thời, hạn chế hậu quả, báo cáo ngay"


@dataclass(frozen=True, slots=True)
class Counts:
    """A row of the sheet that counts an incident, and at which of its counters."""

    code: str
    counter: int = 0


_T = IncidentType
COUNTED_IN_PEOPLE: Final = frozenset(
    {_T.NEW_IN_EVILS, _T.STAFF_FINED, _T.STAFF_IN_EVILS, _T.SCHOOL_STAFF, _T.LEARNERS}
)
"""Types whose rows ask for a number of people; all others ask for a number of cases."""

EXCUSABLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        _T.SERIOUS_CRIME: (ExceptionClaimed.FORCE_MAJEURE, ExceptionClaimed.DETECTED),
        **dict.fromkeys(
            (_T.FIRE, _T.WORK_DEATH, _T.SERIOUS_ACCIDENT, _T.ENVIRONMENT, _T.FOOD_SAFETY),
            (ExceptionClaimed.FORCE_MAJEURE,),
        ),
    }
)
"""The grounds on which the criteria excuse an incident of a type; of no other."""

# fmt: off
AREA_ROWS: Final[Mapping[str, tuple[Counts, ...]]] = MappingProxyType({
    _T.ANTI_STATE:       (Counts("4.3.a"),),
    _T.SABOTAGE:         (Counts("4.3.b"),),
    _T.RELIGION:         (Counts("4.3.c"),),
    _T.ABUSE:            (Counts("4.3.d"),),
    _T.SEPARATISM:       (Counts("4.3.đ"),),
    _T.DISPUTE:          (Counts("4.3.e"),),
    _T.MASS_COMPLAINT:   (Counts("4.3.g"),),
    _T.SERIOUS_CRIME:    (Counts("4.4.a", 0), Counts("4.4.b")),
    _T.OTHER_CRIME:      (Counts("4.4.a", 0),),
    _T.SOCIAL_EVIL:      (Counts("4.4.a", 1),),
    _T.OTHER_VIOLATION:  (Counts("4.4.a", 2),),
    _T.HOT_SPOT:         (Counts("4.4.c.i"),),
    _T.NEW_IN_EVILS:     (Counts("4.4.c.ii"),),
    _T.FIRE:             (Counts("4.4.d", 0),),
    _T.WORK_DEATH:       (Counts("4.4.d", 1),),
    _T.SERIOUS_ACCIDENT: (Counts("4.4.d", 2),),
})
"""Khu dân cư; a serious crime is one of the crimes held against the year before, too."""

_BODY_ROWS: Final[Mapping[str, tuple[Counts, ...]]] = MappingProxyType({
    _T.RELIGION:         (Counts("6.3.a"),),
    _T.ABUSE:            (Counts("6.3.b"),),
    _T.MASS_COMPLAINT:   (Counts("6.3.c"),),
    _T.STRIKE:           (Counts("6.3.d"),),
    _T.SERIOUS_CRIME:    (Counts("6.3.đ"),),
    _T.STATE_SECRET:     (Counts("6.3.e"),),
    _T.FIRE:             (Counts("6.3.g", 0),),
    _T.WORK_DEATH:       (Counts("6.3.g", 1),),
    _T.SERIOUS_ACCIDENT: (Counts("6.3.g", 2),),
    _T.ENVIRONMENT:      (Counts("6.3.g", 3),),
    _T.FOOD_SAFETY:      (Counts("6.3.g", 4),),
    _T.STAFF_FINED:      (Counts("6.3.h", 0),),
    _T.STAFF_IN_EVILS:   (Counts("6.3.h", 1),),
})
_NOT_OF_SCHOOLS: Final = (_T.STRIKE, _T.STAFF_FINED, _T.STAFF_IN_EVILS)
_SCHOOL_ROWS: Final[Mapping[str, tuple[Counts, ...]]] = MappingProxyType({
    **{
        of: tuple(Counts(f"7.3/{row.code}", row.counter) for row in rows)
        for of, rows in _BODY_ROWS.items() if of not in _NOT_OF_SCHOOLS
    },
    _T.SCHOOL_VIOLENCE:  (Counts("7.4.i"),),
    _T.SCHOOL_STAFF:     (Counts("7.4.ii", 0),),
    _T.LEARNERS:         (Counts("7.4.ii", 1),),
})
# fmt: on

ROWS_OF_KIND: Final[Mapping[str, Mapping[str, tuple[Counts, ...]]]] = MappingProxyType(
    {
        Kind.RESIDENTIAL_AREA: AREA_ROWS,
        Kind.AGENCY: _BODY_ROWS,
        Kind.ENTERPRISE: _BODY_ROWS,
        Kind.EDUCATIONAL_INSTITUTION: _SCHOOL_ROWS,
        Kind.COMMUNE: MappingProxyType(
            {
                of: tuple(Counts(f"5.2/{row.code}", row.counter) for row in rows)
                for of, rows in AREA_ROWS.items()
            }
        ),
    }
)
"""By kind of unit: which rows count an incident of a type; a type without an entry counts in none."""

ALSO_IN_COMMUNE: Final = (_T.OTHER_CRIME, _T.SOCIAL_EVIL, _T.OTHER_VIOLATION)
"""Types that a unit's own sheet may not ask for and its commune's does (Điều 5 khoản 2)."""


def types_of(kind: str) -> list[IncidentType]:
    """The types that may be written down for a unit of that kind, in the order of the law."""
    rows = ROWS_OF_KIND.get(kind, {})
    return [of for of in IncidentType if of in rows or (rows and of in ALSO_IN_COMMUNE)]
