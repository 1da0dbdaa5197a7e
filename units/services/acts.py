"""What every act on a unit starts and ends with: lock, ask whether it is allowed, write the log."""

from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit

from ..models import TERRITORIAL_KINDS, Kind, ManagingLevel, Unit, UnitVersion
from ..selectors import Place, Powers, acting_units, keeping_place, powers_of


def locked_unit(unit: Unit, *, by: User) -> tuple[Unit, UnitVersion]:
    """Lock a unit this person may see; return it and its version in force today.

    Raises Unit.DoesNotExist for a unit out of sight, UnitVersion.DoesNotExist for one not yet begun.
    """
    locked = Unit.objects.visible_to(by).select_for_update().get(pk=unit.pk)
    return locked, locked.versions.in_force().select_related("unit").get()


def require_keeping(version: UnitVersion, *, by: User, level: str = "") -> None:
    """Raise PermissionDenied unless the person may correct, revise or close this unit.

    Units below the commune: whoever keeps the register there, and where the unit comes under
    another `level`, whoever keeps it there as well. A unit whose level has nobody any more (the
    districts' after 1/7/2025) is taken by whoever keeps the register at the new one. A unit of
    government: the administrator of its province.
    Legal: Luật 72/2025/QH15 Điều 51.
    """
    is_government = version.unit.kind in TERRITORIAL_KINDS
    place = keeping_place(version)
    powers = powers_of(by)
    moves = not is_government and level in ManagingLevel.values and level != version.managing_level
    if not (moves and place.authority_id is None):
        powers.require(Act.ADMINISTER if is_government else Act.KEEP_UNITS, place)
    if moves:
        taken_by = acting_units([version], level).get(version.unit_id)
        require_level(powers, Place.of(version, authority_id=taken_by), level)


def require_level(powers: Powers, place: Place, level: str) -> None:
    """Raise PermissionDenied, naming the level, unless the person keeps units that it manages there."""
    if place.authority_id is None or powers.may(Act.KEEP_UNITS, place):
        return
    word = ManagingLevel(level).label.lower()
    raise PermissionDenied(
        f"Bạn không ghi được đơn vị do {word} quản lý ở đây. Việc này của cán bộ phụ trách hoặc Thường trực "
        f"Ban Chỉ đạo {word}, hay quản trị tỉnh."
    )


def record_unit_act(
    act: str, version: UnitVersion, *, by: User, summary: str, details: dict[str, Any]
) -> None:
    """Write one act on a unit into its province's log; the last thing an act does."""
    unit = version.unit
    record_audit(
        act,
        by=by,
        subject=f"unit:{unit.pk}",
        summary=summary,
        province_id=None if unit.kind == Kind.NATION else unit.province_id,
        unit_id=unit.pk,
        details=details,
    )


def plain_values(version: UnitVersion, names: tuple[str, ...]) -> dict[str, Any]:
    """The version's fields by name, for the log's before and after."""
    return {name: getattr(version, name) for name in names}
