"""Recorded outcomes: who may record them, and which ones a person sees."""

from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Act
from units.models import GRASSROOTS_KINDS, ManagingLevel, Unit, UnitVersion
from units.selectors import Place, Powers, acting_units, government_above, managing_unit_ids

from ..models import RecordedResult


def recording_places(versions: Sequence[UnitVersion]) -> dict[int, Place]:
    """Where recording an outcome is asked for, by unit id; `unit` is loaded. Two queries.

    The unit below the commune at who manages it; communes, districts, units of the ministry and
    those whose manager is no more at the province.
    """
    above = government_above(versions)
    managing = managing_unit_ids(versions, above=above)
    provinces = acting_units(versions, ManagingLevel.PROVINCE, above=above)
    ended = set(
        Unit.objects.filter(pk__in=set(managing.values()))
        .exclude(ended_on=None)
        .values_list("pk", flat=True)
    )
    return {
        version.unit_id: Place.of(
            version, authority_id=_authority(version, managing, provinces, ended)
        )
        for version in versions
    }


def _authority(
    version: UnitVersion, managing: dict[int, int], provinces: dict[int, int], ended: set[int]
) -> int | None:
    manager = managing.get(version.unit_id)
    by_manager = version.unit.kind in GRASSROOTS_KINDS
    by_manager = by_manager and version.managing_level != ManagingLevel.MINISTRY
    if by_manager and manager is not None and manager not in ended:
        return manager
    return provinces.get(version.unit_id)


def recorded_results(user: User, *, source: str) -> "QuerySet[RecordedResult]":
    """The outcomes of one source that the person sees, the newest year first, with names loaded."""
    rows = RecordedResult.objects.visible_to(user).filter(source=source)
    rows = rows.select_related("unit_version", "unit", "entered_by")
    return rows.order_by("-year", "unit_version__sort_key", "-scheme")


def ministry_units(user: User, powers: Powers) -> list[UnitVersion]:
    """Units the ministry follows whose outcomes this person may record, in Vietnamese order."""
    versions = (
        UnitVersion.objects.in_force()
        .filter(unit__in=Unit.objects.visible_to(user), unit__kind__in=GRASSROOTS_KINDS)
        .filter(managing_level=ManagingLevel.MINISTRY, unit__ended_on=None)
        .select_related("unit")
    )
    found = list(versions.order_by("sort_key", "pk"))
    places = recording_places(found)
    return [one for one in found if powers.may(Act.RECORD_RESULT, places[one.unit_id])]
