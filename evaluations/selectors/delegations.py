"""What the administrator's page of delegations shows and offers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate

from accounts.models import User
from criteria.models import DELEGATED_KINDS, Delegation
from criteria.selectors import units_under
from units.models import Kind, UnitVersion
from units.selectors import alive_versions, labels


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """One delegation with the names of its units and whether it holds today."""

    delegation: Delegation
    giver: str
    delegate: str
    what: str
    state: str

    @property
    def may_end(self) -> bool:
        return self.state != "Đã kết thúc"


def delegation_lines(user: User, province: UnitVersion) -> list[DelegationLine]:
    """The province's delegations that the person sees, the latest first: four queries."""
    rows = list(
        Delegation.objects.visible_to(user)
        .filter(delegate__province=province.unit_id)
        .order_by("-starts_on", "-pk")
    )
    ids = {pk for row in rows for pk in (row.delegating_unit_id, row.delegate_id, row.unit_id)}
    named = labels(UnitVersion.objects.in_force().filter(unit__in=ids - {None}))
    return [
        DelegationLine(
            delegation=row,
            giver=named[row.delegating_unit_id],
            delegate=named[row.delegate_id],
            what=named[row.unit_id] if row.unit_id else _kinds(row.kinds),
            state=_state(row),
        )
        for row in rows
    ]


def possible_delegates(province: UnitVersion) -> list[UnitVersion]:
    """Who may be delegated to today: every committee below the province, in Vietnamese order."""
    below = alive_versions().under(province.path).filter(
        unit__kind__in=(Kind.COMMUNE, Kind.DISTRICT), parent__kind__in=(Kind.PROVINCE, Kind.DISTRICT)
    )  # fmt: skip
    return list(below.select_related("unit", "parent").order_by("sort_key", "pk"))


def delegable_units(delegate: UnitVersion) -> list[UnitVersion]:
    """Units lying there that the committee above answers for today and may hand down."""
    if delegate.parent is None:
        return []
    return [
        version
        for version in units_under(delegate.parent, localdate())
        if version.unit.kind in DELEGATED_KINDS and version.path.startswith(delegate.path)
    ]


def _kinds(kinds: Sequence[str]) -> str:
    words = ", ".join(str(Kind(kind).label).lower() for kind in kinds)
    return f"Mọi {words} nằm trên địa bàn"


def _state(row: Delegation) -> str:
    today = localdate()
    if row.starts_on > today:
        return "Chưa bắt đầu"
    return "Đã kết thúc" if row.ends_on and row.ends_on < today else "Đang có hiệu lực"
