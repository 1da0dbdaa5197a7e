"""The demo's made-up units below the real communes; every name says that it is a sample."""

from dataclasses import dataclass
from typing import Final

from units.models import EnterpriseSize, Kind, ManagingLevel, SubKind

MARK: Final = "(mẫu)"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One made-up unit: name, kind, word, who manages it, size."""

    name: str
    kind: str
    sub_kind: str
    managing_level: str = ManagingLevel.COMMUNE
    enterprise_size: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.name} {MARK}"


AREAS: Final = {
    "15013": (
        "Bản Na Mèo", "Bản Ché Lầu", "Bản Na Pọng", "Bản Sộp Huối", "Bản Xộp Hồng", "Bản Bo Hiềng", "Bản Cha Khót",
        "Bản Hiềng", "Bản Sa Ná", "Bản Son", "Bản Khà", "Bản Hạ", "Bản Mòn", "Bản Hậu", "Khu phố Cửa Khẩu",
    ),
    "15010": ("Bản Chanh", "Bản Thủy Chung", "Bản Thủy Thành", "Bản Xuân Thành", "Bản Cóc", "Bản Chung Sơn",
              "Bản Mùa Xuân", "Bản Hiết"),
    "15016": ("Khu phố 1", "Khu phố 2", "Khu phố Păng", "Bản Bách", "Bản Ngàm", "Bản Bàng", "Bản Khạn", "Bản Mẩy"),
    "15001": ("Bản Lang", "Bản Din", "Bản Lọng", "Bản Xầy", "Bản Toong", "Bản Lợi"),
    "15007": ("Bản Pa", "Bản Kham", "Bản Mò", "Bản Ngàm Pốc", "Bản Cha Lung"),
    "15019": ("Bản Tình", "Bản Hát", "Bản Sại", "Bản Muống", "Bản Hậu Sơn"),
    "15022": ("Bản Sủa", "Bản Na Lộc", "Bản Bun", "Bản Ngàm Sơn", "Bản Xa Mang"),
    "15025": ("Bản Luốc Lầu", "Bản Chiềng", "Bản Bơn", "Bản Mìn", "Bản Yên"),
}  # fmt: skip
"""Residential areas by the commune's code, in the order of their stories."""

OTHERS: Final = {
    "15013": (
        MadeUp("Trạm Y tế xã Na Mèo", Kind.AGENCY, SubKind.PUBLIC_SERVICE),
        MadeUp("Trường THCS Na Mèo", Kind.EDUCATIONAL_INSTITUTION, SubKind.LOWER_SECONDARY),
        MadeUp("Trường THPT Quan Sơn 2", Kind.EDUCATIONAL_INSTITUTION, SubKind.UPPER_SECONDARY,
               ManagingLevel.PROVINCE),
        MadeUp("Công ty cổ phần Cửa khẩu Na Mèo", Kind.ENTERPRISE, SubKind.ENTERPRISE,
               ManagingLevel.COMMUNE, EnterpriseSize.MEDIUM),
    ),
    "15010": (MadeUp("Trường TH&THCS Sơn Thủy", Kind.EDUCATIONAL_INSTITUTION, SubKind.PRIMARY_LOWER),),
    "15016": (
        MadeUp("Trường THCS Quan Sơn", Kind.EDUCATIONAL_INSTITUTION, SubKind.LOWER_SECONDARY),
        MadeUp("Trung tâm Văn hóa xã Quan Sơn", Kind.AGENCY, SubKind.PUBLIC_SERVICE),
    ),
}  # fmt: skip
"""Agencies, enterprises and schools by the commune's code."""

REPORTER_SCHOOL: Final = "Trường THCS Quan Sơn"


def areas_of(code: str) -> list[MadeUp]:
    """The residential areas of one commune, in story order."""
    return [
        MadeUp(
            name,
            Kind.RESIDENTIAL_AREA,
            SubKind.KHU_PHO if name.startswith("Khu phố") else SubKind.BAN,
        )
        for name in AREAS[code]
    ]
