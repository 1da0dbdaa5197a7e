"""What every act on a unit starts and ends with: lock, ask whether it is allowed, write the log."""

from typing import Any

from accounts.models import User
from accounts.roles import Act
from accounts.services import record_audit

from ..models import TERRITORIAL_KINDS, Kind, Unit, UnitVersion
from ..selectors import keeping_place, powers_of


def locked_unit(unit: Unit, *, by: User) -> tuple[Unit, UnitVersion]:
    """Lock a unit this person may see; return it and its version in force today.

    Raises Unit.DoesNotExist for a unit out of sight, UnitVersion.DoesNotExist for one not yet begun.
    """
    locked = Unit.objects.visible_to(by).select_for_update().get(pk=unit.pk)
    return locked, locked.versions.in_force().select_related("unit").get()


def require_keeping(version: UnitVersion, *, by: User) -> None:
    """Raise PermissionDenied unless the person may correct, revise or close this unit.

    Units below the commune: whoever keeps the register there. A unit of government: the
    administrator of its province.
    """
    act = Act.ADMINISTER if version.unit.kind in TERRITORIAL_KINDS else Act.KEEP_UNITS
    powers_of(by).require(act, keeping_place(version))


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
