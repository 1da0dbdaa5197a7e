"""Which roles a person holds, with the names of the units, for pages and the API."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import Role
from antq_portal.lib.prepared import Prepared

from ..models import Assignment, UnitVersion


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role held on one unit, as both are called on the day."""

    role: Role
    unit_id: int
    unit_name: str
    starts_on: dt.date
    ends_on: dt.date | None

    @property
    def label(self) -> str:
        return str(self.role.label)


HELD: Final = Prepared(
    lambda user, day: (
        Assignment.objects.current(day)
        .filter(user=user)
        .annotate(
            name=Subquery(
                UnitVersion.objects.in_force(day).filter(unit=OuterRef("unit")).values("name")[:1]
            )
        )
        .order_by("-starts_on", "pk")
        .values_list("role", "unit_id", "name", "starts_on", "ends_on")
    )
)


def held_roles(user: User, day: dt.date | None = None) -> list[HeldRole]:
    """The roles a person holds on that day (today unless told), the newest first: one query."""
    rows = HELD(user=user.pk, day=day or localdate())
    return [HeldRole(Role(role), *rest) for role, *rest in rows]
