"""The two schemes and which units each of them covers, with the reason.

Pure data and arithmetic: no queries. Legal: Thông tư 124/2021/TT-BCA Điều 1;
Quyết định 510/QĐ-BCA-V05 Điều 2 (the same objects, and the district until the 2024 season).
"""

import datetime as dt
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .models.kinds import Coverage, EnterpriseSize, Kind, Scheme, SubKind

__all__ = ["OPEN_TO_CHOICE", "Coverage", "CoverageFinding", "Scheme", "find_coverage"]

LAST_DISTRICT_DAY: Final = dt.date(2024, 12, 31)
"""The 2024 season was the last that a district saw to its end; districts ended on 1/7/2025."""

SCOPE_REFS: Final = MappingProxyType(
    {
        Scheme.RECOGNITION: "Thông tư 124/2021/TT-BCA Điều 1",
        Scheme.CLASSIFICATION: "Quyết định 510/QĐ-BCA-V05 Điều 2",
    }
)
SIZE_REF: Final = "Nghị định 80/2021/NĐ-CP Điều 5"
DISTRICT_REF: Final = "Luật 72/2025/QH15 Điều 51"


@dataclass(frozen=True, slots=True)
class CoverageFinding:
    """What was found for one unit: the answer, why, and where the law says so."""

    coverage: Coverage
    reason: str
    legal_ref: str


_IN, _OUT, _MAY, _ASK = (
    Coverage.COVERED, Coverage.NOT_COVERED, Coverage.VOLUNTARY, Coverage.UNDECIDED,
)  # fmt: skip

BY_SUB_KIND: Final = MappingProxyType(
    {
        SubKind.ARMED_FORCES: (_OUT, "Cơ quan, đơn vị thuộc lực lượng vũ trang không thuộc diện."),
        SubKind.PRESCHOOL: (_OUT, "Trường mầm non, nhà trẻ không thuộc diện."),
        SubKind.PRIMARY: (_OUT, "Trường tiểu học không thuộc diện."),
        SubKind.PRIMARY_LOWER: (
            _IN,
            "Quy định không nêu trường nhiều cấp học; xét theo cấp cao nhất là trung học cơ sở.",
        ),
        SubKind.MULTI_LEVEL: (
            _IN,
            "Quy định không nêu trường nhiều cấp học; xét theo cấp học cao nhất của trường.",
        ),
        SubKind.COOPERATIVE: (
            _MAY,
            "Quy định không nêu hợp tác xã; tham gia nếu tự nguyện, không tính vào tỷ lệ của xã.",
        ),
    }
)
"""Sub-kinds that the law leaves out, or on which it is silent, and what holds without a choice."""

# fmt: off
OPEN_TO_CHOICE: Final = MappingProxyType({
    SubKind.PRESCHOOL:     frozenset({_OUT, _MAY}),
    SubKind.PRIMARY:       frozenset({_OUT, _MAY}),
    SubKind.PRIMARY_LOWER: frozenset({_IN, _OUT, _MAY}),
    SubKind.MULTI_LEVEL:   frozenset({_IN, _OUT, _MAY}),
    SubKind.COOPERATIVE:   frozenset({_OUT, _MAY}),
})
"""What a province may choose, by sub-kind; what the law names stays as the law says."""

BY_SIZE: Final = MappingProxyType({
    EnterpriseSize.MICRO:  (_OUT, "Doanh nghiệp siêu nhỏ không thuộc diện."),
    EnterpriseSize.SMALL:  (_OUT, "Doanh nghiệp nhỏ không thuộc diện."),
    EnterpriseSize.MEDIUM: (_IN,  "Doanh nghiệp vừa thuộc diện."),
    EnterpriseSize.LARGE:  (_IN,  "Doanh nghiệp lớn thuộc diện."),
})

BY_KIND: Final = MappingProxyType({
    Kind.NATION:                  (_OUT, "Quy định không đánh giá cả nước như một đơn vị."),
    Kind.PROVINCE:                (_OUT, "Quy định không đánh giá cấp tỉnh."),
    Kind.COMMUNE:                 (_IN,  "Mọi xã, phường, đặc khu đều thuộc diện."),
    Kind.RESIDENTIAL_AREA:        (_IN,  "Mọi khu dân cư đều thuộc diện."),
    Kind.AGENCY:                  (_IN,  "Cơ quan không thuộc lực lượng vũ trang thì thuộc diện."),
    Kind.EDUCATIONAL_INSTITUTION: (_IN,  "Cơ sở giáo dục trên cấp tiểu học thuộc diện."),
})
# fmt: on


def find_coverage(
    *,
    scheme: Scheme,
    kind: Kind,
    sub_kind: str,
    day: dt.date,
    enterprise_size: str = "",
    choice: CoverageFinding | None = None,
) -> CoverageFinding:
    """Say whether a scheme covers a unit of this sort on a day, why, and where that is written.

    `choice` is what the unit's province chose for the sub-kind; it counts only where the law is
    silent or lets a unit join by its own will.
    Legal: Thông tư 124/2021/TT-BCA Điều 1; Quyết định 510/QĐ-BCA-V05 Điều 2.
    """
    if choice and choice.coverage in OPEN_TO_CHOICE.get(SubKind(sub_kind), ()):
        return choice
    if kind == Kind.DISTRICT:
        return _district(scheme, day)
    if kind == Kind.ENTERPRISE and sub_kind != SubKind.COOPERATIVE:
        return _enterprise(scheme, enterprise_size)
    if kind in {Kind.AGENCY, Kind.EDUCATIONAL_INSTITUTION} and not sub_kind:
        reason = "Chưa khai loại cơ quan, loại trường nên chưa xác định được."
        return CoverageFinding(_ASK, reason, SCOPE_REFS[scheme])
    found = BY_SUB_KIND.get(SubKind(sub_kind)) if sub_kind else None
    coverage, reason = found or BY_KIND[kind]
    return CoverageFinding(coverage, reason, SCOPE_REFS[scheme])


def _district(scheme: Scheme, day: dt.date) -> CoverageFinding:
    if scheme == Scheme.RECOGNITION:
        reason = "Quy định không nêu cấp huyện."
        return CoverageFinding(_OUT, reason, SCOPE_REFS[scheme])
    if day > LAST_DISTRICT_DAY:
        reason = "Cấp huyện kết thúc ngày 01/7/2025; năm 2024 là năm cuối được phân loại."
        return CoverageFinding(_OUT, reason, DISTRICT_REF)
    return CoverageFinding(_IN, "Cấp huyện thuộc diện đến hết năm 2024.", SCOPE_REFS[scheme])


def _enterprise(scheme: Scheme, size: str) -> CoverageFinding:
    legal_ref = f"{SCOPE_REFS[scheme]}; {SIZE_REF}"
    if size in ("", EnterpriseSize.UNKNOWN):
        reason = "Chưa xác định quy mô doanh nghiệp; cần xác định trước khi chốt danh sách."
        return CoverageFinding(_ASK, reason, legal_ref)
    coverage, reason = BY_SIZE[EnterpriseSize(size)]
    return CoverageFinding(coverage, reason, legal_ref)
