"""The demo's made-up units below the real communes; every name says that it is a sample."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from units.models import EnterpriseSize, Kind, ManagingLevel, SubKind

MARK: Final = "(mẫu)"
FOUNDED: Final = dt.date(2018, 1, 1)
DISTRICT: Final = "387"

SUCCESSORS: Final = {
    "15013": "15013", "15010": "15010", "15007": "15007", "15022": "15022", "15025": "15025",
    "15001": "15001", "14999": "15001", "14995": "15001", "15016": "15016", "14998": "15016",
    "15019": "15019", "15004": "15019",
}  # fmt: skip
"""The twelve communes of Quan Sơn before 01/7/2025 by code, with the commune of today."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One made-up unit: name, commune of before 01/7/2025, kind, word, manager, size.

    `first_level` managed it before 01/7/2025, `managing_level` does today; `ended` says that it
    ended with the district. `now_in` is the commune of today where the old one was divided.
    """

    name: str
    old_code: str
    kind: str
    sub_kind: str
    managing_level: str = ManagingLevel.COMMUNE
    enterprise_size: str = ""
    first_level: str = ""
    ended: bool = False
    now_in: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.name} {MARK}"

    @property
    def code(self) -> str:
        """The commune of today."""
        return self.now_in or SUCCESSORS[self.old_code]


AREAS: Final = {
    "15013": (
        "Bản Na Mèo", "Bản Ché Lầu", "Bản Na Pọng", "Bản Sộp Huối", "Bản Xộp Hồng", "Bản Bo Hiềng", "Bản Cha Khót",
        "Bản Hiềng", "Bản Sa Ná", "Bản Son", "Bản Khà", "Bản Hạ", "Bản Mòn", "Bản Hậu", "Khu phố Cửa Khẩu",
    ),
    "15010": ("Bản Chanh", "Bản Thủy Chung", "Bản Thủy Thành", "Bản Xuân Thành", "Bản Cóc", "Bản Chung Sơn",
              "Bản Mùa Xuân", "Bản Hiết"),
    "15016": ("Khu phố 1", "Khu phố 2", "Khu phố Păng"),
    "14998": ("Bản Bách", "Bản Ngàm", "Bản Bàng", "Bản Khạn", "Bản Mẩy"),
    "15001": ("Bản Lang", "Bản Din"),
    "14999": ("Bản Lọng", "Bản Phú Nam"),
    "14995": ("Bản Phú Nam", "Bản Toong"),
    "15007": ("Bản Pa", "Bản Kham", "Bản Mò", "Bản Ngàm Pốc", "Bản Cha Lung"),
    "15019": ("Bản Tình", "Bản Hát"),
    "15004": ("Bản Sại", "Bản Muống", "Bản Hậu Sơn"),
    "15022": ("Bản Sủa", "Bản Na Lộc", "Bản Bun", "Bản Ngàm Sơn", "Bản Xa Mang"),
    "15025": ("Bản Luốc Lầu", "Bản Chiềng", "Bản Bơn", "Bản Mìn", "Bản Yên"),
}  # fmt: skip
"""Residential areas by the code of the commune of before 01/7/2025, in the order of their stories.

Two communes that merged into Trung Hạ each bring a "Bản Phú Nam".
"""

_SCHOOL, _AGENCY, _FIRM = Kind.EDUCATIONAL_INSTITUTION, Kind.AGENCY, Kind.ENTERPRISE
_OF_DISTRICT, _OF_PROVINCE = ManagingLevel.DISTRICT, ManagingLevel.PROVINCE
REPORTER_SCHOOL: Final = "Trường THCS Quan Sơn"

OTHERS: Final = (
    MadeUp("Trạm Y tế xã Na Mèo", "15013", _AGENCY, SubKind.PUBLIC_SERVICE),
    MadeUp("Trường THCS Na Mèo", "15013", _SCHOOL, SubKind.LOWER_SECONDARY, first_level=_OF_DISTRICT),
    MadeUp("Trường THPT Quan Sơn 2", "15013", _SCHOOL, SubKind.UPPER_SECONDARY, _OF_PROVINCE),
    MadeUp("Công ty cổ phần Cửa khẩu Na Mèo", "15013", _FIRM, SubKind.ENTERPRISE,
           enterprise_size=EnterpriseSize.MEDIUM),
    MadeUp("Trường TH&THCS Sơn Thủy", "15010", _SCHOOL, SubKind.PRIMARY_LOWER),
    MadeUp(REPORTER_SCHOOL, "15016", _SCHOOL, SubKind.LOWER_SECONDARY),
    MadeUp("Trung tâm Văn hóa xã Quan Sơn", "15016", _AGENCY, SubKind.PUBLIC_SERVICE),
    MadeUp("Phòng Nội vụ huyện Quan Sơn", "15016", _AGENCY, SubKind.STATE_BODY, _OF_DISTRICT, ended=True),
    MadeUp("Trường THPT Quan Sơn", "15016", _SCHOOL, SubKind.UPPER_SECONDARY, _OF_PROVINCE),
    MadeUp("Bệnh viện đa khoa Quan Sơn", "15016", _AGENCY, SubKind.PUBLIC_SERVICE, _OF_PROVINCE),
    MadeUp("Trung tâm GDNN - GDTX Quan Sơn", "15016", _SCHOOL, SubKind.CONTINUING, _OF_PROVINCE),
    MadeUp("Hạt Kiểm lâm Quan Sơn", "15016", _AGENCY, SubKind.STATE_BODY, _OF_PROVINCE),
    MadeUp("Công ty Thủy điện Trung Xuân", "14995", _FIRM, SubKind.ENTERPRISE, ManagingLevel.MINISTRY,
           EnterpriseSize.LARGE),
    MadeUp("Công ty TNHH Xây dựng Tam Thanh", "15007", _FIRM, SubKind.ENTERPRISE,
           enterprise_size=EnterpriseSize.UNKNOWN),
    MadeUp("Hợp tác xã Luồng Sơn Điện", "15022", _FIRM, SubKind.COOPERATIVE),
)  # fmt: skip
"""Agencies, enterprises and schools."""

BEGUN_THIS_YEAR: Final = frozenset({"Công ty TNHH Xây dựng Tam Thanh"})
"""Units the register did not know in earlier years."""

MINISTRY_MANAGED: Final = "Công ty Thủy điện Trung Xuân"


def areas_of(old_code: str) -> list[MadeUp]:
    """The residential areas of one commune of before 01/7/2025, in story order."""
    return [
        MadeUp(
            name,
            old_code,
            Kind.RESIDENTIAL_AREA,
            SubKind.KHU_PHO if name.startswith("Khu phố") else SubKind.BAN,
            now_in="15019" if name == "Khu phố Păng" else "",
        )
        for name in AREAS[old_code]
    ]
