"""One version after another: the last one, the one on a day, the next one, and what lies below it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import F

from antq_portal.lib import dates

from ..models import Unit, UnitVersion
from .facts import UnitFacts
from .following import tell_moved


def last_version(unit: Unit) -> UnitVersion:
    """The version that started last, even if it starts only later than today."""
    newest = unit.versions.select_related("unit", "parent")
    return newest.order_by(F("valid_from").desc(nulls_last=True))[0]


def version_on(unit: Unit | None, day: dt.date) -> UnitVersion:
    """The version of a unit that lives on that day; ValidationError when it does not live."""
    if unit is None:
        raise ValidationError("Đơn vị này không thuộc đơn vị nào.")
    version = unit.versions.in_force(day).select_related("unit").first()
    if version is None or (unit.ended_on and unit.ended_on <= day):
        text = f"Đơn vị cấp trên không tồn tại vào ngày {dates.date_text(day)}."
        raise ValidationError({"valid_from": text})
    return version


def add_version(
    unit: Unit,
    facts: UnitFacts,
    *,
    parent: UnitVersion,
    valid_from: dt.date | None,
    legal_act: str,
) -> UnitVersion:
    """Write a version of a unit right below another; return it. The facts are checked already."""
    version = UnitVersion(
        unit=unit,
        parent_id=parent.unit_id,
        path=f"{parent.path}{unit.pk}/",
        valid_from=valid_from,
        legal_act=legal_act,
    )
    facts.put_on(version)
    version.full_clean()
    version.save(force_insert=True)
    return version


def copied(
    version: UnitVersion, *, parent: UnitVersion, valid_from: dt.date, legal_act: str
) -> UnitVersion:
    """The same unit as it was, from a later day and perhaps elsewhere; saves nothing."""
    kept = UnitVersion.objects.values().get(pk=version.pk)
    del kept["id"]
    changed = {
        "parent_id": parent.unit_id,
        "path": f"{parent.path}{version.unit_id}/",
        "valid_from": valid_from,
        "legal_act": legal_act,
    }
    return UnitVersion(**kept | changed)


def follow_below(old: UnitVersion, new: UnitVersion, *, legal_act: str) -> None:
    """Give everything below a unit that moved a version under its new path from the same day.

    `new` may be another unit, which took the place of the old one. Tells who follows moves.
    """
    if old.path == new.path or new.valid_from is None:
        return
    above = {old.unit_id: new}
    below = UnitVersion.objects.in_force(new.valid_from).under(old.path).exclude(unit=old.unit_id)
    alive = below.exclude(unit__ended_on__lte=new.valid_from)
    for version in alive.order_by("path"):
        moved = copied(
            version, parent=above[version.parent_id], valid_from=new.valid_from, legal_act=legal_act
        )
        moved.save(force_insert=True)
        above[moved.unit_id] = moved
    tell_moved(list(above))
