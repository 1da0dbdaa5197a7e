"""What the register should hold: units of both eras, their versions and what became of them.

Pure arithmetic over the files; the writing is `units.services.loading`. A unit of one era stays the
same unit when exactly one took its place and it took the place of exactly one; every other link is
a succession. Codes are compared within one era only, because they are re-used.
Legal: Luật 72/2025/QH15 Điều 51 (districts end); Nghị quyết 202/2025/QH15 (provinces);
Quyết định 19/2025/QĐ-TTg (codes of the present units).
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ..models import Kind, ManagingLevel, SubKind
from .records import Amendment, Files, Link, Record

REFORM_DAY: Final = dt.date(2025, 7, 1)
DISTRICT_ACT: Final = "Luật 72/2025/QH15 Điều 51"
PROVINCE_ACT: Final = "Nghị quyết 202/2025/QH15"
COMMUNE_ACT: Final = "Quyết định 19/2025/QĐ-TTg"
NATION_NAME: Final = "Việt Nam"

_P, _D, _C = Kind.PROVINCE, Kind.DISTRICT, Kind.COMMUNE
# fmt: off
SUB_KIND_WORDS: Final = (
    (_P, "Tỉnh ",      SubKind.TINH),  (_P, "Thành phố ", SubKind.THANH_PHO_TW),
    (_D, "Quận ",      SubKind.QUAN),  (_D, "Huyện ",     SubKind.HUYEN),
    (_D, "Thị xã ",    SubKind.THI_XA), (_D, "Thành phố ", SubKind.THANH_PHO),
    (_C, "Xã ",        SubKind.XA),    (_C, "Phường ",    SubKind.PHUONG),
    (_C, "Thị trấn ",  SubKind.THI_TRAN), (_C, "Đặc khu ", SubKind.DAC_KHU),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class UnitKey:
    """One unit of the plan: the code it had in the era in which it is first known."""

    kind: Kind
    is_old: bool
    code: str


NATION: Final = UnitKey(Kind.NATION, True, "")


@dataclass(frozen=True, slots=True)
class PlannedVersion:
    """What one unit is from a day; `ancestors` leads from the nation down to the parent."""

    unit: UnitKey
    valid_from: dt.date | None
    name: str
    sub_kind: str
    code: str
    ancestors: tuple[UnitKey, ...]
    managing_level: ManagingLevel
    legal_act: str = ""


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """One unit, the province it belongs to last, and how it ended if it did."""

    key: UnitKey
    province: UnitKey | None
    ended_on: dt.date | None = None
    ended_by_act: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSuccession:
    """One unit gave its place, or part of it, to another."""

    predecessor: UnitKey
    successor: UnitKey
    legal_act: str
    is_default: bool


@dataclass(slots=True)
class Plan:
    """Units from the top down, their versions by start, their successions."""

    units: list[PlannedUnit] = field(default_factory=list)
    versions: list[PlannedVersion] = field(default_factory=list)
    successions: list[PlannedSuccession] = field(default_factory=list)


def national_plan(provinces: Collection[str] = (), files: Files | None = None) -> Plan:
    """Plan the whole country, or all provinces and the communes of some present ones.

    With codes of present provinces: their communes, and every old commune and district that
    links to one of them. Raises ValueError, in Vietnamese, for a code that is no present province.
    """
    planner = _Planner(files or Files())
    unknown = sorted(set(provinces) - set(planner.files.provinces))
    if unknown:
        raise ValueError(f"Không có tỉnh, thành phố nào hiện mang mã {', '.join(unknown)}.")
    return planner.plan(set(provinces) or set(planner.files.provinces))


class _Planner:
    """The links between the eras, found once from the whole files, and the plan made from them."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def plan(self, provinces: set[str]) -> Plan:
        made = Plan()
        nation = PlannedVersion(NATION, None, NATION_NAME, "", "", (), ManagingLevel.MINISTRY)
        made.units.append(PlannedUnit(NATION, None))
        made.versions.append(nation)
        self._add_provinces(made)
        self._add_districts(made, provinces)
        self._add_communes(made, provinces)
        return made

    @cached_property
    def province_links(self) -> list[Link]:
        """Which old province each present one took in, as the communes' links say."""
        old, new = self.files.old_communes, self.files.communes
        pairs = {
            (old[link.old_code].province_code, new[link.new_code].province_code)
            for link in self.files.commune_links
        }
        return [Link(*pair) for pair in sorted(pairs)]

    @cached_property
    def same_province(self) -> dict[str, str]:
        """Present code → old code of the provinces that stayed the same unit."""
        return _one_to_one(self.province_links)

    @cached_property
    def same_commune(self) -> dict[str, str]:
        """Present code → old code of the communes that stayed the same unit."""
        return _one_to_one(self.files.commune_links)

    def province_key(self, code: str) -> UnitKey:
        old_code = self.same_province.get(code)
        return UnitKey(_P, old_code is not None, old_code or code)

    def commune_key(self, code: str) -> UnitKey:
        old_code = self.same_commune.get(code)
        return UnitKey(_C, old_code is not None, old_code or code)

    def _add_provinces(self, made: Plan) -> None:
        surviving = set(self.same_province.values())
        for record in self.files.old_provinces.values():
            key = UnitKey(_P, True, record.code)
            made.units.append(
                _unit(key, None, ended=record.code not in surviving, act=PROVINCE_ACT)
            )
            made.versions.append(_version(key, None, record, (NATION,)))
        for record in self.files.provinces.values():
            key = self.province_key(record.code)
            if not key.is_old:
                made.units.append(PlannedUnit(key, None))
                made.versions.append(_version(key, REFORM_DAY, record, (NATION,), PROVINCE_ACT))
        for amendment in self.files.province_amendments:
            record = self.files.provinces[amendment.code]
            key = self.province_key(amendment.code)
            made.versions.append(_amended(key, record, amendment, (NATION,)))
        for link in self.province_links:
            if link.old_code not in surviving:
                made.successions.append(
                    PlannedSuccession(
                        UnitKey(_P, True, link.old_code),
                        self.province_key(link.new_code),
                        PROVINCE_ACT,
                        link.is_default,
                    )
                )

    def _add_districts(self, made: Plan, provinces: set[str]) -> None:
        communes = self.files.communes
        wanted = {self.files.old_communes[old].district_code for old in self._wanted_old(provinces)}
        islands = [
            link
            for link in self.files.island_links
            if communes[link.new_code].province_code in provinces
        ]
        wanted |= {link.old_code for link in islands}
        for record in self.files.old_districts.values():
            if record.code in wanted:
                key = UnitKey(_D, True, record.code)
                province = UnitKey(_P, True, record.province_code)
                made.units.append(_unit(key, province, ended=True, act=DISTRICT_ACT))
                made.versions.append(_version(key, None, record, (NATION, province)))
        made.successions += [
            PlannedSuccession(
                UnitKey(_D, True, link.old_code), self.commune_key(link.new_code), COMMUNE_ACT, True
            )
            for link in islands
        ]

    def _wanted_old(self, provinces: set[str]) -> set[str]:
        """Codes of the old communes that link to a present commune of these provinces."""
        communes = self.files.communes
        return {
            link.old_code
            for link in self.files.commune_links
            if communes[link.new_code].province_code in provinces
        }

    def _add_communes(self, made: Plan, provinces: set[str]) -> None:
        wanted_old = self._wanted_old(provinces)
        present_of = {old: new for new, old in self.same_commune.items()}
        for record in self.files.old_communes.values():
            if record.code in wanted_old:
                self._add_old_commune(made, record, present_of.get(record.code))
        wanted = {r.code for r in self.files.communes.values() if r.province_code in provinces}
        for code in sorted(wanted):
            self._add_present_commune(made, self.files.communes[code])
        for amendment in self.files.commune_amendments:
            if amendment.code in wanted:
                record = self.files.communes[amendment.code]
                made.versions.append(
                    _amended(self.commune_key(record.code), record, amendment, self._above(record))
                )
        made.successions += [
            PlannedSuccession(
                UnitKey(_C, True, link.old_code),
                self.commune_key(link.new_code),
                COMMUNE_ACT,
                link.is_default,
            )
            for link in self.files.commune_links
            if link.new_code in wanted and link.old_code not in present_of
        ]

    def _add_old_commune(self, made: Plan, record: Record, present: str | None) -> None:
        key = UnitKey(_C, True, record.code)
        old_province = UnitKey(_P, True, record.province_code)
        above = (NATION, old_province, UnitKey(_D, True, record.district_code))
        province = (
            self.province_key(self.files.communes[present].province_code)
            if present
            else old_province
        )
        made.units.append(_unit(key, province, ended=present is None, act=COMMUNE_ACT))
        made.versions.append(_version(key, None, record, above))

    def _add_present_commune(self, made: Plan, record: Record) -> None:
        key = self.commune_key(record.code)
        above = self._above(record)
        if not key.is_old:
            made.units.append(PlannedUnit(key, above[-1]))
        made.versions.append(_version(key, REFORM_DAY, record, above, COMMUNE_ACT))

    def _above(self, record: Record) -> tuple[UnitKey, UnitKey]:
        return NATION, self.province_key(record.province_code)


