"""What a person may see: one query over assignments and successions, one condition on units."""

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from antq_portal.lib.prepared import Statement

GRANTS: Final = Statement(
    "grants",
    """
WITH RECURSIVE held AS (
    SELECT role, kinds, unit_id AS held_id, unit_id
    FROM units_assignment
    WHERE user_id = %(user)s AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on >= %(day)s)
    UNION
    SELECT held.role, held.kinds, held.held_id, succession.predecessor_id
    FROM held JOIN units_unitsuccession succession ON succession.successor_id = held.unit_id
    WHERE succession.on <= %(day)s AND held.role <> 'reporter'
)
SELECT held.role, held.kinds, held.held_id, held.unit_id, version.path,
    EXISTS (SELECT 1 FROM units_registerfreeze closed
            WHERE closed.authority_id = held.unit_id AND closed.year = %(year)s)
FROM held
CROSS JOIN LATERAL (
    SELECT path FROM units_unitversion
    WHERE unit_id = held.unit_id AND (valid_from IS NULL OR valid_from <= %(day)s)
    ORDER BY valid_from DESC NULLS LAST LIMIT 1
) version
""",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held on one unit, or on a unit whose place it took, as it is on the day."""

    role: Role
    kinds: tuple[str, ...]
    held_unit_id: int
    unit_id: int
    path: str
    is_register_frozen: bool = False

    @property
    def is_held_directly(self) -> bool:
        return self.held_unit_id == self.unit_id

    def condition(self) -> Q:
        """The units this grant shows, as a condition on Unit joined with its version in force."""
        if self.role == Role.REPORTER:
            return Q(unit_id=self.unit_id)
        inside = Q(path__startswith=self.path)
        return inside & Q(unit__kind__in=self.kinds) if self.kinds else inside

    def shows(self, unit_id: int, *, kind: str, path: str) -> bool:
        """The same for one unit whose version in force has been read."""
        if self.role == Role.REPORTER:
            return unit_id == self.unit_id
        return path.startswith(self.path) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that one person may see on one day."""

    sees_all: bool
    grants: tuple[Grant, ...]

    def condition(self) -> Q | None:
        """A condition on versions in force; None when the person sees nothing."""
        if not self.grants:
            return None
        return reduce(or_, (grant.condition() for grant in self.grants))

    def shows(self, unit_id: int, *, kind: str, path: str) -> bool:
        """Whether the person sees one unit whose version in force has been read."""
        return self.sees_all or any(
            grant.shows(unit_id, kind=kind, path=path) for grant in self.grants
        )


def sight_of(user: User, day: dt.date) -> Sight:
    """What this person may see on that day: one query; the superuser sees all, a stranger nothing.

    The subtrees of current assignments, and read-only those of the units whose place the
    assigned unit took. Past assignments show nothing.
    """
    if not user.is_authenticated or not user.is_active:
        return Sight(sees_all=False, grants=())
    if user.is_superuser:
        return Sight(sees_all=True, grants=())
    with connection.cursor() as cursor:
        values = {"user": user.pk, "day": day, "year": day.year}
        cursor.execute(*GRANTS.call(connection, values))
        rows = cursor.fetchall()
    grants = tuple(
        Grant(Role(role), tuple(kinds), held, unit, path, frozen)
        for role, kinds, held, unit, path, frozen in rows
    )
    return Sight(sees_all=False, grants=grants)
