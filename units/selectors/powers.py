"""Questions about units that cross models: who may act for a unit, and which unit is which level's."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from accounts.models import User
from accounts.roles import ALLOWED, SUPERUSER_ACTS, Act, Reach, Role
from antq_portal.lib.prepared import Prepared

from ..models import (
    TERRITORIAL_KINDS,
    Grant,
    Kind,
    ManagingLevel,
    Sight,
    Unit,
    UnitVersion,
    sight_of,
)

LEVEL_KINDS: Final = MappingProxyType(
    {
        ManagingLevel.COMMUNE: Kind.COMMUNE,
        ManagingLevel.DISTRICT: Kind.DISTRICT,
        ManagingLevel.PROVINCE: Kind.PROVINCE,
        ManagingLevel.MINISTRY: Kind.NATION,
    }
)
"""Which kind of unit acts at each level."""


SHUT_BY_FREEZE: Final = (
    "Danh sách thuộc diện năm nay đã chốt nên cán bộ phụ trách không thêm, sửa, kết thúc đơn vị nữa. "
    "Thường trực Ban Chỉ đạo làm việc này, có ghi lý do ở danh sách."
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a permission is asked for: a unit, where it lies, and the one authority that may act."""

    unit_id: int
    kind: str
    path: str
    authority_id: int | None

    @classmethod
    def of(cls, version: UnitVersion, *, authority_id: int | None) -> "Place":
        """The place of a version whose `unit` is loaded."""
        return cls(version.unit_id, version.unit.kind, version.path, authority_id)


@dataclass(frozen=True, slots=True)
class Powers:
    """What one person may do today; asked once per page, answered without further queries."""

    is_superuser: bool
    sight: Sight

    def may(self, act: Act, place: Place) -> bool:
        """Whether the person may do this act for that place: exactly where the table says."""
        if self.is_superuser:
            return act in SUPERUSER_ACTS
        return any(_carries(grant, act, place) for grant in self.sight.grants)

    def require(self, act: Act, place: Place) -> None:
        """Raise PermissionDenied, saying who does this act, unless the person may."""
        if not self.may(act, place):
            raise PermissionDenied(self.denial(act, place))

    def denial(self, act: Act, place: Place | None = None) -> str:
        """Why the person may not do this act, for that place or anywhere, in words: who does it, or what shut it."""
        shut = any(_is_shut_by_freeze(grant, act, place) for grant in self.sight.grants)
        return SHUT_BY_FREEZE if shut else refusal(act)

    def holds(self, role: Role, unit_id: int, *, kind: str = "") -> bool:
        """Whether the person holds the role at exactly that unit, for that kind if one is given."""
        return any(
            grant.role == role and grant.unit_id == unit_id
            for grant in self.sight.grants
            if grant.is_held_directly and not (kind and grant.kinds and kind not in grant.kinds)
        )

    def does_somewhere(self, act: Act) -> bool:
        """Whether the person holds a role, anywhere, that does this act at its own reach."""
        if self.is_superuser:
            return act in SUPERUSER_ACTS
        held = [grant for grant in self.sight.grants if grant.is_held_directly]
        return any(ALLOWED[act].get(grant.role) is not None for grant in held)

    def authorities_for(self, act: Act) -> list[int]:
        """Ids of the units at which the person holds a role that does this act there, in id order."""
        return sorted(
            {
                grant.unit_id
                for grant in self.sight.grants
                if grant.is_held_directly and _reaches_here(grant, act)
            }
        )

    def paths_for(self, act: Act) -> list[str]:
        """Subtrees somewhere in which the person does the act today."""
        return [
            grant.path
            for grant in self.sight.grants
            if grant.is_held_directly
            and (_reaches_here(grant, act) or ALLOWED[act].get(grant.role) is Reach.SCOPE)
        ]


def powers_of(user: User, day: dt.date | None = None) -> Powers:
    """What this person may do on that day (today unless told): one query."""
    return Powers(bool(user.is_superuser), sight_of(user, day or localdate()))


