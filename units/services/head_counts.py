"""Keeping a unit's head-counts and contacts."""

import datetime as dt
from dataclasses import asdict, dataclass, fields
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Act
from antq_portal.lib import text

from ..models import Unit, UnitVersion
from ..selectors import keeping_place, powers_of
from .acts import locked_unit, plain_values, record_unit_act


@dataclass(frozen=True, slots=True)
class HeadCounts:
    """How many households and people a unit has, counted when, and who speaks for it."""

    households: int | None = None
    members: int | None = None
    counted_on: dt.date | None = None
    representative_name: str = ""
    representative_title: str = ""
    contact_phone: str = ""


COUNT_NAMES: Final = tuple(field.name for field in fields(HeadCounts))


@transaction.atomic
def update_head_counts(unit: Unit, *, counts: HeadCounts, by: User) -> UnitVersion:
    """Write today's head-counts and contacts on the unit's version in force; return it.

    Raises PermissionDenied, ValidationError (counts without their day, a day to come),
    Unit.DoesNotExist for a unit out of sight.
    """
    _, version = locked_unit(unit, by=by)
    powers_of(by).require(Act.KEEP_HEAD_COUNTS, keeping_place(version))
    _check(counts)
    before = plain_values(version, COUNT_NAMES)
    for name, value in asdict(counts).items():
        setattr(version, name, text.clean(value) if isinstance(value, str) else value)
    version.full_clean()
    version.save()
    record_unit_act(
        "unit.head_counts",
        version,
        by=by,
        summary=f"Cập nhật số liệu, đầu mối liên hệ của {version.name}",
        details={"before": before, "after": plain_values(version, COUNT_NAMES)},
    )
    return version


def _check(counts: HeadCounts) -> None:
    has_counts = counts.households is not None or counts.members is not None
    if has_counts and counts.counted_on is None:
        raise ValidationError({"counted_on": "Ghi ngày chốt số liệu."})
    if counts.counted_on and counts.counted_on > localdate():
        raise ValidationError({"counted_on": "Ngày chốt số liệu không thể ở tương lai."})
