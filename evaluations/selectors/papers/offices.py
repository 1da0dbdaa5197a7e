"""What an authority, its committee and its police are called on papers, on a given day.

Legal: Nghị định 30/2020/NĐ-CP Phụ lục I; Thông tư 124/2021/TT-BCA Điều 9.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from criteria.models import Organ
from units.models import Kind, SubKind, UnitVersion

BOARD: Final = (
    "Ban Chỉ đạo phòng, chống tội phạm, tệ nạn xã hội và xây dựng phong trào Toàn dân bảo vệ "
    "an ninh Tổ quốc"
)
MINISTRY: Final = "Bộ Công an"
CAPITAL: Final = "Hà Nội"
TWO_TIERS_SINCE: Final = dt.date(2025, 7, 1)

POLICE: Final = MappingProxyType(
    {
        SubKind.XA: "CAX", SubKind.PHUONG: "CAP", SubKind.DAC_KHU: "CAĐK", SubKind.THI_TRAN: "CATT",
        SubKind.HUYEN: "CAH", SubKind.QUAN: "CAQ", SubKind.THI_XA: "CATX", SubKind.THANH_PHO: "CATP",
        SubKind.TINH: "CAT", SubKind.THANH_PHO_TW: "CATP",
    }
)  # fmt: skip
"""How the police of each sort of place is shortened in lists of recipients."""


@dataclass(frozen=True, slots=True)
class Office:
    """One level of government as papers name it."""

    kind: str
    sub_kind: str
    version_id: int
    spoken: str
    """The name inside a sentence: "xã Na Mèo"."""
    place: str
    """What stands before the date: "Na Mèo"."""
    area: str
    """With what it lies in: "xã Na Mèo, tỉnh Thanh Hóa"."""
    upper: str
    """The level right above, or nothing: "tỉnh Thanh Hóa"."""

    @property
    def word(self) -> str:
        """The word of its sort: "xã"."""
        return str(SubKind(self.sub_kind).label) if self.sub_kind else ""

    @property
    def is_ministry(self) -> bool:
        return self.kind == Kind.NATION

    @property
    def committee(self) -> str:
        """Its people's committee: "Ủy ban nhân dân xã Na Mèo"."""
        return MINISTRY if self.is_ministry else f"Ủy ban nhân dân {self.spoken}"

    @property
    def board(self) -> str:
        """Its steering committee."""
        return f"{BOARD} {self.spoken}"

    @property
    def standing(self) -> str:
        """The standing body of its steering committee, which appraises."""
        return f"Thường trực {self.board}"

    @property
    def police(self) -> str:
        return MINISTRY if self.is_ministry else f"Công an {self.spoken}"

    @property
    def police_mark(self) -> str:
        """The police in "Lưu: VT, CAX"."""
        return POLICE.get(SubKind(self.sub_kind), "CA") if self.sub_kind else "BCA"

    def authority(self, organ: str) -> str:
        """The organ that decides, in full: "Chủ tịch Ủy ban nhân dân xã Na Mèo"."""
        return {
            Organ.PEOPLES_COMMITTEE: self.committee,
            Organ.CHAIRMAN: f"Chủ tịch {self.committee}",
            Organ.STEERING_COMMITTEE: self.board,
            Organ.MINISTER: "Bộ trưởng Bộ Công an",
        }[Organ(organ)]

    @property
    def reports_to(self) -> str:
        """The police one level up, which hears of every decision."""
        if self.kind == Kind.PROVINCE:
            return MINISTRY
        return f"Công an {self.upper}" if self.upper else ""

    def implementers(self, day: dt.date, organ: str = Organ.PEOPLES_COMMITTEE) -> str:
        """Who carries a decision out, as its last article names them."""
        if organ == Organ.STEERING_COMMITTEE:
            return f"Các thành viên Ban Chỉ đạo, {self.police}"
        if self.is_ministry:
            return "Cục trưởng Cục Xây dựng phong trào bảo vệ an ninh Tổ quốc"
        if self.kind == Kind.PROVINCE:
            return f"Chánh Văn phòng {self.committee}, Giám đốc {self.police}"
        if self.kind == Kind.COMMUNE and day < TWO_TIERS_SINCE:
            return f"Công chức Văn phòng - Thống kê, Trưởng {self.police}"
        return f"Chánh Văn phòng Hội đồng nhân dân và Ủy ban nhân dân {self.word}, Trưởng {self.police}"


def office_of(unit_id: int, *, day: dt.date) -> Office:
    """What one unit of government is called on papers of that day: two queries.

    Of a unit that has ended it is the last name. Raises UnitVersion.DoesNotExist if the unit has
    no version yet on that day.
    """
    version = UnitVersion.objects.in_force(day).select_related("unit").get(unit=unit_id)
    names = names_above([version], day=day)
    above = names[version.unit_id]
    return Office(
        kind=version.unit.kind,
        sub_kind=version.sub_kind,
        version_id=version.pk,
        spoken=version.spoken_name,
        place=CAPITAL if version.unit.kind == Kind.NATION else place_of(version),
        area=", ".join((version.spoken_name, *above)),
        upper=above[0] if above else "",
    )


def place_of(version: UnitVersion) -> str:
    """The name before the date of a paper, as Nghị định 30/2020/NĐ-CP wants it: "Na Mèo"."""
    return version.document_place or version.bare_name


def names_above(versions: Iterable[UnitVersion], *, day: dt.date) -> dict[int, tuple[str, ...]]:
    """Spoken names of what each unit lies in, the nearest first, by unit id: one query.

    The nation is left out. ("xã Na Mèo", "tỉnh Thanh Hóa") for a residential area.
    """
    versions = list(versions)
    wanted = {unit for version in versions for unit in version.ancestor_ids[:-1]}
    found = (
        UnitVersion.objects.in_force(day).filter(unit__in=wanted).exclude(unit__kind=Kind.NATION)
    )
    spoken = {above.unit_id: above.spoken_name for above in found}
    return {
        version.unit_id: tuple(
            spoken[unit] for unit in reversed(version.ancestor_ids[:-1]) if unit in spoken
        )
        for version in versions
    }
