"""What may be said of a unit, and whether it fits its kind and place."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Final

from django.core.exceptions import ValidationError

from ..models import GRASSROOTS_KINDS, SUB_KINDS, EnterpriseSize, Kind, ManagingLevel, UnitVersion
from ..models.naming import full_name, name_version
from ..selectors import acting_units, children_of
from .acts import plain_values


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What is said of a unit from a day: name, word, who manages it, size of an enterprise."""

    name: str
    sub_kind: str = ""
    managing_level: str = ManagingLevel.COMMUNE
    enterprise_size: str = ""

    @classmethod
    def of(cls, version: UnitVersion) -> "UnitFacts":
        return cls(**plain_values(version, FACT_NAMES))

    def put_on(self, version: UnitVersion) -> None:
        """Write the facts on a version and name it; saves nothing."""
        for name, value in asdict(self).items():
            setattr(version, name, value)
        name_version(version, self.name)


FACT_NAMES: Final = tuple(field.name for field in fields(UnitFacts))


def checked_facts(
    facts: UnitFacts, *, kind: str, parent: UnitVersion, old_name: str = ""
) -> UnitFacts:
    """Return the facts with the name made whole; ValidationError by field where they do not fit.

    A name that the unit bears already may be shared: communes that merged bring their "Thôn 1".
    """
    errors = _word_errors(facts, kind)
    facts = replace(facts, name=full_name(facts.sub_kind, facts.name))
    if not facts.name:
        errors["name"] = "Nhập tên đơn vị."
    elif facts.name.casefold() != old_name.casefold() and _is_taken(facts.name, kind, parent):
        errors["name"] = (
            f"{parent.name} đã có {facts.name}. Nếu là đơn vị khác thì ghi thêm để phân biệt, "
            f"ví dụ “{facts.name} (xã cũ)”."
        )
    has_manager = "managing_level" in errors or acting_units([parent], facts.managing_level)
    if kind in GRASSROOTS_KINDS and not has_manager:
        errors["managing_level"] = "Nơi này không có đơn vị ở cấp quản lý đã chọn."
    if errors:
        raise ValidationError(errors)
    if kind == Kind.ENTERPRISE and not facts.enterprise_size:
        return replace(facts, enterprise_size=EnterpriseSize.UNKNOWN)
    return facts


def _word_errors(facts: UnitFacts, kind: str) -> dict[str, str]:
    """What does not fit the kind: word, size, managing level."""
    errors = {}
    if facts.sub_kind not in SUB_KINDS[Kind(kind)]:
        errors["sub_kind"] = "Chọn tên gọi loại đơn vị hợp với loại hình."
    if facts.enterprise_size and kind != Kind.ENTERPRISE:
        errors["enterprise_size"] = "Chỉ doanh nghiệp mới có quy mô."
    if facts.managing_level not in ManagingLevel.values:
        errors["managing_level"] = "Chọn cấp quản lý."
    elif kind == Kind.RESIDENTIAL_AREA and facts.managing_level != ManagingLevel.COMMUNE:
        errors["managing_level"] = "Khu dân cư luôn do cấp xã quản lý."
    return errors


def _is_taken(name: str, kind: str, parent: UnitVersion) -> bool:
    if kind not in GRASSROOTS_KINDS:
        return False
    return children_of(parent.unit_id, kinds=[kind]).filter(name__iexact=name).exists()