def refusal(act: Act) -> str:
    """Why somebody may not do an act, in words: who does it."""
    who = ", ".join(dict.fromkeys(str(Role(role).label) for role in ALLOWED[act]))
    return f"Bạn được xem nhưng không được làm việc “{Act(act).label}”. Việc này của: {who}, đúng cấp có thẩm quyền."


def _is_shut_by_freeze(grant: Grant, act: Act, place: Place | None) -> bool:
    """Whether only the frozen list of the year keeps this role from the act, there or anywhere."""
    if not grant.is_register_frozen or ALLOWED[act].get(grant.role) is not Reach.UNTIL_FROZEN:
        return False
    if place is None:
        return grant.is_held_directly
    return _carries(replace(grant, is_register_frozen=False), act, place)


def _reaches_here(grant: Grant, act: Act) -> bool:
    """Whether the role does this act at exactly the unit it is held on, today."""
    reach = ALLOWED[act].get(grant.role)
    return reach is Reach.AUTHORITY or (
        reach is Reach.UNTIL_FROZEN and not grant.is_register_frozen
    )


def _carries(grant: Grant, act: Act, place: Place) -> bool:
    reach = ALLOWED[act].get(grant.role)
    if reach is None or not grant.is_held_directly:
        return False
    if grant.kinds and place.kind not in grant.kinds:
        return False
    if reach in (Reach.AUTHORITY, Reach.UNTIL_FROZEN):
        return grant.unit_id == place.authority_id and _reaches_here(grant, act)
    if reach is Reach.OWN:
        return grant.unit_id == place.unit_id
    return place.path.startswith(grant.path)


GOVERNMENT: Final = Prepared(
    lambda ids: (
        Unit.objects.filter(pk__in=ids, kind__in=TERRITORIAL_KINDS)
        .order_by()
        .values_list("pk", "kind")
    )
)


def government_above(versions: Iterable[UnitVersion]) -> dict[int, str]:
    """Kinds of the units of government on the way from the nation down to these units, by id: one query."""
    ids = {ancestor for version in versions for ancestor in version.ancestor_ids}
    return dict(GOVERNMENT(ids=sorted(ids)))


def acting_units(
    versions: Iterable[UnitVersion], level: str, *, above: Mapping[int, str] | None = None
) -> dict[int, int]:
    """For each unit the id of its ancestor (or itself) that acts at the level; missing if none.

    One query, none when `above` (see `government_above`) is given.
    """
    versions = list(versions)
    kinds = government_above(versions) if above is None else above
    kind = LEVEL_KINDS[ManagingLevel(level)]
    return {
        version.unit_id: ancestor
        for version in versions
        for ancestor in version.ancestor_ids
        if kinds.get(ancestor) == kind
    }


def managing_unit_id(version: UnitVersion) -> int | None:
    """Id of the unit that manages this one: where officers enter and reporters answer to."""
    return managing_unit_ids([version]).get(version.unit_id)


def managing_unit_ids(
    versions: Iterable[UnitVersion], *, above: Mapping[int, str] | None = None
) -> dict[int, int]:
    """For each unit the id of the one that manages it; missing if none. One query at most."""
    versions = list(versions)
    kinds = government_above(versions) if above is None else above
    by_level: dict[str, list[UnitVersion]] = {}
    for version in versions:
        by_level.setdefault(version.managing_level, []).append(version)
    return {
        unit_id: manager
        for level, of_level in by_level.items()
        for unit_id, manager in acting_units(of_level, level, above=kinds).items()
    }


def keeping_place(version: UnitVersion) -> Place:
    """Who keeps a unit's entry: its manager; the commune, district or province its own."""
    if version.unit.kind in TERRITORIAL_KINDS:
        return Place.of(version, authority_id=version.unit_id)
    return Place.of(version, authority_id=managing_unit_id(version))