def _one_to_one(links: Collection[Link]) -> dict[str, str]:
    """Present code → old code of the links whose two ends occur in no other link."""
    olds = Counter(link.old_code for link in links)
    news = Counter(link.new_code for link in links)
    return {
        link.new_code: link.old_code
        for link in links
        if olds[link.old_code] == 1 and news[link.new_code] == 1
    }


def _unit(key: UnitKey, province: UnitKey | None, *, ended: bool, act: str) -> PlannedUnit:
    return PlannedUnit(key, province, REFORM_DAY, act) if ended else PlannedUnit(key, province)


def _version(
    key: UnitKey,
    valid_from: dt.date | None,
    record: Record,
    ancestors: tuple[UnitKey, ...],
    legal_act: str = "",
) -> PlannedVersion:
    return PlannedVersion(
        key,
        valid_from,
        record.name,
        _sub_kind(key.kind, record.name),
        record.code,
        ancestors,
        _managing_level(ancestors),
        legal_act,
    )


def _amended(
    key: UnitKey, record: Record, amendment: Amendment, ancestors: tuple[UnitKey, ...]
) -> PlannedVersion:
    if record.name != amendment.old_name:
        raise ValueError(f"{amendment.code}: {record.name} không phải {amendment.old_name}.")
    changed = Record(record.code, amendment.new_name)
    return _version(key, amendment.effective_from, changed, ancestors, amendment.legal_act)


def _managing_level(ancestors: tuple[UnitKey, ...]) -> ManagingLevel:
    """A unit of government is managed by the level right above it."""
    levels = {_P: ManagingLevel.PROVINCE, _D: ManagingLevel.DISTRICT}
    return levels.get(ancestors[-1].kind, ManagingLevel.MINISTRY)


def _sub_kind(kind: Kind, name: str) -> SubKind:
    for of_kind, word, sub_kind in SUB_KIND_WORDS:
        if of_kind == kind and name.casefold().startswith(word.casefold()):
            return sub_kind
    raise ValueError(f"{name}: tên không bắt đầu bằng từ chỉ loại đơn vị.")
